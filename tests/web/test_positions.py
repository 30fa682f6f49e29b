"""Several positions at once: boxes to tick, kept when they contradict each other, and sent as one answer."""

import re
from collections.abc import Callable

from cases.acting import act
from cases.contents.forum_files import read_file, review, write_revision
from cases.reading import view
from cases.record import Record
from cases.sight import Seer
from tests.cases.climb_model import YVONNE
from tests.cases.deviations import ERIK, HELENA, INGALILL, LEIF, MAJA, OSKAR, STINA, WHY, liftable, prepared
from tests.cases.disputes import WHY as REASONS
from tests.cases.disputes import to_escalate
from tests.record import MORNING
from tests.web.visitor import Visitor, form_of
from workflows.nouns import Command

ANSWER = {"answer_text": "Ring först.", "rests_on": "Rutinen, avsnitt 4"}


def test_boxes_are_ticked_kept_and_sent_together(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the chair can say only half of what the forum thought, or types her answer twice."""
    number = liftable(record)
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    act(record, STINA, number, Command("acknowledge"), MORNING)
    prepared(record, number)
    asked = at(STINA).get(f"/cases/{number}").text
    main = re.findall(r'<a class="button" href="([^"]+)"', asked)
    assert [link.rpartition("/")[2].partition("?")[0] for link in main] == ["agenda"], (
        "what she is asked for, no return"
    )
    assert asked.index("Frågan till samverkansorganet") < asked.index('id="may"'), "what it is about stands above"
    stage = act(record, STINA, number, Command("agenda"), MORNING).stage
    move, chair = "take_position" if stage == "forum_meeting" else "decide_chair", at(INGALILL)
    page = chair.get(f"/cases/{number}/moves/{move}").text
    case = chair.get(f"/cases/{number}").text
    for shown in (page, case):
        assert "Underlaget lämnades till samverkansorganet" in shown, "what she decides on stands where she decides"
        assert "Frågan till samverkansorganet" in shown
    assert case.index(f"/moves/{move}") < case.index("/moves/return"), "what she is asked for comes first"
    assert 'type="checkbox" name="position-opinion"' in page
    assert "behövs när du har valt" in page, "what an opinion rests on is needed, and not for every answer"
    assert re.search('data-taken="position=[a-z_|]*no_consensus', page), "a side's view is asked for with that answer"
    empty = chair.move(number, move, {})
    told = empty.text.partition('<div class="summary"')[2].partition("</div>")[0]
    assert empty.status_code == 422
    assert re.findall('href="#f-([a-z_]+)"', told)[0] == "position"
    assert "Vad svaret vilar på" not in told, "what an opinion rests on is not asked of whoever has chosen nothing yet"
    refused = chair.move(number, move, ANSWER | {"position-opinion": "yes", "position-no_consensus": "yes"})
    assert refused.status_code == 422
    assert "går inte ihop" in refused.text
    assert 'name="position-opinion" value="yes" checked' in refused.text
    assert 'name="position-notes" value="yes">' in refused.text
    assert "Ring först." in refused.text
    taken = chair.move(number, move, ANSWER | {"position-opinion": "yes", "position-stands_behind": "yes"})
    assert taken.status_code == 303, taken.text
    assert view(record, INGALILL, number, MORNING).cover.facts["decided"]["outcome"] == "opinion+stands_behind"
    _reads_what_kind_of_answer_it_is(record, at, number)


def _reads_what_kind_of_answer_it_is(record: Record, at: Callable[[Seer], Visitor], number: str) -> None:
    """Lost otherwise: nobody can tell an opinion from "notes", neither who approves it nor who is to do as it says."""
    kind = "<h3>Ställningstagande</h3>"
    form = form_of(at(LEIF).get(f"/cases/{number}/moves/supplement"), f"/cases/{number}/moves/supplement")
    assert not form["view_raising"], "an opinion tells no side's view"
    assert (form["answer_text"], form["rests_on"]) == ("Ring först.", "Rutinen, avsnitt 4"), "nobody types it anew"
    act(record, LEIF, number, Command("supplement", {"answer_text": "Ring sist."}), MORNING)
    reads = {
        who: at(who).get(f"/cases/{number}/moves/{move}").text
        for who, move in ((INGALILL, "approve"), (ERIK, "deliver"))
    }
    assert "Ring sist." in reads[INGALILL]
    assert "Ring sist." not in reads[ERIK], "she reads what goes if it is sent unapproved"
    unfit = {"answer_text": "Ring först.", "remark": "Olämpligt."}
    act(record, INGALILL, number, Command("supplement", unfit), MORNING)
    assert at(INGALILL).move(number, "supplement", unfit | {"rests_on": "", "remark": ""}).status_code == 303
    form = form_of(at(LEIF).get(f"/cases/{number}/moves/supplement"), f"/cases/{number}/moves/supplement")
    assert (form["rests_on"], form.get("remark", "")) == ("Rutinen, avsnitt 4", ""), "emptied, a remark is taken out"
    for seer, move in ((LEIF, "approve"), (ERIK, "deliver")):
        assert kind in at(seer).get(f"/cases/{number}/moves/{move}").text, seer.post
        act(record, seer, number, Command(move), MORNING)
    for seer in (HELENA, MAJA):
        page = at(seer).get(f"/cases/{number}").text
        assert page.index(kind) < page.index("Ring först.") < page.index("Rapporten"), "the answer is read first"
        assert "Lämnar synpunkt, Ställer sig bakom" in page
        assert "Lämnar synpunkt, Ställer sig bakom" in at(seer).get(f"/cases/{number}/print").text


OURS = "Den som skriver ut kallar till planering, också över arenagränsen. Så är avtalet skrivet."
THEIRS = "Hemkommunen kallar, för det är den som känner personen och hemmet."


def test_a_form_for_both_views_begins_with_each_sides_own_and_takes_no_other_words(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a chair writes both sides' views out of her head, one of them in three words (laws 4 and 7)."""
    number = _with_both_views(record)
    form = f"/cases/{number}/moves/decide_presidium"
    chair = at(INGALILL)
    begun = form_of(chair.get(form), form)
    assert (begun["view_raising"], begun["view_receiving"]) == (OURS, THEIRS)
    assert "Sidans egna ord ur underlaget." in chair.get(form).text
    opinion = chair.move(number, "decide_presidium", ANSWER | {"position-opinion": "yes"})
    assert opinion.status_code == 303, "what the form began with stands in nobody's way"
    assert "view_raising" not in str(view(record, INGALILL, number, MORNING).lines[-1].texts)
    none = {"answer_text": "Ni ser olika på frågan.", "position-no_consensus": "yes"}
    for words, said in (("Hemkommunen kallar inte.", "inte den sidans egna ord"), ("", "Den andra partens syn")):
        refused = chair.move(number, "decide_presidium", none | {"view_receiving": words})
        assert (refused.status_code, said in refused.text) == (422, True), words
    shorter = none | {"view_raising": OURS.partition(" Så")[0]}
    assert chair.move(number, "decide_presidium", shorter).status_code == 303
    read = at(LEIF).get(f"/cases/{number}/moves/approve").text
    assert OURS.partition(" Så")[0] in read
    assert THEIRS in read
    act(record, LEIF, number, Command("approve"), MORNING)
    worded = f"/cases/{number}/moves/supplement"
    assert form_of(chair.get(worded), worded)["view_raising"] == OURS.partition(" Så")[0], "as it stands in the answer"


def _with_both_views(record: Record) -> str:
    """A dispute between meetings, whose file has what each side has written of its own view."""
    number, file = to_escalate(record), {"statement": "Avtalet läses olika.", "question": "Vem kallar?"}
    write_revision(record, MAJA, number, file | {"view_raising": OURS}, MORNING)
    revision, _ = write_revision(record, OSKAR, number, file | {"view_receiving": THEIRS}, MORNING)
    review(record, OSKAR, number, revision, MORNING)
    read_file(record, MAJA, number, revision, MORNING)
    act(record, YVONNE, number, Command("escalate", REASONS), MORNING)
    act(record, STINA, number, Command("acknowledge"), MORNING)
    prepared(record, number)
    assert act(record, STINA, number, Command("agenda"), MORNING).stage == "forum_between"
    return number
