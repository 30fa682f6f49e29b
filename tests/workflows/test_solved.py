"""Whether the answer solved the problem: the reporter is asked once, until a day, and nothing waits for her."""

from datetime import timedelta

import pytest

from tests.workflows.small_world import HOME, WARD, Case
from workflows.nouns import Contribution

HANDLER, OURS, REPORTER = "handler@unit:home", "unit_manager@unit:home", "reporter@unit:home"
LEADER, CHAIR = "process_leader@forum:nosam", "chair@forum:nosam"


def asked(case: Case) -> Contribution:
    [owed] = [c for c in case.snapshot.contributions if c.code == "solved"]
    return owed


@pytest.fixture
def lifted() -> Case:
    """Answered, contested, talked over and lifted on one and the same day."""
    case = Case("deviation", HOME, WARD, stage="investigated").with_file()
    case.do("answer", "handler@unit:ward", cause="Rutinen brast.", measures="none")
    case.do("contest", HANDLER, contest_ground="facts", reason="Nej.").do("talk", OURS, talk_note="Vi ser olika.")
    case.do("sign", "unit_manager@unit:ward")
    return case.do("escalate", OURS, reason="Vi ser olika.", subject="agreement", pattern="single")


def test_the_question_stands_until_its_day_wherever_the_case_goes(lifted: Case) -> None:
    """Lost otherwise: she opens her letter after lunch, and the question that it asks is gone."""
    assert asked(lifted).status == "owed"
    back = {"ground": "incomplete", "forum_reason": "Tala.", "returned_to": OURS, "return_task": "Tala."}
    lifted.do("return", LEADER, **back, return_by=lifted.now.date() + timedelta(days=10))
    lifted.do("done", OURS, done_text="Vi har talat.").do("acknowledge", LEADER)
    assert asked(lifted).status == "owed"
    ball, stage = lifted.ball, lifted.stage
    lifted.do("confirm", REPORTER, solved_it="no")
    assert (asked(lifted).status, lifted.ball, lifted.stage) == ("given", ball, stage)


def test_the_question_is_not_in_the_way_of_the_forum(lifted: Case) -> None:
    """Lost otherwise: a chair answers for the reporter, or a forum waits for somebody who was asked once."""
    assert "not_yours" in lifted.refused("confirm", CHAIR, solved_it="yes")
    assert lifted.do("acknowledge", LEADER).wait(40).stage == "forum_between"
