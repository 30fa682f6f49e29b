"""What every other test leans on: both databases answer, nothing leaves the machine, nothing is skipped unseen."""

import os
import random
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from tests.asked import USUAL_SEED, Asked, asked
from tests.databases import Databases
from tests.house.tree import HOME
from tests.loopback import BeyondLoopback, is_local

OUTSIDE_ADDRESS = "192.0.2.1"
"""Reserved for documentation (RFC 5737): no machine answers there."""


def _run(url: str, *statements: str) -> object:
    """Runs the statements in one transaction and answers the last one's first value."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        results = [connection.execute(text(statement)) for statement in statements]
        return results[-1].scalar() if results[-1].returns_rows else None


def _prepare(url: str) -> None:
    _run(url, "CREATE TABLE cases (number VARCHAR PRIMARY KEY)", "INSERT INTO cases VALUES ('2026-K7QM4TX')")


def test_both_databases_answer(database_url: str, database_kind: str) -> None:
    """Lost otherwise: tests that claim to run on PostgreSQL would run on SQLite twice."""
    version = {"sqlite": "SELECT sqlite_version()", "postgresql": "SELECT version()"}[database_kind]
    answer = str(_run(database_url, version))
    assert answer.startswith({"sqlite": "3.", "postgresql": "PostgreSQL 18"}[database_kind])
    assert make_url(database_url).get_backend_name() == database_kind


def test_each_database_is_a_copy_of_the_template_and_its_own(databases: Databases) -> None:
    """Lost otherwise: one test's rows would stand in another's database, and order would decide what is green."""
    first, second = databases.fresh(_prepare), databases.fresh(_prepare)
    _run(first, "INSERT INTO cases VALUES ('2026-0000000')")
    assert _run(first, "SELECT count(*) FROM cases") == 2
    assert _run(second, "SELECT count(*) FROM cases") == 1
    for url in (first, second):
        databases.drop(url)


def test_template_is_made_once(databases: Databases) -> None:
    """Lost otherwise: every test would pay for all migrations, and `make test` for minutes."""
    prepared = []

    def prepare(url: str) -> None:
        prepared.append(url)
        _prepare(url)

    urls = [databases.fresh(prepare) for _ in range(3)]
    assert len(prepared) == 1
    assert prepared[0] not in urls
    for url in urls:
        databases.drop(url)


def test_database_is_ready_for_the_record(database_url: str) -> None:
    """Lost otherwise: every test of the record would have to build its tables first, or forget to."""
    assert _run(database_url, "SELECT count(*) FROM alembic_version") == 1


def test_empty_database_holds_nothing(empty_database_url: str) -> None:
    """Lost otherwise: migrations would be tried on a database that already has their tables."""
    with pytest.raises(DBAPIError):
        _run(empty_database_url, "SELECT count(*) FROM cases")


def test_dropped_database_is_gone(databases: Databases, new_database: Callable[[], str]) -> None:
    """Lost otherwise: a run of thousands of examples would fill the disk."""
    url = new_database()
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    databases.drop(url)
    engine.dispose()
    with pytest.raises(KeyError):
        databases.drop(url)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "0.0.0.0", "", None, b"127.0.0.1"])  # noqa: S104
def test_this_machine_may_be_reached(host: object) -> None:
    """Lost otherwise: no test could start a mail server or a page server of its own."""
    assert is_local(host)


def test_a_server_on_loopback_answers() -> None:
    """Lost otherwise: the guard would stop the very servers that tests start."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


def test_nothing_leaves_this_machine(nothing_leaves_this_machine: list[str]) -> None:
    """Lost otherwise: a test run could write to a real mail server, with a real person at the other end."""
    with pytest.raises(BeyondLoopback), socket.socket() as connection:
        connection.connect((OUTSIDE_ADDRESS, 25))
    with pytest.raises(BeyondLoopback), socket.socket(type=socket.SOCK_DGRAM) as datagram:
        datagram.sendto(b"", (OUTSIDE_ADDRESS, 53))
    with pytest.raises(BeyondLoopback):
        socket.getaddrinfo("mail.example", 25)
    assert len(nothing_leaves_this_machine) == 3
    nothing_leaves_this_machine.clear()


def _nested(test: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs one of this project's tests in a new process where no program is on the path, so no Chromium either."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={folder / 'nested'}", test]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("STEGEN_")}
    empty = folder / "no-programs"
    empty.mkdir(exist_ok=True)
    return subprocess.run(
        command, cwd=HOME, env=clean | {"PATH": str(empty)} | environment, capture_output=True, text=True, check=False
    )


BROWSER_TEST = "tests/house/test_browser.py"


def test_journeys_that_did_not_run_are_counted_at_the_end(tmp_path: Path) -> None:
    """Lost otherwise: a green run without a browser would look like a green run with one."""
    run = _nested(BROWSER_TEST, tmp_path)
    *_, notice, last = run.stdout.strip().splitlines()
    assert run.returncode == 0, run.stdout
    assert notice.startswith("1 journey did NOT run. Chromium was not found")
    assert last.startswith("1 skipped")


def test_skipped_journey_fails_where_the_browser_is_required(tmp_path: Path) -> None:
    """Lost otherwise: CI could stay green for months without opening a page once."""
    run = _nested(BROWSER_TEST, tmp_path, STEGEN_REQUIRE="browser,postgres")
    assert run.returncode == 1, run.stdout
    assert "did not run, but STEGEN_REQUIRE asks for it. Chromium was not found" in run.stdout
    assert run.stdout.strip().splitlines()[-1].startswith("1 error")


def test_skipped_journey_is_excused_where_only_postgres_is_required(tmp_path: Path) -> None:
    """Lost otherwise: a machine without a browser could not insist on its database."""
    run = _nested(BROWSER_TEST, tmp_path, STEGEN_REQUIRE="postgres")
    assert run.returncode == 0, run.stdout


def test_unknown_requirement_is_refused() -> None:
    """Lost otherwise: a misspelt requirement would require nothing."""
    with pytest.raises(pytest.UsageError, match="knows browser, postgres; it was given browsers"):
        Asked.by({"STEGEN_REQUIRE": "browsers"})


def test_no_setting_of_this_machine_reaches_a_test() -> None:
    """Lost otherwise: a test would write into the database that the developer's own environment names."""
    assert [name for name in os.environ if name.startswith("STEGEN_")] == []


def test_seed_repeats_the_random_choices(rng: random.Random, request: pytest.FixtureRequest) -> None:
    """Lost otherwise: a failure found by chance could not be looked at again."""
    assert rng.random() == random.Random(f"{asked(request.config).seed} {request.node.nodeid}").random()
    assert Asked.by({}).seed == USUAL_SEED
    assert Asked.by({"STEGEN_SEED": "7", "STEGEN_TORTURE": "1"}) == Asked(frozenset(), torture=True, seed=7)
