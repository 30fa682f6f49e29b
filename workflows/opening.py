"""How a case begins: reported now, or told afterwards and taken up at the stage that its handler names.

Like every decision a value: the first cover, the deadlines that its stage starts, grants and docket rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from workflows.attempt import Attempt, World
from workflows.decide import settle
from workflows.definition import Definition, Move, Text
from workflows.draft import Draft
from workflows.effects import EFFECTS
from workflows.inputs import faults_of
from workflows.nouns import Actor, Command, Cover, Decision, Reason, Refusal, Snapshot
from workflows.organisation import Side

OPEN = "open"


@dataclass(frozen=True, slots=True)
class Opening:
    """What a new case starts from. `stage` "" is the routine's first; another one takes up a told case there."""

    number: str
    raising: Side
    receiving: Side | None = None
    concerned: tuple[str, ...] = ()
    urgent: bool = False
    event_date: date | None = None
    stage: str = ""
    rung: str = ""
    forums: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, Any] = field(default_factory=dict)


def open_case(
    definition: Definition, opening: Opening, actor: Actor, world: World, now: datetime
) -> Decision | Refusal:
    """The decision that makes a case; `texts` go to the compartments that the routine's inputs name."""
    stage = opening.stage or definition.initial
    concerned = opening.concerned or tuple(s.operation for s in (opening.raising, opening.receiving) if s is not None)
    forums = opening.forums or _home(definition, stage, opening.raising, world)
    blank = Cover(
        number=opening.number, kind=definition.kind, definition=definition.key, status="open", stage="",
        rung=opening.rung or world.org.ladder[0], forums=forums, ball="", next_task="", next_date=None,
        urgent=opening.urgent, raising=opening.raising, receiving=opening.receiving, concerned=concerned,
        opened=now.date(), event_date=opening.event_date,
        facts={"visited": list(forums), **opening.facts} if forums else dict(opening.facts),
        before=_back(definition, stage),
    )  # fmt: skip
    attempt = Attempt(definition, Snapshot(blank), Command(OPEN, opening.texts), actor, world, now, {})
    move = _opening_move(stage, tuple(opening.texts))
    faults = tuple(faults_of(attempt, move))
    if faults:
        return Refusal(OPEN, tuple(_reason(definition, f.code, f.fill, f.field) for f in faults))
    draft = Draft(attempt, move)
    draft.change(opened=attempt.today)
    for code in opening.texts:
        asked = definition.inputs[code]
        if asked.goes == "cover":
            EFFECTS["anchor" if asked.type == "clause" else "remember"](draft, code)
    return settle(draft, definition)


def _back(definition: Definition, stage: str) -> str:
    """Where a case that is taken up while it waits goes on: the first stage that such a wait begins in."""
    if stage not in definition.stages or not definition.stages[stage].holds:
        return ""
    return next((source for move in definition.moves if move.to == stage for source in move.sources), "")


def _home(definition: Definition, stage: str, raising: Side, world: World) -> tuple[str, ...]:
    """A local stage whose functions are a forum's lies before the raising arena's own: there its words are read."""
    known, home = definition.stages.get(stage), world.org.arena_forum.get(raising.arena)
    local = known is not None and known.before_forum and known.rung == world.org.ladder[0]
    return (home,) if local and home else ()


def _opening_move(stage: str, takes: tuple[str, ...]) -> Move:
    return Move(
        code=OPEN, index=-1, sources=("",), to=stage, by=("actor",), guards=(), needs=(), may=takes, then=(), tell=(),
        text=Text("Öppna ärende", "Open a case"), source="", place=OPEN,
    )  # fmt: skip


def _reason(definition: Definition, code: str, fill: Mapping[str, str], name: str) -> Reason:
    text = definition.reasons.get(code, Text(code, code))
    return Reason(code, text.sv.format_map(fill), text.en.format_map(fill), name)
