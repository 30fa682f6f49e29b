"""What the form of a move shows: only what can be chosen, what it is about, and who will read what is written."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from flask import Flask

from cases.acting import act
from cases.record import Record
from cases.sight import Seer
from tests.cases.climb_model import LADDER
from tests.cases.deviations import (
    HELENA,
    INGALILL,
    KATARINA,
    MAJA,
    OSKAR,
    PETRA,
    REPORT,
    STINA,
    WHY,
    arrived,
    contested,
    liftable,
    prepared,
    reported,
)
from tests.cases.disputes import at_nosam
from tests.record import MORNING
from tests.web.visitor import Visitor, form_of
from web.words import words
from workflows.nouns import Command


def _answered(record: Record) -> str:
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    measures = [{"what": "Ny rutin", "owner": OSKAR.post, "date": MORNING.date() + timedelta(days=90)}]
    act(record, OSKAR, number, Command("answer", {"cause": "Rutinen brast.", "measures": measures}), MORNING)
    return number


def _returned(record: Record) -> str:
    """Lifted to NOSAM Mölndal, and sent back to Helena with a task."""
    number = liftable(record)
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    act(record, STINA, number, Command("acknowledge"), MORNING)
    task = {
        "ground": "incomplete", "forum_reason": "Underlaget räcker inte.", "return_task": "Beskriv vad ni provat.",
        "returned_to": HELENA.post, "return_by": MORNING.date() + timedelta(days=20),
    }  # fmt: skip
    act(record, STINA, number, Command("return", task), MORNING)
    return number


def test_a_lift_offers_only_where_it_can_land(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: sixty forums would be offered, of which all but one are refused."""
    page = at(HELENA).get(f"/cases/{liftable(record)}/moves/escalate").text
    assert "Skäl" in page
    assert 'name="forum"' not in page


def test_what_is_accepted_or_contested_stands_above_the_form(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: one would say yes or no to an answer on another page, from memory."""
    number = _answered(record)
    for move in ("accept", "contest"):
        page = at(MAJA).get(f"/cases/{number}/moves/{move}").text
        assert page.index("Rutinen brast.") < page.index("<form method", page.index("<main")), move
        assert page.count("Rutinen brast.") == 1, move


def test_the_report_stands_above_its_answer(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: whoever investigates would write an answer beside another window."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    assert REPORT["what"] in at(OSKAR).get(f"/cases/{number}/moves/answer").text


def test_a_returned_case_says_what_was_asked_and_what_follows(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the one who got it back would look for her task in the history (routine.md, text 5)."""
    number, helena = _returned(record), at(HELENA)
    page = helena.get(f"/cases/{number}").text
    box = page[page.index('class="turn') : page.index("</section>", page.index('class="turn'))]
    assert "Beskriv vad ni provat." in box
    assert "Återförs en gång; därefter tar NOSAM Mölndal ställning." in box
    assert "Väntar på besked om uppgiften: NOSAM Mölndal." in page
    assert "Ärendet är här" not in page, "it is with the one who was asked"
    assert "Beskriv vad ni provat." in helena.get(f"/cases/{number}/moves/done").text


def test_a_text_says_who_reads_it(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a party writes to a forum that never reads it, or a forum forgets that the parties do."""
    number, helena, stina = _returned(record), at(HELENA), at(STINA)
    assert "Läses bara av de två parterna, inte av NOSAM Mölndal." in helena.get(f"/cases/{number}/moves/done").text
    assert "Läses" not in at(OSKAR).get(f"/cases/{arrived(record)}/moves/answer").text
    assert helena.move(number, "done", {"done_text": "Vi har talat vid."}).status_code == 303
    assert "Vi har talat vid." not in stina.get(f"/cases/{number}").text
    form = stina.get(f"/cases/{number}/moves/outside_remit").text
    assert form.count("Läses av NOSAM Mölndal, och av båda parter när svaret skickas") == 1, (
        "once for all that is read alike"
    )


def test_who_is_to_read_a_note_finds_it_and_its_button_first(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a manager who is asked to read a note is offered to agree, and looks for the note herself."""
    number = contested(record)
    act(record, KATARINA, number, Command("talk", {"talk_note": "Vi talades vid."}), MORNING)
    page = at(HELENA).get(f"/cases/{number}").text
    first = page[page.index('class="moves"') :]
    first = first[: first.index("</li>")]
    assert "Jag har läst anteckningen" in first
    assert 'class="button"' in first
    assert page.index("Vi talades vid.") < page.index('id="may"')


def test_words_to_approve_or_send_stand_above_the_button(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a vice chair approves an answer that the page does not show."""
    number = _at_nosam(record)
    act(record, STINA, number, Command("acknowledge"), MORNING)
    prepared(record, number)
    stage = act(record, STINA, number, Command("agenda"), MORNING).stage
    move = "decide_chair" if stage == "forum_between" else "take_position"
    words = {"position": ["opinion"], "answer_text": "Ring först.", "rests_on": "Rutinen, avsnitt 4"}
    act(record, INGALILL, number, Command(move, words), MORNING)
    vice = at(Seer("leif.tengvall", "vice_chair@forum:nosam-molndal"))
    assert "Ring först." in vice.get(f"/cases/{number}/moves/approve").text


def test_days_inside_sentences_are_written_as_people_say_them(app: Flask) -> None:
    """Lost otherwise: a refusal would say 2026-05-12 in the middle of a Swedish sentence."""
    with app.test_request_context():
        assert words().sentence("Svara före 2026-05-12.") == "Svara före tisdag 12 maj 2026."
        assert words().sentence("Ärende 2026-K7QM4TX och 2026-13-40") == "Ärende 2026-K7QM4TX och 2026-13-40"


def _at_nosam(record: Record) -> str:
    number = liftable(record)
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    return number


def test_a_case_is_returned_to_the_parties_and_never_to_the_forum_s_own(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: "return to our own chair" is offered, and the case stays where it was (A-38)."""
    number, stina = _at_nosam(record), at(STINA)
    path = f"/cases/{number}/moves/return"
    page = stina.get(path).text
    assert f'value="{HELENA.post}"' in page
    assert "@forum:nosam-molndal" not in page[page.index('id="f-returned_to"') :]
    day = (MORNING.date() + timedelta(days=20)).isoformat()
    words = {"ground": "incomplete", "forum_reason": "Räcker inte.", "return_task": "Tala.", "return_by": day}
    action = f"/cases/{number}/preview/return"
    form = stina.form(path, action) | words
    refused = stina.post(action, form | {"returned_to": "chair@forum:nosam-molndal"})
    assert refused.status_code == 422
    assert "Ett ärende återförs till ett steg under" in refused.text
    preview = stina.post(action, form | {"returned_to": HELENA.post})
    assert "<strong>Lokalt mellan verksamheterna, Hemsjukvården, Mölndal</strong>" in preview.text


def test_a_question_is_referred_to_a_living_group_and_not_to_the_forum_that_has_it(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: sixty forums, the paused one among them without a word, and the groups last of all."""
    page = at(STINA).get(f"/cases/{_at_nosam(record)}/moves/refer").text
    offered = page[page.index('id="f-forum"') : page.index("</select>", page.index('id="f-forum"'))]
    assert 'value="nosam-' not in offered
    assert not [step for step in ("lgs", "simba-styrgrupp", "vvg", "sro") if f'value="{step}"' in offered]
    places = [offered.index(f'value="{code}"') for code in ("tg-aldre", "tg-mitt-i-livet")]
    assert places == sorted(places)
    assert "Temagrupp Mitt i livet (pausad, ersätts av LGS" in offered


def test_a_group_that_a_question_is_referred_to_has_it_on_its_list_and_is_named(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a question goes to a group that has an empty list, and afterwards nobody reads which group."""
    number = _at_nosam(record)
    group = Seer("stefan.solberg", "process_leader@forum:tg-aldre")
    given = {"forum": "tg-aldre", "forum_reason": "Målgruppen finns där.", "until": date(2026, 6, 15)}
    act(record, STINA, number, Command("refer", given), MORNING)
    assert number in at(group).get("/cases").text
    page = at(group).get(f"/cases/{number}")
    assert page.status_code == 200
    assert f"/cases/{number}/moves/confirm" in page.text
    for reader in (HELENA, STINA):
        assert "Ärendet hänvisades till Temagrupp Äldre" in at(reader).get(f"/cases/{number}").text
    act(record, group, number, Command("confirm", {"group_view": "Vi läser rutinen så."}), MORNING)
    assert "Vi läser rutinen så." in at(STINA).get(f"/cases/{number}").text
    assert at(group).get(f"/cases/{number}").status_code == 404


def test_an_answer_is_agreed_with_asked_about_or_contested_in_one_way_each(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a pattern is both a button and a choice in another button's form, and yes stands below no."""
    number, maja = _answered(record), at(MAJA)
    page = maja.get(f"/cases/{number}").text
    shown = [page.index(f">{text}</a>") for text in (
        "Godta svaret", "Be om komplettering", "Vi är inte överens",
        "Parterna läser överenskommelsen olika: gör till tvist",
    )]  # fmt: skip
    assert shown == sorted(shown)
    assert page.count(f"/cases/{number}/moves/contest") == 1
    path = f"/cases/{number}/moves/contest"
    assert _answers(maja.get(path).text, "contest_ground") == ["facts", "measures", "pattern"]
    contact = at(Seer("gunnel.ask", "contact_person@authority:von-molndal"))
    assert _answers(contact.get(path).text, "contest_ground") == ["pattern"], "what a contact person may say"
    assert form_of(contact.get(path), path)["contest_ground"] == "pattern"


def _answers(page: str, code: str) -> list[str]:
    return re.findall(rf'type="radio" name="{code}" value="([^"]+)"', page)


def test_a_question_says_for_which_answer_it_is_needed(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: "needed for some answers" leaves one to try which."""
    maja, path = at(MAJA), f"/cases/{_answered(record)}/moves/contest"
    assert "(behövs när du har valt ”Ett mönster”)" in maja.get(path).text
    maja.post("/language", {"language": "en", "next": path})
    assert "(needed when you have chosen “A pattern”)" in maja.get(path).text


def test_an_operation_is_searched_for_and_not_scrolled_to(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: whoever checks a report would scroll through seventy operations for the one she can spell."""
    number, helena = reported(record), at(HELENA)
    path = f"/cases/{number}/moves/check"
    first = helena.get(path)
    assert first.text.count('name="operation"') < 10
    assert 'value="su"' in first.text
    typed = form_of(first, path) | {"operation_search": "skövde", "harm": "risk", "step": "search"}
    found = helena.post(path, typed)
    assert found.status_code == 200
    assert 'value="vo-skovde"' in found.text
    assert form_of(found, path)["harm"] == "risk"
    nothing = helena.post(path, typed | {"operation_search": "nosuchplace"})
    assert "Inget heter så." in nothing.text
    sent = helena.post(path, form_of(found, path) | {"operation": "vo-skovde"})
    assert sent.status_code == 303


def test_a_case_is_returned_to_an_earlier_forum_which_finds_its_task(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: LGS cannot ask NOSAM for word, or NOSAM cannot see what it is asked (routine.md, text 5)."""
    number, near, upper = at_nosam(record), LADDER[0], LADDER[1]
    act(record, near.leader, number, Command("acknowledge"), MORNING)
    act(record, near.chair, number, Command("forward", {"forum_reason": "Länets fråga."}), MORNING)
    ellinor, path = at(upper.leader), f"/cases/{number}/moves/return"
    page = ellinor.get(path).text
    choice = page[page.index('id="f-returned_to"') : page.index("</select>", page.index('id="f-returned_to"'))]
    assert '<optgroup label="NOSAM Mölndal">' in choice
    assert f'value="{near.leader.post}"' in choice
    assert "@forum:lgs" not in choice
    action = f"/cases/{number}/preview/return"
    given = {"ground": "incomplete", "forum_reason": "Har de talat?", "return_task": "Fråga båda chefer.",
             "returned_to": near.leader.post,
             "return_by": (MORNING.date() + timedelta(days=20)).isoformat()}  # fmt: skip
    preview = ellinor.post(action, ellinor.form(path, action) | given)
    assert "<strong>NOSAM Mölndal</strong>" in preview.text
    assert preview.text.count("<h3>NOSAM Mölndal</h3>") == 1, "who reads the case from now on"
    act(record, upper.leader, number, Command("return", given | {"return_by": MORNING.date() + timedelta(days=20)}),
        MORNING)  # fmt: skip
    stina = at(near.leader)
    page = stina.get(f"/cases/{number}").text
    box = page[page.index('class="turn') : page.index("</section>", page.index('class="turn'))]
    assert "Fråga båda chefer." in box
    assert "Återförs en gång; därefter tar LGS" in box
    form = stina.get(f"/cases/{number}/moves/done").text
    assert "Lämna besked" in form
    assert "Fråga båda chefer." in form
