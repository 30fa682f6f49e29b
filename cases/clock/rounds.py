"""The last good round of each of the clock's duties: what `/readyz` and an operator look at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cases.chain import canonical
from cases.clock.ran_ahead import believed
from cases.database import Transaction
from cases.record import Record

NOTE = """INSERT INTO round (duty, finished_at, report, error) VALUES (:duty, :at, :report, '') ON CONFLICT (duty)
 DO UPDATE SET finished_at = excluded.finished_at, report = excluded.report, error = ''"""
BROKE_OFF = """INSERT INTO round (duty, report, failed_at, error) VALUES (:duty, '{}', :at, :error) ON CONFLICT (duty)
 DO UPDATE SET failed_at = excluded.failed_at, error = excluded.error"""
LEFT_OUT = "a beat was left out: "
"""How the error begins of a round that is late, and not broken off."""
LAST = "SELECT finished_at, report FROM round WHERE duty = :duty AND finished_at IS NOT NULL"
ALL = "SELECT duty, finished_at, report, failed_at, error FROM round ORDER BY duty"


@dataclass(frozen=True, slots=True)
class Finished:
    """When a duty was last done to its end, and what it counted."""

    at: datetime
    report: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Duty:
    """How it stands with one duty. `error` is "" when its last round was a good one, and none has taken longer than to
    the beat after it since."""

    name: str
    finished_at: datetime | None
    report: Mapping[str, int]
    failed_at: datetime | None
    error: str

    @property
    def is_late(self) -> bool:
        """A round is under way that has taken longer than to the next beat: nothing broke off."""
        return self.error.startswith(LEFT_OUT)


def note_round(record: Record, duty: str, report: Mapping[str, int], now: datetime) -> None:
    with record.database.write() as tx:
        tx.run(NOTE, duty=duty, at=now, report=canonical(dict(report)))


def note_failure(record: Record, duty: str, error: str, now: datetime) -> None:
    """A round broke off; the last good one stays known."""
    with record.database.write() as tx:
        tx.run(BROKE_OFF, duty=duty, at=now, error=error)


def note_left_out(record: Record, duty: str, now: datetime) -> None:
    """A beat of the clock came while the round before it was still under way; told until that one has ended well."""
    note_failure(record, duty, f"{LEFT_OUT}the round before it is still under way", now)


def last_round(tx: Transaction, duty: str, now: datetime) -> Finished | None:
    """None before the first good one; nor is one believed that a clock far ahead has done, or the duty would rest until
    that day."""
    row = tx.one(LAST, duty=duty)
    return Finished(row[0], json.loads(row[1])) if row is not None and believed(row[0], now) else None


def duties(tx: Transaction) -> tuple[Duty, ...]:
    """Every duty that was ever begun here, by name."""
    return tuple(Duty(name, at, json.loads(report), failed, error) for name, at, report, failed, error in tx.all(ALL))
