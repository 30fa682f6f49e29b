"""The walls' world, told once for each database and copied for each test that wants to change something in it.

Fixtures
- `world` (session): the `World` that tests only read.
- `poorer` (session): a function that gives the world told without the steps that it names; only to read, too.
- `changed`: a function that gives a copy of the world of one's own, told without the steps that it names.
- `statements`: every statement that reaches a database from now on, in order.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cases.database import Database, _for_driver
from cases.record import Record
from config.county import County
from tests.asked import asked
from tests.cases.walls.telling import Teller
from tests.cases.walls.world import tell
from tests.databases import Databases, Prepare
from tests.record import open_at, unhurried

READING = datetime(2026, 4, 17, 8, tzinfo=UTC)
"""The morning after everything in the world has happened."""


@dataclass(frozen=True, slots=True)
class World:
    """A record with the world in it, and what was told."""

    record: Record
    told: Teller

    def number(self, case: str) -> str:
        return self.told.cases[case].number


Tell = Callable[..., World]


class Worlds:
    """Hands out the world in one kind of database: whole ones as copies of one, poorer ones told anew."""

    def __init__(self, databases: Databases, county: County, seeded: Prepare, papers: Path, seed: int) -> None:
        self._databases, self._county, self._seeded = databases, county, seeded
        self._papers, self._seed = papers, seed
        self._whole: Teller | None = None

    def copy(self, stack: ExitStack, without: frozenset[str] = frozenset()) -> World:
        """The world without some steps, in a database that ends with the stack."""
        url = self._databases.fresh(self._seeded if without else self._prepare)
        stack.callback(self._databases.drop, url)
        told = self._tell(url, without) if without else self._whole
        assert told is not None  # preparing the first copy has told it
        like = told.record
        record = unhurried(Record(Database(url), like.library, like.red_days, like.keyring,
                                  like.papers, like.random_bytes))  # fmt: skip
        stack.callback(record.database.close)
        return World(record, told)

    def _prepare(self, url: str) -> None:
        self._seeded(url)
        self._whole = self._tell(url, frozenset())

    def _tell(self, url: str, without: frozenset[str]) -> Teller:
        record = unhurried(open_at(url, self._county, self._papers))
        try:
            return tell(record, self._seed, without)
        finally:
            record.database.close()


@pytest.fixture(scope="session")
def _worlds(
    databases: Databases, county: County, _seeded: Prepare, pytestconfig: pytest.Config,
    tmp_path_factory: pytest.TempPathFactory,
) -> Worlds:  # fmt: skip
    return Worlds(databases, county, _seeded, tmp_path_factory.mktemp("papers"), asked(pytestconfig).seed)


@pytest.fixture(scope="session")
def world(_worlds: Worlds) -> Iterator[World]:
    with ExitStack() as stack:
        yield _worlds.copy(stack)


@pytest.fixture(scope="session")
def poorer(_worlds: Worlds) -> Iterator[Tell]:
    opened: dict[frozenset[str], World] = {}
    with ExitStack() as stack:

        def told_without(*steps: str) -> World:
            without = frozenset(steps)
            if without not in opened:
                opened[without] = _worlds.copy(stack, without)
            return opened[without]

        yield told_without


@pytest.fixture
def changed(_worlds: Worlds) -> Iterator[Tell]:
    with ExitStack() as stack:
        yield lambda *without: _worlds.copy(stack, frozenset(without))


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    heard: list[str] = []

    def listening(statement: str, postgres: bool) -> str:
        heard.append(statement)
        return _for_driver(statement, postgres)

    monkeypatch.setattr("cases.database._for_driver", listening)
    return heard
