"""Which of SQLite's journal modes answers most lifts a second at `synchronous=FULL`.

`cases.database` takes the write-ahead log where the library is free of the WAL-reset fault (3.51.3 and later), and
elsewhere the quickest of the rollback journals, which never had it. WAL stands here for comparison: before 3.51.3 two
connections that write and checkpoint at the same moment can corrupt the database, silently.

`python -m benchmarks.journal_mode [--full] [--rounds N]`
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import ExitStack, closing
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import event

from benchmarks._county import databases, record_on, seeded
from benchmarks._rounds import Figure, command, rate, take_turns
from benchmarks._stock import live
from benchmarks.lift import lifting
from cases.database import Database, journal_mode

SAFE = ("DELETE", "TRUNCATE", "PERSIST")
AS_GOOD = 0.9
"""Of the rate of each other safe mode, at least, for the one that old libraries get."""

BEFORE_THE_MENDING = (3, 40, 1)


def run(rounds: int, lifts: int) -> list[Figure]:
    """`rounds` rounds of `lifts` lifts in each mode, each on a copy of its own."""
    with databases("sqlite") as places, ExitStack() as opened:
        stock = seeded(partial(live, ready=(rounds + 1) * lifts))
        sides = {}
        for mode in (*SAFE, "WAL"):
            database = opened.enter_context(closing(in_mode(places.fresh(stock), mode)))
            sides[mode] = lifting(record_on(database, Random(1).randbytes), lifts)
        seconds = take_turns(rounds, sides)
    ours = journal_mode(BEFORE_THE_MENDING)
    others = [mode for mode in SAFE if mode != ours]
    return [
        *(rate(f"a lift in mode {ours}", seconds, ours, mode, AS_GOOD) for mode in others),
        rate(f"a lift in mode {ours} (WAL is unsafe before 3.51.3)", seconds, ours, "WAL"),
    ]


def in_mode(url: str, mode: str) -> Database:
    """The record's own database, but for the journal mode of its connections."""
    database = Database(url)

    def switch(connection: sqlite3.Connection, _record: Any) -> None:
        got = connection.execute(f"PRAGMA journal_mode={mode}").fetchone()[0]
        assert got.upper() == mode, f"asked for {mode}, got {got}"

    event.listen(database.engine, "connect", switch)
    return database


if __name__ == "__main__":
    sys.exit(command(run, small={"rounds": 9, "lifts": 30}, full={"rounds": 15, "lifts": 200}))
