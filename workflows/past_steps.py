"""A past move, and what was filled in when it was made, out of what its history line kept.

Texts stand in the line as they were written, unless disposal has erased them. Codes and dates are kept by the routine's
own effects (`remember:harm`, `receiver:unit`), and a choice that decided the way by the row that was taken. Where
nothing was kept a stand-in of the right sort takes its place: the move was made, so something was there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from workflows.answering import DECIDED
from workflows.clause import clause_named
from workflows.definition import NONE, SEVERAL, Definition, Input, Move
from workflows.nouns import Contribution, Cover, Deadline, Snapshot
from workflows.office_hours import local_date
from workflows.organisation import holder_of

ERASED = "…"
ANY_CASE = "2026-K7QM4TX"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a cover's history: the state before and after it, what it set, and what was filled in."""

    move: str
    row: str
    """The place of the routine's row that was taken (`deviation.v1/moves[16]`); "" where none was."""
    actor: str
    at: datetime
    before: Snapshot | None
    after: Cover
    deadlines: tuple[Deadline, ...]
    contributions: tuple[Contribution, ...]
    texts: Mapping[str, Any]


def inputs_of(step: Step, row: Move, definition: Definition) -> dict[str, Any]:
    """Input code -> value, for what this row asks for."""
    takes = (*row.needs, *row.may)
    found = {code: value for code, value in step.texts.items() if code in takes}
    for code, value in (*_kept(step, row), *_dated(step, definition), *_asked(step, definition), *_chosen(row)):
        if code in takes and value not in (None, ""):
            found.setdefault(code, value)
    for code in row.needs:
        found.setdefault(code, _stand_in(step, definition.inputs[code]))
    return {code: _sorted(definition.inputs[code], value) for code, value in found.items() if value is not None}


def _kept(step: Step, row: Move) -> Iterator[tuple[str, Any]]:
    """By the effects that keep an input: each leaves it at a place of its own."""
    facts, after = step.after.facts, step.after
    for word, arg in row.then:
        if word == "remember":
            name, _, source = arg.partition("=")
            yield (source or name, facts.get(name)) if not source.startswith("!") else ("", None)
        elif word == "receiver" and after.receiving is not None:
            yield arg, after.receiving.unit if arg == "unit" else after.receiving.operation
        elif word == "decide" and "=!" not in arg:
            name, _, source = arg.partition("=")
            yield source or name, facts.get(DECIDED, {}).get(name)
        elif word == "outcome" and arg.startswith("="):
            yield arg[1:], facts.get("outcome")
        elif word == "anchor":
            yield arg, clause_named(facts)
        elif word in _PLACES:
            yield arg, _PLACES[word](step)


_PLACES: Mapping[str, Any] = {
    "event_day": lambda step: step.after.event_date,
    "toward": lambda step: step.after.facts.get("toward"),
    "show": lambda step: _last(step, "copied"),
    "once": lambda step: str(_last(step, "returned_for") or "").partition(":")[2],
    "cross": lambda step: step.after.forum,
    "concern": lambda step: step.after.concerned[-1] if step.after.concerned else None,
}


def _last(step: Step, fact: str) -> Any:
    rows = step.after.facts.get(fact) or (None,)
    return rows[-1]


def _dated(step: Step, definition: Definition) -> Iterator[tuple[str, Any]]:
    """A date that people named is kept with the deadline that it set."""
    for deadline in step.deadlines:
        rule = definition.deadlines.get(deadline.code)
        if rule is not None and deadline.named is not None:
            yield rule.given_by, deadline.named
    moved = next((d.extended_to or d.named for d in step.deadlines if d.extended_to or d.named), None)
    yield "new_date", moved


def _asked(step: Step, definition: Definition) -> Iterator[tuple[str, Any]]:
    """A post or a place that was asked for something is kept with what it owes."""
    for owed in step.contributions:
        rule = definition.contributions.get(owed.code)
        if rule is not None and rule.asks.startswith("input:"):
            yield rule.asks[6:], holder_of(owed.asked).partition(":")[2]


def _chosen(row: Move) -> Iterator[tuple[str, str]]:
    """A choice that decided the way: the row that was taken says which answers lead to it."""
    for name, arg in row.guards:
        if name == "answer_is":
            code, _, options = arg.partition("=")
            yield code, options.partition("|")[0]


def _stand_in(step: Step, asked: Input) -> Any:
    if asked.options:
        return asked.options[0][0]
    known: Mapping[str, Any] = {
        "text": ERASED, "yes_no": True, "number": 1, "case": ANY_CASE, "measures": NONE, "post": step.actor,
        "lower_post": step.actor,
        "date": local_date(step.at) + timedelta(days=30),
    }  # fmt: skip
    return known.get(asked.type)


def _sorted(asked: Input, value: Any) -> Any:
    """As the rules take it: history keeps days as text."""
    if asked.type == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    if asked.type == "choices" and isinstance(value, str):
        return value.split(SEVERAL)
    if asked.type == "measures" and value != NONE:
        return [{**row, "date": _sorted_day(row["date"])} for row in value]
    return value


def _sorted_day(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
