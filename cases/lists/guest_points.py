"""The cases that a guest has been let in to, point by point: she reads their forum file, and no list has them."""

from __future__ import annotations

from datetime import datetime

from cases.functions import NotYourFunction, posts_of
from cases.record import Record
from cases.sight import Seer, guest_point
from workflows.office_hours import local_date
from workflows.organisation import holder_of

MOST = 50
"""Points that are shown; a meeting has a dozen."""

POINTS = """SELECT DISTINCT s.number, c.definition FROM sight s JOIN cases c ON c.id = s.case_id
 WHERE s.holder = :holder AND s.compartment LIKE 'file:%' AND s.ended_at IS NULL ORDER BY s.number LIMIT :most"""


def guest_points(record: Record, seer: Seer, now: datetime) -> tuple[tuple[str, str], ...]:
    """(number, routine's key) of each, by number. Raises NotYourFunction."""
    with record.database.read() as tx:
        if seer.post not in posts_of(tx, seer.account, local_date(now)):
            raise NotYourFunction(NotYourFunction.__doc__)
        rows = tx.all(POINTS, holder=guest_point(holder_of(seer.post)), most=MOST)
    return tuple((str(number), str(definition)) for number, definition in rows)
