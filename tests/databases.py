"""Both databases, fresh for each test, cheaply: a template is prepared once and every test gets a copy.

Fixtures
- `database_kind` (session): ``"sqlite"`` or ``"postgresql"``. A test that asks for this or any fixture below runs
  once on each; the second carries the marker `postgres`.
- `databases` (session): the `Databases` of that kind.
- `database_url`: the URL of a fresh database, prepared by `prepare_database` (tests/conftest.py).
- `empty_database_url`: the same without preparation, for what starts from nothing.
- `new_database` (session): a function whose every call gives the URL of one more prepared database, for tests that
  need several (properties with a database for each example); the test ends them with ``databases.drop(url)``.
"""

import itertools
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
from psycopg import sql

from tests.postgres import CANNOT_START, driver_url, postgres_server

Prepare = Callable[[str], object]
"""Given the URL of an empty database, makes it ready for use, and closes every connection that it opened."""


class Databases(Protocol):
    """A place that hands out databases, each named by the URL that SQLAlchemy takes."""

    def fresh(self, prepare: Prepare | None = None) -> str:
        """The URL of a new database: a copy of the template that `prepare` made, or empty without it."""

    def drop(self, url: str) -> None:
        """Ends a database that `fresh` gave, whoever is still connected to it. Raises KeyError on any other."""


class SqliteDatabases:
    """Files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._files: dict[str, Path] = {}
        self._templates: dict[Prepare, Path] = {}

    def fresh(self, prepare: Prepare | None = None) -> str:
        file = self._folder / f"stegen{next(self._numbers)}.sqlite3"
        if prepare is not None:
            shutil.copyfile(self._template(prepare), file)
        self._files[_sqlite_url(file)] = file
        return _sqlite_url(file)

    def drop(self, url: str) -> None:
        file = self._files.pop(url)
        for suffix in ("", "-journal", "-wal", "-shm"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)

    def _template(self, prepare: Prepare) -> Path:
        if prepare not in self._templates:
            file = self._folder / f"template{next(self._numbers)}.sqlite3"
            prepare(_sqlite_url(file))
            with closing(sqlite3.connect(file)) as connection:
                # A copy of the file alone would lose what still stands in a write-ahead log.
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._templates[prepare] = file
        return self._templates[prepare]


def _sqlite_url(file: Path) -> str:
    return f"sqlite:///{file}"


class PostgresDatabases:
    """Databases of one running server."""

    def __init__(self, url_of: Callable[[str], str]) -> None:
        """`url_of` gives the URL of a database by its name, as `postgres_server` yields it. Connects until `close`."""
        self._url_of = url_of
        self._keeper = psycopg.connect(driver_url(url_of("postgres")), autocommit=True)
        self._numbers = itertools.count(1)
        self._names: dict[str, str] = {}
        self._templates: dict[Prepare | None, str] = {None: "template0"}

    def fresh(self, prepare: Prepare | None = None) -> str:
        name = f"stegen{next(self._numbers)}"
        self._create(name, self._template(prepare))
        self._names[self._url_of(name)] = name
        return self._url_of(name)

    def drop(self, url: str) -> None:
        self._keeper.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self._names.pop(url))))

    def close(self) -> None:
        """Before the server ends."""
        self._keeper.close()

    def _template(self, prepare: Prepare | None) -> str:
        if prepare is not None and prepare not in self._templates:
            name = f"template{next(self._numbers)}"
            self._create(name, "template0")
            prepare(self._url_of(name))
            self._templates[prepare] = name
        return self._templates[prepare]

    def _create(self, name: str, template: str) -> None:
        # One collation whatever the machine's language. Copying files is twice as fast here as logging each page.
        statement = "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
        self._keeper.execute(sql.SQL(statement).format(sql.Identifier(name), sql.Identifier(template)))


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    return SqliteDatabases(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[PostgresDatabases]:
    with ExitStack() as running:
        try:
            url_of = running.enter_context(postgres_server())
        except CANNOT_START as failure:
            pytest.skip(f"PostgreSQL did not start: {failure}")
        yield running.enter_context(closing(PostgresDatabases(url_of)))


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, database_kind: str) -> Databases:
    # By name, so that a run on SQLite alone never starts a server.
    return request.getfixturevalue("sqlite_databases" if database_kind == "sqlite" else "postgres_databases")


@pytest.fixture
def database_url(databases: Databases, prepare_database: Prepare) -> Iterator[str]:
    url = databases.fresh(prepare_database)
    yield url
    databases.drop(url)


@pytest.fixture
def empty_database_url(databases: Databases) -> Iterator[str]:
    url = databases.fresh()
    yield url
    databases.drop(url)


@pytest.fixture(scope="session")
def new_database(databases: Databases, prepare_database: Prepare) -> Callable[[], str]:
    return lambda: databases.fresh(prepare_database)
