"""The README's map of files is the first thing a newcomer follows, so it must be true."""

import ast
import re

import pytest

from tests.house.map import written_map
from tests.house.tree import COMMAND, HOME, ROOMS, sources

MAP_HEADING = "## Map of files"
CODE_SPAN = re.compile(r"`([^`]+)`")


def _readme() -> str:
    return (HOME / "README.md").read_text(encoding="utf-8")


def _mapped() -> list[str]:
    """The first column of the map's tables: paths from the project's folder."""
    section = _readme().split(MAP_HEADING, 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")]
    return [path for row in rows for path in CODE_SPAN.findall(row.split("|")[1])]


def test_map_names_only_what_exists() -> None:
    """Lost otherwise: a newcomer looks for a file that was renamed last month."""
    assert _mapped(), f"README.md has no table under {MAP_HEADING}."
    missing = [path for path in _mapped() if not (HOME / path).exists()]
    assert not missing


@pytest.mark.parametrize("room", [*ROOMS, COMMAND])
def test_map_names_every_file_of_the_room(room: str) -> None:
    """Lost otherwise: a file that the map leaves out is found by chance, or written a second time."""
    own = {source.path for source in sources() if source.room == room and source.path.count("/") <= 2}
    own = {path for path in own if not path.endswith("/__init__.py")}
    assert own - set(_mapped()) == set(), "Run `make map`."


def test_map_says_what_the_files_say_of_themselves() -> None:
    """Lost otherwise: the map keeps describing what a file held a year ago."""
    assert written_map() in _readme(), "Run `make map`."


def test_every_file_says_what_it_holds() -> None:
    """Lost otherwise: the map has an empty line, and a reader opens the file to find out that it is the wrong one."""
    silent = [source.path for source in sources() if source.text.strip() and not ast.get_docstring(source.tree)]
    assert not silent
