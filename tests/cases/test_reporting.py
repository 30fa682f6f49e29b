"""A report becomes a case that both parties can follow, with the dates that the routine promises."""

from datetime import date

from cases.acting import act
from cases.fold import difference
from cases.record import Record
from cases.reporting import NewCase, report
from cases.sight import Seer
from cases.worklist import work_list
from tests.record import MORNING
from workflows.nouns import Command

ANNA = Seer("anna.lind", "reporter@unit:hsv-molndal")
PETRA = Seer("petra.lonnroth", "receiver@operation:su")


def test_the_receipt_names_the_promised_dates_of_the_first_story(record: Record) -> None:
    """Else the nurse waits for a date that the ward never got: receipt 21 April, answer Monday 15 June 2026."""
    told = {"what": "Patienten kom hem utan läkemedelslista.", "when": "16 april 2026", "harm": "risk"}
    acted = report(record, ANNA, NewCase("deviation", operation="su", happened="16 april 2026", texts=told), MORNING)
    assert acted.stage == "arrived"
    assert acted.decision is not None
    dates = {d.code: d.due for d in acted.decision.deadlines if d.status == "open"}
    assert dates == {"receipt": date(2026, 4, 21), "answer": date(2026, 6, 15)}
    assert [item.number for item in work_list(record, PETRA, MORNING).items] == [acted.number]


def test_the_stored_state_is_what_its_history_adds_up_to(record: Record) -> None:
    """Else nobody could trust the record: the row says one thing and its history another."""
    told = {"what": "Listan saknades.", "when": "igår", "harm": "none"}
    number = report(record, ANNA, NewCase("deviation", operation="su", texts=told), MORNING).number
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    with record.database.read() as tx:
        assert difference(tx, int(tx.value("SELECT id FROM cases WHERE number = :n", n=number))) is None
