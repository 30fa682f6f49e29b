"""Forums change: paused, ended, taken up again, with a stand-in; operations get seats in them, and leave them.

What law 3 says of the next case follows at once. Cases that lie before a forum stay there; whoever has them may go past
it while it cannot answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cases.database import Transaction
from cases.organisation.administration import By, note_act
from cases.organisation.calendar_changes import BUMP
from cases.record import Record
from workflows.office_hours import local_date

STATES = ("active", "paused", "ended")
COUNTED = 1000
"""Counts stop above this."""

FORUMS = "SELECT code, name, rung, state, valid_to FROM forum ORDER BY name, code"
FORUM = "SELECT code, name, rung, state, valid_from, valid_to, stand_in FROM forum WHERE code = :code"
SEATS = """SELECT s.operation, o.name, s.side, s.valid_from, s.valid_to FROM seat s JOIN operation o
 ON o.code = s.operation WHERE s.forum = :code ORDER BY o.name, s.operation"""
MEETINGS = """SELECT day, starts, place FROM meeting WHERE forum = :code AND status <> 'cancelled' AND day >= :today
 ORDER BY day LIMIT 50"""
BEFORE = """SELECT COUNT(*) FROM (SELECT 1 FROM cases WHERE lead_forum = :code AND status <> 'ended' LIMIT :most)
 AS few"""
SET = "UPDATE forum SET state = :state, valid_to = :until, stand_in = :stand_in WHERE code = :code"
SIT = """INSERT INTO seat (forum, operation, side, valid_from, valid_to) VALUES (:forum, :operation, :side, :since,
 :until) ON CONFLICT (forum, operation) DO UPDATE SET side = excluded.side, valid_from = excluded.valid_from,
 valid_to = excluded.valid_to"""
LEAVE = """UPDATE seat SET valid_to = :last WHERE forum = :forum AND operation = :operation
 AND (valid_from IS NULL OR valid_from <= :last) AND (valid_to IS NULL OR valid_to > :last)"""
LEAVES = """SELECT 1 FROM seat WHERE forum = :forum AND operation = :operation
 AND (valid_from IS NULL OR valid_from <= :last) AND (valid_to IS NULL OR valid_to > :last)"""
CONCERNED = """SELECT COUNT(*) FROM (SELECT 1 FROM cases WHERE lead_forum = :forum AND status <> 'ended'
 AND (raising_operation = :operation OR receiving_operation = :operation) LIMIT :most) AS few"""
SEATED = """SELECT 1 FROM seat WHERE forum = :forum AND operation = :operation
 AND (valid_to IS NULL OR valid_to >= :since)"""
LED = """SELECT 1 FROM holding WHERE function = 'process_leader' AND holder = :holder AND valid_from <= :today
 AND (valid_to IS NULL OR valid_to >= :today)"""
SIDE = """SELECT p.kind FROM operation o JOIN authority a ON a.code = o.authority JOIN party p ON p.code = a.party
 WHERE o.code = :operation"""


class ForumFault(Exception):
    """A forum cannot be changed so. `code` says why: `unknown` (no such forum, or operation), `state`, `dates` (the
    last day lies before the first), `stand_in` (none such, itself, or one that cannot answer itself), `leader` (it is
    to be active, has no process leader today and nobody stands in for it: what is sent there would reach nobody),
    `seated` (the operation sits there then already), `not_seated`; of a pause `past`, `paused` and `no_pause`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"{code}: {' '.join(str(ForumFault.__doc__).split())}")


@dataclass(frozen=True, slots=True)
class Sitting:
    """An operation in a forum, from a day to a day, both included; None where there is no such day."""

    operation: str
    name: str
    side: str
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class ForumToday:
    """A forum as it stands, with what is to come: `meetings` are (day, hour or "", place or "")."""

    code: str
    name: str
    rung: str
    state: str
    since: date
    until: date | None
    stand_in: str
    seats: tuple[Sitting, ...]
    meetings: tuple[tuple[date, str, str], ...]
    cases: int
    """Open cases that lie before it; COUNTED + 1 for more."""


def forums(record: Record) -> list[tuple[str, str, str, str, date | None]]:
    """(code, name, rung, state, last day) of every forum, by name."""
    with record.database.read() as tx:
        return [(code, name, rung, state, until) for code, name, rung, state, until in tx.all(FORUMS)]


def forum_today(record: Record, code: str, now: datetime) -> ForumToday:
    """Raises ForumFault."""
    with record.database.read() as tx:
        _, name, rung, state, since, until, stand_in = _forum(tx, code)
        return ForumToday(
            code, name, rung, state, since, until, stand_in or "",
            tuple(Sitting(*row) for row in tx.all(SEATS, code=code)),
            tuple(tuple(row) for row in tx.all(MEETINGS, code=code, today=local_date(now))),
            int(tx.value(BEFORE, code=code, most=COUNTED + 1)),
        )  # fmt: skip


def why_not(record: Record, code: str, state: str, until: date | None, stand_in: str, now: datetime) -> str:
    """A code of ForumFault, "" when the forum can be changed so: asked before anything is done."""
    with record.database.read() as tx:
        return _why_not(tx, record, code, state, until, stand_in, now)


def change_forum(
    record: Record, code: str, state: str, until: date | None, stand_in: str, now: datetime, by: By
) -> None:
    """Give a forum a state, a last day (None: until further notice) and who answers in its place. Raises ForumFault."""
    with record.database.write() as tx:
        wrong = _why_not(tx, record, code, state, until, stand_in, now)
        if wrong:
            raise ForumFault(wrong)
        tx.run(SET, code=code, state=state, until=until, stand_in=stand_in or None)
        note_act(tx, by, "forum_changed", code, state=state, until=until, stand_in=stand_in)
        tx.run(BUMP)


def give_seat(record: Record, code: str, operation: str, since: date, until: date | None, by: By) -> None:
    """An operation sits in a forum from a day to a day, on its own party's side. Raises ForumFault."""
    if until is not None and until < since:
        raise ForumFault("dates")
    with record.database.write() as tx:
        _forum(tx, code)
        kind = tx.value(SIDE, operation=operation)
        if kind is None:
            raise ForumFault("unknown")
        if tx.one(SEATED, forum=code, operation=operation, since=since) is not None:
            raise ForumFault("seated")
        side = "municipal" if kind == "municipality" else "regional"
        tx.run(SIT, forum=code, operation=operation, side=side, since=since, until=until)
        note_act(tx, by, "seat_given", code, operation=operation, since=since, until=until)
        tx.run(BUMP)


def before_seat_ends(record: Record, code: str, operation: str, last: date) -> int:
    """Open cases there that the operation is a side of, COUNTED + 1 for more: looked at before its seat ends. Raises
    ForumFault as ending it would."""
    with record.database.read() as tx:
        if tx.one(LEAVES, forum=code, operation=operation, last=last) is None:
            raise ForumFault("not_seated")
        return int(tx.value(CONCERNED, forum=code, operation=operation, most=COUNTED + 1))


def end_seat(record: Record, code: str, operation: str, last: date, by: By) -> None:
    """The operation's last day in the forum. Raises ForumFault."""
    with record.database.write() as tx:
        if not tx.run(LEAVE, forum=code, operation=operation, last=last):
            raise ForumFault("not_seated")
        note_act(tx, by, "seat_ended", code, operation=operation, until=last)
        tx.run(BUMP)


def _forum(tx: Transaction, code: str) -> tuple[Any, ...]:
    row = tx.one(FORUM, code=code)
    if row is None:
        raise ForumFault("unknown")
    return row


def _why_not(
    tx: Transaction, record: Record, code: str, state: str, until: date | None, stand_in: str, now: datetime
) -> str:
    found = tx.one(FORUM, code=code)
    if found is None:
        return "unknown"
    if state not in STATES:
        return "state"
    if until is not None and until < found[4]:
        return "dates"
    if not stand_in:
        led = tx.one(LED, holder=f"forum:{code}", today=local_date(now)) is not None
        return "leader" if state == "active" and not led else ""
    other = record.world(tx, now).org.forums.get(stand_in)
    if other is None or stand_in == code or not other.living(local_date(now)) or other.stand_in == code:
        return "stand_in"
    return ""
