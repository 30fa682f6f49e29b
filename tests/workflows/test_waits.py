"""At a forum: how long a question may be passed on without a position, and who checks what a parked case waits for."""

from datetime import date, timedelta

import pytest

from tests.workflows.small_world import HOME, TEAM, WARD, WHOLE, Case, forum, organisation
from workflows.attempt import World
from workflows.calendar import Calendar
from workflows.clocks import meetings_of, recount
from workflows.nouns import CLOCK, Decision, Refusal
from workflows.why import explain

LEADER, CHAIR, VICE = (f"{function}@forum:nosam" for function in ("process_leader", "chair", "vice_chair"))
OURS = "unit_manager@unit:home"
WHY = {"forum_reason": "Frågan är länets."}
ADVICE = {"waits_for": "juridiska synpunkter", "asked_whom": "regionens jurister"}


@pytest.fixture
def prepared() -> Case:
    """A dispute that NOSAM prepares."""
    case = Case("dispute", HOME, WARD, stage="escalating", facts={"care": OURS}).with_file()
    case.do("escalate", "chief@operation:care-molndal", reason="Olika.", subject="agreement", pattern="pattern")
    return case.do("acknowledge", LEADER)


def test_a_question_is_passed_on_without_a_position_for_ten_working_days(prepared: Case) -> None:
    """Lost otherwise: a forum keeps a question for weeks and then passes it on unanswered (routine.md F2)."""
    [date] = [d for d in prepared.snapshot.deadlines if d.code == "forward_time"]
    assert date.due.isoformat() == "2026-04-30"
    prepared.now += timedelta(days=15)
    late = prepared.decide("forward", CHAIR, **WHY)
    assert isinstance(late, Refusal)
    assert [reason.code for reason in late.reasons] == ["out_of_time"]
    assert late.next_door is not None
    assert late.next_door.move == "agenda"
    prepared.page_read().do("agenda", LEADER)
    assert prepared.do("forward", CHAIR, **WHY).snapshot.cover.forums == ("lgs",), "a position that it takes by then"


def test_a_parked_case_is_checked_by_whoever_is_named(prepared: Case) -> None:
    """Lost otherwise: everybody thinks that somebody else asks the lawyers again (routine.md Fp)."""
    today = prepared.now.date()
    wait = {**ADVICE, "wait_open": "file", "until": today + timedelta(days=40)}
    assert prepared.refused("park", CHAIR, **wait, asked_on=today + timedelta(days=1)) == {"date_ahead"}
    for nobody in (
        "reporter@unit:home",
        "registrar@authority:board-molndal",
        "guest@forum:nosam",
        "member@forum:nosam",
    ):
        assert "input_no_post" in prepared.refused("park", CHAIR, **wait, asked_on=today, watched_by=nobody), (
            "whoever cannot read or carry the case would wake it"
        )
    chief = "chief@operation:hospital"
    prepared.do("park", CHAIR, **wait, asked_on=today, watched_by=chief)
    assert (prepared.stage, prepared.ball) == ("parked", chief)
    assert {row.post for row in prepared.snapshot.docket if row.deadline.startswith("parked_check")} == {chief, CLOCK}
    prepared.do("wake", chief, **WHY).do("park", CHAIR, **wait)
    assert prepared.ball == LEADER, "the process leader, where nobody is named"


def test_what_a_case_waits_for_is_the_parties_unless_the_forum_keeps_it(prepared: Case) -> None:
    """Lost otherwise: the parties wait and do not know for what; or read what the forum keeps to itself (Fp)."""
    until, chief = prepared.now.date() + timedelta(days=40), "chief@operation:hospital"
    told = {}
    for choice in ("file", "forum"):
        parked = prepared.decide("park", CHAIR, **ADVICE, until=until, wait_open=choice)
        assert isinstance(parked, Decision)
        told[choice] = {entry.compartment: set(entry.texts) for entry in parked.entries if entry.texts}
        assert parked.cover.stage == "parked"
    words = {"waits_for", "asked_whom", "wait_open"}
    assert told == {"file": {"file:nosam": words}, "forum": {"forum:nosam": words}}
    kept = {**ADVICE, "until": until, "wait_open": "forum"}
    assert prepared.refused("park", CHAIR, **kept, watched_by=chief) == {"watcher_blind"}
    assert prepared.do("park", CHAIR, **kept, watched_by=VICE).ball == VICE


def test_the_other_arena_s_forum_checks_no_wait_that_it_cannot_read() -> None:
    """Lost otherwise: the ball lies with LGS, which is asked to check what SIMBA keeps to itself, and is not told."""
    simba, lgs = (f"process_leader@forum:{code}" for code in ("simba", "lgs"))
    case = Case("dispute", TEAM, WARD, stage="escalating", facts={"care": "unit_manager@unit:team"}).with_file()
    case.do("escalate", "chief@operation:care-kungalv", reason="Olika.", subject="agreement", pattern="pattern")
    case.do("acknowledge", simba)
    wait = {**ADVICE, "until": case.now.date() + timedelta(days=40), "watched_by": lgs}
    assert case.refused("park", simba, **wait, wait_open="forum") == {"watcher_blind"}
    parked = case.decide("park", simba, **wait, wait_open="file")
    assert isinstance(parked, Decision)
    assert parked.cover.ball == lgs
    told = {entry.compartment for entry in parked.entries if "waits_for" in entry.texts}
    assert told & {grant.compartment for grant in case.snapshot.grants if grant.holder == "forum:lgs"}


def test_papers_are_due_before_a_meeting_within_thirty_days_of_the_forum_having_the_case(prepared: Case) -> None:
    """Lost otherwise: a page is written for a meeting that the question cannot come to, or one that it can come to is
    passed over, because somebody acknowledged the case a few days late (routine.md F2 and F3)."""

    def material(acknowledged: int, meets: int) -> tuple[date, str]:
        """Of a case that came to NOSAM on 16 April, by days from then: acknowledged, and the forum's next meeting."""
        day = prepared.now.date()
        near = forum("nosam", "nosam", "goteborg", WHOLE, meetings=(day + timedelta(days=meets), date(2026, 11, 12)))
        case = Case("dispute", HOME, WARD, stage="escalating", facts={"care": OURS},
                    world=World(organisation(nosam=near), Calendar({}))).with_file()  # fmt: skip
        case.do("escalate", "chief@operation:care-molndal", reason="Olika.", subject="agreement", pattern="pattern")
        case.now += timedelta(days=acknowledged)
        case.do("acknowledge", LEADER)
        [found] = [d for d in case.snapshot.deadlines if d.code == "material"]
        rule = case.routine.definition.deadlines["material"]
        told = explain(
            rule.rule, found.start, case.world.calendar.days_of(None), named=found.named,
            meetings=meetings_of(found.forum, case.world),
        )  # fmt: skip
        assert told.result == found.due == recount(found, rule, case.snapshot.cover, case.world).due
        return found.due, " ".join(told.lines("sv"))

    assert material(4, 29)[0] == date(2026, 5, 1), "Friday 15 May, ten working days earlier"
    due, told = material(4, 34)
    assert due == date(2026, 5, 4), "ten working days from F2: the meeting on 20 May is beyond 16 May"
    assert "ett möte räknas till och med lördag 16 maj 2026" in told
    assert material(0, 29)[0] == date(2026, 5, 1)
    assert material(4, 15)[0] == date(2026, 5, 4), "its material date was past when the case was acknowledged"


@pytest.mark.parametrize(
    ("until", "check"),
    [
        (date(2026, 4, 29), date(2026, 4, 29)),  # before the thirty days are over
        (date(2026, 5, 2), date(2026, 5, 4)),  # a Saturday: the check is on the working day after it
        (date(2026, 5, 18), date(2026, 5, 18)),  # the thirtieth day is Saturday 16 May, and rolls to the awaited one
        (date(2026, 5, 19), date(2026, 5, 19)),  # else the check were on the working day before it
        (date(2026, 5, 23), date(2026, 5, 25)),
        (date(2026, 5, 24), date(2026, 5, 18)),  # more than a week later: a check on the way, as the routine says
        (date(2026, 7, 1), date(2026, 5, 18)),
    ],
)
def test_a_wait_is_checked_on_the_awaited_day_and_never_just_before_it(
    prepared: Case, until: date, check: date
) -> None:
    """Lost otherwise: whoever checks asks the lawyers on Monday for what they have promised for Tuesday."""
    prepared.do("park", CHAIR, **ADVICE, until=until, wait_open="file")
    dates = {d.code: d for d in prepared.snapshot.deadlines if d.status == "open"}
    assert dates["parked_check"].due == prepared.snapshot.cover.next_date == check
    rule = prepared.routine.definition.deadlines["parked_check"].rule
    told = explain(rule, dates["parked_check"].start, prepared.world.calendar.days_of(None), named=until)
    assert told.result == check
    assert any(step.kind == "awaited" for step in told.steps) == (check != date(2026, 5, 18) or until == check)
    prepared.let_pass()
    after = next(d.due for d in prepared.snapshot.deadlines if d.code == "parked_check" and d.status == "open")
    assert prepared.now.date() < after <= prepared.now.date() + timedelta(days=40), "and then again"
    assert after >= until or after < until - timedelta(days=7)
