"""The database: one engine, short transactions, fixed statements on the driver's own connection.

SQLModel describes the tables and SQLAlchemy pools the connections. The statements themselves run on the pooled
driver connection, because the ORM's unit of work costs most of a lift (docs/decisions.md); they are written once, with
`:name` parameters, for both databases. Writes begin with the write lock (`BEGIN IMMEDIATE`), reads never hold it.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from functools import lru_cache
from select import POLLIN, poll
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InvalidatePoolError

BUSY_SECONDS = 10
"""How long a write waits for another before it is told to try again."""

POSTGRES_OPTIONS = f"-c timezone=UTC -c lock_timeout={BUSY_SECONDS * 1000}"
"""Instants come back in UTC, and a row that somebody holds is waited for no longer than SQLite's write lock."""

RENEWED_AFTER = 300
"""Seconds after which a connection to PostgreSQL is replaced: a line cut without a word is not kept for long."""

STATEMENTS = 1000
"""Prepared on one connection: all of them, so that none is planned again because another was asked for."""

WAL_SAFE_SINCE = (3, 51, 3)
"""Earlier versions with a write-ahead log can corrupt a database that two connections write to (WAL-reset fault)."""

OF_INTEGRITY, DISK_FULL = "23", "53100"
WAITED_TOO_LONG = ("55P03", "40001", "40P01")
"""SQLSTATEs: a broken rule, no space left; a lock that was not given, a view of the record that is too old, two who
waited for each other."""


class DatabaseError(Exception):
    """The database could not do what was asked. Nothing was written."""


class DatabaseBusy(DatabaseError):
    """Somebody else is writing. Nothing was written; try again in a moment."""


class DatabaseFull(DatabaseError):
    """The disk is full. Nothing was written; free some space, what is stored can still be read."""


class DatabaseReadOnly(DatabaseError):
    """The database cannot be written to. Nothing was written; check its permissions, or that it is no standby."""


class DatabaseUnreadable(DatabaseError):
    """The database cannot be opened or read. Check STEGEN_DATABASE_URL and the file; if it is damaged, restore."""


class Conflict(DatabaseError):
    """A row that may exist once exists already."""


@lru_cache(maxsize=4096)
def _to_text(moment: datetime) -> str:
    """Kept, because a move writes one moment into a score of rows."""
    return moment.astimezone(UTC).isoformat(" ", "microseconds").removesuffix("+00:00")


@lru_cache(maxsize=4096)
def _to_instant(text: bytes) -> datetime:
    return datetime.fromisoformat(text.decode() + "+00:00")


@lru_cache(maxsize=4096)
def _to_date(text: bytes) -> date:
    """Kept like the instants, because many rows share a few days."""
    return date.fromisoformat(text.decode())


# sqlite3's own adapters store local text without a zone, and are going away in the language.
sqlite3.register_adapter(datetime, _to_text)
sqlite3.register_adapter(date, date.isoformat)
sqlite3.register_converter("datetime", _to_instant)
sqlite3.register_converter("date", _to_date)


class Transaction:
    """Statements on one driver connection, inside one transaction."""

    __slots__ = ("_cursor", "postgres")

    def __init__(self, cursor: Any, postgres: bool) -> None:
        self._cursor = cursor
        self.postgres = postgres

    @property
    def connection(self) -> Any:
        """The driver's own: for a queue whose jobs are written in the same transaction."""
        return self._cursor.connection

    def run(self, statement: str, **values: Any) -> int:
        """Carry out; the number of rows it touched."""
        self._cursor.execute(_for_driver(statement, self.postgres), values)
        return int(self._cursor.rowcount)

    def one(self, statement: str, **values: Any) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._cursor.execute(_for_driver(statement, self.postgres), values).fetchone()
        return row

    def all(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._cursor.execute(_for_driver(statement, self.postgres), values).fetchall()
        return rows

    def value(self, statement: str, **values: Any) -> Any:
        """The first column of the first row, None without one."""
        row = self.one(statement, **values)
        return row[0] if row is not None else None

    def many(self, statement: str, rows: Sequence[Mapping[str, Any]]) -> int:
        """The same statement for each row, nothing without rows; the number of rows they touched together."""
        if not rows:
            return 0
        self._cursor.executemany(_for_driver(statement, self.postgres), rows)
        return int(self._cursor.rowcount)

    def each(self, statement: str, size: int = 1000, **values: Any) -> Iterator[tuple[Any, ...]]:
        """Rows one by one, fetched in batches: for checks that walk whole tables."""
        self._cursor.execute(_for_driver(statement, self.postgres), values)
        while batch := self._cursor.fetchmany(size):
            yield from batch


@lru_cache(maxsize=1024)
def _for_driver(statement: str, postgres: bool) -> str:
    """`:name` as it is for SQLite, `%(name)s` for PostgreSQL; a doubled colon is a cast and stays."""
    if not postgres:
        return statement
    return re.sub(r"(?<!:):([a-z_][a-z0-9_]*)", r"%(\1)s", statement.replace("%", "%%"))


class Database:
    """One county's database. Open it once per process; transactions come from its pool."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.postgres = make_url(url).get_backend_name() == "postgresql"
        self.engine: Engine = _engine(url, self.postgres)
        self._errors: tuple[type[Exception], ...] = (_psycopg_error() if self.postgres else sqlite3.Error, DBAPIError)

    @property
    def address(self) -> str:
        """Where the driver finds it, with its password: for a library that brings connections of its own."""
        return (
            make_url(self.url)
            .set(drivername="postgresql" if self.postgres else "sqlite")
            .render_as_string(hide_password=False)
        )

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """One intention, one transaction: committed at the end of the block, or nothing of it is kept."""
        with self._connection() as connection:
            cursor = connection.cursor()
            if not self.postgres:
                cursor.execute("BEGIN IMMEDIATE")
            yield Transaction(cursor, self.postgres)
            cursor.close()
            connection.commit()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """One moment's view. Ends before anything is rendered or sent; nothing in it can write."""
        with self._connection() as connection:
            cursor = connection.cursor()
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY" if self.postgres else "BEGIN")
            yield Transaction(cursor, self.postgres)
            cursor.close()
            connection.rollback()

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        try:
            pooled = self.engine.raw_connection()
        except self._errors as error:
            raise _told(error) from error
        try:
            yield pooled.driver_connection
        except self._errors as error:
            self._roll_back(pooled)
            raise _told(error) from error
        except BaseException:
            self._roll_back(pooled)
            raise
        finally:
            pooled.close()

    def _roll_back(self, pooled: Any) -> None:
        """SQLite has rolled back by itself when the disk was full; a lost connection cannot. Both are then thrown
        away."""
        try:
            pooled.rollback()
        except self._errors:
            pooled.invalidate()

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def driver_errors_told() -> Iterator[None]:
    """For what runs on SQLAlchemy's own connections (migrations, seeding): the driver's errors as ours."""
    try:
        yield
    except DBAPIError as error:
        raise _told(error) from error


def _psycopg_error() -> type[Exception]:
    """What every error of PostgreSQL's driver is; where SQLite serves, the driver is never loaded."""
    from psycopg import Error

    return Error


def _engine(url: str, postgres: bool) -> Engine:
    if postgres:
        engine = create_engine(url, pool_size=10, max_overflow=10, pool_recycle=RENEWED_AFTER,
                               connect_args={"options": POSTGRES_OPTIONS})  # fmt: skip
        event.listen(engine, "connect", _prepare_postgres)
        event.listen(engine, "checkout", _still_there)
        return engine
    engine = create_engine(
        url, native_datetime=True,
        connect_args={"detect_types": sqlite3.PARSE_DECLTYPES, "timeout": BUSY_SECONDS, "check_same_thread": False,
                      "isolation_level": None},
    )  # fmt: skip
    event.listen(engine, "do_connect", _own_file)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_postgres(connection: Any, _record: Any) -> None:
    connection.prepared_max = STATEMENTS


def _still_there(connection: Any, _record: Any, _proxy: Any) -> None:
    """A server that has ended said so on the line: what can be read there before anything was asked is its goodbye.
    To ask for a sign of life instead would cost each transaction a round trip."""
    if connection.closed:
        raise InvalidatePoolError
    line = poll()
    line.register(connection.fileno(), POLLIN)
    if line.poll(0):
        raise InvalidatePoolError


def _own_file(_dialect: Any, _record: Any, where: list[Any], _how: Any) -> None:
    """A new file is its owner's alone from its first byte, whatever the umask; SQLite gives its journal the same mode.
    One that is there keeps what its owner gave it."""
    file = str(where[0])
    if file and not file.startswith((":memory:", "file:")):
        with suppress(OSError):  # it is there already, or SQLite says why it cannot be made
            os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    for pragma in (
        f"journal_mode={journal_mode(sqlite3.sqlite_version_info)}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    """For SQLAlchemy's own connections (migrations, seeding): the driver begins nothing by itself here."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def journal_mode(version: Iterable[int]) -> str:
    """The write-ahead log where the library is free of the WAL-reset fault; else the fastest rollback journal.

    Of the safe modes `persist` answered most lifts a second (docs/measured.md).
    """
    return "WAL" if tuple(version) >= WAL_SAFE_SINCE else "PERSIST"


def _told(error: BaseException) -> DatabaseError:
    """The driver's error as one of ours, with what to do. PostgreSQL's are known by their SQLSTATE."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return _told(error.orig)
    text, state = str(error).lower(), str(getattr(error, "sqlstate", None) or "")
    refused = isinstance(error, sqlite3.IntegrityError) or state.startswith(OF_INTEGRITY)
    if refused and "unique" in text:
        return Conflict(f"{Conflict.__doc__} ({error})")
    if "locked" in text or state in WAITED_TOO_LONG:
        return DatabaseBusy(DatabaseBusy.__doc__)
    if "full" in text or state == DISK_FULL:
        return DatabaseFull(DatabaseFull.__doc__)
    if "readonly" in text or "read-only" in text:
        return DatabaseReadOnly(DatabaseReadOnly.__doc__)
    if refused:
        return DatabaseError(f"The database refused a row that breaks a rule of the record: {error}")
    # SQLite quotes a text that it cannot decode, and the message is shown to those who may not read cases.
    return DatabaseUnreadable(f"{DatabaseUnreadable.__doc__} ({str(error).partition(' with text ')[0]})")
