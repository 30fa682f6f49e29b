"""The README's map of files is the first thing a newcomer follows, so it must be true."""

import re

import pytest

from tests.house.tree import COMMAND, HOME, ROOMS, sources

MAP_HEADING = "## Map of files"
CODE_SPAN = re.compile(r"`([^`]+)`")


def _mapped() -> list[str]:
    """The first column of the map's tables: paths from the project's folder, some with a `*`."""
    text = (HOME / "README.md").read_text(encoding="utf-8")
    section = text.split(MAP_HEADING, 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")]
    return [path for row in rows for path in CODE_SPAN.findall(row.split("|")[1])]


def test_map_names_only_what_exists() -> None:
    """Lost otherwise: a newcomer looks for a file that was renamed last month."""
    assert _mapped(), f"README.md has no table under {MAP_HEADING}."
    missing = [path for path in _mapped() if not any(HOME.glob(path.rstrip("/")))]
    assert not missing


def test_map_names_each_file_once() -> None:
    """Lost otherwise: two descriptions of one file drift apart."""
    assert len(_mapped()) == len(set(_mapped()))


@pytest.mark.parametrize("room", [*ROOMS, COMMAND])
def test_map_names_every_file_of_the_room(room: str) -> None:
    """Lost otherwise: a file that the map leaves out is found by chance, or written a second time."""
    own = {source.path for source in sources() if source.room == room and source.path.count("/") <= 1}
    own = {path for path in own if not path.endswith("/__init__.py")}
    assert own - set(_mapped()) == set()
