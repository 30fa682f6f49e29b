"""A forum returns a case to a function of the local step, by name, and refers it to another group than itself."""

from datetime import timedelta

import pytest

from tests.workflows.small_world import HOME, WARD, Case
from workflows.happened import filled
from workflows.nouns import Decision

LEADER, OURS = "process_leader@forum:nosam", "unit_manager@unit:home"
BACK = {"ground": "incomplete", "forum_reason": "Tala först.", "return_task": "Tala."}


@pytest.fixture
def case() -> Case:
    case = Case("deviation", HOME, WARD, stage="investigated").with_file()
    case.do("answer", "handler@unit:ward", cause="Rutinen brast.", measures=[])
    case.do("contest", "handler@unit:home", contest_ground="facts", reason="Nej.").do("talk", OURS, talk_note="Nej.")
    return case.do("escalate", OURS, reason="Vi ser olika.", subject="agreement", pattern="single")


@pytest.mark.parametrize("function", ["process_leader", "chair", "secretary"])
def test_a_forum_returns_a_case_to_nobody_of_its_own(case: Case, function: str) -> None:
    """Lost otherwise: a return that goes nowhere, and uses up the one return that its ground allows."""
    day = case.now.date() + timedelta(days=20)
    told = {**BACK, "return_by": day}
    assert case.refused("return", LEADER, **told, returned_to=f"{function}@forum:nosam") == {"inside_forum"}
    decision = case.decide("return", LEADER, **told, returned_to=OURS)
    assert isinstance(decision, Decision)
    assert (decision.cover.stage, decision.cover.ball) == ("returned", OURS)


def test_the_history_says_which_step_it_went_back_to(case: Case) -> None:
    """Lost otherwise: "returned to a named step", and the step is not named."""
    [row] = {row.happened for row in case.routine.definition.by_code["return"] if "forum_received" in row.sources}
    assert "det lokala steget" in filled(row).sv


def test_a_forum_does_not_refer_a_question_to_itself(case: Case) -> None:
    """Lost otherwise: a forum that waits for its own answer (law 1)."""
    until = case.now.date() + timedelta(days=20)
    given = {"forum_reason": "Målgruppen finns där.", "until": until}
    assert case.refused("refer", LEADER, forum="nosam", **given) == {"group_own"}
    assert case.refused("refer", LEADER, forum="paused", **given) == {"group_paused"}
    assert case.do("refer", LEADER, forum="theme", **given).stage == "parked"
