"""What every test may ask for. Each plugin below holds one idea; its docstring lists its fixtures."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.databases import Prepare

pytest_plugins = (
    "tests.asked",
    "tests.amounts",
    "tests.required",
    "tests.loopback",
    "tests.databases",
    "tests.browsers",
    "tests.record",
    "tests.command",
    "tests.stories",
    "tests.cases.walls.worlds",
)


@pytest.fixture(scope="session")
def prepare_database() -> "Prepare":
    """What makes an empty database ready for use, given its URL: all migrations, run once on each kind's template."""
    from cases.migrate import migrate

    return migrate
