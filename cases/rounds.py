"""The last good round of each of the clock's duties: what `/readyz` and an operator look at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cases.chain import canonical
from cases.database import Transaction
from cases.record import Record

NOTE = """INSERT INTO round (duty, finished_at, report) VALUES (:duty, :at, :report) ON CONFLICT (duty)
 DO UPDATE SET finished_at = excluded.finished_at, report = excluded.report"""
LAST = "SELECT finished_at, report FROM round WHERE duty = :duty"


@dataclass(frozen=True, slots=True)
class Finished:
    """When a duty was last done to its end, and what it counted."""

    at: datetime
    report: Mapping[str, int]


def note_round(record: Record, duty: str, report: Mapping[str, int], now: datetime) -> None:
    with record.database.write() as tx:
        tx.run(NOTE, duty=duty, at=now, report=canonical(dict(report)))


def last_round(tx: Transaction, duty: str) -> Finished | None:
    """None before the first one."""
    row = tx.one(LAST, duty=duty)
    return Finished(row[0], json.loads(row[1])) if row is not None else None
