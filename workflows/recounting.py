"""When a holiday is corrected or a meeting moves: open deadlines are counted anew, and all concerned are told once.

Met and missed deadlines never change (law 9); pauses are in the record and are never forgotten (domain.md section 5).
A date in days that has passed stands, too: letters have said so. One bound to a meeting follows the meeting, also what
somebody owes by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from workflows.attempt import Attempt, World
from workflows.clocks import contribution_due, recount
from workflows.decide import settle
from workflows.definition import Definition, Move, Text
from workflows.draft import Draft
from workflows.nouns import CLOCK, Actor, Command, Contribution, Decision, Snapshot

RECOUNT = "recount"
NOT_ASKED: Mapping[str, date] = {}

_WORDS = Text("Datumen räknades på nytt", "The dates were counted anew")
_MOVE = Move(
    code=RECOUNT, index=-1, sources=("*",), to="@same", by=("clock",), guards=(), needs=(), may=(), then=(),
    tell=("ball", "both.handler", "forum.process_leader"), text=_WORDS, happened=_WORDS,
    source="domain.md 5", place=RECOUNT,
)  # fmt: skip


def recounted(
    definition: Definition, snapshot: Snapshot, world: World, now: datetime, asked_on: Mapping[str, date] = NOT_ASKED
) -> Decision | None:
    """What follows from today's calendar and meetings for one case; None when no date moves. `asked_on` says from which
    day what is owed by a meeting counts, by key."""
    attempt = Attempt(definition, snapshot, Command(RECOUNT), Actor("", CLOCK, frozenset((CLOCK,))), world, now, {})
    draft = Draft(attempt, _MOVE)
    for deadline in snapshot.deadlines:
        passed = deadline.due < draft.today and not deadline.forum
        if deadline.status != "open" or passed or deadline.code not in definition.deadlines:
            continue
        moved = recount(deadline, definition.deadlines[deadline.code], snapshot.cover, world)
        if moved.due != deadline.due:
            draft.move_date(deadline, moved.due)
    for owed in by_meeting(definition, snapshot):
        due = contribution_due(definition.contributions[owed.code], owed.forum, world, asked_on[owed.key])
        if due != owed.due:
            draft.move_owed(owed, due)
    return settle(draft, definition) if draft.moved else None


def by_meeting(definition: Definition, snapshot: Snapshot) -> tuple[Contribution, ...]:
    """What is owed by a meeting of a forum."""
    rules = definition.contributions
    owed = (c for c in snapshot.contributions if c.status == "owed" and c.code in rules)
    return tuple(c for c in owed if rules[c.code].rule.unit == "meeting")
