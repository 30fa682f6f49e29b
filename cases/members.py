"""The members of a systemic issue: told when it ends, and moved along when it joins another one.

A letter stands in the member's own docket, so that it opens nothing: whoever gets it knows of that case already.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from cases.apply import NEW_DOCKET, apply_move
from cases.database import Transaction
from cases.gather import gather
from cases.links import link_cases, move_members
from cases.record import Record
from cases.sight import Seer, look
from workflows.attempt import World
from workflows.joining import members_joined
from workflows.nouns import Actor, Decision, DocketRow, Reason, Snapshot
from workflows.office_hours import local_date, send_time
from workflows.organisation import Side
from workflows.roles import at_side

TOLD = "pattern_ended"
"""What a member's people are told; the words stand in wording.LINES."""

FACT = "members_told"
"""What the routine's `tell_members` leaves on the cover (routine.md A3 S8)."""

MEMBERS = """SELECT c.id, c.number, c.raising_unit, c.raising_operation, c.receiving_unit, c.receiving_operation
 FROM case_link l JOIN cases c ON c.id = l.case_id WHERE l.other_id = :issue AND l.kind IN ('merged', 'pattern')
 ORDER BY c.id"""


def tell_members(
    tx: Transaction, issue: int, snapshot: Snapshot, decision: Decision, world: World, now: datetime
) -> None:
    """Word to each member's people, when this move says so."""
    if decision.cover.facts.get(FACT) == snapshot.cover.facts.get(FACT):
        return
    issue_now = f"{decision.cover.number}/v{snapshot.cover.version + 1}"
    moment = max(now, send_time(local_date(now), world.calendar.days_of(None)))
    for case_id, number, *places in tx.all(MEMBERS, issue=issue):
        rows = (
            DocketRow(f"{number}/{TOLD}/{issue_now}/{post}", "letter", post, moment, notch=f"told:{TOLD}")
            for post in _people(places, world)
        )
        tx.many(NEW_DOCKET, [row._asdict() | {"case_id": case_id} for row in rows])


def hand_over(
    tx: Transaction, record: Record, seer: Seer, issue: int, decision: Decision, world: World, now: datetime
) -> tuple[Reason, ...]:
    """The members of an issue that joins another one go there: links and so the letter when it ends, never a grant.

    Answers why not, and then nothing was written. Raises CaseUnknown when the seer may not know of the other issue.
    """
    found = gather(tx, look(tx, decision.joined, seer, world.org).case_id, world.org)
    cover = found.snapshot.cover
    if found.case_id == issue or cover.kind != decision.cover.kind or cover.status == "ended":
        return (_NO_ISSUE,)
    count = move_members(tx, record, seer, issue, found.case_id, now)
    link_cases(tx, record, seer, issue, found.case_id, "related", now)
    actor = Actor(seer.account, decision.actor, frozenset((decision.actor,)))
    definition = record.library.routine(found.definition).definition
    received = members_joined(definition, found.snapshot, count, actor, world, now)
    apply_move(tx, record, received, found.case_id, found.heads, seer.account, now)
    return ()


_NO_ISSUE = Reason(
    "not_an_issue", "Anslut till ett annat systemfel som inte är avslutat.",
    "Join another systemic issue, one that has not ended.", "joined_to",
)  # fmt: skip


def _people(places: list[str], world: World) -> Iterator[str]:
    raising_unit, raising, receiving_unit, receiving = places
    yield from (at_side(function, _side(raising_unit, raising, world)) for function in ("handler", "reporter"))
    if receiving:
        yield at_side("handler", _side(receiving_unit, receiving, world))


def _side(unit: str, operation: str, world: World) -> Side:
    return world.org.sides[unit] if unit else world.org.sides[f"operation:{operation}"]
