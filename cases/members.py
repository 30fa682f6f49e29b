"""The members of a systemic issue are told when it ends: their units and reporters, each about her own case.

The letter stands in the member's own docket, so that it opens nothing: whoever gets it knows of that case already.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from cases.apply import NEW_DOCKET
from cases.database import Transaction
from workflows.attempt import World
from workflows.nouns import Decision, DocketRow, Snapshot
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
    moment = max(now, send_time(local_date(now), world.calendar.days_of(None)))
    for case_id, number, *places in tx.all(MEMBERS, issue=issue):
        rows = (
            DocketRow(f"{number}/{TOLD}/{decision.cover.number}/{post}", "letter", post, moment, notch=f"told:{TOLD}")
            for post in _people(places, world)
        )
        tx.many(NEW_DOCKET, [row._asdict() | {"case_id": case_id} for row in rows])


def _people(places: list[str], world: World) -> Iterator[str]:
    raising_unit, raising, receiving_unit, receiving = places
    yield from (at_side(function, _side(raising_unit, raising, world)) for function in ("handler", "reporter"))
    if receiving:
        yield at_side("handler", _side(receiving_unit, receiving, world))


def _side(unit: str, operation: str, world: World) -> Side:
    return world.org.sides[unit] if unit else world.org.sides[f"operation:{operation}"]
