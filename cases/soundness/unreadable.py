"""Rows that cannot be read: bytes that are no text, days and moments that are none, in a file that somebody damaged.

Only SQLite keeps such a thing; PostgreSQL never takes it in. Each row of that kind is named once a question has stopped
at one (questions.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, DateTime, Integer, LargeBinary, Table

from cases.database import Transaction
from cases.record import Record
from cases.tables import metadata

NUMBERS = "SELECT id, CAST(number AS BLOB) FROM cases"


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
