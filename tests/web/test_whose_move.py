"""Whose move it is, at the top of the case page: what is owed first, and whom to telephone in an urgent case."""

from collections.abc import Callable

from cases.acting import act
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from tests.cases.deviations import (
    ANNA,
    HELENA,
    KATARINA,
    OSKAR,
    PETRA,
    REPORT,
    STINA,
    WHY,
    liftable,
    page_steps,
)
from tests.record import MORNING
from tests.web.visitor import Visitor
from workflows.nouns import Command


def test_an_urgent_case_begins_with_its_first_contact_and_whom_to_telephone(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: the ward reads of an answer in two months, while the contact is owed in two days; and whoever
    sorts the report chooses its unit from memory."""
    new = NewCase("deviation", operation="su", urgent=True, texts=REPORT)
    number = report(record, ANNA, new, MORNING).number
    petra = at(PETRA)
    sorts = petra.get(f"/cases/{number}/moves/assign").text
    for text in (REPORT["what"], "Skyndsamt", 'href="tel:'):
        assert text in sorts, text
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    for seer in (OSKAR, KATARINA):
        page = at(seer).get(f"/cases/{number}").text
        first = page[page.index('<section class="turn') : page.index('id="turn"')]
        assert [text in first for text in ("Ta första kontakten (skyndsamt)", "måndag 20 april 2026")] == [True] * 2
    page = at(OSKAR).get(f"/cases/{number}/moves/answer").text
    assert "Skyndsamt" in page
    assert 'href="tel:' in page


def test_what_is_awaited_from_the_reader_stands_beside_whose_move_it_is(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a preparer reads at the top that somebody else has the case, and misses her own three days."""
    number = liftable(record)
    (writer, wrote), (reader, _) = page_steps()
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    for seer, command in ((STINA, Command("acknowledge")), (writer, wrote)):
        act(record, seer, number, command, MORNING)
    for seer, there in ((reader, True), (writer, False)):
        page = at(seer).get(f"/cases/{number}").text
        turn = page[page.index('<section class="turn') : page.index("</section>", page.index('id="turn"'))]
        first = turn.partition('id="turn"')[0]
        owed = ("Det här väntas först från er", "Läs beredningens sida", "tisdag 21 april 2026")
        assert [text in first for text in owed] == [there] * 3, "her own day is the sooner one"
    assert "frågan går till beslut mellan möten" in turn, "of two dates on one day the one that the stage names"
    replacing = at(reader).form(f"/cases/{number}/moves/prepare")
    assert replacing["page"] == wrote.inputs["page"], "who puts another page in its place begins with the one there"
