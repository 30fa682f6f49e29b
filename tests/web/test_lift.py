"""The preview: it says exactly what the lift then does, writes nothing, and is the only way to the lift."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from jinja2 import FileSystemBytecodeCache

from cases.acting import Refused, act
from cases.contents.forum_files import write_revision
from cases.contents.matter import note
from cases.organisation.administration import By
from cases.organisation.forum_changes import give_seat
from cases.reading import view
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from tests.cases.deviations import (
    HELENA,
    LIFTABLE_VERSION,
    MAJA,
    PETRA,
    REPORT,
    STINA,
    WHY,
    arrived,
    contested,
    liftable,
)
from tests.counties import Place
from tests.record import MORNING
from tests.web.visitor import SERVING, Hands, Visitor, form_of, on_both
from tests.web.whole_record import fingerprint
from web.app import create_app
from workflows.calendar import spoken
from workflows.nouns import Command

GUNNEL = Seer("gunnel.ask", "contact_person@authority:von-molndal")
GUDRUN = Seer("gudrun.pahlsson.lund", "chair@forum:sro")
SELMA = Seer("selma.karlberg", "receiver@operation:avo-goteborg")
ZAHRA = Seer("zahra.dahlgren", "process_leader@forum:nosam-alingsas")


def _preview(visitor: Visitor, number: str, **words: str) -> tuple[str, dict[str, str]]:
    """The preview's text, and the form that confirms it."""
    action = f"/cases/{number}/preview/escalate"
    form = visitor.form(f"/cases/{number}/moves/escalate", action)
    page = visitor.post(action, form | WHY | words)
    assert page.status_code == 200, page.text
    return page.text, form_of(page, f"/cases/{number}/moves/escalate")


def test_the_preview_says_who_reads_what_and_writes_nothing(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: one would learn after the lift who has read what."""
    number, helena = liftable(record), at(HELENA)
    before = fingerprint(record)
    text, _ = _preview(helena, number)
    for said in (
        "NOSAM Mölndal", "det granskade underlaget", "En person kom hem utan läkemedelslista.",
        "Listan saknades när personen kom hem.", "processledare i NOSAM Mölndal", "Kvittens från processledaren",
        "torsdag 23 april 2026", "Varför detta datum?", "besked om steget", "Läst av den sändande sidan",
        "Läst av den mottagande sidan", "Händelse: Ärendet lyftes till NOSAM Mölndal",
    ):  # fmt: skip
        assert said in text, said
    assert fingerprint(record) == before


def test_what_goes_to_all_principals_is_told_in_a_word_and_asked_of_them_all(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: whoever sends a question out scrolls past fifty boards three times and sees none of them; or the
    print of the round does."""
    texts = {"sentence": "Det är oklart vem som bedömer på nytt.", "document": "hos-avtal/3.4"}
    new = NewCase("systemic_issue", unit="hsv-molndal", operation="narhalsan-goteborg", stage="owner", forums=("sro",),
                  texts=texts)  # fmt: skip
    number = report(record, GUNNEL, new, MORNING).number
    gudrun = at(GUDRUN)
    action = f"/cases/{number}/preview/take_position"
    said = {"owner_says": "agreement", "answer_text": "SRO rekommenderar.", "round_last": "2026-09-30"}
    asked = gudrun.get(f"/cases/{number}/moves/take_position").text
    assert re.search(r'Dagen som den sades <span class="optional">\(frivilligt, när du har valt ”', asked), (
        "without a script every question stands open: this one says for which answer it is"
    )
    form = gudrun.form(f"/cases/{number}/moves/take_position", action)
    page = gudrun.post(action, form | said)
    assert page.status_code == 200
    assert page.text.count("Alla 49 kommuner och regionen") == 1, "who reads"
    assert page.text.count("kontaktperson hos alla 49 kommuner och regionen") > 2, "who gets a letter, and is asked"
    assert "Öckerö" not in page.text
    sent = gudrun.post(f"/cases/{number}/moves/take_position", form_of(page, f"/cases/{number}/moves/take_position"))
    assert sent.status_code == 303
    paper = gudrun.get(f"/cases/{number}/print").text
    assert "väntas: kontaktperson hos alla 49 kommuner och regionen" in paper


@on_both
def test_the_lift_does_what_the_preview_said(place: Place, compiled_templates: FileSystemBytecodeCache) -> None:
    """Lost otherwise: the preview would be a promise that the record does not keep, in this county or another."""
    app = create_app(place.record, SERVING, Hands(), demo=True)
    app.jinja_env.bytecode_cache = compiled_templates
    lifter, leader = (Visitor(app.test_client()) for _ in range(2))
    for visitor, who in ((lifter, place.people.lifter), (leader, place.people.leader)):
        assert visitor.post("/sign-in/demo", {"account": who.account, "post": who.post}).status_code == 303
    number, path = place.liftable(), "/cases/{}/{}/escalate"
    form = lifter.form(path.format(number, "moves"), path.format(number, "preview"))
    previewed = lifter.post(path.format(number, "preview"), form | place.people.why)
    confirmed = form_of(previewed, path.format(number, "moves"))
    assert lifter.post(path.format(number, "moves"), confirmed).status_code == 303
    lifted = view(place.record, place.people.leader, number, MORNING)
    assert (lifted.cover.stage, lifted.cover.ball) == (place.people.before, place.people.leader.post)
    assert lifted.cover.next_date == place.people.first_date
    assert spoken(lifted.cover.next_date, "sv") in previewed.text
    assert f"file:{place.people.forum}" in lifted.compartments
    assert number in leader.get("/cases").text
    assert spoken(lifted.cover.next_date, "sv") in leader.get(f"/cases/{number}").text


def test_no_lift_without_a_preview_of_the_same_words(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: one could look at one lift and make another (words, version and person are sealed)."""
    number, helena, maja = liftable(record), at(HELENA), at(MAJA)
    path = f"/cases/{number}/moves/escalate"
    _, form = _preview(helena, number)
    before = fingerprint(record)
    for changed in (
        {"reason": "något annat"},
        {"proof": ""},
        {"proof": "å"},
        {"expected": str(LIFTABLE_VERSION - 1)},
        {"forum": "lgs"},
    ):
        assert helena.post(path, form | changed).status_code == 307, changed
    assert maja.post(path, form).status_code == 307
    assert fingerprint(record) == before


def test_a_preview_that_has_aged_is_stale(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: one would confirm what was true before a colleague's move."""
    number, helena = liftable(record), at(HELENA)
    _, form = _preview(helena, number, reason="Mitt skäl")
    act(record, MAJA, number, Command("told", {"told_when": "2025", "told_text": "Förut."}), MORNING)
    answer = helena.post(f"/cases/{number}/moves/escalate", form)
    assert answer.status_code == 409
    assert "Mitt skäl" in answer.text


def test_work_in_another_compartment_ages_no_preview(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: an inner note of the other side would show as a conflict, and so tell of itself."""
    number, helena = liftable(record), at(HELENA)
    _, form = _preview(helena, number)
    note(record, Seer("katarina.selin", "unit_manager@unit:su-molndal-ortopedi"), number, "Vår egen", MORNING)
    assert helena.post(f"/cases/{number}/moves/escalate", form).status_code == 303


def test_a_preview_of_what_is_not_allowed_gives_the_form_back(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a refusal would come as a page without the words."""
    number, helena = contested(record), at(HELENA)
    answer = helena.post(
        f"/cases/{number}/preview/escalate", WHY | {"key": "k", "expected": "5", "reason": "Behåll mig"}
    )
    assert answer.status_code == 422
    assert "Det finns inget granskat underlag" in answer.text
    assert "Behåll mig" in answer.text


def test_a_skip_is_told_the_right_door(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a case would be sent two steps too high and come back after months (the Kungälv case)."""
    number, helena = liftable(record), at(HELENA)
    action = f"/cases/{number}/preview/escalate"
    form = helena.form(f"/cases/{number}/moves/escalate", action)
    answer = helena.post(action, form | WHY | {"forum": "vvg"})
    assert answer.status_code == 422
    assert "kan inte ta emot ärendet än" in answer.text
    assert "forum=nosam-molndal" in answer.text


def test_changing_one_s_mind_keeps_the_words(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: looking at the preview would cost the text that led to it."""
    number, helena = liftable(record), at(HELENA)
    _, form = _preview(helena, number, reason="Mitt skäl")
    page = helena.post(f"/cases/{number}/moves/escalate", form | {"step": "change"})
    assert page.status_code == 200
    assert form_of(page, f"/cases/{number}/preview/escalate")["reason"] == "Mitt skäl"


def test_a_transfer_shows_what_the_other_arena_will_read(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a process leader is told that nothing goes along, and another arena reads the file; or a forum
    of strangers reads it, where no operation of the case has a seat (law 3)."""
    number, stina = liftable(record), at(STINA)
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    path, action = f"/cases/{number}/moves/transfer", f"/cases/{number}/preview/transfer"
    alone = "Ingen av ärendets verksamheter sitter i ett organ i en annan arena"
    assert alone in stina.get(f"/cases/{number}").text
    with pytest.raises(Refused) as refused:
        act(record, STINA, number, Command("transfer", {"forum": "nosam-alingsas", "forum_reason": "Deras."}), MORNING)
    assert [reason.code for reason in refused.value.refusal.reasons] == ["no_other_arena"]
    give_seat(record, "nosam-alingsas", "su", MORNING.date(), None, By("", MORNING))
    stranger = {"forum": "nosam-bengtsfors", "forum_reason": "Deras."}
    with pytest.raises(Refused) as refused:
        act(record, STINA, number, Command("transfer", stranger), MORNING)
    assert [reason.code for reason in refused.value.refusal.reasons] == ["strangers"]
    door = refused.value.refusal.next_door
    assert door is not None
    assert (door.move, door.target) == ("transfer", "nosam-alingsas")
    page = stina.get(path).text
    offered = page[page.index('id="f-forum"') : page.index("</select>", page.index('id="f-forum"'))]
    assert 'value="nosam-alingsas"' in offered
    assert 'value="nosam-bengtsfors"' not in offered, "nobody of the case sits there"
    assert 'value="nosam-harryda"' not in offered, "its own arena"
    assert 'value="lgs"' not in offered, "another step"
    preview = stina.post(action, stina.form(path, action) | {"forum": "nosam-alingsas", "forum_reason": "Deras."})
    assert "Det här läser NOSAM Alingsås" in preview.text
    assert "En person kom hem utan läkemedelslista." in preview.text
    assert "Läser inte längre ärendet: NOSAM Mölndal." in preview.text
    assert REPORT["what"] not in preview.text, "the parties' own words stay with them"
    assert stina.post(path, form_of(preview, path)).status_code == 303
    assert "En person kom hem utan läkemedelslista." in at(ZAHRA).get(f"/cases/{number}").text


def test_what_a_party_has_said_is_not_shown_as_its_successor_s(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: whoever takes a case over finds the earlier party's view under its own name, in the file that is
    to leave and in the history, until somebody writes anew (law 7)."""
    number, later = arrived(record), MORNING + timedelta(hours=1)
    texts = {"statement": "Parterna läser avtalet olika.", "question": "Vem kallar?"}
    write_revision(record, PETRA, number, texts | {"view_receiving": "Sjukhusets egna ord."}, MORNING)
    assert "Sjukhusets egna ord." in at(MAJA).get(f"/cases/{number}/file").text
    act(record, PETRA, number, Command("redirect", {"operation": "avo-goteborg", "reason": "Fel part."}), later)
    for seer in (MAJA, SELMA):
        visitor = at(seer)
        assert "Sjukhusets egna ord." not in visitor.get(f"/cases/{number}/file").text
        history = visitor.get(f"/cases/{number}").text
        assert "Så ser Sahlgrenska Universitetssjukhuset på frågan</h4>" in history
        assert "Så ser Äldre samt vård" not in history


def test_a_conversion_says_what_it_is_and_what_comes_next(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the button that makes a deviation a dispute has no name, and history tells the opposite."""
    number, maja = contested(record), at(MAJA)
    path, action = f"/cases/{number}/moves/convert", f"/cases/{number}/preview/convert"
    words = {"reason": "Vi läser olika.", "question": "Vem skickar listan?"}
    preview = maja.post(action, maja.form(path, action) | words)
    title = "Parterna läser överenskommelsen olika: gör till tvist"
    assert f"<h1>Så blir det: {title}</h1>" in preview.text
    assert f"<button>{title}</button>" in preview.text
    assert "acknowledge" not in preview.text[preview.text.index('id="after"') : preview.text.index("<form method")]
    page = maja.get(maja.post(path, form_of(preview, path)).location).text
    assert "Tvisten blev en avvikelse" not in page
    assert page.count("ärendet blev en tvist") >= 2, "what was done, and in the history"
