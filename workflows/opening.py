"""How a case begins: reported now, or told afterwards and taken up at the stage that its handler names.

Like every decision a value: the first cover, the deadlines that its stage starts, grants and docket rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from workflows.attempt import Attempt, World
from workflows.decide import settle
from workflows.definition import Definition, Move
from workflows.draft import Draft
from workflows.effects import EFFECTS
from workflows.inputs import faults_of
from workflows.nouns import Actor, Command, Cover, Decision, Reason, Refusal, Snapshot
from workflows.organisation import Organisation, Side
from workflows.reasons import Fault, reason_of

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
    """The decision that makes a case; `texts` go to the compartments that the routine's inputs name. A refusal has
    every reason at once."""
    stage = opening.stage or definition.initial
    misplaced = tuple(_misplaced(definition, opening, stage, world.org))
    if misplaced:
        opening = replace(opening, rung="", forums=())
    concerned = opening.concerned or tuple(s.operation for s in (opening.raising, opening.receiving) if s is not None)
    forums = opening.forums or _home(definition, stage, opening.raising, world)
    blank = Cover(
        number=opening.number, kind=definition.kind, definition=definition.key, status="open", stage="",
        rung=opening.rung or _rung_of(opening.forums, world.org), forums=forums, ball="", next_task="", next_date=None,
        urgent=opening.urgent, raising=opening.raising, receiving=opening.receiving, concerned=concerned,
        opened=now.date(), event_date=opening.event_date,
        facts={"visited": list(forums), **opening.facts} if forums else dict(opening.facts),
        before=_back(definition, stage),
    )  # fmt: skip
    attempt = Attempt(definition, Snapshot(blank), Command(OPEN, opening.texts), actor, world, now, {})
    move = _beginning(definition, opening, stage)
    against = misplaced + tuple(reason_of(definition, fault, world.org) for fault in faults_of(attempt, move))
    draft = Draft(attempt, move)
    if against:
        named = {reason.field for reason in against}
        dateless = _dateless(draft, definition, world.org) if opening.stage in definition.stages else ()
        return Refusal(OPEN, (*against, *(reason for reason in dateless if reason.field not in named)))
    draft.change(opened=attempt.today)
    for word, arg in move.then:
        EFFECTS[word](draft, arg)
    dateless = _dateless(draft, definition, world.org)
    if dateless:
        return Refusal(OPEN, dateless)
    return settle(draft, definition)


def _misplaced(definition: Definition, opening: Opening, stage: str, org: Organisation) -> Iterator[Reason]:
    """A told case stands in a stage of its routine, on a step and before forums that there are and that fit it."""
    found = definition.stages.get(stage)
    if found is None:
        yield _NO_STAGE
    if opening.rung and opening.rung not in org.ladder:
        yield _NO_RUNG
    if any(code not in org.forums for code in opening.forums):
        yield _NO_FORUM
    elif opening.rung in org.ladder and _stands_elsewhere(opening, org):
        yield _OTHER_RUNG
    if found is not None and found.rung == "forum" and not opening.forums:
        yield _WHICH_FORUM
    if found is not None and found.ball.startswith("receiving.") and opening.receiving is None:
        yield _WHOM
    if opening.receiving is not None and opening.receiving.party == opening.raising.party:
        yield _OWN_PARTY


def _stands_elsewhere(opening: Opening, org: Organisation) -> bool:
    rung = org.forums[opening.forums[0]].rung if opening.forums else ""
    return rung in org.ladder and rung != opening.rung


def _rung_of(forums: tuple[str, ...], org: Organisation) -> str:
    """The step that the lead forum stands on; the lowest without a forum, and for a group beside the ladder."""
    rung = org.forums[forums[0]].rung if forums else ""
    return rung if rung in org.ladder else org.ladder[0]


def _dateless(draft: Draft, definition: Definition, org: Organisation) -> tuple[Reason, ...]:
    """Law 1: an open stage has a date. One that people name is asked for; one that only comes of the moves that lead
    there (planned measures) sends the case a stage back."""
    rules = definition.covering.get(draft.stage, ())
    starting = [rule for rule in rules if rule.starts in definition.stages]
    if definition.stages[draft.stage].status == "ended":
        return ()
    if any(not rule.given_by or draft.agreed(rule.given_by) is not None for rule in starting):
        return ()
    named = next((rule.given_by for rule in starting if rule.given_by in definition.inputs), "")
    if not named:
        return (_DATELESS,)
    return (reason_of(definition, Fault("input_missing", {"input": definition.inputs[named].label}, named), org),)


_NO_STAGE = Reason(
    "no_stage", "Rutinen har inget sådant läge. Välj ett av dem som rutinen har.",
    "The routine has no such stage. Choose one of those it has.", "stage",
)  # fmt: skip
_DATELESS = Reason(
    "stage_dateless", "I det läget kommer datumet av steget före. Ta upp ärendet i läget före, och gör steget här.",
    "In that stage the date comes of the move before it. Take the case up one stage earlier, and make the move here.",
    "stage",
)  # fmt: skip
_NO_RUNG = Reason(
    "no_rung", "Det finns inget sådant steg på stegen. Välj ett av länets steg.",
    "There is no such step of the ladder. Choose one of the county's.", "rung",
)  # fmt: skip
_NO_FORUM = Reason(
    "input_no_forum", "Samverkansorganet finns inte. Välj ur listan.", "There is no such forum. Choose from the list.",
    "forums",
)  # fmt: skip
_OTHER_RUNG = Reason(
    "rung_elsewhere", "Organet hör till ett annat steg. Utelämna steget, eller välj ett organ på det.",
    "The forum belongs to another step. Leave the step out, or choose a forum on it.", "rung",
)  # fmt: skip
_WHICH_FORUM = Reason(
    "forum_missing", "I det läget ligger ärendet hos ett samverkansorgan. Säg vilket.",
    "In that stage the case lies before a forum. Say which.", "forums",
)  # fmt: skip
_WHOM = Reason(
    "operation_missing", "I det läget har den andra parten ärendet. Säg vilken verksamhet det gäller.",
    "In that stage the other party has the case. Say which operation it is about.", "operation",
)  # fmt: skip
_OWN_PARTY = Reason(
    "own_party",
    "Verksamheten hör till er egen part: det hör hemma i ert eget system. Annars, välj den andra partens verksamhet.",
    "The operation is your own party's: it belongs in your own system. Else choose the other party's operation.",
    "operation",
)  # fmt: skip


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


def _beginning(definition: Definition, opening: Opening, stage: str) -> Move:
    """The routine's own beginning; a case told afterwards is asked for nothing, and what is said of it is kept."""
    row = replace(definition.opening, to=stage, place=OPEN)
    if not opening.stage:
        return row
    known = {code: definition.inputs[code] for code in opening.texts if code in definition.inputs}
    kept = tuple(("anchor" if i.type == "clause" else "remember", i.code) for i in known.values() if i.goes == "cover")
    return replace(row, needs=(), may=tuple(opening.texts), then=kept)
