"""A forum rests from a day to a day, known beforehand: a summer, an election, a reorganisation; and who stands in then.

While it rests nothing is lifted or referred to it, as if it were paused by hand; before and after it is what it was.
Its meetings on those days are cancelled with it, and do not come back by themselves: whoever was told that a meeting is
off has made other plans.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from cases.database import Transaction
from cases.organisation.administration import By, note_act
from cases.organisation.calendar_changes import BUMP, cancel_within
from cases.organisation.forum_changes import ForumFault
from cases.record import Record
from workflows.office_hours import local_date
from workflows.organisation import Forum

COMING = """SELECT first, last, stand_in FROM forum_pause WHERE forum = :forum AND (last IS NULL OR last >= :today)
 ORDER BY first"""
MEANWHILE = """SELECT 1 FROM forum_pause WHERE forum = :forum AND (last IS NULL OR last >= :first)
 AND first <= :until"""
LEANING = """SELECT code FROM forum f WHERE (f.state <> 'active' AND f.stand_in = :forum) OR EXISTS (SELECT 1 FROM
 forum_pause p WHERE p.forum = f.code AND p.stand_in = :forum AND (p.last IS NULL OR p.last >= :first)
 AND p.first <= :until) ORDER BY f.name, f.code"""
MEETINGS = """SELECT DISTINCT day FROM meeting WHERE forum = :forum AND status <> 'cancelled' AND day >= :first
 AND day <= :until ORDER BY day LIMIT 200"""
CANCELLED = """SELECT DISTINCT day FROM meeting m WHERE forum = :forum AND status = 'cancelled' AND day >= :today
 AND NOT EXISTS (SELECT 1 FROM meeting n WHERE n.forum = m.forum AND n.day = m.day AND n.status <> 'cancelled')
 ORDER BY day LIMIT 50"""
REST = "INSERT INTO forum_pause (forum, first, last, stand_in) VALUES (:forum, :first, :last, :stand_in)"
UNDO = "DELETE FROM forum_pause WHERE forum = :forum AND first = :first AND first >= :today"
CUT = """UPDATE forum_pause SET last = :yesterday WHERE forum = :forum AND first = :first AND first < :today
 AND (last IS NULL OR last >= :today)"""


@dataclass(frozen=True, slots=True)
class ComingPause:
    """A pause that is or is to come, both days included: `last` None until further notice, `stand_in` "" for nobody."""

    first: date
    last: date | None
    stand_in: str


def pauses_of(record: Record, forum: str, now: datetime) -> tuple[ComingPause, ...]:
    with record.database.read() as tx:
        rows = tx.all(COMING, forum=forum, today=local_date(now))
    return tuple(ComingPause(first, last, stand_in or "") for first, last, stand_in in rows)


def meetings_within(record: Record, forum: str, first: date, last: date | None) -> tuple[date, ...]:
    """The meetings that a pause on those days would cancel."""
    with record.database.read() as tx:
        return tuple(day for (day,) in tx.all(MEETINGS, forum=forum, first=first, until=last or date.max))


def cancelled_meetings(record: Record, forum: str, today: date) -> tuple[date, ...]:
    """Days to come on which a meeting is cancelled and no other entered."""
    with record.database.read() as tx:
        return tuple(day for (day,) in tx.all(CANCELLED, forum=forum, today=today))


def leaning_on(record: Record, forum: str, first: date, last: date | None) -> tuple[str, ...]:
    """Forums that cannot receive on some of those days and have named this one: what is referred to them would have no
    door while it rests, too."""
    with record.database.read() as tx:
        return tuple(code for (code,) in tx.all(LEANING, forum=forum, first=first, until=last or date.max))


def why_no_pause(record: Record, forum: str, first: date, last: date | None, stand_in: str, now: datetime) -> str:
    """A code of ForumFault, "" when the forum can rest so: asked before anything is done."""
    with record.database.read() as tx:
        return _why_not(tx, record, forum, first, last, stand_in, now)


def plan_pause(
    record: Record, forum: str, first: date, last: date | None, stand_in: str, now: datetime, by: By,
    *, cancel: Iterable[date] = (),
) -> int:  # fmt: skip
    """The forum rests from `first` to `last`, and `stand_in` answers meanwhile; the meetings of `cancel`, which were
    looked through, are cancelled with it: how many. Dates that were bound to them are for the caller to count anew
    (`recount_before`). Raises ForumFault: `past` (it begins before today), `dates`, `stand_in` (none such, or not on
    every one of the days), or `paused` (it rests then already)."""
    with record.database.write() as tx:
        wrong = _why_not(tx, record, forum, first, last, stand_in, now)
        if wrong:
            raise ForumFault(wrong)
        tx.run(REST, forum=forum, first=first, last=last, stand_in=stand_in or None)
        note_act(tx, by, "forum_changed", forum, state="paused", since=first, until=last, stand_in=stand_in)
        tx.run(BUMP)
        within = {day for day in cancel if first <= day <= (last or date.max)}
        return sum(cancel_within(tx, forum, day, by) for day in sorted(within))


def undo_pause(record: Record, forum: str, first: date, now: datetime, by: By) -> None:
    """A pause that begins today or later is taken back; one that began before ends with yesterday. Its meetings stay
    cancelled. Raises ForumFault: `no_pause`."""
    today = local_date(now)
    with record.database.write() as tx:
        undone = tx.run(UNDO, forum=forum, first=first, today=today)
        yesterday = date.fromordinal(today.toordinal() - 1)
        if not undone and not tx.run(CUT, forum=forum, first=first, today=today, yesterday=yesterday):
            raise ForumFault("no_pause")
        note_act(tx, by, "forum_changed", forum, state="active", since=max(first, today))
        tx.run(BUMP)


def _why_not(
    tx: Transaction, record: Record, forum: str, first: date, last: date | None, stand_in: str, now: datetime
) -> str:
    if first < local_date(now):
        return "past"
    if last is not None and last < first:
        return "dates"
    if tx.one(MEANWHILE, forum=forum, first=first, until=last or date.max) is not None:
        return "paused"
    if not stand_in:
        return ""
    other = record.world(tx, now).org.forums.get(stand_in)
    answers = other is not None and stand_in != forum and other.stand_in != forum and _lives(other, first, last)
    return "" if answers else "stand_in"


def _lives(forum: Forum, first: date, last: date | None) -> bool:
    """Whether it may receive a case on every one of the days."""
    rests = any(begins <= (last or date.max) and (ends or date.max) >= first for begins, ends in forum.pauses)
    outlived = forum.valid_to is not None and forum.valid_to < (last or date.max)
    return forum.living(first) and not rests and not outlived
