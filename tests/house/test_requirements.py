"""What is installed is what was locked, and what is locked is what pyproject.toml asks for."""

import re
import tomllib
from importlib.metadata import version

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import HOME

LOCKED = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?P<rest>[^\n]*(?:\n    --hash=[^\n]*)*)", re.MULTILINE)


def _locked(file: str) -> dict[str, tuple[str, str]]:
    text = (HOME / file).read_text(encoding="utf-8")
    return {found["name"]: (found["version"], found["rest"]) for found in LOCKED.finditer(text)}


def _asked_for(*groups: str) -> list[Requirement]:
    asked = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))
    lines = [line for group in groups for line in asked["dependency-groups"][group]]
    return [Requirement(line) for line in asked["project"]["dependencies"] + lines]


def _check_lock_holds(file: str, asked: list[Requirement]) -> None:
    locked = _locked(file)
    wrong = [
        str(requirement)
        for requirement in asked
        if not requirement.specifier.contains(locked.get(canonicalize_name(requirement.name), ("0", ""))[0])
    ]
    assert not wrong, f"{file} is not what pyproject.toml asks for; run `make lock`. Differs: {wrong}"


def test_lock_holds_what_pyproject_asks_for() -> None:
    """Lost otherwise: a fresh clone would install other versions than the ones that were tried."""
    _check_lock_holds("requirements.lock", _asked_for("dev"))
    bench = [requirement for requirement in _asked_for("bench") if requirement.name == "roundup"]
    _check_lock_holds("benchmarks/requirements.lock", bench)
    _check_lock_holds("deploy/requirements.lock", _asked_for("build"))


def test_every_locked_file_has_hashes_and_no_place() -> None:
    """Lost otherwise: a changed file on a mirror would be installed, or the lock would bind users to one registry."""
    for file in ("requirements.lock", "benchmarks/requirements.lock", "deploy/requirements.lock"):
        locked = _locked(file)
        assert locked
        assert [name for name, (_, rest) in locked.items() if "--hash=sha256:" not in rest] == []
        assert "://" not in (HOME / file).read_text(encoding="utf-8")


def test_this_environment_is_the_locked_one() -> None:
    """Lost otherwise: these very tests would speak of versions that nobody else gets."""
    asked = _asked_for("dev")
    locked = _locked("requirements.lock")
    installed = {requirement.name: version(requirement.name) for requirement in asked}
    differing = {name: found for name, found in installed.items() if found != locked[canonicalize_name(name)][0]}
    assert not differing, "The lock has changed since this environment was made: run `make test`, which renews it."
