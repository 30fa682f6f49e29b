"""People and places change: what follows is seen at the next request, on the same day."""

from datetime import timedelta

from cases.record import Record
from cases.reorganising import end_holding
from tests.record import MORNING


def test_a_forum_whose_people_have_left_is_empty_at_once(record: Record) -> None:
    """Else a case is sent to a forum where nobody is left, because they left during the day."""
    with record.database.read() as tx:
        assert record.world(tx, MORNING).org.forums["nosam-molndal"].staffed
        held = tx.all("SELECT account, function, holder FROM holding WHERE holder = :h", h="forum:nosam-molndal")
    for account, function, holder in held:
        end_holding(record, account, function, holder, MORNING.date() - timedelta(days=1))
    with record.database.read() as tx:
        assert not record.world(tx, MORNING).org.forums["nosam-molndal"].staffed
