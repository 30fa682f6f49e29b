"""The logs that stand beside the histories, sealed each night: who read what, and what administrators did (law 10).

Each night continues a log's head over the lines since the night before, as canonical JSON under a tag of its own:

    log's head  "stegen/log/1" NUL, head before (32; zeros at first), [id, at, …] as `LOGS` selects it

The heads go into the root that is published outside, beside those of the cases, and stand in the night's file one by
one. What was written since the last night is sealed by none yet.

The reason of an emergency opening is not sealed here: it goes when its case is disposed of, and stands in the case's
own history, where its salted commitment stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Any

from cases.chain import START, canonical
from cases.database import Transaction
from cases.record import Record
from workflows.office_hours import STOCKHOLM

LOGS = {
    "reads": """SELECT r.id, r.at, c.number, r.account, r.post, r.what, CASE WHEN r.what = 'case' THEN ''
 ELSE r.reason END, r.result FROM read_log r JOIN cases c ON c.id = r.case_id WHERE r.id > :after ORDER BY r.id""",
    "administration": """SELECT id, at, account, act, about, facts, reason FROM administration_act WHERE id > :after
 ORDER BY id""",
    "docket": """SELECT a.id, a.at, d.key, a.account, a.act, a.reason FROM docket_act a JOIN docket d
 ON d.id = a.docket_id WHERE a.id > :after ORDER BY a.id""",
}  # fmt: skip
NOBODY_WRITES = "LOCK TABLE read_log, administration_act, docket_act IN SHARE ROW EXCLUSIVE MODE"
"""PostgreSQL gives a line its number before it can be seen: whoever is writing one has finished when this is given."""

LAST = "SELECT night, until, head FROM log_seal WHERE log = :log ORDER BY night DESC LIMIT 1"
ALL = "SELECT night, at, lines, until, head FROM log_seal WHERE log = :log ORDER BY night"
HEADS = "SELECT log, head FROM log_seal s WHERE night = (SELECT MAX(night) FROM log_seal n WHERE n.log = s.log)"
SEAL = """INSERT INTO log_seal (log, night, at, lines, until, head)
 VALUES (:log, :night, :at, :lines, :until, :head)"""

BEFORE_ALL = -(2**31)
"""A number before every line's: one that is put in with a number below the first is shown to people too."""

WELL_BEFORE = timedelta(days=1)
"""A line tells of the moment at which it was begun, by a clock that was perhaps put right since: never a whole day
before what had been sealed already."""

_TAG = b"stegen/log/1\0"
_NUMBERS = re.compile(r"(-?\d{1,18})(?:-(-?\d{1,18}))?")


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The lines that one night sealed: their numbers, and the head after the last."""

    ids: tuple[int, ...]
    head: bytes


def seal_logs(record: Record, now: datetime) -> dict[str, bytes]:
    """Seal what has been written since the last time; the newest head of each log that has lines. DatabaseBusy when
    somebody writes for longer than a lock is waited for."""
    with record.database.write() as tx:
        if tx.postgres:
            tx.run(NOBODY_WRITES)
        for log, lines in LOGS.items():
            night, until, head = tx.one(LAST, log=log) or (0, BEFORE_ALL, START)
            found = _sealed(bytes(head), tx.each(lines, after=until))
            if found.ids:
                tx.run(SEAL, log=log, night=night + 1, at=now, lines=_ranges(found.ids), until=found.ids[-1],
                       head=found.head)  # fmt: skip
        return log_heads(tx)


def log_heads(tx: Transaction) -> dict[str, bytes]:
    """Where each log stood when it was sealed last."""
    return {log: bytes(head) for log, head in tx.all(HEADS)}


def of_logs(tx: Transaction) -> Iterator[tuple[str, str]]:
    """(log, what is wrong) for each night whose lines are not those that it sealed, or tell of a day long before: what
    was written for a day gone by is found although it was sealed with the others. Also of what no night has sealed."""
    for log, lines in LOGS.items():
        nights = tx.all(ALL, log=log)
        rows = tx.each(lines, after=BEFORE_ALL)
        row = next(rows, None)
        head, before = START, None
        for due, (night, at, sealed, until, stored) in enumerate(nights, 1):
            if night != due:
                yield log, f"the seal of night {due} is missing"
                return
            if not (isinstance(sealed, str) and isinstance(until, int) and isinstance(stored, (bytes, memoryview))):
                yield log, f"the seal of night {due} cannot be read: it was changed"
                return
            stretch: list[tuple[Any, ...]] = []
            while row is not None and row[0] <= until:
                stretch.append(row)
                row = next(rows, None)
            wrong = _difference(sealed, bytes(stored), _sealed(head, stretch)) or _older(stretch, before)
            if wrong:
                yield log, f"{wrong}, sealed on {_said(at)}"
            head, before = bytes(stored), at
        if wrong := _older(rows if row is None else [row, *rows], before):
            yield log, wrong


def _older(lines: Iterable[tuple[Any, ...]], sealed: datetime | None) -> str:
    """The first line that was put in for a day gone by; `sealed` is when the night before them was."""
    if sealed is None:
        return ""
    old = next((line for line in lines if line[1] < sealed - WELL_BEFORE), None)
    return f"line {old[0]} tells of {_said(old[1])}, but was written after {_said(sealed)}" if old is not None else ""


def _said(at: datetime) -> str:
    return f"{at.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"


def _sealed(head: bytes, rows: Iterable[tuple[Any, ...]]) -> _Stretch:
    ids: list[int] = []
    for row in rows:
        head = sha256(_TAG + head + canonical(row).encode()).digest()
        ids.append(row[0])
    return _Stretch(tuple(ids), head)


def _difference(sealed: str, stored: bytes, found: _Stretch) -> str:
    runs, there = _runs(sealed), set(found.ids)
    if runs is None:
        return "the seal's own numbers cannot be read: it was changed"
    added = sorted(one for one in there if not any(one in run for run in runs)) if sealed != _ranges(found.ids) else []
    if missing := sum(map(len, runs)) - len(there) + len(added):
        first = next(one for run in runs for one in run if one not in there)
        return f"line {first} is missing" + (f" and {missing - 1} more" if missing > 1 else "")
    if added:
        return f"line {added[0]} was put in afterwards among those"
    return f"one of the lines {sealed} was changed, or the seal" if found.head != stored else ""


def _ranges(ids: Iterable[int]) -> str:
    """`1-40,42`: PostgreSQL passes over a number when a line was not kept after all."""
    runs: list[list[int]] = []
    for one in ids:
        if runs and runs[-1][-1] == one - 1:
            runs[-1][1:] = [one]
        else:
            runs.append([one])
    return ",".join("-".join(map(str, run)) for run in runs)


def _runs(ranges: str) -> list[range] | None:
    """Never counted out: whoever changes a seal may write a run of any length. None for what no night writes."""
    read = [_NUMBERS.fullmatch(part) for part in ranges.split(",")]
    runs = [range(int(one[1]), int(one[2] or one[1]) + 1) for one in read if one is not None]
    rising = all(one.stop < other.start for one, other in pairwise(runs))
    return runs if len(runs) == len(read) and rising and all(runs) else None
