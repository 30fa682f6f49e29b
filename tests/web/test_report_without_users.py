"""A deviation to a party without users: its contact person has it, in her list, her letters and her pages."""

from collections.abc import Callable

import pytest

from cases.reading import view
from cases.record import Record
from cases.sight import Seer
from cases.soundness.verify import verify
from notifications.delivery import Letterhead
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.cases.deviations import ANNA
from tests.record import MORNING, SOON
from tests.web.visitor import Visitor, form_of

OWE = Seer("owe.brandt", "contact_person@authority:styrelsen-narhalsan")
WORDS = {"what": "Remissen kom aldrig fram.", "when": "i går", "operation": "narhalsan-fyrbodal", "harm": "risk"}
"""Nobody holds any function at that operation or below it."""


@pytest.fixture
def number(at: Callable[[Seer], Visitor]) -> str:
    anna = at(ANNA)
    answer = anna.post("/report", anna.form("/report") | WORDS | {"step": "send"})
    assert answer.status_code == 303, answer.text
    return str(answer.location.rpartition("/")[2])


def test_its_contact_person_finds_it_among_what_awaits_and_can_take_it(
    record: Record, at: Callable[[Seer], Visitor], number: str
) -> None:
    """Lost otherwise: a report to a party that has not begun to use Stegen would lie with nobody (issue 4, item 2)."""
    owe = at(OWE)
    assert number in owe.get("/cases?tab=awaiting").text
    assert f"/cases/{number}/moves/redirect" in owe.get(f"/cases/{number}").text
    moved = owe.move(number, "redirect", {"operation": "narhalsan-goteborg", "reason": "Fel område"})
    assert moved.status_code == 303
    assert verify(record, MORNING) == ()
    receiving = view(record, OWE, number, MORNING).cover.receiving
    assert receiving is not None
    assert receiving.operation == "narhalsan-goteborg"


def test_the_letter_goes_to_its_contact_person(record: Record, number: str) -> None:
    """Lost otherwise: nobody would know that there is anything to look for."""
    run_round(record, SOON, LocalMailbox(Letterhead("http://localhost", "Stegen <stegen@localhost>")))
    with record.database.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM letter WHERE account = :a", a=OWE.account) == 1


def test_the_receipt_promises_its_day_all_the_same(at: Callable[[Seer], Visitor], number: str) -> None:
    """Lost otherwise: the promise would depend on who has an account."""
    assert "måndag 15 juni 2026" in at(ANNA).get(f"/report/receipt/{number}").text


def test_the_form_for_it_can_be_sent_from_the_page(at: Callable[[Seer], Visitor], number: str) -> None:
    """Lost otherwise: the contact person would see the case and have no button."""
    path, action = (f"/cases/{number}/{way}/redirect" for way in ("moves", "preview"))
    assert "operation_search" in form_of(at(OWE).get(path), action), "operations are offered, and searched for"
