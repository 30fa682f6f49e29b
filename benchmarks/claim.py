"""Claiming reminders and settling each by itself, as a round does it, against its own statements with the same values,
replayed with the bare driver on a copy of the same database.

`python -m benchmarks.claim [--full] [--rounds N]`
"""

from __future__ import annotations

import sys
from contextlib import closing
from functools import partial
from random import Random
from time import perf_counter
from typing import Any

from benchmarks._county import KINDS, Kind, bare_connection, databases, record_on, seeded
from benchmarks._replay import Asked, ListeningDatabase, contents, replay
from benchmarks._rounds import Figure, Turn, command, rate, take_turns
from benchmarks._stock import due_reminders
from benchmarks.round import NOW
from cases.clock.claiming import claim, new_token
from cases.clock.settling import settle
from cases.database import Database
from cases.record import Record
from notifications.round import LEASE
from tests.databases import Databases

GOALS = {"sqlite": 0.35, "postgresql": 0.6}
"""Of the rate of the bare driver (issue 3)."""


def run(rounds: int, rows: int, kinds: tuple[Kind, ...] = KINDS) -> list[Figure]:
    """`rounds` rounds of one claim of so many rows, each settled afterwards, on each kind of database."""
    figures = []
    for kind in kinds:
        with databases(kind) as places:
            figures.append(compare(places, kind, rounds, rows))
    return figures


def compare(places: Databases, kind: Kind, rounds: int, rows: int) -> Figure:
    """Three copies of one stock: one to listen to, one for us, one for the bare driver."""
    due = (rounds + 1) * rows
    stock = seeded(partial(due_reminders, cases=due, due=due, now=NOW))
    heard = listen(places.fresh(stock), rounds + 1, rows)
    ours, bare = places.fresh(stock), places.fresh(stock)
    with closing(Database(ours)) as database, closing(bare_connection(bare)) as connection:
        record = record_on(database, Random(1).randbytes)
        sides = {"claim and settle": claiming(record, rows), "the bare driver": replaying(connection, heard, rows)}
        seconds = take_turns(rounds, sides)
    same_work(ours, bare)
    return rate(f"{rows} rows claimed together, each settled, {kind}", seconds, *sides, GOALS[kind])


def listen(url: str, turns: int, rows: int) -> list[list[Asked]]:
    """What claiming and settling ask of the driver. The dice are the same as in the run that is timed."""
    with closing(ListeningDatabase(url)) as database:
        record = record_on(database, Random(1).randbytes)
        database.heard.clear()
        for _ in range(turns):
            claiming(record, rows)()
        return database.heard


def claiming(record: Record, rows: int) -> Turn:
    def turn() -> float:
        start = perf_counter()
        batch = claim(record, NOW, LEASE, rows, new_token(record))
        for claimed in batch.rows:
            settle(record, claimed, "done", "", NOW)
        seconds = perf_counter() - start
        assert len(batch.rows) == rows
        return seconds / rows

    return turn


def replaying(connection: Any, heard: list[list[Asked]], rows: int) -> Turn:
    ahead = iter(heard)

    def turn() -> float:
        transactions = [next(ahead) for _ in range(rows + 1)]
        start = perf_counter()
        for asked in transactions:
            replay(connection, asked)
        return (perf_counter() - start) / rows

    return turn


def same_work(ours: str, bare: str) -> None:
    """Both dockets hold the same rows afterwards, else the comparison is of two different jobs."""
    with closing(Database(ours)) as one, closing(Database(bare)) as other:
        assert contents(one, ["docket"]) == contents(other, ["docket"]), "the two sides did different work"


if __name__ == "__main__":
    sys.exit(command(run, small={"rounds": 9, "rows": 50}, full={"rounds": 15, "rows": 500}))
