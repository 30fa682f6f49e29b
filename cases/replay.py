"""Cases replayed against another text of their routine: what the owner of a routine looks at before it is released.

Reads only. Each case's history is folded line by line, and each line decided again from the state before it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from cases.database import Transaction
from cases.fold import FIRST, Folded
from cases.record import Record
from workflows.attempt import World
from workflows.decide import COVER_FIELDS, Routine
from workflows.nouns import Contribution, Cover, Deadline, Snapshot
from workflows.organisation import Organisation, Side
from workflows.past_steps import Step
from workflows.replaying import Replayed, replay

BATCH = 100
NEXT = "SELECT id, number FROM cases WHERE id > :after ORDER BY id LIMIT :n"
LINES = """SELECT e.compartment, e.seq, e.at, e.actor, e.code, e.outcome, t.body
 FROM event e LEFT JOIN event_text t ON t.case_id = e.case_id AND t.compartment = e.compartment AND t.seq = e.seq
 WHERE e.case_id = :id ORDER BY e.compartment, e.seq"""
DAYS = ("opened", "event_date", "next_date")
DEADLINE_DAYS = ("start", "due", "named", "extended_to", "extended_on")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a case's cover and what became of it under the other text."""

    number: str
    seq: int
    at: datetime
    move: str
    replayed: Replayed


def replay_all(record: Record, new: Routine, now: datetime, numbers: Iterable[str] = ()) -> Iterator[Line]:
    """Every step that cases of this kind have taken under the routine, or those of the cases named.

    Nothing is locked; each batch is one moment's view.
    """
    wanted, after = set(numbers), 0
    while True:
        with record.database.read() as tx:
            batch = tx.all(NEXT, after=after, n=BATCH)
            world = record.world(tx, now)
            chosen = [(case_id, number) for case_id, number in batch if number in wanted or not wanted]
            found = [line for case_id, number in chosen for line in _of_case(tx, record, case_id, number, new, world)]
        yield from found
        if len(batch) < BATCH:
            return
        after = batch[-1][0]


def _of_case(tx: Transaction, record: Record, case_id: int, number: str, new: Routine, world: World) -> Iterator[Line]:
    for seq, routine, step in _steps(tx, case_id, world.org):
        known = record.library.definitions.get(routine)
        if known is None or known.kind != new.definition.kind:
            continue
        answer = replay(step, record.library.routine(routine), new, world)
        if answer is not None:
            yield Line(number, seq, step.at, step.move, answer)


def _steps(tx: Transaction, case_id: int, org: Organisation) -> Iterator[tuple[int, str, Step]]:
    """(line number, routine that it was taken under, step), from the state that stood before each line."""
    rows = tx.all(LINES, id=case_id)
    words: dict[tuple[Any, ...], dict[str, Any]] = {}
    for _, _, at, actor, code, _, body in rows:
        words.setdefault((at, actor, code), {}).update(json.loads(body)["texts"] if body else {})
    state, before = Folded(), None
    for _, seq, at, actor, code, outcome, _ in (row for row in rows if row[0] == "cover"):
        change = json.loads(outcome)
        state.add(seq, change)
        after = _snapshot(state, org)
        routine = (before or after).cover.definition
        place = str(change.get("rule", "")).partition(":")[2]
        yield seq, routine, Step(
            code, place, actor, at, before, after.cover,
            tuple(_deadline(d) for d in change.get("deadlines", ())),
            tuple(_contribution(c) for c in change.get("contributions", ())), words[(at, actor, code)],
        )  # fmt: skip
        before = after


def _snapshot(state: Folded, org: Organisation) -> Snapshot:
    return Snapshot(
        _cover(state.cover, state.version, org), tuple(_deadline(d) for d in state.deadlines.values()),
        tuple(_contribution(c) for c in state.contributions.values()),
    )  # fmt: skip


def _cover(kept: Mapping[str, Any], version: int, org: Organisation) -> Cover:
    values = {name: kept[name] for name in COVER_FIELDS}
    values |= {name: _day(kept[name]) for name in DAYS}
    values |= {name: tuple(kept[name]) for name in ("forums", "concerned")}
    values |= {name: _side(kept[name], org) for name in ("raising", "receiving")}
    return Cover(**values, version=version)


def _side(kept: Mapping[str, str] | None, org: Organisation) -> Side | None:
    return org.side(kept["unit"], kept["operation"]) if kept is not None else None


def _deadline(kept: Mapping[str, Any]) -> Deadline:
    pauses = tuple((_date(a), _date(b), ground) for a, b, ground in json.loads(kept["pauses"]))
    days = {name: _day(kept[name]) for name in DEADLINE_DAYS}
    return Deadline(**{f.name: kept[f.name] for f in fields(Deadline)} | days | {"pauses": pauses})


def _contribution(kept: Mapping[str, Any]) -> Contribution:
    kept = {**FIRST, **kept}
    return Contribution(**{f.name: kept[f.name] for f in fields(Contribution)} | {"due": _date(kept["due"])})


def _day(text: str | None) -> date | None:
    return _date(text) if text is not None else None


def _date(text: str) -> date:
    return date.fromisoformat(text)
