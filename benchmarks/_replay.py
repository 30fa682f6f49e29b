"""What an intention asks of the driver, statement by statement with its values; and the same again, by the driver alone.

The bare limit of a lift is not some smaller job that looks like it, but its very own statements: what a program would
cost that knew beforehand what to write and only had to write it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from cases.database import Database, Transaction


class Asked(NamedTuple):
    """One call of the driver: its statement as the driver takes it, its values, and how its rows were fetched."""

    statement: str
    values: Any
    call: str
    """`execute` or `executemany`."""
    fetch: str
    """`fetchone`, `fetchall`, or "" when nothing was fetched."""


class ListeningDatabase(Database):
    """A database whose writes tell what they asked: one list of calls for each transaction, in `heard`."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.heard: list[list[Asked]] = []

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        with self._connection() as connection:
            cursor = _Listener(connection.cursor())
            self.heard.append(cursor.asked)
            if not self.postgres:
                connection.execute("BEGIN IMMEDIATE")
            yield Transaction(cursor, self.postgres)
            connection.commit()


class _Listener:
    """Stands where the driver's cursor stands, and writes down what passes."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self.asked: list[Asked] = []

    def execute(self, statement: str, values: Any) -> _Listener:
        self.asked.append(Asked(statement, values, "execute", ""))
        self._cursor.execute(statement, values)
        return self

    def executemany(self, statement: str, values: Any) -> _Listener:
        self.asked.append(Asked(statement, list(values), "executemany", ""))
        self._cursor.executemany(statement, values)
        return self

    def fetchone(self) -> Any:
        return self._fetched("fetchone")

    def fetchall(self) -> Any:
        return self._fetched("fetchall")

    @property
    def rowcount(self) -> int:
        return int(self._cursor.rowcount)

    def _fetched(self, how: str) -> Any:
        self.asked[-1] = self.asked[-1]._replace(fetch=how)
        return getattr(self._cursor, how)()


def replay(connection: Any, asked: list[Asked], postgres: bool) -> None:
    """One transaction with the calls of another, on the driver's own connection."""
    cursor = connection.cursor()
    if not postgres:
        cursor.execute("BEGIN IMMEDIATE")
    for statement, values, call, fetch in asked:
        if call == "executemany":
            cursor.executemany(statement, values)
        else:
            cursor.execute(statement, values)
            if fetch == "fetchone":
                cursor.fetchone()
            elif fetch:
                cursor.fetchall()
    cursor.close()
    connection.commit()


def contents(database: Database, tables: list[str]) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the named tables, in an order of their own: two databases that did the same work are equal."""
    with database.read() as tx:
        return {table: sorted(tx.all(f"SELECT * FROM {table}"), key=repr) for table in tables}
