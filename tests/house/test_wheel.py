"""The package that is built carries all that an installation needs, and nothing of the tests."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.tree import COMMAND, HOME, ROOMS


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names of the files in a freshly built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=HOME, check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        return wheel.namelist()


def test_wheel_carries_every_room_with_its_data(packed: list[str]) -> None:
    """Lost otherwise: an installation from the package starts without its county, its routines or its pages."""
    files = [file for room in ROOMS for file in (HOME / room).rglob("*") if file.is_file()] + [HOME / COMMAND]
    wanted = {_path(file) for file in files if "__pycache__" not in file.parts and file.exists()}
    assert wanted - set(packed) == set()


def test_wheel_carries_the_licence_and_no_tests(packed: list[str]) -> None:
    """Lost otherwise: the licence would not travel with the work, as it demands; `tests` could shadow another's."""
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in packed)
    assert not [name for name in packed if name.startswith(("tests/", "benchmarks/", "var/", ".venv/"))]


def _path(file: Path) -> str:
    return file.relative_to(HOME).as_posix()
