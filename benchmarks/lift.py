"""One lift through `cases.acting.act` (right, version, stage, history, deadlines, docket, grants, commit) against its
own statements with the same values, replayed with the bare driver on a copy of the same database.

`python -m benchmarks.lift [--full] [--rounds N]`
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
from benchmarks._stock import LIFT, LIFTED_AT, MANAGER, lifts_ahead, live
from cases.acting import act
from cases.database import Database
from cases.record import Record
from cases.tables.base import metadata
from tests.databases import Databases

GOALS = {"sqlite": 0.35, "postgresql": 0.6}
"""Of the rate of the bare driver (issue 2)."""

NOT_OF_A_CASE = frozenset(("workflow_version",))


def run(rounds: int, lifts: int, kinds: tuple[Kind, ...] = KINDS) -> list[Figure]:
    """`rounds` rounds of `lifts` lifts, each of a case of its own, on each kind of database."""
    figures = []
    for kind in kinds:
        with databases(kind) as places:
            figures.append(compare(places, kind, rounds, lifts))
    return figures


def compare(places: Databases, kind: Kind, rounds: int, lifts: int) -> Figure:
    """Three copies of one stock: one to listen to, one for us, one for the bare driver."""
    stock = seeded(partial(live, ready=(rounds + 1) * lifts))
    heard = listen(places.fresh(stock))
    ours, bare = places.fresh(stock), places.fresh(stock)
    with closing(Database(ours)) as database, closing(bare_connection(bare)) as connection:
        sides = {
            "act": lifting(record_on(database, Random(1).randbytes), lifts),
            "the bare driver": replaying(connection, heard, lifts),
        }
        seconds = take_turns(rounds, sides)
    same_work(ours, bare)
    return rate(f"a lift on {kind}", seconds, "act", "the bare driver", GOALS[kind])


def listen(url: str) -> list[list[Asked]]:
    """What the lift of each case asks of the driver. The dice are the same as in the run that is timed."""
    with closing(ListeningDatabase(url)) as database:
        record = record_on(database, Random(1).randbytes)
        ahead = lifts_ahead(record)
        database.heard.clear()
        for number in ahead:
            act(record, MANAGER, number, LIFT, LIFTED_AT)
        return database.heard


def lifting(record: Record, lifts: int) -> Turn:
    ahead = iter(lifts_ahead(record))

    def turn() -> float:
        numbers = [next(ahead) for _ in range(lifts)]
        start = perf_counter()
        for number in numbers:
            act(record, MANAGER, number, LIFT, LIFTED_AT)
        return (perf_counter() - start) / lifts

    return turn


def replaying(connection: Any, heard: list[list[Asked]], lifts: int) -> Turn:
    ahead = iter(heard)

    def turn() -> float:
        transactions = [next(ahead) for _ in range(lifts)]
        start = perf_counter()
        for asked in transactions:
            replay(connection, asked)
        return (perf_counter() - start) / lifts

    return turn


def same_work(ours: str, bare: str) -> None:
    """Both databases hold the same rows in every table afterwards, else the comparison is of two different jobs."""
    tables = [table.name for table in metadata.sorted_tables if table.name not in NOT_OF_A_CASE]
    with closing(Database(ours)) as one, closing(Database(bare)) as other:
        assert contents(one, tables) == contents(other, tables), "the two sides did different work"


if __name__ == "__main__":
    sys.exit(command(run, small={"rounds": 9, "lifts": 25}, full={"rounds": 15, "lifts": 200}))
