"""Raising a dispute: the clause may be unknown, the care meanwhile has a name, and the receipt has a date."""

from collections.abc import Callable

import pytest

from cases.acting import act
from cases.lists.worklist import counts
from cases.reading import view
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from tests.cases.climb_model import YVONNE
from tests.cases.deviations import ANNA, HELENA, KATARINA, MAJA, PETRA, STINA
from tests.record import MORNING
from tests.web.visitor import Visitor, form_of
from tests.web.whole_record import fingerprint
from workflows.nouns import Command

HARRIET = Seer("harriet.lundqvist.falk", "contact_person@authority:styrelsen-su")
RAISED_BETWEEN = (("raising", "Hemsjukvården, Mölndal"), ("receiving", "Ortopedavdelning, Mölndals sjukhus"))
WORDS = {"counterpart": "su-molndal-ortopedi", "question": "Vem kallar till mötet enligt avtalet?"}


def _raised(visitor: Visitor, words: dict[str, str]) -> str:
    """Through the review to the receipt; the case's number."""
    page = visitor.post("/dispute", visitor.form("/dispute") | words | {"step": "review"})
    assert page.status_code == 200, page.text
    answer = visitor.post("/dispute", form_of(page, "/dispute") | {"step": "send"})
    assert answer.status_code == 303, answer.text
    return answer.location.rpartition("/")[2]


@pytest.mark.parametrize("seer", [MAJA, HELENA, YVONNE])
def test_a_dispute_is_raised_and_the_receipt_names_the_next_date(
    record: Record, at: Callable[[Seer], Visitor], seer: Seer
) -> None:
    """Lost otherwise: one of the two kinds of case could only begin from the command line."""
    visitor = at(seer)
    assert 'href="/dispute"' in visitor.get("/cases").text
    number = _raised(visitor, WORDS)
    receipt = visitor.get(f"/dispute/receipt/{number}").text
    assert "tisdag 21 april 2026" in receipt
    assert number in receipt
    seen = view(record, KATARINA, number, MORNING)
    assert (seen.cover.kind, seen.cover.stage, seen.cover.ball) == ("dispute", "raised", KATARINA.post)
    assert WORDS["question"] in at(KATARINA).get(f"/cases/{number}").text


def test_who_carries_the_care_has_a_name_from_the_first_day(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: care would wait for a dispute about who is to give it (law 5)."""
    maja = at(MAJA)
    assert maja.form("/dispute")["care"] == "ours"
    first, second = _raised(maja, WORDS), _raised(maja, WORDS | {"care": "theirs"})
    assert view(record, MAJA, first, MORNING).cover.facts["care"] == HELENA.post
    assert view(record, MAJA, second, MORNING).cover.facts["care"] == KATARINA.post


def test_the_clause_may_be_named_or_not_and_so_may_the_unit(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: whoever does not know the paragraph, or the ward, could not raise the question; or it waits for
    a manager that nobody can be, while its contact person is told in a letter that it is her turn (law 1)."""
    words = {"counterpart": "operation:su", "document": "hos-avtal/4.4", "disputed_clause": "Avsnitt 4.4"}
    number = _raised(at(MAJA), WORDS | words)
    cover = view(record, MAJA, number, MORNING).cover
    assert cover.receiving is not None
    assert (cover.receiving.operation, cover.receiving.unit) == ("su", "")
    assert "4.4" in at(MAJA).get(f"/cases/{number}").text
    assert counts(record, HARRIET, MORNING)["mine"] == 1
    hers = at(HARRIET).get(f"/cases/{number}").text
    assert "Det är er tur" in hers
    assert "Därför är det du som gör det." in hers
    petra = at(PETRA)
    assert "Enheten är inte känd än." in petra.get(f"/cases/{number}").text
    path = f"/cases/{number}/moves/assign"
    assert petra.post(path, petra.form(path) | {"unit": "su-molndal-ortopedi"}).status_code == 303
    cover = view(record, KATARINA, number, MORNING).cover
    assert (cover.stage, cover.ball) == ("raised", KATARINA.post)
    assert [offer.reasons for offer in view(record, PETRA, number, MORNING).offers if offer.move == "assign"] != [()]
    assert counts(record, HARRIET, MORNING)["mine"] == 0
    theirs = _raised(at(MAJA), WORDS | words | {"care": "theirs"})
    assert view(record, MAJA, theirs, MORNING).cover.facts["care"] == "chief@operation:su"


def test_nothing_is_raised_before_it_was_looked_through(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the other party would read it before its writer knew who reads it."""
    maja, before = at(MAJA), fingerprint(record)
    page = maja.post("/dispute", maja.form("/dispute") | WORDS | {"step": "review"})
    for shown in ("Ortopedavdelning", WORDS["question"], "Vi fortsätter", "Samverkansorganen läser det inte"):
        assert shown in page.text, shown
    changed = maja.post("/dispute", form_of(page, "/dispute") | {"step": "change"})
    assert form_of(changed, "/dispute")["question"] == WORDS["question"]
    assert fingerprint(record) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [("counterpart", ""), ("question", " "), ("counterpart", "hsv-molndal"), ("counterpart", "no-such"),
     ("question", "x" * 4001), ("question", "a\x01b"), ("question", "Gäller 19850709-9805"), ("document", "no-such")],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_question_and_kept(
    record: Record, at: Callable[[Seer], Visitor], field: str, value: str
) -> None:
    """Lost otherwise: a slip would end in a fault page, or a person's number in a dispute about words."""
    maja, before = at(MAJA), fingerprint(record)
    form = maja.form("/dispute") | WORDS | {"disputed_clause": "Behåll mig"}
    answer = maja.post("/dispute", form | {field: value, "step": "send"})
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert "Behåll mig" in answer.text
    assert fingerprint(record) == before


def test_the_same_form_sent_twice_is_one_dispute(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a slow line and a second press would raise the same question twice."""
    maja = at(MAJA)
    form = maja.form("/dispute") | WORDS | {"step": "send"}
    assert len({maja.post("/dispute", form).location for _ in range(2)}) == 1
    with record.database.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM cases") == 1


@pytest.mark.parametrize("seer", [ANNA, PETRA, STINA])
def test_who_does_not_raise_disputes_is_told_who_does(
    record: Record, at: Callable[[Seer], Visitor], seer: Seer
) -> None:
    """Lost otherwise: a reporter who finds the address would meet a fault page, or raise a dispute for her unit."""
    visitor, before = at(seer), fingerprint(record)
    assert 'href="/dispute"' not in visitor.get("/cases").text
    assert "enhetschefer" in visitor.get("/dispute").text
    assert visitor.post("/dispute", WORDS | {"step": "send"}).status_code == 403
    assert fingerprint(record) == before


def test_a_receipt_is_only_for_a_dispute_that_one_may_know_of(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the receipt's address would tell of a case that the page of the case hides."""
    number = _raised(at(MAJA), WORDS)
    assert at(ANNA).get(f"/dispute/receipt/{number}").status_code == 404


def test_a_counterpart_is_searched_for_and_kept(at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the counterpart would have to be found in a list of every unit in the county."""
    maja = at(MAJA)
    form = maja.form("/dispute") | {"question": WORDS["question"], "counterpart_search": "ortoped", "step": "search"}
    assert maja.get("/dispute").text.count('name="counterpart"') < 10
    found = maja.post("/dispute", form)
    assert found.status_code == 200
    assert 'value="su-molndal-ortopedi"' in found.text
    kept = form_of(found, "/dispute")
    assert kept["question"] == WORDS["question"]
    again = maja.post("/dispute", kept | {"counterpart": "su-molndal-ortopedi", "step": "search"})
    assert form_of(again, "/dispute")["counterpart"] == "su-molndal-ortopedi"


def test_each_side_s_view_is_called_by_its_name(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the counterpart reads the raiser's view as "your view", and either side writes the other's."""
    said = {"document": "hos-avtal/4.4", "disputed_clause": "4.4", "question": "Vem kallar?", "care": MAJA.post}
    new = NewCase("dispute", receiving_unit="su-molndal-ortopedi", stage="protocol", texts=said)
    number, helena, katarina = report(record, HELENA, new, MORNING).number, at(HELENA), at(KATARINA)
    assert "läser det först när det står i det granskade underlaget" in helena.get(f"/cases/{number}/moves/sign").text
    theirs = {"agreed_facts": "Mötet uteblev.", "disputed_facts": "Vem som kallar.", "question_up": "Vem kallar?"}
    act(record, HELENA, number, Command("sign", theirs | {"our_view": "Sjukhuset kallar."}), MORNING)
    act(record, KATARINA, number, Command("sign", {"our_view": "Kommunen kallar."}), MORNING)
    names = {side: f"Så ser {name} på frågan" for side, name in RAISED_BETWEEN}
    for reader in (helena, katarina):
        page = reader.get(f"/cases/{number}").text
        assert "Er syn på frågan" not in page
        for side, view_of_it in (("raising", "Sjukhuset kallar."), ("receiving", "Kommunen kallar.")):
            assert page[page.index(names[side]) :].index(view_of_it) < 100, side
    written = katarina.get(f"/cases/{number}/file")
    assert all(written.text.count(name) == 2 for name in names.values()), "in the original and as questions"
    form = form_of(written, f"/cases/{number}/file")
    assert form["view_receiving"] == "Kommunen kallar."
    assert "view_raising" not in form, "neither side words the other's view"


def test_the_counterpart_reads_the_question_first_and_is_asked_for_what_comes_next(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: the one who is to answer a question looks for it in the history, and is offered what is done."""
    number, katarina, helena = _raised(at(MAJA), WORDS), at(KATARINA), at(HELENA)
    page = katarina.get(f"/cases/{number}").text
    assert page.index(WORDS["question"]) < page.index('id="may"')
    assert "<dt>Väckt av</dt>" in page
    assert WORDS["question"] in katarina.get(f"/cases/{number}/moves/acknowledge").text
    act(record, KATARINA, number, Command("acknowledge", {"time_one": "Måndag", "time_two": "Tisdag"}), MORNING)
    note = {"met_on": MORNING.date(), "meeting_note": "Vi möttes."}
    act(record, HELENA, number, Command("accept", {"chosen_time": "first"}), MORNING)
    page = katarina.get(f"/cases/{number}").text
    assert "Förslag 1: Måndag" in page[page.index('id="timeline"') :], "whoever reads it later knows which"
    assert page.index("/moves/done") < page.index("/moves/accept")
    act(record, KATARINA, number, Command("done", note), MORNING)
    page = helena.get(f"/cases/{number}").text
    assert max(page.index(f"/moves/{move}") for move in ("agree", "contest")) < page.index("/moves/accept")
