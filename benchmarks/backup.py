"""A backup beside the bare reading of the same rows, and a restore beside the bare writing of them.

The limits know nothing of a file: the driver fetches every row of every table, in the order of keys; and it writes rows
that lie ready in memory into an empty database of the same form, in one transaction.

`python -m benchmarks.backup [--full] [--rounds N]`
"""

from __future__ import annotations

import itertools
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks._county import KINDS, Kind, databases, seeded
from benchmarks._rounds import Figure, Turn, command, cost, take_turns
from benchmarks._stock import multiply, ready_to_lift
from cases.copies.backup import FETCHED, back_up, kept_tables
from cases.copies.backup_file import Kept, open_archive, read_manifest, rows_of
from cases.copies.restore import Place, restore
from cases.database import Database
from cases.record import Record
from tests.databases import Databases
from tests.record import MORNING


def run(rounds: int, cases: int, kinds: tuple[Kind, ...] = KINDS) -> list[Figure]:
    """`rounds` rounds of a record with so many lifted cases."""
    figures = []
    for kind in kinds:
        with databases(kind) as places, tempfile.TemporaryDirectory(prefix="stegen-bench-") as folder:
            figures += _of(kind, places, Path(folder), rounds, cases)
    return figures


def _of(kind: Kind, places: Databases, folder: Path, rounds: int, cases: int) -> list[Figure]:
    def filled(record: Record) -> None:
        number = ready_to_lift(record)
        with record.database.write() as tx:
            multiply(tx, number, cases)

    url, counter = places.fresh(seeded(filled)), itertools.count()

    def taken() -> Path:
        file = folder / f"{next(counter)}.zip"
        back_up(url, folder / "papers", folder / "roots", file, MORNING, _unheard)
        return file

    file = taken()
    sides: dict[str, Turn] = {
        "a backup": _timed(taken),
        "the bare reading": _timed(lambda: _read(url)),
        "a restore": _restoring(places, file, folder),
        "the bare writing": _writing(places, file),
    }
    seconds = take_turns(rounds, sides)
    what = f"{kind}, {cases} cases"
    return [
        cost(f"a backup, {what}", seconds, "a backup", "the bare reading"),
        cost(f"a restore, {what}", seconds, "a restore", "the bare writing"),
    ]


def _unheard(_what: str, _done: int) -> None:
    """Nobody looks."""


def _timed(work: Any) -> Turn:
    def turn() -> float:
        began = perf_counter()
        work()
        return perf_counter() - began

    return turn


def _read(url: str) -> None:
    with closing(Database(url)) as database, database.read() as tx:
        for table in kept_tables():
            for _ in tx.each(f'SELECT * FROM "{table.name}" ORDER BY {", ".join(table.key)}', FETCHED):
                continue


def _restoring(places: Databases, file: Path, folder: Path) -> Turn:
    def turn() -> float:
        url = places.fresh()
        place = Place(url, folder / "papers", folder / "roots", "vastra-gotaland")
        seconds = _timed(lambda: restore(file, place, MORNING, _unheard))()
        places.drop(url)
        return seconds

    return turn


def _writing(places: Databases, file: Path) -> Turn:
    with open_archive(file) as archive:
        manifest, _ = read_manifest(archive)
        tables = [(table, list(rows_of(archive, table))) for table in manifest.tables if _of_cases(table)]
    empty = seeded(lambda record: None)

    def turn() -> float:
        url = places.fresh(empty)
        with closing(Database(url)) as database:
            seconds = _timed(lambda: _write(database, tables))()
        places.drop(url)
        return seconds

    return turn


def _of_cases(table: Kept) -> bool:
    return table.name == "cases" or "case_id" in [name for name, _ in table.columns]


def _write(database: Database, tables: list[tuple[Kept, list[list[Any]]]]) -> None:
    with database.write() as tx:
        for table, rows in tables:
            names = ", ".join(f'"{name}"' for name, _ in table.columns)
            _put(tx.connection, f'"{table.name}" ({names})', len(table.columns), rows, tx.postgres)


def _put(connection: Any, where: str, width: int, rows: list[list[Any]], postgres: bool) -> None:
    if not postgres:
        connection.executemany(f"INSERT INTO {where} VALUES ({', '.join('?' * width)})", rows)
        return
    with connection.cursor() as cursor, cursor.copy(f"COPY {where} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


if __name__ == "__main__":
    sys.exit(command(run, small={"rounds": 3, "cases": 300}, full={"rounds": 5, "cases": 20_000}))
