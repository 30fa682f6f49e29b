"""Reminders that somebody chooses for herself: on her account's page, for the function that she acts in."""

from collections.abc import Callable

from cases.clock.own_reminders import chosen_reminders
from cases.record import Record
from cases.sight import Seer
from tests.cases.deviations import KATARINA, MAJA, PETRA
from tests.web.visitor import Visitor, form_of


def _kept(record: Record, seer: Seer) -> tuple[str, ...]:
    with record.database.read() as tx:
        return chosen_reminders(tx, seer)


def test_reminders_are_chosen_changed_and_taken_back_for_one_function(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: who wants the Monday's look at the week's dates has to keep a list of her own beside."""
    maja = at(MAJA)
    page = maja.get("/account")
    assert "väntar på dig som handläggare vid Hemsjukvården, Mölndal" in page.text
    assert form_of(page, "/account/reminders") == {}
    sent = maja.post("/account/reminders", {"monday": "yes", "morning": "yes", "no-such": "yes"})
    assert sent.status_code == 303
    assert _kept(record, MAJA) == ("monday", "morning")
    again = maja.get(sent.location)
    assert "Dina egna påminnelser är sparade." in again.text
    assert form_of(again, "/account/reminders") == {"monday": "yes", "morning": "yes"}
    assert maja.post("/account/reminders", {"day": "yes"}).status_code == 303
    assert _kept(record, MAJA) == ("day",)
    assert maja.post("/account/reminders").status_code == 303
    assert _kept(record, MAJA) == _kept(record, PETRA) == _kept(record, KATARINA) == ()
    administrator = at(Seer("kim.savas", "administrator@county")).get("/account").text
    assert "/account/reminders" not in administrator, "no case awaits somebody who reads none"
