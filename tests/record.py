"""A whole county's record, fresh for each test, on both databases; and one of the tiny second county.

Fixtures
- `county` (session): Västra Götaland as its folder says; `small_county` (session): the second one.
- `record`: the record of `county`, seeded, empty of cases.
- `small_record`: the same of `small_county`.
- `told_before`: a function that takes one which brings something into a record, `tell(record) -> answer`, and gives
  (record, answer): the record is a copy of one in which that was done once for all tests.
- `new_record` (session): a function that makes one more seeded record, for properties that need many; it answers
  (record, close).
"""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from cases.contents.papers import Papers
from cases.contents.secrecy import Keyring
from cases.database import Database
from cases.migrate import migrate
from cases.organisation.seeding import seed
from cases.record import Record
from cases.routines import open_library
from config.county import County, load_county
from tests.databases import Databases
from workflows.definition_check import check
from workflows.definition_file import Source
from workflows.library import Library
from workflows.word_at_once import PAUSE

CONFIG = Path(__file__).parent.parent / "config"
MORNING = datetime(2026, 4, 16, 8, tzinfo=UTC)
"""Thursday 16 April 2026, 10:00 in Stockholm: the day on which routine.md's first story begins."""
EARLY, SOON = MORNING - PAUSE, MORNING + PAUSE
"""What is done at the first is told at MORNING; what is done at MORNING is told at the second."""


@pytest.fixture(scope="session")
def county() -> County:
    return load_county(CONFIG / "vastra_gotaland")


@pytest.fixture(scope="session")
def small_county() -> County:
    return load_county(CONFIG / "tva_steg")


@pytest.fixture(scope="session")
def _seeded(county: County) -> Callable[[str], None]:
    return _seeding(county)


@pytest.fixture(scope="session")
def _small_seeded(small_county: County) -> Callable[[str], None]:
    return _seeding(small_county)


def _seeding(county: County) -> Callable[[str], None]:
    def prepare(url: str) -> None:
        migrate(url)
        with closing(Database(url)) as database:
            seed(database, county, "an epoch")
            open_library(database, sources(county), MORNING)

    return prepare


def sources(county: County) -> list[Source]:
    return [Source(str(f.path), f.text, f.data) for f in county.workflow_files]


def open_at(url: str, county: County, folder: Path) -> Record:
    """The record at a URL that holds a seeded database."""
    database = Database(url)
    keyring = Keyring([bytes(range(32))])
    return Record(database, _library(database, county), county.calendar, keyring, Papers(folder), os.urandom)


def unhurried(record: Record) -> Record:
    """The same record, whose commits do not wait for the disk: tests kill processes, never the machine."""
    statement = "SET synchronous_commit = off" if record.database.postgres else "PRAGMA synchronous = OFF"

    def connected(connection: Any, _record: Any) -> None:
        connection.cursor().execute(statement)
        connection.commit()

    event.listen(record.database.engine, "connect", connected)
    record.database.engine.dispose()
    return record


def _library(database: Database, county: County) -> Library:
    """What `open_library` would answer. A county's files are checked once in this process, not for every test; a record
    that does not hold their versions yet is opened in full, so that it writes them down."""
    texts = tuple(file.text for file in county.workflow_files)
    checked = _CHECKED.get(texts)
    if checked is not None:
        with database.read() as tx:
            held = dict(tx.all("SELECT key, hash FROM workflow_version"))
        if held == {key: definition.hash for key, definition in checked.definitions.items()}:
            return checked
    _CHECKED[texts] = open_library(database, sources(county), MORNING)
    return _CHECKED[texts]


def checked(county: County) -> County:
    """The same county, whose files are checked now: for whoever forks processes that each open a record of it."""
    _CHECKED[tuple(file.text for file in county.workflow_files)] = Library(check(sources(county)))
    return county


_CHECKED: dict[tuple[str, ...], Library] = {}
"""By the texts of the files. A library is never changed, so that tests may share one."""


@pytest.fixture
def record(databases: Databases, county: County, _seeded: Callable[[str], None], tmp_path: Path) -> Iterator[Record]:
    url = databases.fresh(_seeded)
    opened = unhurried(open_at(url, county, tmp_path / "papers"))
    yield opened
    opened.database.close()
    databases.drop(url)


@pytest.fixture
def small_record(
    databases: Databases, small_county: County, _small_seeded: Callable[[str], None], tmp_path: Path
) -> Iterator[Record]:
    url = databases.fresh(_small_seeded)
    opened = unhurried(open_at(url, small_county, tmp_path / "papers"))
    yield opened
    opened.database.close()
    databases.drop(url)


ToldBefore = Callable[[Callable[[Record], Any]], tuple[Record, Any]]


class Tellings:
    """What `told_before` has done in one kind of database: a template, the answer and the papers of each telling."""

    def __init__(self, databases: Databases, county: County, seeded: Callable[[str], None], folder: Path) -> None:
        self._databases, self._county, self._seeded, self._folder = databases, county, seeded, folder
        self._done: dict[Callable[[Record], Any], tuple[Callable[[str], None], list[Any], Path]] = {}

    def copy(self, tell: Callable[[Record], Any]) -> tuple[str, Any, Path]:
        """The URL of a copy, the answer, and the folder of its papers, which is everybody's."""
        if tell not in self._done:
            answers: list[Any] = []
            papers = self._folder / f"papers{len(self._done)}"

            def prepare(url: str) -> None:
                self._seeded(url)
                record = unhurried(open_at(url, self._county, papers))
                with closing(record.database):
                    answers.append(tell(record))

            self._done[tell] = prepare, answers, papers
        prepare, answers, papers = self._done[tell]
        return self._databases.fresh(prepare), answers[0], papers


@pytest.fixture(scope="session")
def _tellings(
    databases: Databases, county: County, _seeded: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory
) -> Tellings:
    return Tellings(databases, county, _seeded, tmp_path_factory.mktemp("told"))


@pytest.fixture
def told_before(databases: Databases, county: County, _tellings: Tellings, tmp_path: Path) -> Iterator[ToldBefore]:
    with ExitStack() as stack:

        def copy(tell: Callable[[Record], Any]) -> tuple[Record, Any]:
            url, answer, papers = _tellings.copy(tell)
            stack.callback(databases.drop, url)
            own = tmp_path / "papers"
            shutil.copytree(papers, own, dirs_exist_ok=True)
            record = stack.enter_context(_closing(unhurried(open_at(url, county, own))))
            return record, answer

        yield copy


@contextmanager
def _closing(record: Record) -> Iterator[Record]:
    try:
        yield record
    finally:
        record.database.close()


@pytest.fixture(scope="session")
def new_record(
    databases: Databases, county: County, _seeded: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], tuple[Record, Callable[[], None]]]:
    folders = itertools.count()

    def make() -> tuple[Record, Callable[[], None]]:
        url = databases.fresh(_seeded)
        opened = unhurried(open_at(url, county, tmp_path_factory.mktemp(f"papers{next(folders)}")))

        def close() -> None:
            opened.database.close()
            databases.drop(url)

        return opened, close

    return make
