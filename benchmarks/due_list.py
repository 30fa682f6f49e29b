"""Listing what is due: `cases.clock.docket.due_rows` against the bare driver's run of the same indexed query.

Of all open cases, 10,000 have a letter that is due. The list is asked for whole. The cost may follow what is due,
not what is open: it must grow no more than the bare query does from 10,000 cases (all of them due) to many.

`python -m benchmarks.due_list [--full] [--rounds N]`
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from time import perf_counter
from typing import Any

from benchmarks._county import KINDS, Kind, bare_connection, databases, filled
from benchmarks._rounds import Figure, Turn, command, cost, growth, take_turns
from benchmarks._stock import multiply, report_one
from cases.clock.docket import due_rows
from cases.database import Database
from cases.record import Record
from tests.databases import Databases
from tests.record import MORNING

GOAL = 1.5
"""Times the bare query, at most (issue 2)."""

GROWTH = 1.1
"""Times the bare query's growth, at most; a tenth is what rounds differ by."""

BARE = """SELECT d.key, c.number, d.kind, d.post, d.due_at, d.status, d.reason, d.deadline, d.notch, d.move, d.attempts,
 d.not_before FROM docket d JOIN cases c ON c.id = d.case_id WHERE d.status = 'waiting' AND d.due_at <= {now}
 AND (d.not_before IS NULL OR d.not_before <= {now}) ORDER BY d.due_at, d.id LIMIT {limit}"""


def run(rounds: int, cases: int, due: int = 10_000, kinds: tuple[Kind, ...] = KINDS) -> list[Figure]:
    """`rounds` rounds of one listing each, among `due` and among `cases` open cases, on each kind of database."""
    figures = []
    for kind in kinds:
        with databases(kind) as places, ExitStack() as opened:
            sides: dict[str, Turn] = {}
            for size in (due, cases):
                ours, bare = opened.enter_context(among(places, size, due))
                sides |= {f"due_rows at {size}": ours, f"the bare query at {size}": bare}
            seconds = take_turns(rounds, sides)
        few, many = ((f"due_rows at {size}", f"the bare query at {size}") for size in (due, cases))
        figures += [
            cost(f"{due} due of {due}, {kind}", seconds, *few, GOAL),
            cost(f"{due} due of {cases}, {kind}", seconds, *many, GOAL),
            growth(f"{due} due, from {due} cases to {cases}, {kind}", seconds, few, many, GROWTH),
        ]
    return figures


@contextmanager
def among(places: Databases, size: int, due: int) -> Iterator[tuple[Turn, Turn]]:
    """Both sides on one database with so many open cases."""
    url = filled(places, partial(fill, size=size, due=due))
    with closing(Database(url)) as database, closing(bare_connection(url)) as connection:
        yield listing(database, due), asking(connection, due, database.postgres)
    places.drop(url)


def fill(record: Record, size: int, due: int) -> None:
    """Copies of one reported case; its reminder is due in `due` of them, spread evenly, and in no other."""
    number = report_one(record, MORNING)
    with record.database.write() as tx:
        tx.run("DELETE FROM docket WHERE due_at <= :now", now=MORNING)
        chosen = f"notch = '-1' AND n % {size // due} = 0"
        multiply(
            tx, number, size, tables=("cases", "deadline", "docket"),
            instead={"docket.due_at": f"CASE WHEN {chosen} THEN '2026-04-15 06:00:00.000000' ELSE due_at END"},
        )  # fmt: skip


def listing(database: Database, due: int) -> Turn:
    def turn() -> float:
        start = perf_counter()
        with database.read() as tx:
            rows = due_rows(tx, MORNING, due + 1)
        seconds = perf_counter() - start
        assert len(rows) == due
        return seconds

    return turn


def asking(connection: Any, due: int, postgres: bool) -> Turn:
    marks = {"now": "%(now)s", "limit": "%(limit)s"} if postgres else {"now": ":now", "limit": ":limit"}
    statement, values = BARE.format(**marks), {"now": MORNING, "limit": due + 1}

    def turn() -> float:
        start = perf_counter()
        cursor = connection.cursor()
        if not postgres:
            cursor.execute("BEGIN")
        rows = cursor.execute(statement, values).fetchall()
        connection.rollback()
        seconds = perf_counter() - start
        assert len(rows) == due
        return seconds

    return turn


if __name__ == "__main__":
    sys.exit(command(run, small={"rounds": 9, "cases": 100_000}, full={"rounds": 15, "cases": 1_000_000}))
