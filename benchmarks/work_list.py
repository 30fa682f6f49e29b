"""A page of the work list, `cases.lists.worklist.work_list`, against the bare driver's run of its one indexed query.

A page costs three statements whatever the number of cases: may she act in that function, which state of the
organisation is it, and the page. So it must grow no more than the bare query does from 10,000 cases to many.

`python -m benchmarks.work_list [--full] [--rounds N]`
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from time import perf_counter
from typing import Any

from benchmarks._county import KINDS, Kind, bare_connection, databases, filled, record_on
from benchmarks._replay import ListeningDatabase
from benchmarks._rounds import Figure, Turn, command, cost, growth, take_turns
from benchmarks._stock import RECEIVER, multiply, number_of, report_one
from cases.database import Database
from cases.lists.worklist import PAGE, work_list
from cases.record import Record
from tests.databases import Databases
from tests.record import MORNING
from workflows.organisation import holder_of

GROWTH = 1.2
"""Times the bare query's growth, at most; pages take parts of a millisecond, and rounds differ by that much."""

BARE = """SELECT c.number, c.kind, c.status, c.stage, c.rung, c.definition, c.ball, c.next_task, s.next_date, c.urgent,
 c.version FROM sight s JOIN cases c ON c.id = s.case_id WHERE s.holder = {holder} AND s.tab = 'awaiting'
 AND s.compartment = 'cover' AND s.ended_at IS NULL {after}ORDER BY s.next_date, s.number LIMIT {size}"""


def run(rounds: int, cases: int, pages: int, few: int = 10_000, kinds: tuple[Kind, ...] = KINDS) -> list[Figure]:
    """`rounds` rounds of `pages` times the same page, among `few` and among `cases` cases, on each kind of database."""
    asked = {"first page": "", "page in the middle": f"2026-05-15/{number_of(few // 2)}"}
    figures = []
    for kind in kinds:
        with databases(kind) as places, ExitStack() as opened:
            urls = [opened.enter_context(with_cases(places, size)) for size in (few, cases)]
            assert statements(urls[0]) == statements(urls[1]), "the number of statements grows with that of cases"
            for place, cursor in asked.items():
                figures += compare(opened, urls, (few, cases), place, cursor, rounds, pages, kind)
    return figures


def compare(
    opened: ExitStack, urls: list[str], sizes: tuple[int, int], place: str, cursor: str, rounds: int, pages: int,
    kind: Kind,
) -> list[Figure]:  # fmt: skip
    sides: dict[str, Turn] = {}
    for url, size in zip(urls, sizes, strict=True):
        database = opened.enter_context(closing(Database(url)))
        connection = opened.enter_context(closing(bare_connection(url)))
        sides[f"work_list at {size}"] = listing(record_on(database), cursor, pages)
        sides[f"the bare query at {size}"] = asking(connection, cursor, pages, database.postgres)
    seconds = take_turns(rounds, sides)
    few, many = ((f"work_list at {size}", f"the bare query at {size}") for size in sizes)
    return [
        cost(f"{place} of {sizes[1]}, {kind}", seconds, *many),
        growth(f"{place}, from {sizes[0]} to {sizes[1]} cases, {kind}", seconds, few, many, GROWTH),
    ]


@contextmanager
def with_cases(places: Databases, size: int) -> Iterator[str]:
    url = filled(places, partial(fill, size=size))
    yield url
    places.drop(url)


def fill(record: Record, size: int) -> None:
    """Copies of one case that awaits the same receiving function, on three dates."""
    number = report_one(record, MORNING)
    with record.database.write() as tx:
        tx.run("DELETE FROM sight WHERE compartment <> 'cover'")
        dates = "CASE n % 3 WHEN 0 THEN '2026-05-15' WHEN 1 THEN '2026-06-15' ELSE next_date END"
        multiply(tx, number, size, tables=("cases", "sight"), instead={"sight.next_date": dates})


def statements(url: str) -> int:
    """How many a page takes, once the organisation is known."""
    with closing(ListeningDatabase(url)) as database:
        record = record_on(database)
        for _ in range(2):
            work_list(record, RECEIVER, MORNING)
        return len(database.heard[-1])


def listing(record: Record, cursor: str, pages: int) -> Turn:
    def turn() -> float:
        start = perf_counter()
        for _ in range(pages):
            page = work_list(record, RECEIVER, MORNING, cursor=cursor)
        seconds = (perf_counter() - start) / pages
        assert len(page.items) == PAGE
        return seconds

    return turn


def asking(connection: Any, cursor: str, pages: int, postgres: bool) -> Turn:
    day, _, number = cursor.partition("/")
    values = {"holder": holder_of(RECEIVER.post), "day": day, "number": number, "size": PAGE}
    marks = {name: f"%({name})s" if postgres else f":{name}" for name in values}
    after = "AND (s.next_date, s.number) > ({day}, {number}) ".format(**marks) if cursor else ""
    statement = BARE.format(after=after, **marks)

    def turn() -> float:
        start = perf_counter()
        for _ in range(pages):
            ask = connection.cursor()
            if not postgres:
                ask.execute("BEGIN")
            rows = ask.execute(statement, values).fetchall()
            connection.rollback()
        seconds = (perf_counter() - start) / pages
        assert len(rows) == PAGE
        return seconds

    return turn


if __name__ == "__main__":
    sys.exit(
        command(
            run,
            small={"rounds": 9, "cases": 100_000, "pages": 50},
            full={"rounds": 15, "cases": 1_000_000, "pages": 200},
        )
    )
