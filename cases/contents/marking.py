"""A secrecy marking: one authority's warning on a case, with its ground and how long it holds.

It decides nothing about who reads the case: whoever asks the authority for it is to be told that a question of secrecy
must be tried first. Kept in the authority's own inner record, newest first; an empty ground takes it away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from cases.contents.kept_in_clear import BadText, checked
from cases.contents.matter import entered, inner_of
from cases.reading import Line
from cases.record import Record
from cases.sight import Seer

MARKED = "secrecy_marked"
GROUND, UNTIL = "secrecy_ground", "secrecy_until"
LONGEST_GROUND = 300


@dataclass(frozen=True, slots=True)
class Marking:
    """`until` None is until further notice. `by` is the post that set it."""

    ground: str
    until: date | None
    by: str
    at: datetime

    def holds(self, today: date) -> bool:
        return self.until is None or today <= self.until


def mark_secrecy(record: Record, seer: Seer, number: str, ground: str, until: date | None, now: datetime) -> int:
    """Set, change or (with an empty ground) remove the marking of one's own authority or forum.

    Raises BadText for a ground longer than 300 characters; CaseUnknown, NotYourFunction and NotAllowed as everywhere.
    """
    if len(ground) > LONGEST_GROUND:
        raise BadText(BadText.__doc__)
    said = checked(ground) if ground.strip() else ""
    with entered(record, seer, number, now) as room:
        return room.write(inner_of(room), MARKED, {GROUND: said, UNTIL: until.isoformat() if until and said else ""})


def marking_of(lines: Iterable[Line]) -> Marking | None:
    """The marking that stands in a view's lines, newest last; None when there is none, or it was taken away."""
    found = [line for line in lines if line.code == MARKED and line.texts]
    if not found or not found[-1].texts[GROUND]:
        return None
    newest = found[-1]
    until = newest.texts[UNTIL]
    return Marking(newest.texts[GROUND], date.fromisoformat(until) if until else None, newest.actor, newest.at)
