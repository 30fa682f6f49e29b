"""Rows that cannot be read: bytes that are no text, days and moments that are none, in a file that somebody damaged.

Only SQLite keeps such a thing; PostgreSQL never takes it in. One such row stops every question that comes by it, so the
others are asked on, and each row of that kind is named once one has stopped.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Boolean, Date, DateTime, Integer, LargeBinary, Table

from cases.database import DatabaseError, Transaction
from cases.record import Record
from cases.tables import metadata

Answer = TypeVar("Answer")

NUMBERS = "SELECT id, CAST(number AS BLOB) FROM cases"


class Questions(Generic[Answer]):
    """What has been answered so far. One that stops at such a row leaves the others to be asked."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.stopped: Exception | None = None
        """The last that stopped, and why."""

    def on(self, question: Iterable[Answer]) -> bool:
        """Whether it was answered to its end; of one that was not, no answer is kept."""
        before, whole = len(self.answers), False
        with self.going_on():
            self.answers.extend(question)
            whole = True
        if not whole:
            del self.answers[before:]
        return whole

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Errors of another kind are raised as they come."""
        try:
            yield
        except (DatabaseError, sqlite3.OperationalError, ValueError) as error:
            if not _is_unreadable(error):
                raise
            self.stopped = error


def _is_unreadable(error: Exception) -> bool:
    """The driver has no kind of error of its own for it."""
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    said = isinstance(cause, sqlite3.OperationalError) and "Could not decode" in str(cause)
    return said or isinstance(cause, ValueError)


def of_unreadable(record: Record) -> Iterator[tuple[str, str]]:
    """(table and row, what is wrong in it), without a word of what stands there. Reads every table whole."""
    if record.database.postgres:
        return
    with record.database.read() as tx:
        numbers = {str(id_): _shown(number) for id_, number in tx.all(NUMBERS)}
        for table in metadata.sorted_tables:
            yield from _of_table(tx, table, numbers)


def _shown(raw: bytes) -> str:
    """As much of it as can be read."""
    return raw.decode(errors="replace")


def _of_table(tx: Transaction, table: Table, numbers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    keys = [column.name for column in table.primary_key.columns]
    sorts = {c.name: _sort(c.type) for c in table.columns if not isinstance(c.type, LargeBinary)}
    columns = ", ".join(f'CAST("{name}" AS BLOB)' for name in sorts)
    for row in tx.each(f'SELECT {columns} FROM "{table.name}"'):
        cells = dict(zip(sorts, row, strict=True))
        for name, value in cells.items():
            what = _fault(sorts[name], value)
            if what:
                yield f"{table.name} {_place(table.name, keys, cells, numbers)}", f"{name} {what}"


def _place(table: str, keys: list[str], cells: Mapping[str, bytes | None], numbers: Mapping[str, str]) -> str:
    """The row by its key, and by its case where it has one; a word that is searched for is never said."""
    said = {name: _shown(value or b"") for name, value in cells.items()}
    if table == "cases":
        return numbers.get(said["id"], "")
    said["case_id"] = numbers.get(said.get("case_id", ""), "")
    return "/".join(said[name] for name in dict.fromkeys(["case_id", *keys]) if name != "term" and said[name])


def _sort(type_: Any) -> type:
    kind = getattr(type_, "impl_instance", type_)
    if isinstance(kind, (DateTime, Date)):
        return datetime if isinstance(kind, DateTime) else date
    return int if isinstance(kind, (Integer, Boolean)) else str


_READERS: Mapping[type, tuple[Callable[[str], object], str]] = {
    str: (str, "is no readable text"),
    int: (int, "is no number"),
    datetime: (lambda text: datetime.fromisoformat(f"{text}+00:00"), "is no moment"),
    date: (date.fromisoformat, "is no day"),
}


def _fault(sort: type, value: bytes | None) -> str:
    if value is None:
        return ""
    read, wrong = _READERS[sort]
    try:
        read(value.decode())
    except ValueError:
        return wrong
    return ""
