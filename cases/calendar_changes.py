"""The county's days change: a meeting is added, moved or cancelled, a party closes, a holiday is corrected.

The database is master for meetings and closed days. After each change the open deadlines of all cases are counted
anew, each case in its own transaction; a stop in between loses nothing, the count is simply made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

from cases.apply import apply_move
from cases.database import Transaction
from cases.gather import gather
from cases.record import Record
from workflows.recounting import recounted

BUMP = "UPDATE installation SET organisation_revision = organisation_revision + 1"
OPEN = """SELECT DISTINCT c.id FROM cases c JOIN deadline d ON d.case_id = c.id
 WHERE c.status <> 'ended' AND d.status = 'open' AND c.id > :after ORDER BY c.id LIMIT 500"""


class NoSuchMeeting(LookupError):
    """There is no such meeting of that forum on that day. Look at the forum's meetings."""


def add_meeting(record: Record, forum: str, day: date, source: str, *, starts: str = "", place: str = "") -> None:
    """A meeting, planned or extra. Dates bound to "the next meeting" follow when they are counted anew."""
    with record.database.write() as tx:
        tx.run(
            "INSERT INTO meeting (forum, day, starts, ends, place, status, source)"
            " VALUES (:forum, :day, :starts, '', :place, 'planned', :source)",
            forum=forum, day=day, starts=starts, place=place, source=source,
        )  # fmt: skip
        tx.run(BUMP)


def move_meeting(record: Record, forum: str, day: date, to: date) -> None:
    with record.database.write() as tx:
        if not tx.run("UPDATE meeting SET day = :to WHERE forum = :forum AND day = :day AND status <> 'cancelled'",
                      to=to, forum=forum, day=day):  # fmt: skip
            raise NoSuchMeeting(NoSuchMeeting.__doc__)
        tx.run(BUMP)


def cancel_meeting(record: Record, forum: str, day: date) -> None:
    with record.database.write() as tx:
        cancelled = tx.run(
            "UPDATE meeting SET status = 'cancelled'"
            " WHERE forum = :forum AND day = :day AND status <> 'cancelled'",
            forum=forum, day=day,
        )  # fmt: skip
        if not cancelled:
            raise NoSuchMeeting(NoSuchMeeting.__doc__)
        tx.run(BUMP)


def close_party(record: Record, party: str, day: date, name: str) -> None:
    """A day on which one party is closed, though the calendar calls it a working day."""
    with record.database.write() as tx:
        tx.run(
            "INSERT INTO closed_day (party, day, name) VALUES (:party, :day, :name)"
            " ON CONFLICT (party, day) DO UPDATE SET name = excluded.name",
            party=party, day=day, name=name,
        )  # fmt: skip
        tx.run(BUMP)


def recount_all(record: Record, now: datetime, progress: Callable[[int], None] | None = None) -> int:
    """Count the open deadlines of every case anew; how many cases got another date."""
    moved = 0
    for number, case_id in enumerate(_open_cases(record), 1):
        with record.database.write() as tx:
            moved += _recount(tx, record, case_id, now)
        if progress is not None:
            progress(number)
    with record.database.write() as tx:
        tx.run("UPDATE installation SET calendar_revision = :r", r=record.calendar_revision)
    return moved


def needs_recount(record: Record) -> bool:
    """Whether the calendar differs from the one that the stored dates were counted with."""
    with record.database.read() as tx:
        return bool(tx.value("SELECT calendar_revision FROM installation") != record.calendar_revision)


def _recount(tx: Transaction, record: Record, case_id: int, now: datetime) -> bool:
    world = record.world(tx, now)
    found = gather(tx, case_id, world.org)
    definition = record.library.routine(found.definition).definition
    decision = recounted(definition, found.snapshot, world, now)
    if decision is None:
        return False
    apply_move(tx, record, decision, case_id, found.heads, "", now)
    return True


def _open_cases(record: Record) -> Iterator[int]:
    after = 0
    while True:
        with record.database.read() as tx:
            batch = [i for (i,) in tx.all(OPEN, after=after)]
        if not batch:
            return
        yield from batch
        after = batch[-1]
