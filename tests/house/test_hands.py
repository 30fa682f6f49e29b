"""The order of work when several hands test side by side: every test once, what belongs together in one hand."""

from tests.hands import BROWSING, LONG, SHARED, STORIES, work_of
from tests.house.tree import HOME


def test_what_shares_a_world_stays_in_one_hand() -> None:
    """Lost otherwise: every hand would build the same world, and `make test` would take minutes longer."""
    story, replay = (
        "tests/journeys/test_stories.py::test_a[postgresql-x]",
        "tests/cases/test_replay.py::test_b[postgresql]",
    )
    assert work_of(story) == work_of(replay) == "stories on postgresql"
    assert work_of("tests/cases/walls/test_table.py::test_cell[sqlite-x]") == "walls"
    assert work_of("tests/web/test_pages.py::test_c") == work_of("tests/web/test_pages.py::test_d[sqlite]")
    assert work_of("tests/web/test_pages.py::test_d[sqlite]") != work_of("tests/web/test_pages.py::test_d[postgresql]")


def test_what_is_said_to_be_long_is_there() -> None:
    """Lost otherwise: a file that was renamed would begin last, and everybody would wait for it."""
    files = [work.removesuffix(" on postgresql") for work in LONG]
    files += [*STORIES, *(f"tests/journeys/test_{name}.py" for name in BROWSING)]
    assert [file for file in files if file not in SHARED and not (HOME / file).exists()] == []
