"""A clause is found by a word where a report is checked or sorted and where a dispute is raised, as it was in force."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest

from cases.acting import Refused, act
from cases.reading import view
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from tests.cases.deviations import ANNA, MAJA, OSKAR, PETRA, REPORT
from tests.record import MORNING
from tests.web.visitor import Visitor, form_of
from workflows.nouns import Command

MOST = 9
"""Clauses that one reads through on a telephone, with the one for "don't know"."""


def _offered(page: str) -> dict[str, str]:
    """Code -> label of the clauses that a form offers, in its order; "" is the answer of who does not know."""
    part = page.partition('id="f-document"')[2].partition("</fieldset>")[0]
    found = re.findall(r'name="document" value="([^"]*)"[^>]*> <span>(.*?)</span>', part)
    return {code: unescape(label) for code, label in found}


def test_whoever_checks_or_sorts_a_report_finds_the_clause_by_a_word(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a manager would scroll through every agreement of the county, and leave the question open."""
    words = REPORT | {"agreed": "Läkemedelslistan skulle följa med vid utskrivningen"}
    number = report(record, ANNA, NewCase("deviation", texts=words, happened="14 april 2026"), MORNING).number
    maja, address = at(MAJA), f"/cases/{number}/moves/check"
    first = maja.get(address).text
    assert 2 < len(_offered(first)) <= MOST
    assert any("tskrivning" in label or "äkemedel" in label for label in list(_offered(first).values())[:2]), (
        "her words"
    )
    typed = maja.form(address) | {"correction": "Behåll mig", "document_search": "avvik", "step": "search"}
    found = maja.post(address, typed)
    assert {code for code, label in _offered(found.text).items() if "vvik" in label} >= {"hos-avtal/4.3"}
    assert form_of(found, address)["correction"] == "Behåll mig"
    nothing = maja.post(address, typed | {"document_search": "xyzzy"}).text
    assert "Prova ett annat ord" in nothing
    sent = maja.move(number, "check", {"operation": "su", "harm": "risk", "document": "hos-avtal/4.3"})
    assert sent.status_code == 303, sent.text
    sorting = at(PETRA).get(f"/cases/{number}/moves/assign").text
    assert re.search(r'value="hos-avtal/4.3" checked', sorting), "what the case names stands chosen"
    assert "" not in _offered(sorting), "and is not taken away by an answer that says nothing"
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    assert view(record, MAJA, number, MORNING).cover.facts["clause"] == "hos-avtal/2023/4.3"
    second = report(record, ANNA, NewCase("deviation", texts=REPORT, happened="14 april 2026"), MORNING).number
    again = _offered(maja.get(f"/cases/{second}/moves/check").text)
    assert next(iter(again)) == "hos-avtal/4.3", "what the unit has named before stands first"


def test_only_what_was_in_force_on_the_day_of_the_event_is_offered(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: an event of 2021 would be held to an agreement of 2023, or a chosen clause vanish in silence."""
    number = report(record, ANNA, NewCase("deviation", texts=REPORT), MORNING).number
    maja, address = at(MAJA), f"/cases/{number}/moves/check"
    typed = maja.form(address) | {"document_search": "tvister", "step": "search", "happened_on": "2021-03-02"}
    then = maja.post(address, typed)
    assert "hos-avtal/4.4" in _offered(then.text)
    assert "hos-avtal/4.4" not in _offered(maja.post(address, typed | {"happened_on": "2026-04-14"}).text)
    chosen = typed | {"document": "hos-avtal/2.1", "document_search": ""}
    told = maja.post(address, chosen).text
    assert "Hälso- och sjukvårdsavtalet gällde inte så tisdag 2 mars 2021. Välj på nytt." in told


def test_a_report_whose_day_was_put_right_says_what_did_not_hold_then(at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: who puts the day right before sending loses her clause in silence, or is refused afterwards."""
    anna = at(ANNA)
    told = "Hälso- och sjukvårdsavtalet gällde inte så tisdag 2 mars 2021. Välj på nytt."
    typed = anna.form("/report") | {"what": "Ingen lista", "agreed": "xyzzy", "operation": "su", "harm": "risk",
                                    "when": "2 mars 2021", "document": "hos-avtal/2.1"}  # fmt: skip
    assert told in anna.post("/report", typed | {"step": "search"}).text
    refused = anna.post("/report", typed | {"step": "review"})
    assert refused.status_code == 422
    assert 'href="#f-document"' in refused.text
    assert told in refused.text.partition('id="f-document"')[2]
    assert anna.post("/report", typed | {"step": "review", "document": "hos-avtal/4.4"}).status_code == 200


def test_another_day_of_the_event_never_leaves_a_version_that_was_not_in_force(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: an event of 2021 is held to an agreement of 2023, by a page or by a program (domain.md section
    3), and nobody can take back what the reporter guessed."""
    named = REPORT | {"document": "hos-avtal/2.1"}
    number = report(record, ANNA, NewCase("deviation", texts=named, happened="14 april 2026"), MORNING).number
    maja, sending = at(MAJA), {"operation": "su", "harm": "risk", "document": ""}
    answer = maja.move(number, "check", sending | {"happened_on": "2021-03-02"})
    assert answer.status_code == 422, "no section 2.1 in that day's version"
    assert 'href="#f-document"' in answer.text
    offered = _offered(maja.get(f"/cases/{number}/moves/check").text)
    assert list(offered)[-1] == "unknown", "what she guessed may be taken back"
    maja.move(number, "check", sending | {"document": "unknown"})
    assert not {"clause", "owner", "route"} & set(view(record, MAJA, number, MORNING).cover.facts)
    both = REPORT | {"document": "hos-avtal/4.4"}
    second = report(record, ANNA, NewCase("deviation", texts=both, happened="14 april 2026"), MORNING).number
    moved = Command("check", {"operation": "su", "harm": "risk", "happened_on": date(2021, 3, 2)})
    act(record, MAJA, second, moved, MORNING)
    kept = view(record, MAJA, second, MORNING).cover.facts["clause"]
    assert kept.startswith("hos-avtal/")
    assert not kept.startswith("hos-avtal/2023"), "the version of that day, where it has the same section"
    with pytest.raises(Refused, match="not taken back here"):
        act(record, PETRA, second, Command("assign", {"unit": "su-molndal-ortopedi", "document": "unknown"}), MORNING)


def test_a_dispute_s_clause_is_searched_for_and_may_be_unknown(at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: whoever raises a question on her telephone would meet eighty lines in one list."""
    maja = at(MAJA)
    first = _offered(maja.get("/dispute").text)
    assert len(first) <= MOST
    assert "unknown" in first
    found = maja.post("/dispute", maja.form("/dispute") | {"document_search": "4.4", "step": "search"})
    assert "hos-avtal/4.4" in _offered(found.text)
    kept = maja.post("/dispute", form_of(found, "/dispute") | {"document": "hos-avtal/4.4", "document_search": "",
                                                               "step": "search"})  # fmt: skip
    assert form_of(kept, "/dispute")["document"] == "hos-avtal/4.4"


def test_the_word_that_found_a_clause_is_nobody_s_testimony(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a search word stands in both parties' record as what the nurse said should have happened;
    or a short account of hers is dropped; or the other side answers without reading which agreement it is about."""
    anna, told = at(ANNA), "Listan skulle ha följt med hem samma dag."
    said = (("läkemedel", False), ("hälso och sjukvårdsavtalet", False), ("Listan skulle medfölja", True), (told, True))
    for agreed, kept in said:
        typed = anna.form("/report") | {"what": "Ingen lista", "when": "16 april 2026", "operation": "su",
                                        "harm": "risk", "document": "hos-avtal", "agreed": agreed}  # fmt: skip
        review = anna.post("/report", typed | {"step": "review"})
        main = review.text[: review.text.index("<form", review.text.index("<main"))]
        assert "Överenskommelse" in main
        assert "Är det någon av de här?" not in main
        assert (agreed in main) == kept
        number = anna.post("/report", typed | {"step": "send"}).location.rpartition("/")[2]
        texts = [str(value) for line in view(record, ANNA, number, MORNING).lines for value in line.texts.values()]
        assert (agreed in texts) == kept
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    oskar = at(OSKAR)
    card = oskar.get(f"/cases/{number}/moves/answer").text
    assert "Hälso- och sjukvårdsavtalet" in card[: card.index('<form method="post"', card.index("<main"))]
    panel = oskar.get(f"/cases/{number}").text.partition('id="report"')[2].partition("</section>")[0]
    assert "Hälso- och sjukvårdsavtalet" in panel
