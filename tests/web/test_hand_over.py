"""Several cases handed over from the work list: chosen, looked through, and each made on its own."""

from collections.abc import Callable

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from cases.acting import act
from cases.reading import view
from cases.record import Record
from cases.sight import Seer
from tests.cases.deviations import ANNA, HELENA, KATARINA, MAJA, OSKAR, PETRA, arrived
from tests.record import MORNING
from tests.web.test_walls import NEVER_WAS
from tests.web.visitor import Visitor, form_of
from tests.web.whole_record import fingerprint
from workflows.nouns import Command

PATH, PREVIEW = "/cases/hand-over", "/cases/hand-over/preview"
WHY = "Ledig till midsommar"
GERIATRICS = "handler@unit:su-ostra-geriatrik"


def at_ward(record: Record) -> str:
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    return number


def look(visitor: Visitor, *numbers: str, to: str = KATARINA.post, why: str = WHY) -> TestResponse:
    words = MultiDict([*(("case", n) for n in numbers), ("handed_to", to), ("handed_why", why)])
    return visitor.open("POST", PREVIEW, data=words, headers=visitor.headers)


def confirm(visitor: Visitor, page: TestResponse, *seen: str) -> TestResponse:
    """Send what the preview showed, with what it says was seen of each case."""
    words = MultiDict([(k, v) for k, v in form_of(page, PATH).items() if k not in ("seen", "case")])
    words.setlist("seen", list(seen))
    return visitor.open("POST", PATH, data=words, headers=visitor.headers)


def seen(record: Record, number: str) -> str:
    return f"{number}:{view(record, OSKAR, number, MORNING).cover.version}"


def ball(record: Record, number: str) -> str:
    with record.database.read() as tx:
        return str(tx.value("SELECT ball FROM cases WHERE number = :n", n=number))


def test_cases_are_chosen_in_the_list_and_handed_over_together(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: whoever goes on leave hands forty cases over one by one, or not at all."""
    one, two, kept = at_ward(record), at_ward(record), at_ward(record)
    oskar = at(OSKAR)
    listed = oskar.get("/cases").text
    assert f'name="case" value="{one}"' in listed
    form = oskar.get(f"{PATH}?case={one}&case={two}")
    assert "enhetschef vid Ortopedavdelning" in form.text
    marks = [seen(record, one), seen(record, two)]
    before = fingerprint(record)
    page = look(oskar, one, two)
    assert page.status_code == 200
    assert all(f'value="{mark}"' in page.text for mark in marks)
    assert WHY in page.text
    assert fingerprint(record) == before, "a preview writes nothing"
    done = confirm(oskar, page, *marks)
    assert "Lämnades över till enhetschef vid Ortopedavdelning, Mölndals sjukhus: 2." in done.text
    assert [ball(record, n) for n in (one, two, kept)] == [KATARINA.post, KATARINA.post, OSKAR.post]
    again = confirm(oskar, page, *marks)
    assert ": 2." in again.text, "the same form sent twice has one effect and the same answer"
    assert view(record, OSKAR, one, MORNING).cover.tally["hand_over"] == 1


def test_nobody_is_offered_to_hand_cases_over_to_whoever_has_them(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: the first choice of whoever goes on leave is herself, and the answer is one refusal a case."""
    one, two = at_ward(record), at_ward(record)
    oskar, katarina = at(OSKAR), at(KATARINA)
    offered = f'<option value="{OSKAR.post}"'
    assert offered not in oskar.get(f"{PATH}?case={one}&case={two}").text
    refused = look(oskar, one, two, to=OSKAR.post)
    assert refused.status_code == 422
    assert "ligger redan hos handläggare vid Ortopedavdelning, Mölndals sjukhus. Välj en annan" in refused.text
    assert f'<option value="{KATARINA.post}"' in katarina.get(f"{PATH}?case={one}").text, "a manager may take it over"
    act(record, KATARINA, two, Command("hand_over", {"handed_to": KATARINA.post, "handed_why": WHY}), MORNING)
    assert offered in katarina.get(f"{PATH}?case={one}&case={two}").text, "one of the two may go there"
    assert "Blir kvar (1)" in look(katarina, one, two, to=OSKAR.post).text


def test_what_cannot_go_is_told_with_why_and_stops_no_other(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: one case that somebody else has just taken keeps all the others where they are."""
    one, two = at_ward(record), at_ward(record)
    act(record, OSKAR, two, Command("ask", {"question_text": "Vilken dag?"}), MORNING)
    oskar = at(OSKAR)
    form = oskar.get(f"{PATH}?case={one}&case={two}").text
    assert "Det är inte din funktion som gör detta" in form
    assert MAJA.post not in form, "whom the other side could give it to is no choice"
    page = look(oskar, one, two)
    assert "Blir kvar (1)" in page.text
    alone = look(oskar, two).text
    assert "Inget av ärendena kan gå dit." in alone
    assert "Läs igenom och bekräfta" not in alone, "there is nothing to confirm"
    assert "Ärendet lämnas över av den som har det" in page.text
    marks = [seen(record, one), seen(record, two)]
    act(record, OSKAR, one, Command("ask", {"question_text": "Vem då?"}), MORNING)
    done = confirm(oskar, page, *marks)
    assert "Blev kvar: 2." in done.text
    assert "Någon hann före dig" in done.text
    assert ball(record, one) == MAJA.post


def test_another_unit_is_told_who_reads_from_now_on(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: one finds out afterwards that one's own unit reads the case no more."""
    number, katarina = at_ward(record), at(KATARINA)
    page = look(katarina, number, to=GERIATRICS)
    assert "Läses från och med nu av Geriatrikavdelning 1" in page.text
    done = confirm(katarina, page, seen(record, number))
    assert "till handläggare vid Geriatrikavdelning 1, Östra sjukhuset: 1." in done.text
    assert f'href="/cases/{number}"' not in done.text
    assert number not in katarina.get("/cases").text


def test_one_case_is_handed_over_after_a_look_at_who_reads_it(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the form of a single case hides what the list's own way shows."""
    number, katarina = at_ward(record), at(KATARINA)
    path, action = f"/cases/{number}/moves/hand_over", f"/cases/{number}/preview/hand_over"
    page = katarina.post(action, katarina.form(path, action) | {"handed_to": GERIATRICS, "handed_why": WHY})
    readers = page.text[page.text.index('id="readers"') : page.text.index('id="set"')]
    assert "<h3>Geriatrikavdelning 1, Östra sjukhuset</h3>" in readers
    assert "Läser inte längre ärendet: Ortopedavdelning, Mölndals sjukhus." in readers
    assert "handläggare vid Geriatrikavdelning 1, Östra sjukhuset: Svara" in page.text
    assert ball(record, number) == OSKAR.post
    assert katarina.post(path, form_of(page, path)).status_code == 303
    assert ball(record, number) == GERIATRICS


@pytest.mark.parametrize(
    ("to", "why"), [("", WHY), (KATARINA.post, " "), ("nobody", WHY), (KATARINA.post, "19121212-1212")]
)
def test_a_form_that_is_wrong_comes_back_as_it_was_typed(
    record: Record, at: Callable[[Seer], Visitor], to: str, why: str
) -> None:
    """Lost otherwise: the same mistake is told once for each case, and what was typed is gone."""
    numbers = at_ward(record), at_ward(record)
    before = fingerprint(record)
    answer = look(at(OSKAR), *numbers, to=to, why=why)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert all(number in answer.text for number in numbers)
    assert fingerprint(record) == before


def hidden(record: Record) -> str:
    """A case of two others, of which the hospital's ward knows nothing."""
    return arrived(record)


def test_a_case_that_one_may_not_know_of_is_answered_like_a_number_that_never_was(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a list of guesses tells which cases there are (abuse case 15)."""
    mine, secret, oskar = at_ward(record), hidden(record), at(OSKAR)
    before = fingerprint(record)
    alike = []
    for other in (secret, NEVER_WAS, "no-number"):
        shown = [oskar.get(f"{PATH}?case={mine}&case={other}"), oskar.get(f"{PATH}?case={other}"), look(oskar, other)]
        through = look(oskar, mine, other)
        assert other not in form_of(through, PATH)["seen"]
        alike.append([(a.status_code, a.text.replace(other, "")) for a in shown])
        assert all(other not in a.text.partition("<main")[2] for a in (*shown, through))
    assert alike[0] == alike[1] == alike[2]
    assert fingerprint(record) == before
    page = look(oskar, mine)
    told = []
    for other in (f"{secret}:2", f"{NEVER_WAS}:2", "no-number"):
        answer = confirm(oskar, page, other)
        told.append((answer.status_code, answer.text))
    assert told[0] == told[1] == told[2]
    assert fingerprint(record) == before, "nothing was written of any of them"
    done = confirm(oskar, page, f"{secret}:2", seen(record, mine))
    assert "Ortopedavdelning, Mölndals sjukhus: 1." in done.text
    assert secret not in done.text
    assert ball(record, secret) == PETRA.post


def test_only_whoever_may_hand_over_has_boxes(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: people tick what they are refused afterwards."""
    number = at_ward(record)
    assert 'name="case"' in at(KATARINA).get("/cases").text
    assert 'name="case"' not in at(HELENA).get("/cases?tab=others").text
    assert 'name="case"' not in at(ANNA).get("/cases").text
    assert at(ANNA).get(f"{PATH}?case={number}").status_code == 404


def test_it_reads_in_english_too(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: half of the page is in the other language."""
    number, oskar = at_ward(record), at(OSKAR)
    oskar.post("/language", {"language": "en"})
    page = look(oskar, number)
    assert "What will follow when you hand over" in page.text
    assert "Handed over to unit manager at" in confirm(oskar, page, seen(record, number)).text
