"""What the form of a move shows: only what can be chosen, what it is about, and who will read what is written."""

from collections.abc import Callable

from cases.record import Record
from cases.sight import Seer
from tests.cases.deviations import HELENA, liftable
from tests.web.visitor import Visitor


def test_a_lift_offers_only_where_it_can_land(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: sixty forums would be offered, of which all but one are refused."""
    page = at(HELENA).get(f"/cases/{liftable(record)}/moves/escalate").text
    assert 'action="/cases/' in page
    assert "Skäl" in page
    assert 'name="forum"' not in page
