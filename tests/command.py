"""The command `stegen` as somebody types it, on a seeded database with cases in it.

Fixtures
- `stegen`: a `Command` on each kind of database; `stegen_on_sqlite`: on SQLite alone, for what does not depend on it;
  `shared_stegen`: one for all tests of a file, for those that show that nothing was written.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cases.database import Database
from cases.record import Record
from cases.tables import metadata
from config.county import County
from stegen import Installation, main
from tests.databases import Databases, SqliteDatabases
from tests.record import MORNING, open_at


@dataclass(frozen=True, slots=True)
class Command:
    """One installation, at ten in the morning of Thursday 16 April 2026, and what is typed there."""

    url: str
    data: Path
    county: County

    @property
    def settings(self) -> dict[str, str]:
        return {"STEGEN_DATABASE_URL": self.url, "STEGEN_DATA": str(self.data), "STEGEN_NOW": MORNING.isoformat()}

    def __call__(self, *words: str, typed: str | bytes | None = None, **settings: str) -> Result:
        """What the command answers; an error that nobody has foreseen is raised here, not hidden in an exit code."""
        county = None if "STEGEN_COUNTY" in settings else self.county
        here = Installation(self.settings | settings, county)
        return CliRunner().invoke(main, words, input=typed, obj=here, catch_exceptions=False)

    def json(self, *words: str, **settings: str) -> Any:
        """What it answers in JSON when it has done what was asked."""
        answer = self(*words, "--json", **settings)
        assert answer.exit_code == 0, answer.output
        return json.loads(answer.stdout)

    def refusal(self, *words: str, **settings: str) -> Any:
        """What it answers in JSON when it has refused."""
        answer = self(*words, "--json", **settings)
        assert answer.exit_code == 1, answer.output
        return json.loads(answer.stdout)

    @contextmanager
    def record(self) -> Iterator[Record]:
        """The same record opened beside the command, to bring cases to where a test begins."""
        opened = open_at(self.url, self.county, self.data / "papers")
        try:
            yield opened
        finally:
            opened.database.close()

    def rows(self) -> dict[str, list[str]]:
        """Every row of every table: two of these are equal when nothing was written in between."""
        database = Database(self.url)
        with database.read() as tx:
            found = {t.name: sorted(map(repr, tx.all(f"SELECT * FROM {t.name}"))) for t in metadata.sorted_tables}
        database.close()
        return found


@pytest.fixture
def stegen(databases: Databases, county: County, _seeded: Callable[[str], None], tmp_path: Path) -> Iterator[Command]:
    yield from _installed(databases, county, _seeded, tmp_path)


@pytest.fixture
def stegen_on_sqlite(
    sqlite_databases: SqliteDatabases, county: County, _seeded: Callable[[str], None], tmp_path: Path
) -> Iterator[Command]:
    yield from _installed(sqlite_databases, county, _seeded, tmp_path)


@pytest.fixture(scope="module")
def shared_stegen(
    sqlite_databases: SqliteDatabases,
    county: County,
    _seeded: Callable[[str], None],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Command]:
    yield from _installed(sqlite_databases, county, _seeded, tmp_path_factory.mktemp("shared"))


def _installed(databases: Databases, county: County, seeded: Callable[[str], None], folder: Path) -> Iterator[Command]:
    url = databases.fresh(seeded)
    command = Command(url, folder / "installation", county)
    with command.record():
        pass  # opened once, so that the routines are written down and nothing is left for the first command to write
    yield command
    databases.drop(url)
