"""The county's days change: a meeting is added, moved or cancelled, a party closes, a holiday is corrected.

The database is master for meetings and closed days. After each change the open deadlines of all cases are counted
anew, each case in its own transaction; a stop in between loses nothing, the count is simply made again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from cases.apply import apply_move
from cases.clock.docket import IS_DUE
from cases.database import Transaction
from cases.gather import gather
from cases.organisation.administration import By, note_act
from cases.record import Record
from workflows.attempt import World
from workflows.definition import Definition
from workflows.docket_plan import plan
from workflows.nouns import Contribution, Snapshot
from workflows.office_hours import local_date
from workflows.recounting import by_meeting, recounted

BUMP = "UPDATE installation SET organisation_revision = organisation_revision + 1"
CHANGED = "UPDATE installation SET organisation_revision = organisation_revision + 1, calendar_revision = ''"
"""The stored dates were counted with other days than today's, until all are counted anew: the night does that."""
BEFORE = "SELECT id FROM cases WHERE lead_forum = :forum AND status <> 'ended' ORDER BY id LIMIT :most"
CLOSED = "SELECT party, day, name FROM closed_day WHERE day >= :since ORDER BY day, party LIMIT 200"
AT_ITS_TIME = "UPDATE docket SET due_at = :at, not_before = NULL WHERE key = :key AND status = 'waiting'"
AT_ONCE = 200
"""Cases before a forum that are counted anew in the moment when one of its meetings changes."""
OPEN = """SELECT DISTINCT c.id FROM cases c JOIN deadline d ON d.case_id = c.id
 WHERE c.status <> 'ended' AND d.status = 'open' AND c.id > :after ORDER BY c.id LIMIT 500"""
LEFT = """SELECT DISTINCT c.id FROM cases c JOIN contribution k ON k.case_id = c.id
 WHERE c.status = 'ended' AND k.status = 'owed' AND c.id > :after ORDER BY c.id LIMIT 500"""

ASKED = """SELECT at FROM event WHERE case_id = :id AND compartment = 'cover' AND outcome LIKE :named
 ORDER BY seq LIMIT 1"""
"""A key's place in the line is looked for as the record writes it (chain.canonical)."""

DUE = f"""SELECT DISTINCT d.case_id FROM docket d WHERE {IS_DUE} AND d.case_id > :after
 ORDER BY d.case_id LIMIT 500"""

log = logging.getLogger(__name__)


class NoSuchMeeting(LookupError):
    """There is no such meeting of that forum on that day. Look at the forum's meetings."""


def add_meeting(
    record: Record, forum: str, day: date, source: str, *, starts: str = "", place: str = "", by: By | None = None
) -> None:
    """A meeting, planned or extra. Dates bound to "the next meeting" follow when they are counted anew."""
    with record.database.write() as tx:
        tx.run(
            "INSERT INTO meeting (forum, day, starts, ends, place, status, source)"
            " VALUES (:forum, :day, :starts, '', :place, 'planned', :source)",
            forum=forum, day=day, starts=starts, place=place, source=source,
        )  # fmt: skip
        note_act(tx, by, "meeting_added", forum, day=day, place=place)
        tx.run(CHANGED)


def move_meeting(record: Record, forum: str, day: date, to: date, *, by: By | None = None) -> None:
    with record.database.write() as tx:
        if not tx.run("UPDATE meeting SET day = :to WHERE forum = :forum AND day = :day AND status <> 'cancelled'",
                      to=to, forum=forum, day=day):  # fmt: skip
            raise NoSuchMeeting(NoSuchMeeting.__doc__)
        note_act(tx, by, "meeting_moved", forum, day=day, to=to)
        tx.run(CHANGED)


def cancel_meeting(record: Record, forum: str, day: date, *, by: By | None = None) -> None:
    with record.database.write() as tx:
        if not cancel_within(tx, forum, day, by):
            raise NoSuchMeeting(NoSuchMeeting.__doc__)


def cancel_within(tx: Transaction, forum: str, day: date, by: By | None) -> bool:
    """In the caller's transaction; whether there was such a meeting."""
    cancelled = tx.run(
        "UPDATE meeting SET status = 'cancelled' WHERE forum = :forum AND day = :day AND status <> 'cancelled'",
        forum=forum, day=day,
    )  # fmt: skip
    if cancelled:
        note_act(tx, by, "meeting_cancelled", forum, day=day)
        tx.run(CHANGED)
    return bool(cancelled)


def close_party(record: Record, party: str, day: date, name: str, *, by: By | None = None) -> None:
    """A day on which one party is closed, though the calendar calls it a working day."""
    with record.database.write() as tx:
        tx.run(
            "INSERT INTO closed_day (party, day, name) VALUES (:party, :day, :name)"
            " ON CONFLICT (party, day) DO UPDATE SET name = excluded.name",
            party=party, day=day, name=name,
        )  # fmt: skip
        note_act(tx, by, "day_closed", party, day=day, name=name)
        tx.run(CHANGED)


def closed_days(record: Record, since: date) -> list[tuple[str, date, str]]:
    """(party, day, name) of the days to come on which a party is closed, by day."""
    with record.database.read() as tx:
        return [(party, day, name) for party, day, name in tx.all(CLOSED, since=since)]


def recount_before(record: Record, forum: str, now: datetime) -> int:
    """Count anew what lies before a forum whose meetings have changed; how many cases got another date. Whatever else
    is bound to them, and more than AT_ONCE, follows in the night."""
    with record.database.read() as tx:
        there = [case_id for (case_id,) in tx.all(BEFORE, forum=forum, most=AT_ONCE)]
    moved = 0
    for case_id in there:
        with record.database.write() as tx:
            moved += _recount(tx, record, case_id, now)
    return moved


def recount_due(record: Record, now: datetime, late: Callable[[], bool]) -> int:
    """Count anew the cases of which something is due, while the county's days differ from those that the dates were
    counted with: no letter leaves and no step is taken for an old date. How many got another date; all others follow
    in the night. It ends when it is late, and a case that somebody is moving, or that cannot be read, is passed by."""
    moved, after = 0, 0
    while needs_recount(record):
        with record.database.read() as tx:
            due = [case_id for (case_id,) in tx.all(DUE, now=now, after=after)]
        for after in due:
            if late():
                return moved
            try:
                with record.database.write() as tx:
                    moved += _recount(tx, record, after, now)
            except Exception:
                # One bad case stops neither the round nor the others; its rows are weighed when they are claimed.
                log.exception("The dates of a case could not be counted anew; the night tries again.")
        if not due:
            break
    return moved


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
    asked_on = _asked_on(tx, case_id, by_meeting(definition, found.snapshot))
    decision = recounted(definition, found.snapshot, world, now, asked_on)
    tx.many(AT_ITS_TIME, _retimed(definition, found.snapshot, world, now))
    if decision is None:
        return False
    apply_move(tx, record, decision, case_id, found.heads, "", now)
    return True


def _asked_on(tx: Transaction, case_id: int, owed: Iterable[Contribution]) -> dict[str, date]:
    """Key -> the day on which each was asked for: the first line of the cover that names it is the one that asked."""
    return {part.key: local_date(tx.value(ASKED, id=case_id, named=f'%"key":"{part.key}"%')) for part in owed}


def _retimed(definition: Definition, case: Snapshot, world: World, now: datetime) -> list[dict[str, Any]]:
    """Reminders and steps of dates that stand, and that come on another day now: a day between is closed."""
    ought = plan(definition, case.cover, case.deadlines, case.contributions, world, now)
    return [{"key": row.key, "at": ought[row.key].due_at} for row in case.docket
            if row.key in ought and row.due_at != ought[row.key].due_at]  # fmt: skip


def _open_cases(record: Record) -> Iterator[int]:
    """Those with dates to come, and ended ones in which somebody still owes something."""
    for which in (OPEN, LEFT):
        after = 0
        while True:
            with record.database.read() as tx:
                batch = [i for (i,) in tx.all(which, after=after)]
            if not batch:
                break
            yield from batch
            after = batch[-1]
