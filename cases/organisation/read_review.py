"""A half-yearly random sample of the read-log: which reads of protected fields an auditor is to look at.

The same rows for whoever looks, drawn by the installation's own epoch, so that nobody can draw until a read that she
would rather hide stays out. Finding them takes as long however many cases there are.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time

from cases.database import Transaction
from cases.organisation.administration import By, note_act
from cases.record import Record
from workflows.office_hours import STOCKHOLM, local_date

SAMPLE = 25
"""Reads in a half-year's sample (ours)."""

EPOCH = "SELECT epoch FROM installation"
EDGES = """SELECT (SELECT id FROM read_log WHERE at >= :since ORDER BY at, id LIMIT 1),
 (SELECT id FROM read_log WHERE at < :until ORDER BY at DESC, id DESC LIMIT 1)"""
AT_OR_AFTER = """SELECT r.id, r.at, c.number, r.account, r.post, r.what, r.reason, r.result FROM read_log r
 JOIN cases c ON c.id = r.case_id WHERE r.id >= :id ORDER BY r.id LIMIT 1"""
REVIEWED = """SELECT at, account, reason FROM administration_act WHERE act = 'reads_reviewed' AND about = :about
 ORDER BY id DESC LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Read:
    """One read of a protected field, granted or denied, as its log says. Nothing of what was read."""

    id: int
    at: datetime
    number: str
    account: str
    post: str
    what: str
    reason: str
    result: str


@dataclass(frozen=True, slots=True)
class Review:
    """Who looked through a half-year's sample, when, and what she wrote about it."""

    at: datetime
    account: str
    reason: str


@dataclass(frozen=True, slots=True)
class HalfYear:
    """`2026-1` is January to June."""

    year: int
    half: int

    @property
    def name(self) -> str:
        return f"{self.year}-{self.half}"

    @property
    def first(self) -> date:
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def after(self) -> date:
        """The day after its last."""
        return date(self.year, 7, 1) if self.half == 1 else date(self.year + 1, 1, 1)


def last_half_year(now: datetime) -> HalfYear:
    """The one that has ended: what has not is still being written."""
    today = local_date(now)
    return HalfYear(today.year - 1, 2) if today.month < 7 else HalfYear(today.year, 1)


def sample(record: Record, half: HalfYear) -> tuple[Read, ...]:
    """At most SAMPLE reads of that half-year, by time."""
    with record.database.read() as tx:
        first, last = tx.one(EDGES, since=begins(half.first), until=begins(half.after)) or (None, None)
        if first is None or last is None or first > last:
            return ()
        drawn = {_draw(str(tx.value(EPOCH)), half, turn, first, last) for turn in range(SAMPLE)}
        ids = range(first, last + 1) if last - first < SAMPLE else sorted(drawn)
        found = {row.id: row for row in (_read(tx, id_) for id_ in ids) if row is not None and row.id <= last}
    return tuple(sorted(found.values(), key=lambda row: (row.at, row.id)))


def review_of(record: Record, half: HalfYear) -> Review | None:
    """None as long as nobody has looked through it."""
    with record.database.read() as tx:
        row = tx.one(REVIEWED, about=half.name)
    return Review(*row) if row is not None else None


def note_review(record: Record, half: HalfYear, by: By) -> None:
    """`by.reason` is what she found."""
    with record.database.write() as tx:
        note_act(tx, by, "reads_reviewed", half.name)


def _draw(epoch: str, half: HalfYear, turn: int, first: int, last: int) -> int:
    digest = hashlib.sha256(f"{epoch}/{half.name}/{turn}".encode()).digest()
    return first + int.from_bytes(digest, "big") % (last - first + 1)


def _read(tx: Transaction, id_: int) -> Read | None:
    row = tx.one(AT_OR_AFTER, id=id_)
    return Read(*row) if row is not None else None


def begins(day: date) -> datetime:
    """The instant at which a day begins in Stockholm."""
    return datetime.combine(day, time(), STOCKHOLM)
