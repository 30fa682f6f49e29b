"""What stands beside the code to start it: compose.yaml, Dockerfile, the services, the proxy. They name what exists.

Neither containers nor services can be started in a test; that every setting, command, option and file they name is a
real one can be told without.
"""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from cases.commands.backup import FORM
from config.settings import FIELDS, FILE, load_settings, secret_fields, variable
from stegen import main
from tests.house.tree import HOME

SERVICES = sorted((HOME / "deploy").glob("*.service"))
PATHS = sorted(path.name for path in SERVICES)
EXPOSED = 20
"""Of 100, as `systemd-analyze security` counts; a service without any protection has 96."""


def _compose() -> dict[str, Any]:
    return yaml.safe_load((HOME / "compose.yaml").read_text(encoding="utf-8"))


def _unit(name: str) -> dict[str, list[str]]:
    """The lines of a service's own section; a key may stand there more than once."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in (HOME / "deploy" / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line
        elif section == "[Service]" and "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def _known() -> set[str]:
    names = {variable(field) for field in FIELDS}
    return names | {variable(field) + FILE for field in secret_fields()}


def _check_command(words: list[str]) -> None:
    """The command takes these words; click refuses an option or a choice that it does not know."""
    command = main.get_command(click.Context(main), words[0])
    assert command is not None, words
    command.make_context(words[0], words[1:], resilient_parsing=False)


def _files() -> Iterator[str]:
    for name in ("compose.yaml", "Dockerfile"):
        yield (HOME / name).read_text(encoding="utf-8")
    for path in (HOME / "deploy").iterdir():
        if path.suffix != ".lock":
            yield path.read_text(encoding="utf-8")


def test_every_setting_they_name_exists() -> None:
    """Lost otherwise: an installation set up from these files would stop at its first start."""
    named = {name for text in _files() for name in re.findall(r"\bSTEGEN_[A-Z_]+", text)}
    assert len(named) > 8
    assert named - _known() == set()


def test_compose_starts_commands_that_exist_with_settings_that_hold() -> None:
    """Lost otherwise: `docker compose up` would be the first to find out."""
    services = _compose()["services"]
    assert set(services) == {"web", "worker", "db", "mail"}
    for name in ("web", "worker"):
        _check_command(services[name]["command"])
        given = services[name]["environment"]
        spoken = {key: re.sub(r"\$\{\w+:[-?]([^}]*)\}", r"\1", text) for key, text in given.items()}
        settings = load_settings({**spoken, "STEGEN_SECRET_KEY": "k" * 32, "STEGEN_DATA_KEYS": "a2tr" * 10 + "a2s="})
        assert settings.smtp_url.get_secret_value() == "smtp://mail:1025"
        gateway = _compose()["networks"]["default"]["ipam"]["config"][0]["gateway"]
        assert settings.proxies == (f"{gateway}/32",)
        assert all(str(port).startswith("127.0.0.1:") for port in services[name].get("ports", []))


def test_containers_have_no_more_rights_than_they_need() -> None:
    """Lost otherwise: a hole in a library would be a hole in the machine."""
    services = _compose()["services"]
    for name in ("web", "worker", "mail"):
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["security_opt"] == ["no-new-privileges:true"]
    image = (HOME / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER stegen$", image, re.MULTILINE)
    assert "--require-hashes" in image


def test_the_image_is_made_of_files_that_exist() -> None:
    """Lost otherwise: the image could not be built, or would lack a room of the house."""
    image = (HOME / "Dockerfile").read_text(encoding="utf-8")
    let_in = {line[1:] for line in (HOME / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [word for line in re.findall(r"^COPY (?!--from)(.+)$", image, re.MULTILINE) for word in line.split()[:-1]]
    assert {"config", "workflows", "cases", "notifications", "web", "stegen.py"} <= set(copied)
    for name in copied:
        assert (HOME / name).exists(), name
        assert name in let_in, f"{name} does not reach the builder: .dockerignore"
    last = re.findall(r"^CMD \[(.+)\]$", image, re.MULTILINE)[-1]
    _check_command([word.strip(' "') for word in last.split(",")])


@pytest.mark.parametrize("name", PATHS)
def test_a_service_starts_a_command_that_exists(name: str) -> None:
    """Lost otherwise: the service would fail at its start, on a night after an upgrade."""
    unit = _unit(name)
    [start] = unit["ExecStart"]
    program, *words = shlex.split(start)
    assert program.endswith("/.venv/bin/stegen")
    _check_command(words)
    assert unit["Type"] == [{"worker": "exec", "backup": "oneshot"}.get(words[0], "notify")]
    credentials = {line.partition(":")[0] for line in unit["LoadCredential"]}
    for line in unit["Environment"]:
        setting, _, value = line.partition("=")
        if setting.endswith(FILE):
            assert value.removeprefix("%d/") in credentials, line


def test_the_timer_starts_a_backup_that_keeps_a_month() -> None:
    """Lost otherwise: the nightly backup would never run, or its folder fill the disk."""
    timer = (HOME / "deploy" / "stegen-backup.timer").read_text(encoding="utf-8")
    assert "OnCalendar=" in timer
    assert (HOME / "deploy" / "stegen-backup.service").exists(), "a timer starts the service of its own name"
    unit = _unit("stegen-backup.service")
    [folder] = unit["ReadWritePaths"]
    assert unit["ExecStart"][0].endswith(f" backup {folder}")
    made = FORM.format(moment=datetime(2026, 4, 16, tzinfo=UTC))
    patterns = [shlex.split(line)[shlex.split(line).index("-name") + 1] for line in unit["ExecStartPost"]]
    assert [fnmatch(made, patterns[0]), fnmatch(f".{made}.part", patterns[1])] == [True, True]


@pytest.mark.parametrize("name", PATHS)
def test_a_service_is_shut_in(name: str) -> None:
    """Lost otherwise: whoever got into the process could read the machine."""
    unit = _unit(name)
    assert unit["NoNewPrivileges"] == ["yes"]
    assert unit["ProtectSystem"] == ["strict"]
    assert unit["CapabilityBoundingSet"] == [""]
    program = shutil.which("systemd-analyze")
    if program is None:
        return
    looked = [program, "security", "--offline=true", f"--threshold={EXPOSED}", str(HOME / "deploy" / name)]
    answer = subprocess.run(looked, capture_output=True, text=True, check=False)
    assert answer.returncode == 0 or "Unknown option" in answer.stderr or "unrecognized" in answer.stderr, answer.stdout
    told = subprocess.run(
        [program, "verify", "--man=no", str(HOME / "deploy" / name)], capture_output=True, text=True, check=False
    )
    wrong = [line for line in told.stderr.splitlines() if name in line and "is not executable" not in line]
    assert wrong == []


def test_the_command_beside_the_services_runs_with_their_settings(tmp_path: Path) -> None:
    """Lost otherwise: what an operator types would work on an empty record of its own, and say that all is well."""
    keys = {"secret_key": "k" * 32, "data_keys": "a2tr" * 10 + "a2s=", "database_url": "sqlite:////srv/x.db"}
    for name, text in keys.items():
        (tmp_path / name).write_text(text + "\n", encoding="utf-8")
    shutil.copy(HOME / "deploy" / "settings.example", tmp_path / "settings")
    script = (HOME / "deploy" / "stegen-command").read_text(encoding="utf-8")
    *lines, last = script.replace("/etc/stegen", str(tmp_path)).replace("cd /var/lib/stegen", "").splitlines()
    assert last.endswith('/srv/stegen/.venv/bin/stegen "$@"')
    ran = subprocess.run(
        ["sh", "-c", "\n".join([*lines, "exec env -0"])],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/bin:/usr/bin"},
    )
    given = dict(line.split("=", 1) for line in ran.stdout.split("\0") if line.startswith("STEGEN_"))
    settings = load_settings(given)
    assert settings.mail_from == "Stegen <stegen@example.org>"
    assert settings.database_url.get_secret_value() == keys["database_url"]
    assert settings.secret_key.get_secret_value() == keys["secret_key"]
    assert str(settings.data) == "/var/lib/stegen"


def test_the_proxy_hides_what_machines_read_and_names_the_visitor() -> None:
    """Lost otherwise: figures would be open to the world, or every guess would be the proxy's."""
    text = (HOME / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for line in (
        "location = /metrics { return 404; }",
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header Host $host;",
    ):
        assert line in text
    assert re.search(r"location = /readyz +\{ return 404; \}", text)
