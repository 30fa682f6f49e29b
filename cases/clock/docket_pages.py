"""The docket page by page, for whoever looks after the clock: what waits, and which letters left lately.

For which function, and when: no case is named here, for an administrator learns of none (domain.md section 3). A page
begins behind the last row of the one before and costs as much as it shows, however many rows there are; each count
stops at a thousand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from cases.clock.clock_standing import COUNTED
from cases.clock.docket import LISTED, Listed
from cases.database import Transaction

PAGE = 50
MOST = 1000
LATELY = timedelta(days=1)
NEWEST = 2**62

ROW = "SELECT id FROM docket WHERE key = :key"
WAITING = LISTED.format(which="d.status = 'waiting'")
WAITING_AFTER = LISTED.format(which="d.status = 'waiting' AND (d.due_at, d.id) > (:due_at, :id)")

BEFORE = "SELECT id FROM letter WHERE message_id = :message_id"
SENT = """SELECT l.message_id, l.written_at, l.delivered_at, l.outcome, d.post
 FROM (SELECT id, message_id, written_at, delivered_at, outcome FROM letter WHERE id < :before
 ORDER BY id DESC LIMIT :limit) AS l JOIN letter_row r ON r.letter_id = l.id JOIN docket d ON d.id = r.docket_id
 ORDER BY l.id DESC, d.id"""

ALL_WAITING = COUNTED.format(which="d.status = 'waiting'")
ON_THE_WAY = tuple(COUNTED.format(which=f"d.status = '{status}'") for status in ("claimed", "handed_over"))
"""One a status: each has an index of its own, and rows that are settled stay in the table."""

# Of the newest ones: no index tells when a letter was taken, and more than a thousand a day is the same news.
TAKEN = """SELECT COUNT(*) FROM (SELECT delivered_at FROM letter ORDER BY id DESC LIMIT :most) AS newest
 WHERE delivered_at > :since"""


class NoSuchPlace(LookupError):
    """No page of this list ends there."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows wait, how many somebody is carrying out, how many letters the mail server took within a day; each
    at most a thousand and one."""

    waiting: int
    on_the_way: int
    sent: int


@dataclass(frozen=True, slots=True)
class SentLetter:
    """A letter that was written: `outcome` as the letter's own, and which functions it was for."""

    message_id: str
    written_at: datetime
    delivered_at: datetime | None
    outcome: str
    posts: tuple[str, ...]


def tally(tx: Transaction, now: datetime) -> Tally:
    most = MOST + 1
    on_the_way = sum(int(tx.value(statement, most=most)) for statement in ON_THE_WAY)
    sent = tx.value(TAKEN, since=now - LATELY, most=most)
    return Tally(int(tx.value(ALL_WAITING, most=most)), min(most, on_the_way), int(sent))


def waiting_rows(tx: Transaction, after: str = "") -> tuple[tuple[Listed, ...], str]:
    """(rows that wait, by time; the place behind which the next page begins, "" at the end). A place is a moment and a
    row, and names no case. Raises NoSuchPlace for what is none."""
    if not after:
        rows = tx.all(WAITING, limit=PAGE + 1)
    else:
        due_at, row = _place(after)
        rows = tx.all(WAITING_AFTER, due_at=due_at, id=row, limit=PAGE + 1)
    shown = tuple(map(Listed._make, rows[:PAGE]))
    if len(rows) <= PAGE:
        return shown, ""
    return shown, f"{shown[-1].due_at.isoformat()}~{tx.value(ROW, key=shown[-1].key)}"


def _place(after: str) -> tuple[datetime, int]:
    moment, _, row = after.partition("~")
    try:
        due_at = datetime.fromisoformat(moment)
    except ValueError:
        raise NoSuchPlace(after) from None
    if due_at.tzinfo is None or not (row.isascii() and row.isdecimal() and len(row) < 19):
        raise NoSuchPlace(after)
    return due_at, int(row)


def sent_letters(tx: Transaction, before: str = "") -> tuple[tuple[SentLetter, ...], str]:
    """(letters, the newest first; the Message-ID behind which the next page begins, "" at the end). Raises
    NoSuchPlace."""
    last = tx.value(BEFORE, message_id=before) if before else NEWEST
    if last is None:
        raise NoSuchPlace(before)
    letters = tuple(_letters(tx.all(SENT, before=last, limit=PAGE + 1)))
    return letters[:PAGE], letters[PAGE - 1].message_id if len(letters) > PAGE else ""


def _letters(rows: Iterable[tuple[Any, ...]]) -> Iterable[SentLetter]:
    for (message_id, written_at, delivered_at, outcome), about in groupby(rows, key=lambda row: row[:4]):
        posts = tuple(dict.fromkeys(post for *_, post in about))
        yield SentLetter(message_id, written_at, delivered_at, outcome, posts)
