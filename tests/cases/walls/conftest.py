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

from cases.database import _for_driver
from cases.record import Record
from config.county import County
from tests.asked import asked
from tests.cases.walls.telling import Teller
from tests.cases.walls.world import tell
from tests.databases import Databases
from tests.record import open_at

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


@pytest.fixture(scope="session")
def _worlds(
    databases: Databases, county: County, _seeded: Callable[[str], None], pytestconfig: pytest.Config,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[frozenset[str]], tuple[str, Path, Teller]]:  # fmt: skip
    """The URL of a fresh copy of the world told without some steps, its papers, and what was told."""
    prepared: dict[frozenset[str], tuple[Callable[[str], None], Path]] = {}
    tellers: dict[frozenset[str], Teller] = {}
    seed = asked(pytestconfig).seed

    def make(without: frozenset[str]) -> tuple[str, Path, Teller]:
        if without not in prepared:
            papers = tmp_path_factory.mktemp("papers")

            def prepare(url: str) -> None:
                _seeded(url)
                record = open_at(url, county, papers)
                tellers[without] = tell(record, seed, without)
                record.database.close()

            prepared[without] = prepare, papers
        prepare, papers = prepared[without]
        url = databases.fresh(prepare)
        return url, papers, tellers[without]

    return make


@pytest.fixture(scope="session")
def _opened(
    _worlds: Callable[[frozenset[str]], tuple[str, Path, Teller]], databases: Databases, county: County
) -> Callable[[ExitStack, frozenset[str]], World]:
    def open_copy(stack: ExitStack, without: frozenset[str]) -> World:
        url, papers, told = _worlds(without)
        record = open_at(url, county, papers)
        stack.callback(databases.drop, url)
        stack.callback(record.database.close)
        return World(record, told)

    return open_copy


@pytest.fixture(scope="session")
def world(_opened: Callable[[ExitStack, frozenset[str]], World]) -> Iterator[World]:
    with ExitStack() as stack:
        yield _opened(stack, frozenset())


@pytest.fixture(scope="session")
def poorer(_opened: Callable[[ExitStack, frozenset[str]], World]) -> Iterator[Tell]:
    opened: dict[frozenset[str], World] = {}
    with ExitStack() as stack:

        def told_without(*steps: str) -> World:
            without = frozenset(steps)
            if without not in opened:
                opened[without] = _opened(stack, without)
            return opened[without]

        yield told_without


@pytest.fixture
def changed(_opened: Callable[[ExitStack, frozenset[str]], World]) -> Iterator[Tell]:
    with ExitStack() as stack:
        yield lambda *without: _opened(stack, frozenset(without))


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    heard: list[str] = []

    def listening(statement: str, postgres: bool) -> str:
        heard.append(statement)
        return _for_driver(statement, postgres)

    monkeypatch.setattr("cases.database._for_driver", listening)
    return heard
