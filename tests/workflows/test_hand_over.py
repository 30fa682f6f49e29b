"""A case is handed over to another function of the same side, by whoever has it or stands above; every date stays."""

from dataclasses import replace
from datetime import date

import pytest

from tests.workflows.small_world import HOME, WARD, Case, organisation
from workflows.attempt import World
from workflows.calendar import Calendar
from workflows.nouns import Decision, Grant, Refusal
from workflows.organisation import Side

EAST = Side("east", "hospital", "hospital-board", "region", "goteborg", "regional")
CLINIC = Side("clinic", "hospital", "hospital-board", "region", "goteborg", "regional", provider=True)
HANDLER, MANAGER = "handler@unit:ward", "unit_manager@unit:ward"
CONTACT = "contact_person@authority:hospital-board"
WHY = "Handläggaren är ledig länge"


def case_in(stage: str = "investigated", receiving: Side = WARD, kind: str = "deviation") -> Case:
    plain = organisation()
    beside = {side.unit: side for side in (EAST, CLINIC)}
    org = replace(plain, sides={**plain.sides, **beside}, open_units=plain.open_units | beside.keys())
    return Case(kind, HOME, receiving, world=World(org, Calendar({})), stage=stage)


def refused(case: Case, by: str, taker: str) -> set[str]:
    return case.refused("hand_over", by, handed_to=taker, handed_why=WHY)


def test_the_ball_moves_and_no_date_does() -> None:
    """Lost otherwise: a case stays with somebody who is away, or gets new time each time it changes hands."""
    case = case_in()
    before = {d.key: (d.due, d.revision, d.status) for d in case.snapshot.deadlines}
    step = (case.snapshot.cover.next_task, case.snapshot.cover.next_date)
    case.do("hand_over", HANDLER, handed_to=MANAGER, handed_why=WHY)
    assert (case.ball, case.stage) == (MANAGER, "investigated")
    assert {d.key: (d.due, d.revision, d.status) for d in case.snapshot.deadlines} == before
    assert (case.snapshot.cover.next_task, case.snapshot.cover.next_date) == step
    case.do("hand_over", MANAGER, handed_to=HANDLER, handed_why="Åter i tjänst")
    assert case.ball == HANDLER


def test_the_new_holder_is_told_and_reminded_instead_of_the_old_one() -> None:
    """Lost otherwise: nobody knows that the case is hers, and reminders go on to whoever is away."""
    case = case_in()
    decision = case.decide("hand_over", CONTACT, handed_to=MANAGER, handed_why=WHY)
    assert isinstance(decision, Decision)
    told = {r.post: r.due_at for r in decision.docket_new if r.notch == "told:hand_over"}
    assert set(told) == {MANAGER, HANDLER}, "and whoever it was taken from, with the next morning's letter"
    assert told[HANDLER].date() > told[MANAGER].date()
    case.apply(decision)
    reminded = {r.post for r in case.snapshot.docket if r.deadline.startswith("answer#") and r.kind == "letter"}
    assert HANDLER not in reminded
    assert MANAGER in reminded


def test_whoever_hands_over_herself_is_not_told_of_it() -> None:
    """Lost otherwise: letters tell people what they have just done."""
    decision = case_in().decide("hand_over", HANDLER, handed_to=MANAGER, handed_why=WHY)
    assert isinstance(decision, Decision)
    assert [r.post for r in decision.docket_new if r.notch == "told:hand_over"] == [MANAGER]


def test_why_is_read_by_the_own_side_only() -> None:
    """Lost otherwise: the other party reads why one of our people is away."""
    decision = case_in().decide("hand_over", HANDLER, handed_to=MANAGER, handed_why=WHY)
    assert isinstance(decision, Decision)
    assert {e.compartment for e in decision.entries if e.texts} == {"inner:hospital-board"}


def test_another_unit_of_the_operation_takes_the_case_with_what_is_owed_and_read() -> None:
    """Lost otherwise: the unit that took over may not read the case, and the one that left it still does."""
    case = case_in()
    case.do("hand_over", MANAGER, handed_to="handler@unit:east", handed_why=WHY)
    assert (case.snapshot.cover.receiving, case.ball) == (EAST, "handler@unit:east")
    assert Grant("unit:east", "shared") in case.snapshot.grants
    assert not [g for g in case.snapshot.grants if g.holder == "unit:ward"]
    measures = [{"what": "Ny rutin", "owner": "handler@unit:east", "date": date(2026, 9, 1)}]
    assert isinstance(case.decide("answer", "handler@unit:east", cause="Rutinen brast", measures=measures), Decision)


@pytest.mark.parametrize(
    "taker",
    ["handler@unit:home", "unit_manager@unit:home", "contact_person@authority:board-molndal", "handler@unit:team",
     "handler@unit:clinic", "contract_manager@unit:ward"],
)  # fmt: skip
def test_never_to_the_other_party_nor_across_a_wall(taker: str) -> None:
    """Lost otherwise: the ball, and with it the reading, goes to whom the case is not for."""
    assert refused(case_in(), HANDLER, taker) == {"other_side"}


def test_a_providers_case_stays_with_the_provider() -> None:
    """Lost otherwise: one clinic's case is handed to another one's people."""
    case = case_in(receiving=CLINIC)
    assert refused(case, "handler@unit:clinic", "handler@unit:east") == {"other_side"}
    assert isinstance(
        case.decide("hand_over", "handler@unit:clinic", handed_to="unit_manager@unit:clinic", handed_why=WHY), Decision
    )


@pytest.mark.parametrize(
    "taker",
    ["handler@authority:hospital-board", "chair@forum:lgs", "reporter@unit:ward", "nobody", 7, "handler@unit:gone"],
)
def test_never_to_a_function_that_nobody_can_hold(taker: object) -> None:
    """Lost otherwise: the ball lies where nobody ever looks."""
    assert case_in().refused("hand_over", HANDLER, handed_to=taker, handed_why=WHY) & {"input_no_own_post"}


def test_never_to_a_function_that_has_nothing_to_do_there() -> None:
    """Lost otherwise: whoever has the case can do nothing with it, and it stands still (law 1)."""
    assert refused(case_in(), HANDLER, "receiver@operation:hospital") == {"cannot_go_on"}
    assert refused(case_in(), HANDLER, HANDLER) == {"has_it_already"}


@pytest.mark.parametrize("by", ["unit_manager@unit:home", "contact_person@authority:board-molndal"])
def test_the_other_side_hands_nothing_over(by: str) -> None:
    """Lost otherwise: one party decides who at the other has the case."""
    assert refused(case_in(), by, MANAGER) == {"ball_elsewhere"}


def test_only_those_above_take_it_from_whoever_has_it() -> None:
    """Lost otherwise: a unit's manager takes a case back that lies with the party's contact person."""
    case = case_in("arrived")
    assert case.ball == "receiver@operation:hospital"
    assert refused(case, MANAGER, "chief@operation:hospital") == {"ball_elsewhere"}
    case.do("hand_over", "receiver@operation:hospital", handed_to=CONTACT, handed_why=WHY)
    assert refused(case, "chief@operation:hospital", "receiver@operation:hospital") == {"ball_elsewhere"}
    case.do("assign", CONTACT, unit="ward")
    assert case.ball == HANDLER


def test_what_a_forum_has_or_has_ended_is_not_handed_over() -> None:
    """Lost otherwise: a manager moves a case out of a forum's hands."""
    before = Case("dispute", HOME, WARD, stage="forum_received", forums=("lgs",), rung="delregional")
    for somebody in ("unit_manager@unit:home", before.snapshot.cover.ball):
        answer = before.decide("hand_over", somebody)
        assert isinstance(answer, Refusal)
        assert "not_handed_over" in {reason.code for reason in answer.reasons}
        assert answer.next_door is None, "nobody is told to wait for herself"
    assert refused(case_in("ended"), "unit_manager@unit:home", "handler@unit:home") == {"not_now"}
