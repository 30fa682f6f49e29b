"""In a dispute the presidium answers between meetings, both chairs or nobody (domain.md 4; routine.md F4)."""

import pytest

from tests.workflows.small_world import HOME, WARD, Case

CHAIR, VICE, LEADER = "chair@forum:nosam", "vice_chair@forum:nosam", "process_leader@forum:nosam"
OUTSIDE = {"clause": "Uppdraget, punkt 2", "answer_text": "Frågan gäller ersättning.", "door": "Cheferna."}


def at(stage: str, kind: str = "dispute") -> Case:
    facts = {"subject": "agreement", "care": "handler@unit:home"}
    return Case(kind, HOME, WARD, stage=stage, forums=("nosam",), rung="nosam", facts=facts).with_file()


@pytest.mark.parametrize("stage", ["forum_received", "forum_prepared"])
@pytest.mark.parametrize(("one", "other"), [(CHAIR, VICE), (VICE, CHAIR)])
def test_no_side_alone_says_that_a_dispute_is_outside_the_remit(stage: str, one: str, other: str) -> None:
    """Lost otherwise: one side's chair closes the door, and the other side's silence lets that out."""
    case = at(stage).do("outside_remit", one, **OUTSIDE)
    assert (case.stage, case.ball, case.snapshot.cover.next_task) == ("forum_between", other, "approve")
    asked = [c for c in case.snapshot.contributions if c.status == "owed"]
    assert [(c.code, c.asked) for c in asked] == [("presidium_approval", other)]
    case.wait(20)
    assert case.stage == "forum_between", "silence lets no answer out"
    assert case.refused("deliver", "secretary@forum:nosam") == {"not_now"}
    assert "not_yours" in case.refused("approve", one)
    case.do("approve", other)
    assert (case.stage, case.snapshot.cover.facts["decided"]["outcome"]) == ("answer_out", "outside_remit")


def test_what_the_process_leader_proposes_takes_both_chairs() -> None:
    """Lost otherwise: one chair's word is enough for what neither of them has said."""
    case = at("forum_received").do("outside_remit", LEADER, **OUTSIDE)
    assert {c.asked for c in case.snapshot.contributions if c.status == "owed"} == {CHAIR, VICE}
    case.do("approve", VICE)
    assert (case.stage, case.ball) == ("forum_between", CHAIR)
    assert case.do("approve", CHAIR).stage == "answer_out"


@pytest.mark.parametrize("kind", ["dispute", "deviation"])
def test_what_nobody_decides_between_meetings_is_taken_to_the_meeting(kind: str) -> None:
    """Lost otherwise: a silent presidium keeps the question for ever; it is late, and no meeting ever has it."""
    case = at("forum_between", kind)
    given = {"position": "opinion", "answer_text": "Ring först.", "rests_on": "Avtalet"}
    if kind == "dispute":
        case.wait(25).do("decide_presidium", CHAIR, **given)
    assert case.wait(20).stage == "forum_between", "a proposal has thirty days of its own"
    case.wait(20)
    assert (case.stage, case.ball) == ("forum_meeting", CHAIR)
    assert "decided" not in case.snapshot.cover.facts, "silence approves nothing"
    assert not [c for c in case.snapshot.contributions if (c.code, c.status) == ("presidium_approval", "owed")]
    late = {d.code: d.due for d in case.snapshot.deadlines if d.status == "open"}
    assert late["meeting"] > case.now.date()
    case.wait(120)
    assert case.snapshot.cover.status == "open", "from one meeting to the next, never to an end"


def test_a_presidium_that_does_not_agree_takes_it_at_the_meeting() -> None:
    """Lost otherwise: a proposal that one chair turns down stands in the way of an answer."""
    case = at("forum_received").do("outside_remit", CHAIR, **OUTSIDE).do("agenda", VICE)
    assert case.stage == "forum_meeting"
    assert "decided" not in case.snapshot.cover.facts


def test_elsewhere_the_chair_may_say_so_and_the_text_is_approved() -> None:
    """Lost otherwise: a deviation that no forum can answer waits for two people where the routine asks for one."""
    case = at("forum_received", "deviation").do("outside_remit", CHAIR, **OUTSIDE)
    assert case.stage == "answer_out"
    assert [c.code for c in case.snapshot.contributions if c.status == "owed"] == ["text_approval"]
