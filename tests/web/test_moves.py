"""Moves as forms: what was typed is never lost, every reason is told, and one form has one effect."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import event

from cases.acting import act
from cases.reading import view
from cases.record import Record
from cases.sight import Seer
from tests.cases.deviations import (
    ANNA,
    HELENA,
    KATARINA,
    LIFTABLE_VERSION,
    MAJA,
    OSKAR,
    PETRA,
    STINA,
    WHY,
    arrived,
    contested,
    liftable,
    prepared,
)
from tests.record import MORNING
from tests.web.visitor import Hands, Visitor, form_of, forms_of, on_both
from tests.web.whole_record import fingerprint
from workflows.nouns import Command

UNIT = "su-molndal-ortopedi"
MEASURE = {"measures-0-what": "Ny rutin", "measures-0-owner": OSKAR.post, "measures-0-date": "2026-09-01"}


def _stage(record: Record, number: str) -> str:
    return view(record, MAJA, number, MORNING).cover.stage


def test_a_move_is_made_and_said(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: nothing that the routine allows could be done from the page."""
    number, petra = arrived(record), at(PETRA)
    answer = petra.move(number, "assign", {"unit": UNIT})
    assert answer.status_code == 303
    assert "Gjort:" in petra.get(answer.location).text
    assert _stage(record, number) == "investigated"


def test_what_was_done_is_said_in_the_words_of_the_row_that_was_taken(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: after a lift one would be told that a forum was passed by; several rows share one code."""
    number, helena, stina = liftable(record), at(HELENA), at(STINA)
    lifted = helena.move(number, "escalate", WHY)
    assert "Gjort: Ärendet lyftes till NOSAM Mölndal" in helena.get(lifted.location).text
    act(record, STINA, number, Command("acknowledge"), MORNING)
    prepared(record, number)
    asked = stina.get(f"/cases/{number}/moves/agenda").text
    assert re.search(r"Ordföranden tar ställning senast \w+ \d+ \w+ 2026\. Svaret gäller genast", asked), "what follows"
    put = stina.move(number, "agenda")
    stage = view(record, STINA, number, MORNING).cover.stage
    rows = record.library.in_force("deviation").by_code["agenda"]
    told = next(row.happened.sv for row in rows if row.to == stage and "forum_prepared" in row.sources)
    assert f"Gjort: {told}" in stina.get(put.location).text
    assert "Gjort:" not in stina.get(f"/cases/{number}?done=agenda&version=1").text


def test_a_mark_that_moves_no_version_is_said_too(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: whoever marks a serious event would be told of somebody else's last move, or of nothing."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": UNIT}), MORNING)
    katarina = at(KATARINA)
    answer = katarina.move(number, "inform_serious", {"serious": "lex_maria", "telephoned": "Den andra sidan, i dag"})
    assert answer.status_code == 303, answer.text
    assert "Gjort:" in katarina.get(answer.location).text


@on_both
def test_a_stale_page_is_told_who_was_first_and_keeps_the_text(
    record: Record, at: Callable[[Seer], Visitor], clock: Hands
) -> None:
    """Lost otherwise: an hour's answer would be gone because a colleague pressed first (routine.md, text 9)."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": UNIT}), MORNING)
    oskar, path = at(OSKAR), f"/cases/{number}/moves/answer"
    form = oskar.form(path)
    typed = form | MEASURE | {"cause": "Allt jag kom fram till", "answer_words": "Till er"}
    act(record, OSKAR, number, Command("told", {"told_when": "hösten 2025", "told_text": "Samma sak."}), MORNING)
    own = oskar.post(path, typed)
    assert own.status_code == 409
    assert "Du har gjort mer i ärendet" in own.text, "nobody else was first"
    act(record, KATARINA, number, Command("ask", {"question_text": "Vilken dag?"}), MORNING)
    answer = oskar.post(path, typed)
    assert answer.status_code == 409
    for kept in ("Någon hann före dig", "Allt jag kom fram till", "Till er", "Ny rutin", "2026-09-01", "Vilken dag?"):
        assert kept in answer.text, kept
    assert "handläggare" in answer.text
    assert "(Katarina Selin): En fråga ställdes" in answer.text, "a name within one's own authority"
    assert "Ärendet har gått vidare sedan du öppnade sidan, till läget Fråga ställd." in answer.text
    assert "Öppna ärendet utan att skicka" in answer.text
    assert "(frivilligt)" not in answer.text.partition('for="f-cause"')[2].partition("</label>")[0]
    assert _stage(record, number) == "questioned"


def test_what_a_stale_page_sends_again_counts(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: after the warning there would be no way on but to type everything anew."""
    number = contested(record)
    helena, path = at(HELENA), f"/cases/{number}/moves/agree"
    form = helena.form(path)
    act(record, MAJA, number, Command("told", {"told_when": "hösten 2025", "told_text": "Samma sak hände."}), MORNING)
    stale = helena.post(path, form | {"talk_note": "Vi är överens om en ny rutin."})
    assert stale.status_code == 409
    assert "Samma sak hände." in stale.text
    again = helena.post(path, form_of(stale, path))
    assert again.status_code == 303
    act(record, KATARINA, number, Command("agree"), MORNING)
    assert _stage(record, number) == "watched"


def test_what_was_typed_for_a_move_that_is_gone_is_taken_along_to_another(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: the page says "choose how to go on" beside one's text, and has no button to choose with."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": UNIT}), MORNING)
    measures = [{"what": "Ny rutin", "owner": OSKAR.post, "date": date(2026, 9, 1)}]
    act(record, OSKAR, number, Command("answer", {"cause": "Rutinen brast.", "measures": measures}), MORNING)
    helena, path = at(HELENA), f"/cases/{number}/moves/contest"
    form = helena.form(path) | {"contest_ground": "facts", "reason": "Det stämmer inte."}
    act(record, MAJA, number, Command("contest", {"contest_ground": "facts", "reason": "Listan fanns inte."}), MORNING)
    stale = helena.post(path, form)
    assert stale.status_code == 409
    assert "(Maja Ekdahl)" in stale.text
    other = re.search(rf'name="step" value="(\w+)" formaction="(/cases/{number}/moves/agree)"', stale.text)
    assert other is not None, "a button for each way on"
    taken = helena.post(other[2], form_of(stale, path) | {"step": other[1]})
    assert taken.status_code == 200
    assert "Det stämmer inte." in taken.text
    assert _stage(record, number) == "talk", "nothing is sent yet"


def test_every_reason_stands_at_its_field_and_above(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: one would be told of the second mistake only after mending the first."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": UNIT}), MORNING)
    answer = at(OSKAR).move(number, "answer", {"answer_words": "Behåll mig", "measures-0-what": "Något"})
    assert answer.status_code == 422
    for kept in ('href="#f-cause"', 'id="f-cause"', 'href="#f-measures"', 'aria-invalid="true"', "Behåll mig", "Något"):
        assert kept in answer.text, kept


@pytest.mark.parametrize(
    ("field", "value"),
    [("measures-0-date", "32 juni"), ("measures-0-date", "1999-01-01"), ("measures-0-owner", "handler@unit:x"),
     ("cause", "x" * 20_001), ("cause", "a\x01b"), ("cause", "vänd \u202etxet")],
)  # fmt: skip
@on_both
def test_a_value_of_the_wrong_sort_is_refused_and_kept(
    record: Record, at: Callable[[Seer], Visitor], field: str, value: str
) -> None:
    """Lost otherwise: a slip of the finger would end in a fault page, or in the record."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": UNIT}), MORNING)
    before = fingerprint(record)
    answer = at(OSKAR).move(number, "answer", {"cause": "Orsak"} | MEASURE | {field: value})
    assert answer.status_code == 422
    assert fingerprint(record) == before


def test_a_move_that_is_another_s_says_whose_it_is(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: one would only learn that it cannot be done, not by whom it can."""
    number, maja = arrived(record), at(MAJA)
    page = maja.get(f"/cases/{number}/moves/assign")
    assert "mottagningsfunktion" in page.text
    assert "receiver@operation:su" not in page.text
    sent = maja.post(f"/cases/{number}/moves/assign", {"key": "k", "expected": "2", "unit": UNIT})
    assert sent.status_code == 422


def test_a_lift_without_its_file_shows_the_door_to_it(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the refusal would name what is missing and not where it is written."""
    number = contested(record)
    act(record, KATARINA, number, Command("talk", {"talk_note": "Vi talades vid."}), MORNING)
    act(record, HELENA, number, Command("sign"), MORNING)
    page = at(HELENA).get(f"/cases/{number}/moves/escalate")
    assert f'href="/cases/{number}/file"' in page.text


@on_both
def test_a_form_sent_twice_has_one_effect(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a double click would tell the same story twice."""
    number, maja = arrived(record), at(MAJA)
    path = f"/cases/{number}/moves/told"
    form = maja.form(path) | {"told_when": "hösten 2025", "told_text": "Det hände förut också."}
    assert [maja.post(path, form).status_code for _ in range(2)] == [303, 303]
    lines = [line for line in view(record, MAJA, number, MORNING).lines if line.code == "told"]
    assert len({line.compartment for line in lines}) == len(lines)


def test_a_key_used_for_something_else_is_told_apart(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a page from the browser's history, changed and sent again, would silently do nothing."""
    number, maja = arrived(record), at(MAJA)
    path = f"/cases/{number}/moves/told"
    form = maja.form(path)
    maja.post(path, form | {"told_when": "hösten 2025", "told_text": "Först."})
    answer = maja.post(path, form | {"told_when": "hösten 2025", "told_text": "Sedan något annat."})
    assert answer.status_code == 422
    assert "Sedan något annat." in answer.text
    assert form_of(answer, path)["key"] != form["key"]


@contextmanager
def _held(record: Record) -> Iterator[None]:
    """Somebody else writes, and nobody waits for long."""

    def hurry(connection: object, _record: object) -> None:
        statement = "SET lock_timeout = '50ms'" if record.database.postgres else "PRAGMA busy_timeout = 50"
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute(statement)
        cursor.close()
        connection.commit()  # type: ignore[attr-defined]

    event.listen(record.database.engine, "connect", hurry)
    record.database.engine.dispose()
    with record.database.write() as tx:
        tx.all("SELECT id FROM cases" + (" FOR UPDATE" if record.database.postgres else ""))
        yield


@on_both
def test_a_busy_record_keeps_the_form_and_says_when_to_try_again(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a moment's crowd would cost somebody her text."""
    number, oskar = arrived(record), at(OSKAR)
    act(record, PETRA, number, Command("assign", {"unit": UNIT}), MORNING)
    form = oskar.form(f"/cases/{number}/moves/answer") | MEASURE | {"cause": "Mitt i trängseln"}
    with _held(record):
        answer = oskar.post(f"/cases/{number}/moves/answer", form)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "Mitt i trängseln" in answer.text
    path = f"/cases/{number}/moves/answer"
    assert oskar.post(path, form_of(answer, path)).status_code == 303


def test_one_more_measure_is_asked_for_without_losing_the_others(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: an answer could have three measures and no fourth."""
    number, oskar = arrived(record), at(OSKAR)
    act(record, PETRA, number, Command("assign", {"unit": UNIT}), MORNING)
    path = f"/cases/{number}/moves/answer"
    page = oskar.post(path, oskar.form(path) | MEASURE | {"cause": "Orsak", "more": "measures"})
    form = form_of(page, path)
    assert form["measures-rows"] == "3"
    assert (form["cause"], form["measures-0-what"]) == ("Orsak", "Ny rutin")
    assert "measures-2-what" in form
    assert OSKAR.post in page.text
    assert MAJA.post not in page.text, "nobody promises on the other party's behalf (law 7)"


def test_an_answer_without_a_measure_is_given_by_saying_so(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a ward that did what was agreed has to promise something, or never answers on the page."""
    number, oskar = arrived(record), at(OSKAR)
    act(record, PETRA, number, Command("assign", {"unit": UNIT}), MORNING)
    path = f"/cases/{number}/moves/answer"
    asked = oskar.move(number, "answer", {"cause": "Vi ringde."}).text
    assert "Behövs ingen svarar man ”Ingen åtgärd behövs”" in asked
    assert 'name="measures" value="none">' in asked
    kept = oskar.post(path, oskar.form(path) | {"cause": " ", "measures": "none"})
    assert 'name="measures" value="none" checked>' in kept.text
    assert oskar.move(number, "answer", {"cause": "Vi ringde.", "measures": "none"}).status_code == 303
    assert "Ingen åtgärd behövs" in at(MAJA).get(f"/cases/{number}").text


def test_a_move_that_does_not_exist_is_a_page_that_does_not_exist(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a crafted address could reach for the state machine's own triggers (to_ended)."""
    number, maja = liftable(record), at(MAJA)
    before = fingerprint(record)
    for move in ("to_ended", "to_forum_received", "lapse", "expire", "recount"):
        assert maja.get(f"/cases/{number}/moves/{move}").status_code == 404, move
        answer = maja.post(f"/cases/{number}/moves/{move}", {"key": "k", "expected": str(LIFTABLE_VERSION)} | WHY)
        assert answer.status_code in (404, 422), move
    assert fingerprint(record) == before


@on_both
def test_a_kept_address_of_a_move_that_is_over_tells_who_did_what_and_what_can_be_done_now(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a bookmark, or a form sent late, would say that the case does not exist to somebody who reads
    it (routine.md, text 9); and an hour's text would be gone with it."""
    number = arrived(record)
    path, preview = f"/cases/{number}/moves/assign", f"/cases/{number}/preview/escalate"
    act(record, PETRA, number, Command("assign", {"unit": UNIT}), MORNING)
    petra, oskar, stranger = at(PETRA), at(OSKAR), at(STINA)
    late = petra.get(path)
    assert late.status_code == 409
    assert "Ärendet är nu i läget" in late.text
    assert "mottagningsfunktion vid" in late.text.partition("Det här har hänt sist")[2].partition("</ul>")[0]
    assert "Ärendet nu" in late.text
    assert f'href="/cases/{number}"' in late.text
    assert f'href="/cases/{number}/moves/answer"' in oskar.get(path).text, "what can be done now, as buttons"
    for address in (path, f"/cases/{number}/moves/answer"):
        assert stranger.get(address).text == stranger.get(address.replace(number, "2026-0000000")).text
        assert stranger.get(address).status_code == 404
    assert oskar.get(preview).status_code == 303, "a preview has no address of its own"


def test_what_was_typed_for_a_kind_of_case_that_it_no_longer_is_comes_back(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: the reasons that somebody was writing while a colleague made a dispute of the deviation."""
    number = arrived(record)
    petra, path, preview = at(PETRA), f"/cases/{number}/moves/redirect", f"/cases/{number}/preview/redirect"
    form = petra.form(path, preview) | {"operation": "su", "reason": "Allt jag kom fram till"}
    reading = {"reason": "Parterna läser olika.", "question": "Vem ska skicka listan?"}
    act(record, PETRA, number, Command("convert", reading), MORNING)
    for late in (petra.post(path, form), petra.post(preview, form)):
        assert late.status_code == 409
        for told in (
            "Ärendet är nu i läget",
            "Det du skrev: ",
            "Allt jag kom fram till",
            "Kopiera det du vill behålla",
        ):
            assert told in late.text, told
        assert ">su<" not in late.text, "a code is no text"


def test_a_reporter_says_whether_it_solved_the_problem(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the one question that the reporter is asked could not be answered."""
    number, anna = contested(record), at(ANNA)
    assert anna.move(number, "confirm", {"solved_it": "partly"}).status_code == 303


def test_forms_name_their_own_action(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a form without an address would be sent to whatever page shows it."""
    number = liftable(record)
    case = f"/cases/{number}"
    for path in (case, f"{case}/file", f"{case}/moves/escalate", "/report", "/functions"):
        assert all(f["action"].startswith("/") and f["method"] == "post" for f in forms_of(at(MAJA).get(path))), path
