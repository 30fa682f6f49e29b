"""A forum's answer ends a case when both parties have it: they say so, or the process leader certifies how."""

import pytest

from tests.workflows.small_world import HOME, WARD, Case

LEADER, CHAIR, VICE, SECRETARY = (f"{f}@forum:nosam" for f in ("process_leader", "chair", "vice_chair", "secretary"))
OURS, THEIRS = "unit_manager@unit:home", "unit_manager@unit:ward"
ANSWER = {"position": "opinion", "answer_text": "Ring först.", "rests_on": "Avsnitt 4"}
HOW = {"forum_reason": "Svaret lämnades på ett möte med båda cheferna."}


@pytest.fixture
def answered() -> Case:
    """A dispute whose answer has been sent to both parties."""
    case = Case("dispute", HOME, WARD, stage="escalating", facts={"care": OURS}).with_file()
    case.do("escalate", "chief@operation:care-molndal", reason="Olika.", subject="agreement", pattern="pattern")
    case.do("acknowledge", LEADER).page_read().do("agenda", LEADER)
    return case.do("decide_presidium", CHAIR, **ANSWER).do("approve", VICE).do("deliver", SECRETARY)


def test_silence_ends_no_case(answered: Case) -> None:
    """Lost otherwise: a case is closed as answered, and a party never had the answer (domain.md 4)."""
    assert "fact_certifying" in answered.refused("confirm", LEADER, **HOW), "the parties have their time first"
    answered.let_pass()
    cover = answered.snapshot.cover
    assert (answered.stage, answered.ball, cover.next_task, cover.status) == ("word", LEADER, "certify", "open")
    [date] = [d for d in answered.snapshot.deadlines if d.status == "open" and d.code == "certify_time"]
    assert cover.next_date == date.due
    assert {row.post for row in answered.snapshot.docket if row.deadline == date.key} == {LEADER, CHAIR, VICE}
    assert answered.next_step() is None, "from here the clock ends nothing"
    assert answered.refused("confirm", LEADER) == {"input_missing"}
    answered.do("confirm", LEADER, **HOW)
    assert (answered.stage, answered.snapshot.cover.facts["outcome"]) == ("ended", "answered")


@pytest.mark.parametrize("first", [OURS, THEIRS])
def test_both_parties_say_so_after_the_date(answered: Case, first: str) -> None:
    """Lost otherwise: a party that was on leave could not say that it has read the answer, or the first one's word ends
    the case for both."""
    answered.let_pass()
    own = {OURS: "done", THEIRS: "confirm"}
    answered.do(own[first], first)
    assert (answered.stage, answered.ball) == ("word", LEADER)
    second = THEIRS if first == OURS else OURS
    assert answered.do(own[second], second).stage == "ended"
