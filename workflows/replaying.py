"""A past move decided again under another text of its routine, and what would have gone otherwise.

Each step is taken from the state that the case really had, so that one difference is not told again by all that follow
it. Both texts are asked the same, in the same world: what differs comes of the text alone. What a reader of a forum's
file had read then is taken as read, and a letter that the clock went by as taken, for the move was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from workflows.attempt import Attempt, World
from workflows.decide import Routine
from workflows.definition import Definition, Move
from workflows.nouns import (
    Actor,
    Command,
    Decision,
    ForumFile,
    Reason,
    Refusal,
    Snapshot,
)
from workflows.office_hours import local_date
from workflows.opening import Opening, open_case
from workflows.past_steps import Step, inputs_of
from workflows.reached import as_taken

READ = ForumFile(1, reviewed=True, read_by=frozenset(("raising", "receiving")))


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that would be otherwise: `stage`, `deadline answer`, `reminder …`; "" where there is nothing."""

    name: str
    was: str
    would: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of a step. `how` is `same`, `otherwise` (parts), `refused` (reasons), `no_stage`, or `lost`: it
    cannot be repeated even under its own text, because what was filled in is erased or the places have changed."""

    how: str
    parts: tuple[Part, ...] = ()
    reasons: tuple[Reason, ...] = field(default=())

    @property
    def differs(self) -> bool:
        return self.how not in ("same", "lost")


def replay(step: Step, old: Routine, new: Routine, world: World) -> Replayed | None:
    """The step under the text that it was taken by, and under another one of the same kind of case; None for a line
    that is no move of the routine's (dates counted anew, a unit that ended)."""
    if step.before is None:
        return _compared(_opened(step, old.definition, world), _opened(step, new.definition, world))
    row = next((m for m in old.definition.moves if m.place == step.row), None)
    if row is None:
        return None
    if step.before.cover.stage not in new.definition.stages:
        return Replayed("no_stage", (Part("stage", step.before.cover.stage, ""),))
    marks = frozenset((row.asks_for_mark,)) if row.asks_for_mark else frozenset[str]()
    letters = as_taken(row, step.before.cover, local_date(step.at))
    snapshot = replace(step.before, file=READ, marks=marks, letters=letters)
    inputs = inputs_of(step, row, old.definition)
    actor = _actor(step, snapshot, row, old.definition, world)
    was = old.decide(snapshot, Command(row.code, inputs), actor, world, step.at)
    takes = _takes(new.definition, snapshot.cover.stage, row.code)
    asked = {code: value for code, value in inputs.items() if code in takes}
    return _compared(was, new.decide(snapshot, Command(row.code, asked), actor, world, step.at))


def _takes(definition: Definition, stage: str, move: str) -> frozenset[str]:
    """What any row of a move asks for: nobody fills in a field that the form does not have."""
    rows = (row for row in definition.from_stage[stage] if row.code == move)
    return frozenset(code for row in rows for code in (*row.needs, *row.may))


def _actor(step: Step, snapshot: Snapshot, row: Move, definition: Definition, world: World) -> Actor:
    """Whoever acted then had the right: the functions that the row names had fallen to her, or were her own."""
    nobody = Actor("", step.actor, frozenset((step.actor,)))
    attempt = Attempt(definition, snapshot, Command(row.code), nobody, world, step.at, {})
    held = {post for role in row.by for post in attempt.posts(role)}
    return Actor("", step.actor, nobody.posts | held)


def _opened(step: Step, definition: Definition, world: World) -> Decision | Refusal:
    cover, local = step.after, step.after.rung == world.org.ladder[0]
    known = {code: value for code, value in step.texts.items() if code in definition.inputs}
    opening = Opening(
        number=cover.number, raising=cover.raising, receiving=cover.receiving, concerned=cover.concerned,
        urgent=cover.urgent, event_date=cover.event_date, stage=cover.stage, rung="" if local else cover.rung,
        forums=() if local else cover.forums, facts=cover.facts, texts=known,
    )  # fmt: skip
    return open_case(definition, opening, Actor("", step.actor, frozenset((step.actor,))), world, step.at)


def _compared(was: Decision | Refusal, would: Decision | Refusal) -> Replayed:
    if isinstance(was, Refusal):
        return Replayed("lost", reasons=was.reasons)
    if isinstance(would, Refusal):
        return Replayed("refused", reasons=would.reasons)
    parts = tuple(_differences(dict(_told(was)), dict(_told(would))))
    return Replayed("otherwise", parts) if parts else Replayed("same")


def _differences(was: Mapping[str, str], would: Mapping[str, str]) -> Iterator[Part]:
    for name in dict.fromkeys((*was, *would)):
        if was.get(name, "") != would.get(name, ""):
            yield Part(name, was.get(name, ""), would.get(name, ""))


def _told(decision: Decision) -> Iterator[tuple[str, str]]:
    """All that people would notice of a decision, by name."""
    cover = decision.cover
    yield from (
        ("stage", cover.stage), ("status", cover.status), ("rung", cover.rung), ("forums", ", ".join(cover.forums)),
        ("ball", cover.ball), ("next task", cover.next_task), ("next date", str(cover.next_date or "")),
    )  # fmt: skip
    for deadline in decision.deadlines:
        yield f"deadline {deadline.key}", f"{deadline.status} {deadline.due}"
    for owed in decision.contributions:
        yield f"contribution {owed.key} of {owed.asked}", f"{owed.status} {owed.due}"
    for row in decision.docket_new:
        what = row.move or row.notch
        yield f"{row.kind} {row.deadline or what} {what} to {row.post}", row.due_at.isoformat(timespec="minutes")
    for grant in decision.grants_opened:
        yield f"reader {grant.holder}", grant.compartment
