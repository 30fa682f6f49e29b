"""An absence of more than ten working days is a hand-over (domain.md section 6).

Functions hold the ball, never only persons: no case moves by it, and whoever stands in has every right by the absence
itself. What is handed over is the knowing. On the first morning those who act in the function meanwhile get a line for
each case that waits for it, and whoever comes back gets one for each that waits then; a shorter absence only routes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from cases.clock.docket import ADD, Added, added_values
from cases.clock.relevance import GIVEN_BACK, TAKEN_OVER, days_of
from cases.clock.rounds import last_round, note_round
from cases.database import Transaction
from cases.functions import Held
from cases.record import Record
from cases.sight import function_name
from workflows.attempt import World
from workflows.nouns import DocketRow
from workflows.office_hours import local_date, send_time
from workflows.organisation import holder_of, post

DUTY = "absences"

LONGEST_ROUTED = 10
"""Working days of the function's own party; a longer absence is a hand-over (domain.md section 6)."""

LEFT = """SELECT a.id, a.account, a.since, a.until, s.account FROM absence a LEFT JOIN person s
 ON s.account = a.substitute AND NOT s.disabled AND NOT EXISTS (SELECT 1 FROM absence b WHERE b.account = s.account
 AND b.since <= :today AND b.until >= :today)
 WHERE a.since <= :today AND a.until >= :today AND a.handed_over_at IS NULL ORDER BY a.id"""
BACK = """SELECT id, account, since, until, account FROM absence WHERE handed_over_at IS NOT NULL AND until >= :last
 AND until < :today ORDER BY id"""
HELD = """SELECT function, holder, side FROM holding WHERE account = :account AND valid_from <= :today
 AND (valid_to IS NULL OR valid_to >= :today) ORDER BY holder, function"""
WAITING = """SELECT c.id, c.number FROM sight s JOIN cases c ON c.id = s.case_id WHERE s.holder = :holder
 AND s.tab = 'awaiting' AND s.compartment = 'cover' AND s.ended_at IS NULL AND (c.ball = :post OR EXISTS
 (SELECT 1 FROM contribution k WHERE k.case_id = c.id AND k.asked = :post AND k.status = 'owed')) ORDER BY c.id"""
HANDED_OVER = "UPDATE absence SET handed_over_at = :at WHERE id = :id"


def write_hand_overs(record: Record, now: datetime) -> int:
    """Write the rows of the long absences that have begun or ended since the last time, once a day; how many."""
    today = local_date(now)
    with record.database.read() as tx:
        last = last_round(tx, DUTY)
        before = local_date(last.at) if last is not None else today
        if last is not None and before >= today:
            return 0
        begun, over = tx.all(LEFT, today=today), tx.all(BACK, last=before, today=today)
    written = 0
    if begun or over:
        with record.database.write() as tx:
            world = record.world(tx, now)
            for absence_id, *away in begun:
                rows = _rows(tx, away, TAKEN_OVER, world, today)
                if rows is not None:
                    written += _write(tx, rows, now)
                    tx.run(HANDED_OVER, at=now, id=absence_id)
            for _, *away in over:
                written += _write(tx, _rows(tx, away, GIVEN_BACK, world, today) or [], now)
    note_round(record, DUTY, {"rows": written}, now)
    return written


def _rows(tx: Transaction, away: Any, notch: str, world: World, today: date) -> list[tuple[int, DocketRow, str]] | None:
    """(case, row, the one it is for) of all that waits for her functions; None when no function's absence is long."""
    account, since, until, reader = away
    posts = [key for key in _posts(tx, account, today) if _is_long(since, until, key, world)]
    found = []
    for key in posts:
        at = send_time(today, days_of(key, world))
        for case_id, number in tx.all(WAITING, holder=holder_of(key), post=key):
            row_key = f"{number}/{notch.partition(':')[2]}/{since}/{key}/{account}"
            found.append((case_id, DocketRow(row_key, "letter", key, at, notch=notch), reader or ""))
    return found if posts else None


def _posts(tx: Transaction, account: str, today: date) -> Iterable[str]:
    """Every post that her work comes by; what she reports is hers alone, and waits for her."""
    for row in tx.all(HELD, account=account, today=today):
        held = Held(*row)
        if function_name(held.post) != "reporter":
            yield held.post
        if held.function in ("chair", "vice_chair"):
            yield post("presidium", held.holder)


def _is_long(since: date, until: date, key: str, world: World) -> bool:
    return days_of(key, world).count(since - timedelta(days=1), until) > LONGEST_ROUTED


def _write(tx: Transaction, rows: list[tuple[int, DocketRow, str]], now: datetime) -> int:
    tx.many(ADD, [added_values(case_id, Added(row), now, reader) for case_id, row, reader in rows])
    return len(rows)
