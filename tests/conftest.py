"""What every test may ask for. Each plugin below holds one idea; its docstring lists its fixtures."""

import gc
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.databases import Prepare

pytest_plugins = (
    "tests.asked",
    "tests.first_imports",
    "tests.amounts",
    "tests.required",
    "tests.loopback",
    "tests.hands",
    "tests.databases",
    "tests.browsers",
    "tests.record",
    "tests.command",
    "tests.quick_passwords",
    "tests.compiled_templates",
    "tests.counties",
    "tests.stories",
    "tests.cases.walls.worlds",
)


COLLECT_AFTER = 100_000
"""New objects after which Python looks for garbage (its default: 700): a run keeps a million to its end, and looked
through them again and again."""


def pytest_configure() -> None:
    gc.set_threshold(COLLECT_AFTER)


def pytest_collection_finish() -> None:
    """What the tests themselves are made of stays to the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def prepare_database() -> "Prepare":
    """What makes an empty database ready for use, given its URL: all migrations, run once on each kind's template."""
    from cases.migrate import migrate

    return migrate
