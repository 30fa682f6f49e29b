"""Beside a refusal stands the way on: a living one, never the refused move itself, none where an answer mends it."""

from datetime import timedelta
from typing import Any

from tests.workflows.small_world import HOME, TEAM, WARD, Case, forum, organisation
from workflows.attempt import World
from workflows.nouns import Door, Refusal

HANDLER, OURS, THEIRS = "handler@unit:home", "unit_manager@unit:home", "unit_manager@unit:ward"
LEADER = "process_leader@forum:nosam"
LIFT = {"reason": "Vi ser olika.", "subject": "agreement", "pattern": "single"}


def door(case: Case, move: str, post: str, **inputs: Any) -> Door | None:
    answer = case.decide(move, post, **inputs)
    assert isinstance(answer, Refusal), answer
    return answer.next_door


def answered() -> Case:
    case = Case("deviation", HOME, WARD, stage="investigated").with_file()
    return case.do("answer", "handler@unit:ward", cause="Rutinen brast.", measures="none")


def talked() -> Case:
    case = answered().do("contest", HANDLER, contest_ground="facts", reason="Listan fanns inte.")
    return case.do("talk", OURS, talk_note="Det gäller vem som betalar.")


def test_the_cost_of_one_person_leads_to_the_chiefs_and_not_back_to_the_note() -> None:
    """Lost otherwise: whoever must not lift a bill is sent to write the note that is written already."""
    found = door(talked(), "escalate", OURS, **LIFT | {"subject": "economic"})
    assert found is not None
    assert found.move == "convert"


def test_a_lift_without_a_note_is_shown_to_the_note() -> None:
    """Lost otherwise: "first write the note", and no way to it."""
    case = answered().do("contest", HANDLER, contest_ground="facts", reason="Listan fanns inte.")
    found = door(case, "escalate", OURS, **LIFT)
    assert found is not None
    assert found.move == "talk"


def test_a_mistake_in_a_form_has_no_door_but_the_form() -> None:
    """Lost otherwise: a date that has been is answered with the very move that was refused, as if it were another."""
    case = talked().do("sign", THEIRS).do("escalate", OURS, **LIFT)
    back = {"ground": "incomplete", "forum_reason": "Tala först.", "returned_to": OURS, "return_task": "Tala."}
    past = case.now.date() - timedelta(days=1)
    assert case.refused("return", LEADER, **back, return_by=past) == {"date_behind"}
    assert door(case, "return", LEADER, **back, return_by=past) is None
    assert door(case, "return", LEADER) is None


def test_an_answer_that_is_contested_is_the_way_to_the_forum() -> None:
    """Lost otherwise: whoever wants to lift an answer is told to accept it, the first move in the list."""
    found = door(answered(), "escalate", HANDLER, **LIFT)
    assert found is not None
    assert (found.move, found.sv) == ("contest", "Vi är inte överens om fakta eller åtgärder")
    waits = door(answered(), "escalate", THEIRS, **LIFT)
    assert waits == Door("wait", HANDLER)
    at_nosam = talked().do("sign", THEIRS).do("escalate", OURS, **LIFT)
    hers = door(at_nosam, "forward", LEADER)
    assert hers is None or hers.target != LEADER, "nobody waits for herself"


def test_a_group_that_rests_and_leans_on_a_step_above_is_refused_with_a_way_that_is_open() -> None:
    """Lost otherwise: "choose its stand-in", which cannot be chosen, and a step to pass that nobody there may pass."""
    leans = forum("paused", "beside", "", frozenset(), state="paused", stand_in="lgs")
    case = talked().do("sign", THEIRS).do("escalate", OURS, **LIFT)
    case.world = World(organisation(paused=leans), case.world.calendar)
    asked = {"forum_reason": "Målgruppen finns där.", "until": case.now.date() + timedelta(days=20)}
    refused = case.decide("refer", LEADER, forum="paused", **asked)
    assert isinstance(refused, Refusal)
    assert [reason.code for reason in refused.reasons] == ["group_paused"]
    assert "LGS är ett steg på stegen" in refused.reasons[0].sv
    assert refused.next_door is not None
    assert refused.next_door == door(case, "refer", LEADER, forum="lgs", **asked)
    assert refused.next_door.move == "acknowledge", "a single event goes no higher, so the forum answers itself"
    assert door(case, "refer", "chair@forum:nosam", forum="lgs", **asked) == Door("wait", LEADER)
    pattern = Case("dispute", HOME, WARD, stage="escalating", facts={"care": OURS}).with_file()
    pattern.do("escalate", "chief@operation:care-molndal", **LIFT | {"pattern": "pattern"}).do("acknowledge", LEADER)
    upward = door(pattern, "refer", "chair@forum:nosam", forum="lgs", **asked)
    assert upward is not None
    assert upward.move == "forward"


def test_a_move_that_does_not_exist_has_no_door() -> None:
    """Lost otherwise: a slip of the finger is answered with something that nobody asked about."""
    assert door(answered(), "fly", HANDLER) is None


def test_a_lead_that_must_wait_for_the_other_arena_is_told_whom_and_until_when() -> None:
    """Lost otherwise: "return it", to a forum that is only to wait a fortnight for the other arena's view."""
    case, raiser = Case("dispute", TEAM, WARD, texts=ASKED), "unit_manager@unit:team"
    case.do("acknowledge", THEIRS, time_one="Måndag 10", time_two="Tisdag 9")
    case.do("done", raiser, met_on=case.now.date(), meeting_note="Vi ser olika.").do(
        "contest", raiser, subject="agreement"
    )
    signed = {"agreed_facts": "Ja.", "disputed_facts": "Nej.", "question_up": "Vem?"}
    case.do("sign", raiser, our_view="Sjukhuset.", **signed).do("sign", THEIRS, our_view="Kommunen.")
    case.with_file().do("escalate", "chief@operation:care-kungalv", **LIFT | {"pattern": "pattern"})
    case.do("acknowledge", "process_leader@forum:simba").wait(20)
    assert case.stage == "forum_between"
    position = {"position": "opinion", "answer_text": "Gör så.", "rests_on": "Avtalet."}
    [owed] = [c for c in case.snapshot.contributions if c.code == "other_arena"]
    assert door(case, "decide_presidium", "chair@forum:simba", **position) == Door("wait", owed.asked, until=owed.due)


ASKED = {
    "document": "unknown", "disputed_clause": "5", "question": "Vem svarar?", "care": "handler@unit:team",
}  # fmt: skip
