"""A whole round of the clock, but for putting letters into words and handing them over, against set-based SQL.

Of all open cases, 10,000 have a reminder that is due; their function has one holder, who gets ten letters. A round
takes up, judges, addresses, keeps and settles each, and writes what follows. The set-based round asks the same
questions (is the date still open, who holds the function, may she know of the case) in a few statements about all rows
at once, in one transaction, and leaves the same rows behind; it was told beforehand which notch comes next, and when.

`python -m benchmarks.round [--full] [--rounds N]`
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import Any
from unittest.mock import patch

from benchmarks._county import KINDS, Kind, bare_connection, databases, filled, record_on
from benchmarks._rounds import Figure, Turn, command, cost, take_turns
from benchmarks._stock import due_reminders
from cases.clock.letters import Draft, Tidings
from cases.database import Database
from cases.record import Record
from notifications import sending
from notifications.delivery import Letterhead
from notifications.joined_words import Pairs
from notifications.letters import PAGE
from notifications.round import run_round
from tests.databases import Databases
from tests.record import MORNING

GOAL = 3.0
"""Times the set-based round, at most (issue 3)."""

NOW = MORNING.replace(day=21, hour=9)
"""Tuesday 21 April 2026, 11:00 in Sweden: within office hours, a day after the reminders came due."""

LETTER = b"A letter that nobody had to put into words.\r\n" * 60

DUE = "d.status = 'waiting' AND d.due_at <= :now AND (d.not_before IS NULL OR d.not_before <= :now)"
SET_BASED = (
    f"""UPDATE docket SET status = 'done', settled_at = :now, attempts = 0, token = '', lease_until = NULL
 WHERE id IN (SELECT d.id FROM docket d JOIN cases c ON c.id = d.case_id AND c.status <> 'ended'
 JOIN deadline e ON e.case_id = d.case_id AND e.key = d.deadline AND e.revision = d.revision AND e.status = 'open'
 WHERE {DUE} AND d.post = :post
 AND EXISTS (SELECT 1 FROM holding h JOIN person p ON p.account = h.account AND NOT p.disabled
 WHERE h.holder = 'operation:su' AND h.function = 'receiver' AND h.valid_from <= :today
 AND (h.valid_to IS NULL OR h.valid_to >= :today))
 AND EXISTS (SELECT 1 FROM sight s WHERE s.case_id = d.case_id AND s.holder = 'operation:su'
 AND s.compartment = 'cover' AND s.ended_at IS NULL))""",
    """INSERT INTO letter (message_id, account, address, subject, body, written_at, outcome, answer, delivered_at,
 return_token) WITH RECURSIVE counted (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < :pages - 1)
 SELECT 'bare-' || CAST(n AS text), :account, 'bare@example.invalid', '', :body, :now, 'delivered', '', :now,
 'bare-' || CAST(n AS text) FROM counted""",
    """INSERT INTO letter_row (letter_id, docket_id) SELECT (SELECT MIN(id) FROM letter WHERE outcome = 'delivered')
 + (ROW_NUMBER() OVER (ORDER BY d.due_at, d.id) - 1) / :page, d.id FROM docket d
 WHERE d.status = 'done' AND d.settled_at = :now""",
    """INSERT INTO docket (key, case_id, kind, post, due_at, status, reason, deadline, revision, notch, move, token,
 attempts, rank, account, deferrals) SELECT replace(d.key, '/-1/', '/+1/'), d.case_id, 'letter', d.post, :next,
 'waiting', '', d.deadline, d.revision, '+1', '', '', 0, 0, '', 0 FROM docket d
 WHERE d.status = 'done' AND d.settled_at = :now""",
)

POST = "receiver@operation:su"
NEXT = datetime.fromisoformat("2026-04-22T06:00:00+00:00")
"""The notch after `-1`: the day after the receipt's date, when the office opens."""

AGAIN = (
    "DELETE FROM letter_row",
    "DELETE FROM letter",
    "DELETE FROM docket WHERE notch = '+1'",
    "UPDATE docket SET status = 'waiting', settled_at = NULL, attempts = 0 WHERE status = 'done'",
)
"""As it was before a round."""

KEPT = {
    "docket": "SELECT key, status, reason, due_at, notch, post, token, attempts, settled_at FROM docket"
    " WHERE status <> 'waiting' OR notch = '+1' ORDER BY key",
    "letters": "SELECT outcome, COUNT(*) FROM letter l JOIN letter_row r ON r.letter_id = l.id GROUP BY l.id, outcome"
    " ORDER BY l.id",
}


class NoWords:
    """A mailer that takes every letter at once."""

    letterhead = Letterhead("https://stegen.example.invalid", "Stegen <stegen@stegen.example.invalid>")

    @contextmanager
    def session(self) -> Iterator[Any]:
        yield lambda _parcel: Tidings("delivered")


def run(rounds: int, cases: int, due: int = 10_000, kinds: tuple[Kind, ...] = KINDS) -> list[Figure]:
    """`rounds` rounds with `due` rows due among so many open cases, on each kind of database."""
    figures = []
    for kind in kinds:
        with databases(kind) as places:
            figures.append(compare(places, kind, rounds, cases, due))
    return figures


def compare(places: Databases, kind: Kind, rounds: int, cases: int, due: int) -> Figure:
    url = filled(places, partial(due_reminders, cases=cases, due=due, now=NOW))
    with closing(Database(url)) as database, closing(bare_connection(url)) as connection:
        sides = {"the clock": going_round(record_on(database), due), "set-based SQL": set_based(connection, due)}
        same_rows(database, sides)
        seconds = take_turns(rounds, {name: again(turn, connection) for name, turn in sides.items()})
    return cost(f"a round with {due} due of {cases}, {kind}", seconds, "the clock", "set-based SQL", GOAL)


def going_round(record: Record, due: int) -> Turn:
    mailer = NoWords()

    def turn() -> float:
        with patch.object(sending, "draft_letters", unwritten):
            start = perf_counter()
            report = run_round(record, NOW, mailer)
            seconds = perf_counter() - start
        assert report.sent == -(-due // PAGE), report
        return seconds

    return turn


def unwritten(pairs: Pairs, _desk: object, _now: datetime) -> tuple[tuple[Draft, ...], Mapping[int, str]]:
    """Letters of a thousand rows each, without a word put together."""
    (receiver,) = {receiver for _, receiver in pairs}
    rows = [claimed for claimed, _ in pairs]
    pages = [tuple(rows[start : start + PAGE]) for start in range(0, len(rows), PAGE)]
    return tuple(
        Draft(f"<{number}@bench>", receiver.account, receiver.address, "", LETTER, page)
        for number, page in enumerate(pages)
    ), {}


def set_based(connection: Any, due: int) -> Turn:
    pages = -(-due // PAGE)
    values = {"now": NOW, "today": NOW.date(), "post": POST, "pages": pages, "page": PAGE, "body": LETTER,
              "account": "petra.lonnroth", "next": NEXT}  # fmt: skip

    def turn() -> float:
        start = perf_counter()
        done = carry_out(connection, SET_BASED, values)
        seconds = perf_counter() - start
        assert done == due
        return seconds

    return turn


def again(turn: Turn, connection: Any) -> Turn:
    """The same turn, after everything was put back as it was; that is not counted."""

    def put_back_first() -> float:
        carry_out(connection, AGAIN, {})
        return turn()

    return put_back_first


def carry_out(connection: Any, statements: tuple[str, ...], values: Mapping[str, Any]) -> int:
    """All in one transaction; how many rows the last one touched."""
    lite = isinstance(connection, sqlite3.Connection)
    cursor = connection.cursor()
    if lite:
        cursor.execute("BEGIN IMMEDIATE")
    for statement in statements:
        cursor.execute(statement if lite else _named(statement, values), values)
    touched = int(cursor.rowcount)
    connection.commit()
    return touched


def _named(statement: str, values: Mapping[str, Any]) -> str:
    for name in sorted(values, key=len, reverse=True):
        statement = statement.replace(f":{name}", f"%({name})s")
    return statement


def same_rows(database: Database, sides: Mapping[str, Turn]) -> None:
    """Both leave the same rows behind, else the comparison is of two different jobs."""
    left = []
    for turn in sides.values():
        with closing(bare_connection(database.url)) as connection:
            again(turn, connection)()
        with database.read() as tx:
            left.append({name: tx.all(statement) for name, statement in KEPT.items()})
    assert left[0] == left[1], "the two sides did different work"


if __name__ == "__main__":
    sys.exit(command(run, small={"rounds": 7, "cases": 100_000, "due": 1_000}, full={"rounds": 15, "cases": 1_000_000}))
