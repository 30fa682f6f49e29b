"""What the reporter was promised stands still for nobody, and she is told when it is not kept (domain.md 5)."""

from datetime import date, timedelta

from tests.workflows.small_world import HOME, Case
from workflows.nouns import Deadline, Decision

RECEIVER, HANDLER, OURS, REPORTER = (
    "receiver@operation:hospital",
    "handler@unit:ward",
    "handler@unit:home",
    "reporter@unit:home",
)
PROMISED = date(2026, 6, 15)
"""Sixty calendar days after 16 April 2026."""


def arrived() -> Case:
    case = Case("deviation", HOME, None, facts={"own_check": False})
    return case.do("submit", REPORTER, what="Listan saknades.", when="i g\u00e5r", operation="hospital")


def living(case: Case, code: str) -> Deadline:
    return next(d for d in case.snapshot.deadlines if d.code == code and d.status == "open")


def test_a_question_back_moves_the_answer_and_never_the_promise() -> None:
    """Lost otherwise: the nurse's date slides away while the two parties write to each other."""
    case = arrived().do("assign", RECEIVER, unit="ward").do("ask", HANDLER, question_text="Vilken lista?")
    assert living(case, "answer").due > PROMISED
    assert (living(case, "promise").due, living(case, "promise").pauses) == (PROMISED, ())
    case.do("supplement", OURS, part_text="L\u00e4kemedelslistan.")
    longer = {"new_date": PROMISED + timedelta(days=60), "reason": "Sjukdom"}
    case.do("extend", HANDLER, **longer).do("agree", OURS)
    assert living(case, "answer").due == longer["new_date"]
    assert living(case, "promise").due == PROMISED


def test_the_reporter_is_told_on_the_day_after_and_once() -> None:
    """Lost otherwise: she waits for an answer that everybody else knows is late."""
    case = arrived().do("assign", RECEIVER, unit="ward")
    while case.now.date() <= PROMISED:
        step = case.next_step()
        assert step is not None
        if step.move == "late":
            break
        case.let_pass()
    step = case.next_step()
    assert step is not None
    assert step.due_at.date() == PROMISED + timedelta(days=1)
    case.now = step.due_at
    told = case.decide("late", "clock@county")
    assert isinstance(told, Decision)
    assert {row.post for row in told.docket_new if row.notch == "told:late"} == {REPORTER}
    assert told.cover.stage == "investigated"
    assert told.cover.ball == HANDLER
    case.let_pass()
    case.wait(60)
    assert case.snapshot.cover.tally["late"] == 1


def test_nobody_redirects_to_herself() -> None:
    """Lost otherwise: a receiver who sends the case to her own operation has another date for its receipt each time."""
    case = arrived()
    before = living(case, "receipt")
    own = RECEIVER.partition(":")[2]
    assert "operation_has_it" in case.refused("redirect", RECEIVER, operation=own, reason="Vi tar den senare")
    assert living(case, "receipt") == before


def test_another_party_gives_another_promise_and_an_answer_keeps_it() -> None:
    """Lost otherwise: the party that gets a report by mistake leaves no time to the right one."""
    case = arrived()
    case.now += timedelta(days=2)
    case.do("redirect", RECEIVER, operation="care-kungalv", reason="Fel mottagare")
    assert living(case, "promise").due > PROMISED
    case.do("assign", "receiver@operation:care-kungalv", unit="team")
    case.do("answer", "handler@unit:team", cause="Rutinen brast.", measures="none")
    assert [d.status for d in case.snapshot.deadlines if d.code == "promise"] == ["withdrawn", "met"]
    case.do("supplement", OURS, question_text="Vem?")
    assert [d.status for d in case.snapshot.deadlines if d.code == "promise"] == ["withdrawn", "met"]
