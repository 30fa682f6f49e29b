"""Which tests one hand does when several work side by side (``--dist loadscope``), and what each begins with.

What was built for a file, or for files that share a world, is built once and not by every hand; and the longest work
begins first, so that no hand stands alone with it at the end. Tests on PostgreSQL go apart from those on SQLite: a
session's databases are of one kind at a time.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

BROWSING = (
    "thin_thread", "report", "morning", "administration", "sign_in", "hostile_words", "phone", "forum_answers",
)  # fmt: skip
"""Journeys through the same pages: one that was found faultless is not searched again by the same hand."""

WORLDS = ("tests/web/test_worlds.py", "tests/web/test_every_state.py")
STORIES = ("tests/journeys/test_stories.py", "tests/cases/test_replay.py", "tests/web/test_stories.py")
ON_POSTGRESQL = " on postgresql"

LONG = {
    "browsing": 291, "tests/benchmarks/test_benchmarks.py": 124, "tests/journeys/test_several_machines.py": 86,
    "stories on postgresql": 76, "walls on postgresql": 74, "walls": 64, "tests/web/test_serve.py": 63,
    "tests/notifications/test_database_restarts.py": 60, "stories": 59, "tests/test_stegen.py": 55,
    "tests/notifications/test_engine.py on postgresql": 53, "tests/journeys/test_demo.py": 49,
    "tests/notifications/test_year.py on postgresql": 44, "tests/web/test_routes.py on postgresql": 44,
    "tests/cases/test_model.py on postgresql": 38, "tests/notifications/test_outages.py on postgresql": 34,
    "tests/house/test_fixtures.py": 31, "tests/notifications/test_clock_jumps.py on postgresql": 30,
    "tests/web/test_walls.py on postgresql": 28, "tests/notifications/test_letters.py on postgresql": 28,
    "tests/web/test_routes.py": 27, "worlds": 55, "tests/cases/test_backup.py": 27,
    "tests/cases/test_kill.py": 26, "tests/cases/test_commands_moving.py on postgresql": 26,
    "tests/cases/test_kill.py on postgresql": 24, "tests/web/test_every_move.py": 24, "tests/house/test_clock.py": 23,
    "tests/cases/test_backup.py on postgresql": 20, "tests/workflows/test_reasons.py": 19,
    "tests/workflows/test_any_input.py": 16,
}  # fmt: skip
"""Work that takes long, in seconds of a busy machine; only their order counts. The rest follows by number of tests."""


SHARED: dict[str, Callable[[str], bool]] = {
    "browsing": lambda file: file.startswith("tests/journeys/") and Path(file).stem.removeprefix("test_") in BROWSING,
    "stories": lambda file: file in STORIES,
    "worlds": lambda file: file in WORLDS,
    "walls": lambda file: file.startswith("tests/cases/walls/"),
}
"""Pieces of work that are more than a file, and which files they hold."""


def work_of(nodeid: str) -> str:
    """The piece of work that a test belongs to."""
    file, _, test = nodeid.partition("::")
    work = next((name for name, holds in SHARED.items() if holds(file)), file)
    return work + ON_POSTGRESQL if "[postgresql" in test else work


class LongestFirst(LoadScopeScheduling):
    """Hands out whole pieces of work, the longest that is left to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        return work_of(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        longest = max(self.workqueue, key=lambda work: (LONG.get(work, 0), len(self.workqueue[work])))
        self.workqueue.move_to_end(longest, last=False)
        super()._assign_work_unit(node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LongestFirst | None:
    """None leaves it to what the run was asked for."""
    return LongestFirst(config, log) if config.getoption("dist") == "loadscope" else None
