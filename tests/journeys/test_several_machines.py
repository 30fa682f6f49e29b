"""The recipe for several machines in docs/operators.md, typed as it stands there, from an empty PostgreSQL on."""

import base64
import os
import re
import signal
import subprocess
import tomllib
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from threading import Barrier

import pytest
from packaging.specifiers import SpecifierSet
from sqlalchemy.engine import make_url

from cases.installation import open_record
from cases.migrate import migrate
from config.county import County
from tests.cases.deviations import arrived
from tests.databases import Databases
from tests.house.tree import HOME
from tests.notifications.conftest import free_port
from tests.notifications.test_engine import count, until
from tests.postgres import CANNOT_START, server_of_ones_own
from tests.record import EARLY, MORNING, open_at

PAGE = (HOME / "docs" / "operators.md").read_text(encoding="utf-8")
FOUND = re.search(r"^### Several machines$.*?^```$\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
LINES = [line.partition("  #")[0].strip() for line in FOUND[1].splitlines()] if FOUND else []
"""What is to be typed, without the remarks."""


@pytest.fixture
def environ(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A shell on a machine with Stegen, PostgreSQL's programs and an empty server."""
    with ExitStack() as running:
        try:
            server = running.enter_context(server_of_ones_own())
        except CANNOT_START as failure:
            pytest.skip(f"PostgreSQL did not start: {failure}")
        url = make_url(server.url_of("postgres"))
        (tmp_path / "secret").write_bytes(base64.b64encode(os.urandom(48)))
        (tmp_path / "keys").write_bytes(base64.b64encode(os.urandom(32)))
        yield {
            "PATH": f"{HOME / '.venv' / 'bin'}:{server.programs}:/usr/bin:/bin", "PGUSER": "postgres",
            "PGHOST": str(url.query["host"]), "STEGEN_NOW": MORNING.isoformat(), "STEGEN_DATA": str(tmp_path / "data"),
            "OURS": server.url_of("stegen"), "FOLDER": str(tmp_path),
        }  # fmt: skip


def typed(line: str, environ: dict[str, str]) -> str:
    """A line with this machine's own names in place of the example's."""
    line = line.replace("postgresql+psycopg://stegen@db.example.org/stegen", f"'{environ['OURS']}'")
    line = line.replace("STEGEN_SECRET_KEY_FILE=…", f"STEGEN_SECRET_KEY_FILE={environ['FOLDER']}/secret")
    return line.replace("STEGEN_DATA_KEYS_FILE=…", f"STEGEN_DATA_KEYS_FILE={environ['FOLDER']}/keys")


@contextmanager
def kept_running(script: str, environ: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    shell = ["bash", "-ec", f"cd {environ['FOLDER']}; {script}"]
    with subprocess.Popen(shell, env=environ, text=True, stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)


def test_the_recipe_names_the_engine_that_is_tested() -> None:
    """Else an operator installs another version than the one that was tried."""
    extra = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]["optional-dependencies"]["engine"]
    (install,) = [line for line in LINES if "pip install" in line]
    assert re.findall(r"'(.+)'", install) == extra
    assert SpecifierSet(extra[0].removeprefix("procrastinate")).contains(version("procrastinate"))


@pytest.mark.postgres
def test_the_recipe_leads_from_an_empty_server_to_letters_that_arrive(
    environ: dict[str, str], county: County, tmp_path: Path
) -> None:
    """Else the first county that needs a second machine finds out in the middle of a Monday what the page left out."""
    script = [typed(line, environ) for line in LINES if "pip install" not in line]
    worker, web = script.pop(-2), script.pop(-1)
    assert worker == "stegen worker --engine procrastinate"
    assert web == "stegen web"
    done = subprocess.run(
        ["bash", "-ec", "\n".join([f"cd {tmp_path}", *script])],
        env=environ,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    exported = "; ".join(line for line in script if line.startswith("export"))
    port = free_port()
    with kept_running(f"{exported}; exec {web} --port {port}", environ):
        until(lambda: answers(port))
        record = open_at(environ["OURS"], county, tmp_path / "data" / "papers")
        arrived(record, EARLY)
        with (
            closing(record.database),
            kept_running(f"{exported}; exec {worker}", environ) as first,
            kept_running(f"{exported}; exec {worker}", environ) as second,
        ):
            for process in (first, second):
                assert process.stdout is not None
                assert process.stdout.readline() == "The clock runs (procrastinate; Ctrl-C ends it).\n"
            until(lambda: count(record, "SELECT COUNT(*) FROM letter WHERE outcome = 'delivered'") >= 3)
            until(lambda: count(record, "SELECT COUNT(*) FROM procrastinate_jobs") == 0)


@pytest.mark.parametrize("machines", [4])
def test_machines_that_start_together_on_an_empty_database_fill_it_once(
    databases: Databases, county: County, tmp_path: Path, machines: int
) -> None:
    """Else all but one of them end with an error on the first morning, and their supervisor gives up."""
    url, together = databases.fresh(migrate), Barrier(machines)

    def start(_number: int) -> str:
        together.wait()
        record = open_record(url, county, lambda: county, [bytes(32)], tmp_path, MORNING, "an epoch")
        with closing(record.database), record.database.read() as tx:
            return str(tx.value("SELECT county FROM installation"))

    with ThreadPoolExecutor(machines) as threads:
        assert list(threads.map(start, range(machines))) == [county.code] * machines
    databases.drop(url)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as page:
            return bool(page.status == 200)
    except OSError:
        return False
