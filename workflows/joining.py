"""Members come over from another systemic issue that joins this one: counted and told, and nothing else moves."""

from __future__ import annotations

from datetime import datetime

from workflows.attempt import Attempt, World
from workflows.decide import settle
from workflows.definition import Definition, Move, Text
from workflows.draft import Draft
from workflows.nouns import Actor, Command, Decision, Snapshot

MEMBERS_JOINED = "members_joined"

_WORDS = Text(
    "Ärenden från ett systemfel som anslöts hit hör nu till detta",
    "Cases of a systemic issue that joined this one belong to it now",
)
_MOVE = Move(
    code=MEMBERS_JOINED, index=-1, sources=("*",), to="@same", by=("actor",), guards=(), needs=(), may=(), then=(),
    tell=("arena.process_leader", "raising.contact_person"),
    text=_WORDS, happened=_WORDS,
    source="routine.md A3 S1", place=MEMBERS_JOINED,
)  # fmt: skip


def members_joined(
    definition: Definition, snapshot: Snapshot, count: int, actor: Actor, world: World, now: datetime
) -> Decision:
    """What follows for an issue, in whatever stage it is, when `count` more cases belong to it."""
    draft = Draft(Attempt(definition, snapshot, Command(MEMBERS_JOINED), actor, world, now, {}), _MOVE)
    draft.remember("members", int(draft.facts.get("members", 0)) + count)
    return settle(draft, definition)
