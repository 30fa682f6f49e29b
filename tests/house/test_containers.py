"""compose.yaml and Dockerfile, read as their tools would read them: where neither can be run, a slip in either would be
found by whoever sets up an installation."""

import ast
import os
import re
import shlex
import shutil
import subprocess
import tomllib
from typing import Any

import pytest
import yaml

from tests.house.tree import HOME

KNOWN: dict[str, set[str]] = {
    "": {"services", "networks", "volumes"},
    "service": {"build", "image", "restart", "read_only", "tmpfs", "cap_drop", "security_opt", "volumes", "environment",
                "command", "ports", "stop_grace_period", "depends_on", "healthcheck"},
    "healthcheck": {"test", "interval", "timeout", "retries", "start_period"},
}  # fmt: skip
"""The words of the Compose Specification that we use; it calls every other an error."""

DURATION = re.compile(r"(\d+(us|ms|s|m|h))+")
PORT = re.compile(r"127\.0\.0\.1:\d+:\d+")
VARIABLE = re.compile(r"\$\{([A-Z_]+)(?::[-?][^}]*)?\}")

FIRST, SECOND = "AS built", ""
INSTRUCTIONS = {"FROM", "WORKDIR", "RUN", "COPY", "ENV", "USER", "VOLUME", "EXPOSE", "ENTRYPOINT", "CMD"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((HOME / "compose.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, str]]:
    """(instruction, words) of the Dockerfile, in order."""
    lines = (HOME / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    pairs = (line.partition(" ") for line in lines if line and not line.startswith("#"))
    return [(word, " ".join(rest.split())) for word, _, rest in pairs]


def said(steps: list[tuple[str, str]], instruction: str) -> list[str]:
    return [rest for word, rest in steps if word == instruction]


def test_compose_is_written_in_words_that_compose_knows(compose: dict[str, Any]) -> None:
    """Lost otherwise: `docker compose up` answers with a fault instead of a page."""
    assert {key for key in compose if not key.startswith("x-")} == KNOWN[""]
    for name, service in compose["services"].items():
        assert service.keys() <= KNOWN["service"], name
        assert "build" in service or ":" in service["image"], f"{name}: an image is named with its version"
        assert all(PORT.fullmatch(port) for port in service.get("ports", [])), name
        check = service.get("healthcheck", {})
        assert check.keys() <= KNOWN["healthcheck"], name
        spans = [service.get("stop_grace_period", "1s"), *(check.get(k, "1s") for k in ("interval", "start_period"))]
        assert all(DURATION.fullmatch(span) for span in spans), name
        mounted = [volume.partition(":")[0] for volume in service.get("volumes", [])]
        assert set(mounted) <= compose["volumes"].keys(), name
        for other, how in service.get("depends_on", {}).items():
            assert "healthcheck" in compose["services"][other], f"{name} waits for ever until {other} is well"
            assert how == {"condition": "service_healthy"}


def test_compose_itself_takes_the_file_where_it_is_installed() -> None:
    """Lost otherwise: what we take for its words, it does not; and without a password it starts with an open door."""
    text = (HOME / "compose.yaml").read_text(encoding="utf-8")
    named = set(VARIABLE.findall(text))
    assert text.count("${POSTGRES_PASSWORD") == text.count("${POSTGRES_PASSWORD:?") == 2, "it stops without one"
    assert {name for name in named if not name.startswith("STEGEN_")} == {"POSTGRES_PASSWORD"}
    program = shutil.which("docker-compose")
    if program is None:
        return
    own = {name: value for name, value in os.environ.items() if name not in named} | {"POSTGRES_PASSWORD": "x"}
    words = [program, "--file", str(HOME / "compose.yaml"), "config", "--quiet"]
    taken = subprocess.run(words, env=own, capture_output=True, text=True, check=False)
    assert (taken.returncode, taken.stderr) == (0, "")


def test_the_image_is_built_by_steps_that_fit_together(steps: list[tuple[str, str]]) -> None:
    """Lost otherwise: the image is built for minutes and has no command in it, or none that finds its libraries."""
    assert {word for word, _ in steps} <= INSTRUCTIONS
    assert steps[0][0] == "FROM"
    bases = [rest.split() for rest in said(steps, "FROM")]
    assert bases[0][0] == bases[1][0], "a virtual environment moves only between the same Pythons"
    assert [" ".join(rest[1:]) for rest in bases] == [FIRST, SECOND]
    runs = [command.strip() for rest in said(steps, "RUN") for command in rest.split("&&")]
    home = next(command.removeprefix("python -m venv ") for command in runs if command.startswith("python -m venv "))
    pips = [shlex.split(command) for command in runs if "pip install" in command]
    assert all(words[0] == f"{home}/bin/pip" for words in pips)
    assert f"--from=built {home} {home}" in said(steps, "COPY"), "its scripts name the path they were made at"
    assert said(steps, "ENV")[0].split()[0] == f"PATH={home}/bin:$PATH"
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))
    [command] = [words[0] for words in (ast.literal_eval(rest) for rest in said(steps, "ENTRYPOINT"))]
    assert command in project["project"]["scripts"]
    assert float(re.search(r"python:(\d\.\d+)", bases[0][0]).group(1)) >= float(  # type: ignore[union-attr]
        project["project"]["requires-python"].removeprefix(">=")
    )


def test_the_image_has_all_that_it_is_built_with_locked(steps: list[tuple[str, str]]) -> None:
    """Lost otherwise: a build fetches something that nobody has looked at, or stops because it may not."""
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))
    lock = (HOME / "deploy" / "requirements.lock").read_text(encoding="utf-8")
    entries = [entry for entry in re.split(r"\n(?=\S)", lock.strip()) if not entry.startswith("#")]
    locked = {re.split(r"[=\[ ;]", entry)[0].lower(): entry for entry in entries}
    assert all("--hash=sha256:" in entry for entry in entries)
    asked = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["engine"]]
    assert any("--no-build-isolation" in rest for rest in said(steps, "RUN"))
    for wish in (*asked, *project["build-system"]["requires"]):
        assert re.split(r"[<>=\[ ]", wish)[0].lower() in locked, wish


def test_containers_write_where_they_may_and_are_asked_where_they_answer(
    steps: list[tuple[str, str]], compose: dict[str, Any]
) -> None:
    """Lost otherwise: a container cannot keep its keys, or counts as dead while it answers at another door."""
    [volume] = said(steps, "VOLUME")
    assert f"STEGEN_DATA={volume}" in said(steps, "ENV")[0].split()
    own = next(rest for rest in said(steps, "RUN") if "useradd" in rest)
    assert re.search(rf"install -d -o (\w+) -g \1 -m 0700 {volume}$", own)
    assert said(steps, "USER") == [re.search(r"install -d -o (\w+)", own).group(1)]  # type: ignore[union-attr]
    [port] = said(steps, "EXPOSE")
    web = compose["services"]["web"]
    assert f"data:{volume}" in web["volumes"]
    assert web["ports"] == [f"127.0.0.1:{port}:{port}"]
    *words, program = web["healthcheck"]["test"]
    assert words == ["CMD", "python", "-c"]
    asked = next(node.value for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Constant) and node.value)
    assert str(asked).startswith(f"http://127.0.0.1:{port}/readyz?part=pages")
    assert web["environment"]["STEGEN_SMTP_URL"].endswith("smtp://mail:1025}"), "where mailpit listens"
