"""Whose move it is, is always true: one side writes, then the other, then whoever goes on (routine.md F2, S2, B2)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.workflows.small_world import HOME, WARD, Case
from workflows.nouns import Actor, Command, Contribution, Decision

OURS, THEIRS, LEADER = (f"{f}@forum:nosam" for f in ("preparer.municipal", "preparer.regional", "process_leader"))
PAGE = {"page": "En sida."}


def prepared(**other: object) -> Case:
    case = Case("deviation", HOME, WARD, stage="forum_received", forums=("nosam",), rung="nosam", **other)
    return case.do("acknowledge", LEADER)


def test_the_page_is_written_by_one_side_read_by_the_other_and_goes_on_by_the_process_leader() -> None:
    """Lost otherwise: one side's page goes to the meeting, and the other reads it there for the first time (law 7)."""
    case = prepared()
    assert case.ball == OURS
    assert case.refused("agenda", LEADER) == {"fact_prepared"}
    case.do("prepare", OURS, **PAGE)
    assert (case.ball, case.snapshot.cover.next_task) == (LEADER, "await_reading")
    [owed] = asked(case)
    assert (owed.asked, owed.due.isoformat(), owed.status) == (THEIRS, "2026-04-21", "owed"), "three working days"
    assert case.refused("agenda", LEADER) == {"owed_page_read"}, "who is awaited, until when"
    case.do("confirm", THEIRS, page_comment="Vi saknar fredagarna.")
    assert case.snapshot.cover.next_task == "choose_way"
    assert LEADER in {row.post for row in case.snapshot.docket if row.notch == "told:confirm"}
    case.do("prepare", THEIRS, page="Med fredagarna.")
    assert [(c.asked, c.status) for c in asked(case)] == [(THEIRS, "given"), (OURS, "owed")], "read anew"
    assert case.do("confirm", OURS).do("agenda", LEADER).stage in ("forum_meeting", "forum_between")


def test_a_side_that_does_not_read_in_time_keeps_nobody_waiting_and_is_told_so() -> None:
    """Lost otherwise: a page that nobody reads stops the case, or is passed by and nobody says so."""
    case = prepared().do("prepare", OURS, **PAGE).wait(6)
    assert case.stage == "forum_prepared"
    case.do("agenda", LEADER)
    assert [c.status for c in asked(case)] == ["silent"]
    assert THEIRS in {row.post for row in case.snapshot.docket if row.notch == "told:agenda"}


def test_the_page_is_never_waited_for_beyond_the_material_date() -> None:
    """Lost otherwise: a side writes on the last day, and the meeting that the question was meant for is missed."""
    case = prepared()
    case.now = datetime(2026, 4, 29, 8, tzinfo=UTC)
    [material] = [d for d in case.snapshot.deadlines if d.code == "material"]
    [owed] = asked(case.do("prepare", OURS, **PAGE))
    assert owed.due == material.due == date(2026, 4, 30), "three working days would go beyond it"
    assert case.refused("agenda", LEADER) == {"owed_page_read"}


@pytest.mark.parametrize(
    ("written", "until"), [(date(2026, 4, 30), date(2026, 5, 5)), (date(2026, 5, 1), date(2026, 5, 6))]
)
def test_a_page_written_when_the_material_date_is_here_is_still_read(written: date, until: date) -> None:
    """Lost otherwise: written on the last day, or on a holiday after it, a page goes on at once, read by nobody."""
    case = prepared()
    case.now = datetime(written.year, written.month, written.day, 8, tzinfo=UTC)
    case.do("prepare", OURS, **PAGE)
    assert [owed.due for owed in asked(case)] == [until]
    case.now += timedelta(days=2)
    assert case.refused("agenda", LEADER) == {"owed_page_read"}


def test_whoever_stands_in_for_both_sides_waits_for_nobody() -> None:
    """Lost otherwise: where nobody prepares, the process leader writes the page and then waits for herself."""
    case = prepared()
    both = Actor("leader", LEADER, frozenset((LEADER, OURS, THEIRS)))
    decision = case.routine.decide(case.snapshot, Command("prepare", PAGE), both, case.world, case.now)
    assert isinstance(decision, Decision)
    case.apply(decision)
    assert asked(case) == []
    assert case.do("agenda", LEADER).stage in ("forum_meeting", "forum_between")


def test_a_wait_stops_no_reading() -> None:
    """Lost otherwise: parked and woken, the case goes on with a page that the other side was never let read."""
    case = prepared().do("prepare", OURS, **PAGE)
    until = case.now.date() + timedelta(days=1)
    case.do("park", LEADER, waits_for="svar.", until=until, wait_open="file")
    assert case.do("wake", LEADER, forum_reason="Klart.").refused("agenda", LEADER) == {"owed_page_read"}
    assert (case.snapshot.cover.ball, case.snapshot.cover.next_task) == (LEADER, "await_reading")
    case.do("park", LEADER, waits_for="svar.", until=until, wait_open="file").do("confirm", THEIRS)
    assert (case.stage, case.snapshot.cover.next_task) == ("parked", "check_parked")
    case.do("wake", LEADER, forum_reason="Klart.")
    assert (case.snapshot.cover.ball, case.snapshot.cover.next_task) == (LEADER, "choose_way"), "no page is asked for"
    assert case.do("agenda", LEADER).stage != "forum_prepared"


def asked(case: Case) -> list[Contribution]:
    return [c for c in case.snapshot.contributions if c.code == "page_read"]


def basis() -> Case:
    case = Case("systemic_issue", HOME, WARD, stage="basis", forums=("lgs",))
    page = {
        "pattern_text": "Listor saknas.",
        "how_many": 8,
        "consequence_text": "Fel dos.",
        "question_up": "Vem skickar?",
    }
    return case.do("prepare", "preparer.municipal@forum:lgs", **page)


def test_the_basis_is_read_by_the_other_side_before_the_process_leader_lifts_it() -> None:
    """Lost otherwise: the process leader has the ball while everybody waits for the other side."""
    case = basis()
    assert case.ball == "preparer.regional@forum:lgs"
    assert case.do("prepare", case.ball, side_line="L\u00e4st.").ball == "process_leader@forum:lgs"


def test_a_side_that_is_silent_for_ten_days_keeps_nobody_waiting() -> None:
    """Lost otherwise: silence keeps the ball, and the basis its last day (routine.md S2: "not commented")."""
    case = basis().let_pass()
    assert (case.stage, case.ball) == ("basis", "process_leader@forum:lgs")
    assert [c.status for c in case.snapshot.contributions if c.code == "basis_side"] == ["silent"]
    assert case.snapshot.cover.next_date is not None


def test_what_is_agreed_in_the_dialogue_is_the_other_side_s_to_confirm() -> None:
    """Lost otherwise: the side that wrote it is asked to read its own words."""
    asked = {"document": "unknown", "question": "Vem ringer?"}
    case = Case("dispute", HOME, WARD, texts=asked)
    case.do("acknowledge", "unit_manager@unit:ward", time_one="tisdag", time_two="onsdag")
    case.do("agree", "unit_manager@unit:home", agreed_text="Avdelningen ringer.")
    assert (case.ball, case.snapshot.cover.next_task) == ("unit_manager@unit:ward", "confirm_agreement")
