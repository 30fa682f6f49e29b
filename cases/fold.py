"""A case's state out of its history alone: no definition is needed, and it must equal what stands in the tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cases.database import Transaction

COVER_LINES = "SELECT seq, outcome FROM event WHERE case_id = :id AND compartment = 'cover' ORDER BY seq"

STORED = """SELECT number, kind, definition, status, stage, rung, forums, ball, next_task, next_date, urgent,
 raising_unit, raising_operation, receiving_unit, receiving_operation, concerned, opened, event_date, before, tally,
 facts, version, lead_forum, moved_at FROM cases WHERE id = :id"""
MOVED = "SELECT at FROM event WHERE case_id = :id AND compartment = 'cover' ORDER BY seq DESC LIMIT 1"


FIRST = {"revision": 1}
"""What lines from before a contribution had revisions leave out."""


@dataclass(slots=True)
class Folded:
    """The state that a history adds up to: cover fields, deadlines and contributions by key, in plain values."""

    cover: dict[str, Any] = field(default_factory=dict)
    deadlines: dict[str, dict[str, Any]] = field(default_factory=dict)
    contributions: dict[str, dict[str, Any]] = field(default_factory=dict)
    version: int = 0

    def add(self, seq: int, change: Mapping[str, Any]) -> None:
        """One more line's outcome."""
        self.cover.update(change.get("cover", {}))
        self.deadlines.update((deadline["key"], deadline) for deadline in change.get("deadlines", ()))
        self.contributions.update((owed["key"], FIRST | owed) for owed in change.get("contributions", ()))
        self.version = seq


def fold(lines: Iterable[tuple[int, str]]) -> Folded:
    """Add up (seq, outcome) lines of one cover, in order."""
    state = Folded()
    for seq, outcome in lines:
        state.add(seq, json.loads(outcome))
    return state


def difference(tx: Transaction, case_id: int) -> str | None:
    """How the stored state differs from the fold of its history, in words; None when they agree."""
    state = fold(tx.all(COVER_LINES, id=case_id))
    row = tx.one(STORED, id=case_id)
    if row is None:
        return "the case has no row"
    stored = _stored(row)
    if state.version != stored["version"]:
        return f"the cover has version {stored['version']}, its history {state.version} lines"
    for name, value in state.cover.items():
        if value != stored[name]:
            return f"{name} is stored as {stored[name]!r}, the history gives {value!r}"
    if row[22] != row[6].partition(",")[0]:
        return f"the lead forum is stored as {row[22]!r}, the first of its forums is {row[6].partition(',')[0]!r}"
    if row[23] != tx.value(MOVED, id=case_id):
        return f"it moved at {row[23]}, its history says {tx.value(MOVED, id=case_id)}"
    return _of_deadlines(tx, case_id, state) or _of_contributions(tx, case_id, state)


def _stored(row: tuple[Any, ...]) -> dict[str, Any]:
    def side(unit: str, operation: str) -> dict[str, str] | None:
        return {"unit": unit, "operation": operation} if operation else None

    return {
        "number": row[0], "kind": row[1], "definition": row[2], "status": row[3], "stage": row[4], "rung": row[5],
        "forums": row[6].split(",") if row[6] else [], "ball": row[7], "next_task": row[8], "next_date": _day(row[9]),
        "urgent": bool(row[10]), "raising": side(row[11], row[12]), "receiving": side(row[13], row[14]),
        "concerned": row[15].split(",") if row[15] else [], "opened": _day(row[16]), "event_date": _day(row[17]),
        "before": row[18], "tally": json.loads(row[19]), "facts": json.loads(row[20]), "version": row[21],
    }  # fmt: skip


def _day(value: Any) -> str | None:
    return value.isoformat() if value is not None else None


def _of_deadlines(tx: Transaction, case_id: int, state: Folded) -> str | None:
    rows = {
        key: (*texts, _day(start), _day(due), _day(named), _day(to), _day(on), bool(hasty), status, revision)
        for key, start, due, named, to, on, hasty, status, revision, *texts in tx.all(
            "SELECT key, start, due, named, extended_to, extended_on, hasty, status, revision, code, clock, started_by,"
            " pauses, party, forum FROM deadline WHERE case_id = :id",
            id=case_id,
        )
    }
    names = "code clock started_by pauses party forum start due named extended_to extended_on hasty status revision"
    told = {key: tuple(deadline[name] for name in names.split()) for key, deadline in state.deadlines.items()}
    return _first_difference("deadline", rows, told)


def _of_contributions(tx: Transaction, case_id: int, state: Folded) -> str | None:
    rows = {
        key: (*texts, _day(due))
        for key, due, *texts in tx.all(
            "SELECT key, due, code, asked, status, forum, revision FROM contribution WHERE case_id = :id", id=case_id
        )
    }
    names = "code asked status forum revision due"
    told = {key: tuple(owed[name] for name in names.split()) for key, owed in state.contributions.items()}
    return _first_difference("contribution", rows, told)


def _first_difference(what: str, rows: dict[str, Any], told: dict[str, Any]) -> str | None:
    for key in sorted(rows.keys() | told.keys()):
        if rows.get(key) != told.get(key):
            return f"{what} {key} is stored as {rows.get(key)}, the history gives {told.get(key)}"
    return None
