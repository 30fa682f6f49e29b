"""The report form: looked through before it leaves, no personal number in it, and a receipt with the promised date."""

import itertools
import re
from collections.abc import Callable
from datetime import date

import pytest

from cases.contents.patient import show_patient
from cases.fold import difference
from cases.reading import view
from cases.record import Record
from cases.sight import Seer
from tests.cases.deviations import ANNA, MAJA, OSKAR, PETRA, STINA
from tests.record import MORNING
from tests.web.visitor import Hands, Visitor, form_of, on_both
from tests.web.whole_record import fingerprint

WORDS = {"what": "Personen kom hem utan lista.", "when": "16 april 2026", "operation": "su", "harm": "risk"}
GOTEBORG = Seer("nour.haddad", "reporter@unit:hsv-goteborg-centrum")
"""Her municipality has a check of its own before a report leaves."""


def _sent(visitor: Visitor, words: dict[str, str]) -> str:
    """Through the review to the receipt; the case's number."""
    page = visitor.post("/report", visitor.form("/report") | words | {"step": "review"})
    assert page.status_code == 200, page.text
    answer = visitor.post("/report", form_of(page, "/report") | {"step": "send"})
    assert answer.status_code == 303, answer.text
    return answer.location.rpartition("/")[2]


def test_the_receipt_names_the_promised_date(at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the reporter would not know when to hear (routine.md, story 1: answer by Mon 15 June)."""
    anna = at(ANNA)
    number = _sent(anna, WORDS)
    receipt = anna.get(f"/report/receipt/{number}").text
    assert "måndag 15 juni 2026" in receipt
    assert number in receipt


def test_a_party_with_its_own_check_promises_sixty_days_from_sending(at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a date would be promised that has not begun to run (routine.md, text 2)."""
    nour = at(GOTEBORG)
    number = _sent(nour, {k: v for k, v in WORDS.items() if k != "operation"})
    receipt = nour.get(f"/report/receipt/{number}").text
    assert "60 dagar" in receipt
    assert "juni" not in receipt


def test_nothing_leaves_before_it_was_looked_through(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a report would be gone before its writer has seen it as the other side does."""
    anna, before = at(ANNA), fingerprint(record)
    page = anna.post("/report", anna.form("/report") | WORDS | {"step": "review", "patient": "Fru på fyran"})
    assert fingerprint(record) == before
    for shown in ("Personen kom hem utan lista.", "Sahlgrenska", "Risk", "Fru på fyran", "inte ditt namn"):
        assert shown in page.text, shown
    changed = anna.post("/report", form_of(page, "/report") | {"step": "change"})
    assert form_of(changed, "/report")["what"] == WORDS["what"]


def test_dont_know_is_offered_and_the_unit_completes_it(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: whoever does not know the other party's organisation could not report; her unit completes it."""
    for seer in (ANNA, GOTEBORG):
        offered = at(seer).get("/report").text.partition('id="f-operation"')[2].partition("</fieldset>")[0]
        assert "Vet inte" in offered, seer
    anna = at(ANNA)
    review = anna.post("/report", anna.form("/report") | WORDS | {"operation": "", "step": "review"})
    assert "går först till handläggaren på din enhet" in review.text
    number = _sent(anna, WORDS | {"operation": ""})
    assert view(record, MAJA, number, MORNING).cover.stage == "own_check"
    receipt = anna.get(f"/report/receipt/{number}").text
    assert "60 dagar" in receipt
    assert "lämnad till er handläggare" in receipt


def test_whoever_checks_puts_the_day_right_beside_the_reporter_s_words(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a vague or wrong day would go to the other party, and no agreement would be in force on it."""
    number = _sent(at(ANNA), {k: v for k, v in WORDS.items() if k != "operation"} | {"when": "häromdagen"})
    maja, checked = at(MAJA), {"operation": "su", "document": "hos-avtal"}
    assert view(record, MAJA, number, MORNING).cover.event_date is None
    ahead = maja.move(number, "check", checked | {"happened_on": "2026-05-01"})
    assert ahead.status_code == 422, ahead.text
    sent = maja.move(number, "check", checked | {"happened_on": "2026-04-14", "correction": "Avdelning 12, inte 13."})
    assert sent.status_code == 303, sent.text
    assert view(record, PETRA, number, MORNING).cover.event_date == date(2026, 4, 14)
    report = at(PETRA).get(f"/cases/{number}").text.partition('id="report"')[2].partition("</section>")[0]
    assert "häromdagen" in report
    assert "Avdelning 12, inte 13." in report
    with record.database.read() as tx:
        assert difference(tx, tx.value("SELECT id FROM cases WHERE number = :n", n=number)) is None


def test_a_handful_of_operations_is_offered_and_the_rest_is_searched_for(at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a nurse would scroll through two hundred places on a telephone, or not find hers."""
    anna = at(ANNA)
    form = anna.form("/report")
    assert len(_offered(anna.get("/report").text)) <= 5
    found = anna.post("/report", form | {"what": "Kvar.", "operation_search": "kungälv", "step": "search"})
    assert found.status_code == 200
    assert any("Kungälv" in label for label in _offered(found.text))
    assert form_of(found, "/report")["what"] == "Kvar."
    nothing = anna.post("/report", form | {"operation_search": "xyzzy", "step": "search"})
    assert "Vet inte" in nothing.text


def test_the_usual_operation_stands_first(at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the place that a unit reports about every week would have to be searched for every week."""
    anna = at(ANNA)
    before = _offered(anna.get("/report").text)
    assert before[0] != "Närhälsan, Fyrbodal"
    _sent(anna, WORDS | {"operation": "narhalsan-fyrbodal"})
    assert _offered(anna.get("/report").text)[0] == "Närhälsan, Fyrbodal"


def test_an_agreement_is_found_by_a_word_and_what_was_typed_goes_along(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: nobody would name the agreement that was not followed, because nobody knows its name."""
    anna = at(ANNA)
    found = anna.post("/report", anna.form("/report") | WORDS | {"agreed": "avvikelser", "step": "search"})
    codes = re.findall(r'name="document" value="([^"]+)"', found.text)
    assert codes
    number = _sent(anna, WORDS | {"agreed": "avvikelser", "document": codes[0]})
    seen = view(record, MAJA, number, MORNING)
    assert "clause" in seen.cover.facts
    texts = str([line.texts for line in seen.lines])
    assert WORDS["what"] in texts
    assert "'agreed'" not in texts, "what found the clause is no account of what should have happened"


def _offered(page: str) -> list[str]:
    """The labels of the operations that a form offers."""
    part = page.partition('id="f-operation"')[2].partition("</fieldset>")[0]
    return [label for label in re.findall(r"<span>(.*?)</span>", part) if label != "Vet inte"]


def test_the_review_says_who_reads_and_which_day_is_promised(at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: one would learn from the receipt what one has set going (routine.md, story 1)."""
    anna = at(ANNA)
    page = anna.post("/report", anna.form("/report") | WORDS | {"step": "review"})
    assert "måndag 15 juni 2026" in page.text
    assert "mottagningsfunktionen" in page.text
    nour = at(GOTEBORG)
    checked = nour.post("/report", nour.form("/report") | WORDS | {"operation": "", "step": "review"})
    assert "chefen på din enhet" in checked.text
    assert "mottagningsfunktionen" not in checked.text
    said = anna.post("/report", anna.form("/report") | WORDS | {"when": "i går", "step": "review"})
    assert "i går (onsdag 15 april 2026)" in said.text


@pytest.mark.parametrize("when", ["17 april 2027", "hösten 2027", "31 november"])
def test_a_day_to_come_is_told_before_the_review(at: Callable[[Seer], Visitor], when: str) -> None:
    """Lost otherwise: a report would look ready and be refused when it is sent."""
    anna = at(ANNA)
    answer = anna.post("/report", anna.form("/report") | WORDS | {"when": when, "step": "review"})
    assert answer.status_code == 422
    assert 'href="#f-when"' in answer.text


def test_the_consequence_is_read_by_both_parties_and_nobody_else(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the receiver would not see that the reporter ticked harm, or the forum would read the matter."""
    number = _sent(at(ANNA), WORDS | {"harm": "harm", "risk_goes_on": "yes"})
    for seer in (MAJA, PETRA):
        page = at(seer).get(f"/cases/{number}").text
        assert re.search(r"<dt>Följd för den enskilde</dt><dd>Skada</dd>", page), seer
        assert "<dt>Finns risken kvar?</dt><dd>Ja</dd>" in page, seer
    assert "Följd för den enskilde" not in at(STINA).get(f"/cases/{number}").text


def test_the_telephone_stands_first_with_the_operation_s_number(at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: somebody would write a form while a person is at risk."""
    anna = at(ANNA)
    page = anna.get("/report?operation=su").text
    assert "031-390 06 00" in page
    assert page.index("Ring först") < page.index("Vad hände?")


def test_a_personal_number_is_caught_before_sending(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a patient's number would stand in a text that two organisations read (law 6)."""
    anna, before = at(ANNA), fingerprint(record)
    form = anna.form("/report") | WORDS
    for field, number in itertools.product(("what", "agreed", "reach_me"), ("19850709-9805", "850709 9805")):
        for step in ("review", "send"):
            answer = anna.post("/report", form | {field: f"Det gällde {number}.", "step": step})
            assert answer.status_code == 422, (field, number)
            assert f'href="#f-{field}"' in answer.text
            assert "Ta bort personnumret här" in answer.text
            assert form_of(answer, "/report")[field] == f"Det gällde {number}.", "what was typed is kept"
    assert fingerprint(record) == before


@pytest.mark.parametrize(("remit", "told"), [("reading", "är det en tvist"), ("money", "kan inte pröva kostnaden")])
def test_what_is_no_deviation_is_told_with_the_right_door(
    record: Record, at: Callable[[Seer], Visitor], remit: str, told: str
) -> None:
    """Lost otherwise: a question of cost would travel for two years before somebody says where it belongs (law 3)."""
    maja, before = at(MAJA), fingerprint(record)
    answer = maja.post("/report", maja.form("/report") | WORDS | {"remit": remit, "step": "send"})
    assert answer.status_code == 422
    assert told in answer.text
    assert 'href="/dispute"' in answer.text
    assert form_of(answer, "/report")["what"] == WORDS["what"]
    assert fingerprint(record) == before


def test_telephone_numbers_and_addresses_are_pointed_out_before_sending(at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: somebody's number would stand in what two organisations read, and nobody had noticed."""
    anna = at(ANNA)
    words = WORDS | {"what": "Ring dottern 070-123 45 67 eller eva@example.org.", "reach_me": "anna@example.org"}
    page = anna.post("/report", anna.form("/report") | words | {"step": "review"})
    assert re.findall("<mark>(.*?)</mark>", page.text) == ["070-123 45 67", "eva@example.org"]
    assert anna.post("/report", form_of(page, "/report") | {"step": "send"}).status_code == 303


@on_both
def test_whom_it_concerns_is_kept_encrypted_for_the_handlers(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the handlers could not find the person, or everybody could."""
    number = _sent(at(ANNA), WORDS | {"patient": "19850709-9805"})
    assert show_patient(record, MAJA, number, "Ringa tillbaka", MORNING) == "19850709-9805"
    with record.database.read() as tx:
        assert "9805" not in repr([tx.all(f"SELECT * FROM {t}") for t in ("event_text", "protected", "answered")])
    for seer in (ANNA, MAJA, PETRA):
        assert "9805" not in at(seer).get(f"/cases/{number}").text


def test_open_questions_are_named_and_nothing_is_lost(at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: one forgotten answer would cost all the others."""
    anna = at(ANNA)
    answer = anna.post("/report", anna.form("/report") | {"agreed": "Listan ska med.", "step": "review"})
    assert answer.status_code == 422
    for shown in ("Vad hände?", "När hände det?"):
        assert f"Fyll i: {shown}" in answer.text, shown
    assert "Listan ska med." in answer.text
    assert "?." not in answer.text


@pytest.mark.parametrize(
    ("field", "value"), [("operation", "no-such"), ("when", "1 maj 2027"), ("when", "x" * 90), ("harm", "much"),
                         ("what", "a\x01b"), ("what", "x" * 20_001), ("document", "no-such/1")],
)  # fmt: skip
def test_a_wrong_answer_is_told_at_its_question(
    record: Record, at: Callable[[Seer], Visitor], field: str, value: str
) -> None:
    """Lost otherwise: a mistyped day or a crafted form would end in a fault page or in the record."""
    anna, before = at(ANNA), fingerprint(record)
    answer = anna.post("/report", anna.form("/report") | WORDS | {field: value, "step": "send"})
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert fingerprint(record) == before


def test_the_same_form_sent_twice_is_one_report(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a slow line and a second press would make two cases of one event."""
    anna = at(ANNA)
    form = anna.form("/report") | WORDS | {"step": "send"}
    answers = [anna.post("/report", form).location for _ in range(2)]
    assert answers[0] == answers[1]
    with record.database.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM cases") == 1


def test_a_risk_that_goes_on_is_urgent(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: both managers would hear of a danger that remains on the long clocks."""
    number = _sent(at(ANNA), WORDS | {"risk_goes_on": "yes"})
    assert view(record, PETRA, number, MORNING).cover.urgent
    assert "Skyndsamt" in at(PETRA).get("/cases").text
    receipt = at(ANNA).get(f"/report/receipt/{number}").text
    assert "inte göra något mer" not in receipt
    assert receipt.index("ring nu") < receipt.index("031-390 06 00")


def test_whoever_checks_an_urgent_report_has_the_number_at_hand(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: "telephone first" would send the manager looking for a number while the danger goes on."""
    number = _sent(at(ANNA), {k: v for k, v in WORDS.items() if k != "operation"} | {"risk_goes_on": "yes"})
    form = at(MAJA).get(f"/cases/{number}/moves/check?operation=su").text
    assert "ring nu" in form
    assert "031-390 06 00" in form
    calm = _sent(at(ANNA), {k: v for k, v in WORDS.items() if k != "operation"})
    assert "ring nu" not in at(MAJA).get(f"/cases/{calm}/moves/check?operation=su").text


def test_who_does_not_report_is_told_who_does(at: Callable[[Seer], Visitor], record: Record) -> None:
    """Lost otherwise: a chair who presses the address would meet a fault page."""
    petra, before = at(PETRA), fingerprint(record)
    assert "Rapporter skrivs av" in petra.get("/report").text
    assert petra.post("/report", WORDS | {"step": "send"}).status_code == 403
    assert fingerprint(record) == before


def test_the_reporter_reads_the_answer_and_the_others_do_not_read_her_name(
    record: Record, at: Callable[[Seer], Visitor], clock: Hands
) -> None:
    """Lost otherwise: the one who took the trouble would never hear what came of it."""
    number = _sent(at(ANNA), WORDS)
    at(PETRA).move(number, "assign", {"unit": "su-molndal-ortopedi"})
    at(OSKAR).move(number, "answer", {
        "cause": "Rutinen brast.", "measures-0-what": "Ny rutin", "measures-0-owner": OSKAR.post,
        "measures-0-date": "2026-09-01",
    })  # fmt: skip
    page = at(ANNA).get(f"/cases/{number}").text
    assert "Rutinen brast." in page
    assert "Ny rutin" in page
    assert "tisdag 1 september 2026" in page
