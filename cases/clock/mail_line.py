"""The way to the mail server: open, broken, or just come back. Kept in the record, so that all processes know it.

While it is broken nothing is claimed. When its time comes one letter goes first, with all that its reader is to get; if
it arrives, turns grow until what has waited is gone, so that an outage of three days does not end in ten thousand
letters in one minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.clock.waits import wait
from cases.database import Transaction
from cases.record import Record

NAME = "smtp"
FIRST, LONGEST = timedelta(minutes=1), timedelta(minutes=30)
"""Between attempts at a mail server that is away (ours)."""

PACE = timedelta(minutes=1)
"""Between two turns after an outage."""

PROBE, GROWTH, LARGEST = 1, 5, 600
"""Letters of the first turn, how many times more each next one has, and the most: ten letters a second (ours)."""

STATE = "SELECT since, reason, failures, next_at, batch FROM mail_line WHERE name = :name"
TURN = """UPDATE mail_line SET next_at = :next_at WHERE name = :name
 AND (next_at <= :now OR next_at > :too_far) RETURNING batch"""
"""A time further ahead than any wait was written by a clock that ran ahead."""
BROKEN = """INSERT INTO mail_line (name, since, reason, failures, next_at, batch)
 VALUES (:name, :now, :reason, 1, :next_at, :batch) ON CONFLICT (name) DO UPDATE SET reason = excluded.reason,
 failures = mail_line.failures + 1, next_at = excluded.next_at, batch = excluded.batch"""
GREW = "UPDATE mail_line SET failures = 0, batch = :batch WHERE name = :name"
MENDED = "DELETE FROM mail_line WHERE name = :name"
UNTRIED = """DELETE FROM mail_line WHERE name = :name AND NOT EXISTS (SELECT 1 FROM docket d WHERE d.status = 'waiting'
 AND d.kind = 'letter' AND d.due_at <= :now AND d.deferrals > 0)"""


@dataclass(frozen=True, slots=True)
class Outage:
    """Since when letters wait, and for what. With `failures` 0 the server is back and what waited is on its way."""

    since: datetime
    reason: str
    failures: int
    next_at: datetime
    batch: int
    """Letters of the next turn."""


def outage(tx: Transaction) -> Outage | None:
    """None while letters flow."""
    row = tx.one(STATE, name=NAME)
    return Outage(*row) if row is not None else None


def take_turn(record: Record, now: datetime) -> int | None:
    """How many letters may leave now: 0 while the line is broken or somebody else has the turn, None for any."""
    with record.database.read() as tx:
        if outage(tx) is None:
            return None
    too_far = now + 2 * LONGEST
    with record.database.write() as tx:
        batch = tx.value(TURN, name=NAME, now=now, next_at=now + PACE, too_far=too_far)
        return int(batch) if batch is not None else (0 if outage(tx) is not None else None)


def note_broken(record: Record, reason: str, now: datetime) -> None:
    """Letters cannot leave: the next attempt comes later the longer it lasts, and is a single letter."""
    with record.database.write() as tx:
        before = outage(tx)
        tries = before.failures + 1 if before is not None else 1
        tx.run(BROKEN, name=NAME, now=now, reason=reason, batch=PROBE,
               next_at=now + wait(tries, NAME, FIRST, LONGEST))  # fmt: skip


def note_flowing(record: Record, batch: int, *, more: bool) -> None:
    """A turn after an outage has been: the next one is larger while more is waiting, else the outage is over."""
    with record.database.write() as tx:
        if more:
            tx.run(GREW, name=NAME, batch=min(batch * GROWTH, LARGEST))
        else:
            tx.run(MENDED, name=NAME)


def note_nothing_due(record: Record, now: datetime) -> None:
    """A turn without a letter: the outage is over unless what was put off is only waiting for its own time."""
    with record.database.write() as tx:
        tx.run(UNTRIED, name=NAME, now=now)
