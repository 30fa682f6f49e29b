"""The docket page by page, for whoever looks after the clock: what waits, and which letters left lately.

Cover words only, like every list of the docket. A page begins behind the last row of the one before and costs as much
as it shows, however many rows there are; each count stops at a thousand.
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

BEHIND = "SELECT due_at, id FROM docket WHERE key = :key"
WAITING = LISTED.format(which="d.status = 'waiting'")
WAITING_AFTER = LISTED.format(which="d.status = 'waiting' AND (d.due_at, d.id) > (:due_at, :id)")

BEFORE = "SELECT id FROM letter WHERE message_id = :message_id"
SENT = """SELECT l.message_id, l.written_at, l.delivered_at, l.outcome, d.post, c.number
 FROM (SELECT id, message_id, written_at, delivered_at, outcome FROM letter WHERE id < :before
 ORDER BY id DESC LIMIT :limit) AS l JOIN letter_row r ON r.letter_id = l.id JOIN docket d ON d.id = r.docket_id
 JOIN cases c ON c.id = d.case_id ORDER BY l.id DESC, d.id"""

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
    """A letter that was written: `outcome` as the letter's own, and for each thing that it is about which function it
    was for and in which case."""

    message_id: str
    written_at: datetime
    delivered_at: datetime | None
    outcome: str
    about: tuple[tuple[str, str], ...]


def tally(tx: Transaction, now: datetime) -> Tally:
    most = MOST + 1
    on_the_way = sum(int(tx.value(statement, most=most)) for statement in ON_THE_WAY)
    sent = tx.value(TAKEN, since=now - LATELY, most=most)
    return Tally(int(tx.value(ALL_WAITING, most=most)), min(most, on_the_way), int(sent))


def waiting_rows(tx: Transaction, after: str = "") -> tuple[tuple[Listed, ...], str]:
    """(rows that wait, by time; the key behind which the next page begins, "" at the end). Raises NoSuchPlace."""
    if not after:
        rows = tx.all(WAITING, limit=PAGE + 1)
    else:
        place = tx.one(BEHIND, key=after)
        if place is None:
            raise NoSuchPlace(after)
        rows = tx.all(WAITING_AFTER, due_at=place[0], id=place[1], limit=PAGE + 1)
    shown = tuple(map(Listed._make, rows[:PAGE]))
    return shown, shown[-1].key if len(rows) > PAGE else ""


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
        functions = tuple((post, number) for *_, post, number in about)
        yield SentLetter(message_id, written_at, delivered_at, outcome, functions)
