"""An absence of more than ten working days is a hand-over (domain.md section 6).

Functions hold the ball, never only persons: no case moves by it, and whoever stands in has every right by the absence
itself. What is handed over is the knowing. On the first morning those who act in the function meanwhile get a line for
each case that waits for it, and whoever comes back gets one for each that waits then; a shorter absence only routes.
Absences that adjoin each other are one: who is ill is entered for two weeks at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from cases.clock.docket import ADD, Added, added_values
from cases.clock.relevance import GIVEN_BACK, TAKEN_OVER, days_of
from cases.clock.rounds import last_round, note_round
from cases.database import Transaction
from cases.functions import Held
from cases.record import Record
from cases.sight import function_name
from workflows.attempt import World
from workflows.calendar import Days
from workflows.nouns import DocketRow
from workflows.office_hours import local_date, send_time
from workflows.organisation import holder_of, post

DUTY = "absences"

LONGEST_ROUTED = 10
"""Working days of the function's own party; a longer absence is a hand-over (domain.md section 6)."""

ENTERED = """SELECT account, since, until, id, substitute, handed_over_at IS NOT NULL FROM absence WHERE account IN
 (SELECT account FROM absence WHERE (since <= :today AND until >= :today AND handed_over_at IS NULL)
 OR (handed_over_at IS NOT NULL AND until < :today)) ORDER BY account, since"""
THERE = """SELECT 1 FROM person s WHERE s.account = :account AND NOT s.disabled AND NOT EXISTS (SELECT 1 FROM absence b
 WHERE b.account = s.account AND b.since <= :today AND b.until >= :today)"""
HELD = """SELECT function, holder, side FROM holding WHERE account = :account AND valid_from <= :today
 AND (valid_to IS NULL OR valid_to >= :today) ORDER BY holder, function"""
WAITING = """SELECT c.id, c.number FROM sight s JOIN cases c ON c.id = s.case_id WHERE s.holder = :holder
 AND s.tab IN ('awaiting', 'checking') AND s.compartment = 'cover' AND s.ended_at IS NULL AND (c.ball = :post OR EXISTS
 (SELECT 1 FROM contribution k WHERE k.case_id = c.id AND k.asked = :post AND k.status = 'owed')) ORDER BY c.id"""
BEFORE = """SELECT DISTINCT a.account FROM absence a WHERE a.substitute = :account AND a.account <> :away
 AND a.handed_over_at IS NOT NULL AND a.since <= :today AND a.until >= :today"""
HANDED_OVER = "UPDATE absence SET handed_over_at = :at WHERE id = :id"


class Entry(NamedTuple):
    """An absence as it was entered. A tuple for its order: by person, then by day."""

    account: str
    since: date
    until: date
    id: int
    substitute: str | None
    handed_over: bool

    def holds(self, day: date) -> bool:
        return self.since <= day <= self.until


class Stretch(NamedTuple):
    """Entries without a working day between them: one absence, however often it was extended."""

    entries: tuple[Entry, ...]

    @property
    def since(self) -> date:
        return self.entries[0].since

    @property
    def until(self) -> date:
        return self.entries[-1].until

    @property
    def account(self) -> str:
        return self.entries[0].account


def write_hand_overs(record: Record, now: datetime) -> int:
    """Write the rows of the long absences that have begun or ended since the last time, once a day; how many."""
    today = local_date(now)
    with record.database.read() as tx:
        last = last_round(tx, DUTY, now)
        before = local_date(last.at) if last is not None else today
        if last is not None and before >= today:
            return 0
        entered = [Entry(*row) for row in tx.all(ENTERED, today=today)]
    written = 0
    if entered:
        with record.database.write() as tx:
            world = record.world(tx, now)
            for stretch in stretches(entered, world.calendar.days_of(None)):
                written += _hand_over(tx, stretch, world, now, today)
                written += _give_back(tx, stretch, world, now, today, before)
    note_round(record, DUTY, {"rows": written}, now)
    return written


def stretches(entered: Iterable[Entry], days: Days) -> Iterator[Stretch]:
    """The same entries, those that adjoin each other together."""
    joined: list[Entry] = []
    for entry in sorted(entered):
        if joined and not _adjoin(joined[-1], entry, days):
            yield Stretch(tuple(joined))
            joined = []
        joined.append(entry)
    if joined:
        yield Stretch(tuple(joined))


def _adjoin(one: Entry, other: Entry, days: Days) -> bool:
    return one.account == other.account and days.count(one.until, other.since - timedelta(days=1)) == 0


def _hand_over(tx: Transaction, stretch: Stretch, world: World, now: datetime, today: date) -> int:
    """To whoever stands in today, unless she has been told in an earlier part of the same absence, or of the same
    function when she took it over for another colleague, who is still away."""
    entry = next((e for e in stretch.entries if e.holds(today) and not e.handed_over), None)
    posts = [key for key in _posts(tx, stretch.account, today) if _is_long(stretch, key, world)]
    if entry is None or not posts:
        return 0
    told = any(e.handed_over and e.substitute == entry.substitute for e in stretch.entries)
    there = entry.substitute if tx.one(THERE, account=entry.substitute, today=today) is not None else None
    had = _taken_over_before(tx, there, stretch.account, today) if there else set()
    new = [] if told else [key for key in posts if key not in had]
    rows = _rows(tx, new, TAKEN_OVER, (entry.account, entry.since), there or "", world, today)
    tx.run(HANDED_OVER, at=now, id=entry.id)
    return _write(tx, rows, now)


def _taken_over_before(tx: Transaction, account: str, away: str, today: date) -> set[str]:
    """The posts that she has taken over for others than the one who leaves now."""
    return {key for (other,) in tx.all(BEFORE, account=account, away=away, today=today)
            for key in _posts(tx, other, today)}  # fmt: skip


def _give_back(tx: Transaction, stretch: Stretch, world: World, now: datetime, today: date, before: date) -> int:
    """On the first day after what was handed over: also where it turned out shorter than it was entered. An absence
    that was over before the last round was given back then."""
    over = before - timedelta(days=1) <= stretch.until < today
    if not over or not any(e.handed_over for e in stretch.entries):
        return 0
    posts = list(_posts(tx, stretch.account, today))
    away = (stretch.account, stretch.since)
    rows = _rows(tx, posts, GIVEN_BACK, away, stretch.account, world, today)
    for entry in stretch.entries:
        tx.run(HANDED_OVER, at=None, id=entry.id)
    return _write(tx, rows, now)


def _rows(
    tx: Transaction, posts: Iterable[str], notch: str, away: tuple[str, date], reader: str, world: World, today: date
) -> list[tuple[int, DocketRow, str]]:
    """(case, row, the one it is for) of all that waits for these functions."""
    account, since = away
    found = []
    for key in posts:
        at = send_time(today, days_of(key, world))
        for case_id, number in tx.all(WAITING, holder=holder_of(key), post=key):
            row_key = f"{number}/{notch.partition(':')[2]}/{since}/{key}/{account}"
            found.append((case_id, DocketRow(row_key, "letter", key, at, notch=notch), reader))
    return found


def _posts(tx: Transaction, account: str, today: date) -> Iterable[str]:
    """Every post that her work comes by; what she reports is hers alone, and waits for her."""
    for row in tx.all(HELD, account=account, today=today):
        held = Held(*row)
        if function_name(held.post) != "reporter":
            yield held.post
        if held.function in ("chair", "vice_chair"):
            yield post("presidium", held.holder)


def _is_long(stretch: Stretch, key: str, world: World) -> bool:
    return days_of(key, world).count(stretch.since - timedelta(days=1), stretch.until) > LONGEST_ROUTED


def _write(tx: Transaction, rows: list[tuple[int, DocketRow, str]], now: datetime) -> int:
    tx.many(ADD, [added_values(case_id, Added(row), now, reader) for case_id, row, reader in rows])
    return len(rows)
