"""One lift here against one change of an issue in Roundup 2.6, a tracker of the same make: SQLite, a history, rules.

Roundup's change sets status and date and adds a message of the same length as our reason; one commit, in our journal
mode. It is given every advantage that its users can give it: one open database for the whole run, nobody to send mail
to, its rules of access not asked. Ours checks the right and writes history, deadlines, docket and grants.

Beside it the bare driver, with the very statements of the same lifts: how far any program could come that writes what
a lift has to write.

`python -m benchmarks.roundup [--full] [--rounds N]`
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from roundup import init, instance
from roundup.date import Date
from roundup.password import Password

from benchmarks._county import bare_connection, databases, record_on, seeded
from benchmarks._rounds import Figure, Turn, command, rate, take_turns
from benchmarks._stock import LIFT, live
from benchmarks.lift import lifting, listen, replaying
from cases.database import Database

GOAL = 2.0
"""Times Roundup's rate, at least (issue 2)."""

AT_A_TIME = 10
"""Changes of one side before the next one has its turn: a disk that others use is slow for seconds together."""

UNDATED, DATED = 'status=Link("status"))', 'status=Link("status"), due=Date())'
"""The classic template's issues have no date; this one gets it."""

SETTINGS = {
    "rdbms_backend": "sqlite",
    "tracker_web": "http://localhost/",
    "mail_domain": "localhost",
    "mail_debug": "/dev/null",
}


def run(rounds: int, changes: int, cases: int) -> list[Figure]:
    """`rounds` rounds of `changes` changes, ten at a time, among `cases` issues there and as many cases here."""
    turns = max(changes // AT_A_TIME, 1)
    together = changes // turns
    ready = (rounds + 1) * turns * together
    stock = seeded(partial(live, ready=ready, beside=cases - ready))
    with databases("sqlite") as places:
        heard = listen(places.fresh(stock))
        bare = places.fresh(stock)
        with closing(Database(places.fresh(stock))) as database, closing(bare_connection(bare)) as connection:
            with database.read() as tx:
                mode = tx.value("PRAGMA journal_mode")
            with tracker(cases, mode) as theirs:
                sides = {
                    "act": lifting(record_on(database, Random(1).randbytes), together),
                    "Roundup": changing(theirs, together, cases),
                    "the bare driver": replaying(connection, heard, together),
                }
                seconds = take_turns(rounds, sides, turns)
    what = f"mode {mode}, {cases} cases"
    return [
        rate(f"a lift, {what}", seconds, "act", "Roundup", GOAL),
        rate(f"a lift's statements by the bare driver, {what}", seconds, "the bare driver", "Roundup"),
    ]


@contextmanager
def tracker(issues: int, journal_mode: str) -> Iterator[Any]:
    """The open database of a new tracker with so many issues."""
    with tempfile.TemporaryDirectory(prefix="stegen-roundup-") as folder:
        home = Path(folder) / "tracker"
        template = Path(sys.prefix) / "share" / "roundup" / "templates" / "classic"
        init.install(str(home), str(template), settings=SETTINGS)
        schema = home / "schema.py"
        assert UNDATED in schema.read_text(), "the classic template has changed"
        schema.write_text(schema.read_text().replace(UNDATED, DATED))
        opened = instance.open(str(home))
        opened.init(Password("an invented one", config=opened.config))
        database = opened.open("admin")
        colleague = database.user.create(username="ward", address="ward@localhost", roles="User")
        for issue in range(issues):
            database.issue.create(title=f"Läkemedelslistan saknades ({issue + 1})", status="1", nosy=[colleague])
        database.commit()
        got = database.conn.execute(f"PRAGMA journal_mode={journal_mode}").fetchone()[0]
        assert got == journal_mode, f"asked for {journal_mode}, got {got}"
        database.conn.execute("PRAGMA synchronous=FULL")
        yield database
        database.close()


def changing(database: Any, changes: int, issues: int) -> Turn:
    dice = random.Random(1)

    def turn() -> float:
        chosen = [str(dice.randint(1, issues)) for _ in range(changes)]
        start = perf_counter()
        for issue in chosen:
            change(database, issue, dice.randint(1, 8))
        return (perf_counter() - start) / changes

    return turn


def change(database: Any, issue: str, days: int) -> None:
    """Another status, another date, one more message: what a lift is in Roundup."""
    said = database.msg.create(content=LIFT.inputs["reason"], author=database.getuid(), date=Date("."))
    due = Date((date(2026, 6, 1) + timedelta(days=days)).isoformat())
    status = str(int(database.issue.get(issue, "status")) % 8 + 1)
    messages = [*database.issue.get(issue, "messages"), said]
    database.issue.set(issue, status=status, due=due, messages=messages)
    database.commit()


if __name__ == "__main__":
    sys.exit(
        command(
            run,
            small={"rounds": 9, "changes": 40, "cases": 10_000},
            full={"rounds": 15, "changes": 200, "cases": 10_000},
        )
    )
