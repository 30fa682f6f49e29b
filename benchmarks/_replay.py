"""What an intention asks of the driver, statement by statement with its values; and again, by the driver alone.

The bare limit of a lift is not some smaller job that looks like it, but its very own statements: what a program would
cost that knew beforehand what to write and only had to write it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from cases.database import Database


class Asked(NamedTuple):
    """One call of the driver: its statement as the driver takes it, its values, and how its rows were fetched."""

    statement: str
    values: Any
    call: str
    """`execute` or `executemany`."""
    fetch: str
    """`fetchone`, `fetchall`, or "" when nothing was fetched."""


class ListeningDatabase(Database):
    """A database whose transactions tell what they asked of the driver: one list of calls for each, in `heard`."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.heard: list[list[Asked]] = []

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        with super()._connection() as connection:
            asked: list[Asked] = []
            self.heard.append(asked)
            yield _Heard(connection, asked)


class _Heard:
    """Stands where the driver's connection stands, or its cursor, and writes down what is executed."""

    def __init__(self, driver: Any, asked: list[Asked]) -> None:
        self._driver = driver
        self._asked = asked

    def cursor(self) -> _Heard:
        return _Heard(self._driver.cursor(), self._asked)

    def execute(self, statement: str, values: Any = None) -> _Heard:
        self._asked.append(Asked(statement, values, "execute", ""))
        _execute(self._driver, statement, values)
        return self

    def executemany(self, statement: str, values: Any) -> None:
        self._asked.append(Asked(statement, list(values), "executemany", ""))
        self._driver.executemany(statement, values)

    def fetchone(self) -> Any:
        return self._fetched("fetchone")

    def fetchall(self) -> Any:
        return self._fetched("fetchall")

    def _fetched(self, how: str) -> Any:
        self._asked[-1] = self._asked[-1]._replace(fetch=how)
        return getattr(self._driver, how)()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)


def replay(connection: Any, asked: list[Asked]) -> None:
    """One transaction with the calls of another, on the driver's own connection."""
    cursor = connection.cursor()
    for statement, values, call, fetch in asked:
        if call == "executemany":
            cursor.executemany(statement, values)
        else:
            _execute(cursor, statement, values)
            if fetch == "fetchone":
                cursor.fetchone()
            elif fetch:
                cursor.fetchall()
    cursor.close()
    connection.commit()


def rows_of(connection: Any, asked: Asked) -> list[tuple[Any, ...]]:
    """What one call that fetches brings, all of it at once."""
    cursor = connection.cursor()
    _execute(cursor, asked.statement, asked.values)
    rows = cursor.fetchall()
    cursor.close()
    return list(rows)


def _execute(cursor: Any, statement: str, values: Any) -> None:
    if values is None:
        cursor.execute(statement)
    else:
        cursor.execute(statement, values)


def contents(database: Database, tables: list[str]) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the named tables, in an order of their own: two databases that did the same work are equal."""
    with database.read() as tx:
        return {table: sorted(tx.all(f"SELECT * FROM {table}"), key=repr) for table in tables}
