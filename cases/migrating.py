"""Open cases go over to another version of their routine: previewed in figures first, then case by case (law 9).

A case goes in a transaction of its own, with a line in its history that both parties read and a letter to those who
have it. Broken off anywhere and begun again, it goes on with those that are left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cases.apply import CaseMovedOn, apply_move
from cases.database import Transaction
from cases.gather import gather
from cases.organisation.administration import By, note_act
from cases.record import Record
from workflows.definition import Definition
from workflows.library import UnknownRoutine
from workflows.migrating import Stays, migrated
from workflows.nouns import CLOCK, Decision, Snapshot

AT_ONCE = 200
COUNTED = 1000
"""Counts stop above this."""

FOLLOWERS = """SELECT id, stage FROM cases WHERE definition = :key AND status <> 'ended' AND id > :after
 ORDER BY id LIMIT :n OFFSET :skip"""
COUNT = """SELECT COUNT(*) FROM (SELECT 1 FROM cases WHERE definition = :key AND status <> 'ended' LIMIT :most)
 AS few"""
MOVED_AT = "SELECT moved_at FROM cases WHERE id = :id"


class OtherRoutine(ValueError):
    """Cases go from one version of a routine to another version of the same. Name two such versions."""


@dataclass
class Figures:
    """What becomes of the open cases of one stage: how many there are, how many go, and how many stay for which
    reason (a case may have several)."""

    cases: int = 0
    going: int = 0
    stays: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Preview:
    """In figures only. `stages` is by stage code; `dates` by (deadline code, `later`, `earlier`, `new` or
    `withdrawn`); `further`: there are more cases than were looked at."""

    source: str
    target: str
    stages: Mapping[str, Figures]
    dates: Mapping[tuple[str, str], int]
    further: bool

    @property
    def going(self) -> int:
        return sum(figures.going for figures in self.stages.values())

    @property
    def cases(self) -> int:
        return sum(figures.cases for figures in self.stages.values())


@dataclass
class Done:
    """How many cases went over, stayed, or had changed since the preview and were left for another one; `further`:
    there are more than were looked at."""

    went: int = 0
    changed: int = 0
    stayed: int = 0
    further: bool = False


def preview(
    record: Record, source: str, target: str, now: datetime, *, most: int = 0, skip: int = 0,
    progress: Callable[[int], None] | None = None,
) -> Preview:  # fmt: skip
    """What would become of the open cases of `source`, or of the first `most` after the first `skip`; writes nothing.
    Raises UnknownRoutine and OtherRoutine."""
    old, new = _versions(record, source, target)
    stages: dict[str, Figures] = {}
    dates: Counter[tuple[str, str]] = Counter()
    for looked, (case_id, stage) in enumerate(_followers(record, source, skip), 1):
        if most and looked > most:
            return Preview(source, target, stages, dates, True)
        figures = stages.setdefault(stage, Figures())
        figures.cases += 1
        with record.database.read() as tx:
            world = record.world(tx, now)
            snapshot = gather(tx, case_id, world.org, lock=False).snapshot
        answer = migrated(old, new, snapshot, world, now)
        if isinstance(answer, Stays):
            figures.stays.update(answer.reasons)
        else:
            figures.going += 1
            dates.update(_dates(snapshot, answer))
        if progress is not None:
            progress(looked)
    return Preview(source, target, stages, dates, False)


def migrate_cases(
    record: Record, source: str, target: str, now: datetime, *, as_of: datetime, by: By, post: str = CLOCK,
    most: int = 0, skip: int = 0, progress: Callable[[int], None] | None = None,
) -> Done:  # fmt: skip
    """Take the open cases of `source` over that can go, of all or of the first `most` after the first `skip`. What goes
    follows `source` no more, so whoever goes on skips besides what stayed and what had changed. `as_of` is the instant
    of the preview that was looked at: a case that moved after it is left alone. Raises UnknownRoutine and
    OtherRoutine."""
    old, new = _versions(record, source, target)
    done = Done()
    with record.database.write() as tx:
        note_act(tx, by, "cases_migrated", target, routine=source)
    for looked, (case_id, _) in enumerate(_followers(record, source, skip), 1):
        if most and looked > most:
            done.further = True
            break
        try:
            with record.database.write() as tx:
                _migrate_one(tx, record, case_id, old, new, now, as_of, by.account, post, done)
        except CaseMovedOn:
            done.changed += 1
        if progress is not None:
            progress(looked)
    return done


def followers(record: Record, key: str) -> int:
    """How many open cases follow a version; COUNTED + 1 where there are more."""
    with record.database.read() as tx:
        return int(tx.value(COUNT, key=key, most=COUNTED + 1))


def _migrate_one(
    tx: Transaction, record: Record, case_id: int, old: Definition, new: Definition, now: datetime, as_of: datetime,
    account: str, post: str, done: Done,
) -> None:  # fmt: skip
    world = record.world(tx, now)
    found = gather(tx, case_id, world.org)
    if found.definition != old.key or found.snapshot.cover.status == "ended":
        return
    if tx.value(MOVED_AT, id=case_id) > as_of:
        done.changed += 1
        return
    answer = migrated(old, new, found.snapshot, world, now, post)
    if isinstance(answer, Stays):
        done.stayed += 1
        return
    apply_move(tx, record, answer, case_id, found.heads, account, now)
    done.went += 1


def _versions(record: Record, source: str, target: str) -> tuple[Definition, Definition]:
    known = record.library.definitions
    for key in (source, target):
        if key not in known:
            raise UnknownRoutine(key)
    old, new = known[source], known[target]
    if old.name != new.name or old.kind != new.kind or old.key == new.key:
        raise OtherRoutine(OtherRoutine.__doc__)
    return old, new


def _followers(record: Record, key: str, skip: int) -> Iterator[tuple[int, str]]:
    after = 0
    while True:
        with record.database.read() as tx:
            batch = tx.all(FOLLOWERS, key=key, after=after, n=AT_ONCE, skip=skip)
        if not batch:
            return
        yield from ((case_id, stage) for case_id, stage in batch)
        after, skip = batch[-1][0], 0


def _dates(before: Snapshot, after: Decision) -> Iterator[tuple[str, str]]:
    was = {deadline.key: deadline for deadline in before.deadlines}
    for deadline in after.deadlines:
        old = was.get(deadline.key)
        if old is None:
            yield deadline.code, "new"
        elif deadline.status == "withdrawn":
            yield deadline.code, "withdrawn"
        elif deadline.due != old.due:
            yield deadline.code, "later" if deadline.due > old.due else "earlier"
