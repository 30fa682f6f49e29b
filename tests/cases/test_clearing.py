"""What looked like a person's number and was let through: the reason stays with whoever said so, until disposal."""

import pytest

from cases.acting import Refused, act
from cases.answers import KeyReused
from cases.contents.disposal import dispose
from cases.contents.matter import BadText
from cases.reading import view
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from cases.soundness.verify import verify
from tests.cases.deviations import ANNA, MAJA, OSKAR, PETRA, REPORT, arrived
from tests.record import MORNING
from workflows.nouns import Command

NUMBER = "Ärendet har nummer 19121212-1212 hos oss."
WHY = "Numret är ett ärendenummer."
UNIT = {"unit": "su-molndal-ortopedi"}
REGISTRAR = Seer("hassan.gullstrand", "registrar@authority:von-molndal")


def reasons(record: Record, seer: Seer, number: str) -> list[tuple[str, str]]:
    """(compartment, account) of the lines in which that seer reads why something was cleared."""
    lines = view(record, seer, number, MORNING).lines
    return [(li.compartment, li.by) for li in lines if li.code == "identifier_cleared" and li.texts["reason"] == WHY]


def test_the_reason_is_kept_with_those_who_gave_it(record: Record) -> None:
    """Lost otherwise: nobody can say afterwards who let a number through, or why; or the other side reads it."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", UNIT), MORNING)
    act(record, OSKAR, number, Command("answer", {"cause": NUMBER, "measures": []}), MORNING, cleared=WHY)
    assert reasons(record, OSKAR, number) == [("inner:styrelsen-su", "oskar.nyberg")]
    assert reasons(record, PETRA, number) == [("inner:styrelsen-su", "oskar.nyberg")]
    assert reasons(record, MAJA, number) == []
    assert verify(record, MORNING) == ()


def test_a_report_keeps_it_too(record: Record) -> None:
    """Lost otherwise: the unit that checks a report cannot see that its reporter was warned, and what she said."""
    new = NewCase("deviation", operation="su", texts=REPORT | {"what": NUMBER})
    number = report(record, ANNA, new, MORNING, cleared=WHY).number
    assert reasons(record, MAJA, number) == [("inner:von-molndal", "anna.lind")]
    assert reasons(record, PETRA, number) == []


def test_nothing_is_kept_where_nothing_was_found(record: Record) -> None:
    """Lost otherwise: a form that always sends a reason fills the record with empty clearings."""
    number = report(record, ANNA, NewCase("deviation", operation="su", texts=REPORT), MORNING, cleared=WHY).number
    assert reasons(record, MAJA, number) == []


@pytest.mark.parametrize("why", [" ", "x" * 20_001, "a\x00b"])
def test_a_reason_is_words(record: Record, why: str) -> None:
    """Lost otherwise: a space would do as the reason why a number is none."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", UNIT), MORNING)
    with pytest.raises(BadText):
        act(record, OSKAR, number, Command("answer", {"cause": NUMBER, "measures": []}), MORNING, cleared=why)
    assert view(record, OSKAR, number, MORNING).cover.stage == "investigated"


def test_another_reason_is_another_request(record: Record) -> None:
    """Lost otherwise: whoever sends the form again with a better reason would find the first one in the record."""
    new = NewCase("deviation", operation="su", texts=REPORT | {"what": NUMBER})
    report(record, ANNA, new, MORNING, key="k", cleared=WHY)
    with pytest.raises(KeyReused):
        report(record, ANNA, new, MORNING, key="k", cleared="Ett påhittat nummer.")


@pytest.mark.parametrize("inputs", [["unit"], "unit", None, {1: "unit"}])
def test_inputs_without_names_are_refused_plainly(record: Record, inputs: object) -> None:
    """Lost otherwise: a program that sends a list brings the server down instead of being told."""
    number = arrived(record)
    with pytest.raises(Refused) as refused:
        act(record, PETRA, number, Command("assign", inputs), MORNING)  # type: ignore[arg-type]
    assert [(r.code, r.field) for r in refused.value.refusal.reasons] == [("input_not_text", "inputs")]


def test_the_reason_goes_with_its_record(record: Record) -> None:
    """Lost otherwise: the reason why something is no personal number, which may tell whose it is, outlives the case."""
    new = NewCase("deviation", operation="su", texts=REPORT | {"what": NUMBER})
    number = report(record, ANNA, new, MORNING, cleared=WHY).number
    act(record, MAJA, number, Command("end", {"reason": "Fel mottagare."}), MORNING)
    dispose(record, REGISTRAR, number, "Nämndens beslut § 4", MORNING)
    with record.database.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM event_text WHERE body LIKE :why", why=f"%{WHY}%") == 0
    assert verify(record, MORNING) == ()
