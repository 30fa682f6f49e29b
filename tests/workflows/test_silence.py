"""Law 1: no case falls silent. Nobody does anything, in any stage of any routine, and the clock alone goes on."""

from datetime import date
from typing import Any

import pytest

from tests.workflows.routine_files import routines
from tests.workflows.small_world import HOME, LIBRARY, READ, WARD, Case, forum, organisation, two_steps
from workflows.attempt import World
from workflows.calendar import Calendar
from workflows.library import Library
from workflows.nouns import Refusal

STAGES = [
    (kind, stage.code)
    for kind in ("deviation", "dispute", "systemic_issue")
    for stage in LIBRARY.in_force(kind).stages.values()
    if stage.status != "ended"
]
FACTS: dict[str, Any] = {
    "named": "handler@unit:home", "named_other": "handler@unit:ward", "owner": "vvg", "own_check": True,
    "return_by": "2026-05-04", "decision_by": "2026-05-04", "until": "2026-05-04", "ready_by": "2026-05-04",
    "round_last": "2026-05-04", "next_measure": "2026-05-04",
    "measures": [{"owner": "handler@unit:home", "date": "2026-05-04", "done": False}],
}  # fmt: skip
"""What a case would remember by the time it stands in a late stage."""


def lying_in(kind: str, stage: str, world: World | None = None) -> Case:
    there = LIBRARY.in_force(kind).stages[stage]
    before: dict[str, Any] = {"rung": "nosam", "forums": ("nosam",)} if there.rung != "local" else {}
    case = Case(kind, HOME, WARD, stage=stage, facts=FACTS, world=world, **before)
    if there.holds:
        assert there.code in ("returned", "parked")
    return case


@pytest.mark.parametrize(("kind", "stage"), STAGES)
def test_every_stage_keeps_a_ball_a_task_and_a_date(kind: str, stage: str) -> None:
    """Lost otherwise: a case that nobody has, with nothing to do and no date, is forgotten."""
    case = lying_in(kind, stage)
    for _ in range(25):
        cover = case.snapshot.cover
        if cover.status == "ended":
            return
        assert cover.ball
        assert cover.next_task
        assert cover.next_date
        assert [d for d in case.snapshot.deadlines if d.status == "open"], f"{cover.stage} has no living date"
        if case.next_step() is None:
            return
        case.let_pass()


@pytest.mark.parametrize(("kind", "stage"), STAGES)
def test_the_clock_is_never_refused_when_no_forum_can_take_the_case(kind: str, stage: str) -> None:
    """Lost otherwise: where every forum above is paused the automatic step fails, and the case stands still."""
    code = {"nosam": "nosam", "lgs": "delregional", "simba": "delregional", "vvg": "vvg", "sro": "sro"}
    paused = {c: forum(c, rung, "", frozenset(), state="paused") for c, rung in code.items()}
    case = lying_in(kind, stage, World(organisation(**paused), Calendar({})))
    for _ in range(10):
        if case.snapshot.cover.status == "ended" or case.next_step() is None:
            return
        case.let_pass()


def test_a_measure_is_planned_for_a_day_that_is_still_to_come() -> None:
    """Lost otherwise: a measure dated before the answer is overdue from the start, and the watch begins with a
    reproach."""
    case = Case("deviation", HOME, WARD, stage="investigated", facts={"own_check": False})
    measure = {"what": "Lista skickas med", "owner": "handler@unit:ward", "date": date(2026, 4, 1)}
    given = {"cause": "Listan saknades", "measures": [measure]}
    assert case.refused("answer", "handler@unit:ward", **given) == {"input_measure_past"}
    measure |= {"owner": "handler@unit:home", "date": case.now.date()}
    assert case.refused("answer", "handler@unit:ward", **given) == {"input_measure_theirs"}
    measure["owner"] = "handler@unit:ward"
    case.do("answer", "handler@unit:ward", **given).do("accept", "handler@unit:home")
    assert case.snapshot.cover.next_date == case.now.date()


def test_what_is_told_has_happened() -> None:
    """Lost otherwise: a history begins with something that lies a year ahead."""
    case = Case("deviation", HOME, WARD, stage="investigated")
    ahead = {"told_when": "april 2027", "told_text": "Vi ringde."}
    assert case.refused("told", "handler@unit:home", **ahead) == {"told_ahead"}
    for when, reason in (("31 april 2026", "input_no_such_day"), ("1 april 1026", "input_before_calendar")):
        assert case.refused("told", "handler@unit:home", told_when=when, told_text="Vi ringde.") == {reason}
    case.do("told", "handler@unit:home", told_when="i våras", told_text="Vi ringde.")
    case.do("told", "handler@unit:home", told_when="hösten 2018", told_text="Vi ringde.")


def test_what_nobody_has_asked_for_is_said_to_be_so() -> None:
    """Lost otherwise: whoever confirms too early is told that it is for somebody else, or for nobody with a name."""
    case = Case("deviation", HOME, WARD, stage="investigated")
    for post in ("unit_manager@unit:home", "handler@unit:ward"):
        answer = case.decide("agree", post)
        assert isinstance(answer, Refusal)
        assert [reason.sv for reason in answer.reasons if reason.code == "not_yours"] == ["Inget sådant är begärt."]


def test_the_ball_goes_to_the_next_measure_s_owner() -> None:
    """Lost otherwise: whoever has done her measure is reminded of somebody else's."""
    case = Case("deviation", HOME, WARD, stage="investigated", facts={"own_check": False})
    rows = [
        {"what": "Ett", "owner": "handler@unit:ward", "date": date(2026, 5, 4)},
        {"what": "Två", "owner": "unit_manager@unit:ward", "date": date(2026, 6, 1)},
    ]
    case.do("answer", "handler@unit:ward", cause="Listan saknades", measures=rows).do("accept", "handler@unit:home")
    assert case.ball == "handler@unit:ward"
    case.do("done", "handler@unit:ward")
    assert (case.stage, case.ball) == ("watched", "unit_manager@unit:ward")


SMALL = Library(routines("tva_steg"))


@pytest.mark.parametrize("stage", [s.code for s in SMALL.in_force("deviation").stages.values() if s.status == "open"])
def test_the_small_county_s_cases_do_not_fall_silent_either(stage: str) -> None:
    """Lost otherwise: the engine keeps law 1 only for the county it was written for."""
    there = SMALL.in_force("deviation").stages[stage]
    before: dict[str, Any] = {"rung": "council", "forums": ("council",)} if there.before_forum else {}
    case = Case("deviation", HOME, WARD, stage=stage, world=two_steps(), library=SMALL, **before)
    for _ in range(10):
        cover = case.snapshot.cover
        if cover.status == "ended" or case.next_step() is None:
            break
        assert cover.ball
        assert cover.next_date
        case.let_pass()
    assert cover.status == "ended" or [d for d in case.snapshot.deadlines if d.status == "open"]


def test_a_ladder_of_two_steps_is_climbed_and_left() -> None:
    """Lost otherwise: a county with other steps than Västra Götaland's cannot use the same rules."""
    case = Case("deviation", HOME, WARD, stage="arrived", world=two_steps(), library=SMALL)
    case.do("answer", "receiver@operation:hospital", cause="Listan låg kvar", answer_words="Den följer med.")
    case.with_file(READ).do("escalate", "handler@unit:home", reason="Samma sak igen")
    assert (case.stage, case.snapshot.cover.forums) == ("council", ("council",))
    case.do("take_position", "chair@forum:council", answer_text="Listan följer patienten.")
    assert case.refused("escalate", "chief@operation:hospital") == {"input_missing"}
    assert case.do("done", "handler@unit:home").stage == "ended"
