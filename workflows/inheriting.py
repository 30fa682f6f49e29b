"""When a unit ends, its heir takes over its open cases: side, ball, what it owes, measures (domain.md section 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from workflows.attempt import Attempt, World
from workflows.decide import settle
from workflows.definition import Definition, Move, Text
from workflows.draft import Draft
from workflows.nouns import CLOCK, Actor, Command, Cover, Decision, Snapshot
from workflows.organisation import Side

INHERIT = "inherit"

_WORDS = Text("Enheten upphörde, och en annan tog över ärendet", "The unit ended, and another took the case over")
_MOVE = Move(
    code=INHERIT, index=-1, sources=("*",), to="@same", by=("clock",), guards=(), needs=(), may=(), then=(),
    tell=("both.handler", "both.unit_manager"), text=_WORDS, happened=_WORDS,
    source="domain.md 3: a unit cannot end while it holds open cases without an heir", place=INHERIT,
)  # fmt: skip


def inherited(
    definition: Definition, snapshot: Snapshot, unit: str, heir: str, world: World, now: datetime
) -> Decision:
    """The same case with the heir in the unit's place; every date stays as it is."""
    attempt = Attempt(definition, snapshot, Command(INHERIT), Actor("", CLOCK, frozenset((CLOCK,))), world, now, {})
    draft = Draft(attempt, _MOVE)
    old, new, side = f"unit:{unit}", f"unit:{heir}", world.org.sides[heir]
    draft.change(**_sides(snapshot.cover, unit, side))
    draft.ball = _instead(snapshot.cover.ball, old, new)
    draft.facts = _everywhere(draft.facts, old, new)
    for owed in snapshot.contributions:
        draft.contributions[owed.key] = replace(owed, asked=_instead(owed.asked, old, new))
    return settle(draft, definition)


def _sides(cover: Cover, unit: str, heir: Side) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for name, side in (("raising", cover.raising), ("receiving", cover.receiving)):
        if side is not None and side.unit == unit:
            changed[name] = heir
            concerned = [heir.operation if o == side.operation else o for o in cover.concerned]
            changed["concerned"] = tuple(dict.fromkeys(concerned))
    return changed


def _instead(key: str, old: str, new: str) -> str:
    function, _, holder = key.partition("@")
    return f"{function}@{new}" if holder == old else key


def _everywhere(value: Any, old: str, new: str) -> Any:
    """Posts that the case remembers, wherever they stand in its facts."""
    if isinstance(value, str):
        return _instead(value, old, new)
    if isinstance(value, Mapping):
        return {k: _everywhere(v, old, new) for k, v in value.items()}
    return [_everywhere(v, old, new) for v in value] if isinstance(value, list) else value
