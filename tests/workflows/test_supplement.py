"""A supplement to an answer has ten working days of its own, not the sixty of a new report (routine.md A1.5)."""

from datetime import date, timedelta

from tests.workflows.small_world import HOME, WARD, Case

ANSWERER, ASKER = "handler@unit:ward", "handler@unit:home"
TEN_DAYS_ON = date(2026, 4, 30)
"""Ten working days after 16 April 2026, in a calendar without red days."""


def asked_for_more() -> Case:
    case = Case("deviation", HOME, WARD, stage="investigated")
    case.do("answer", ANSWERER, cause="Rutinen brast.", measures="none")
    return case.do("supplement", ASKER, question_text="Vem fyllde i listan?")


def living(case: Case) -> dict[str, date]:
    return {d.code: d.due for d in case.snapshot.deadlines if d.status == "open"}


def test_the_supplement_is_due_in_ten_working_days() -> None:
    """Lost otherwise: whoever gave half an answer gets two more months for the other half."""
    case = asked_for_more()
    assert living(case) == {"more": TEN_DAYS_ON}
    assert case.snapshot.cover.next_date == TEN_DAYS_ON


def test_the_clock_of_a_supplement_is_neither_stopped_nor_moved() -> None:
    """Lost otherwise: a question back makes the ten days disappear."""
    case = asked_for_more()
    assert case.refused("ask", ANSWERER, question_text="Vilken lista?") == {"fact_supplementing"}
    new_date = case.now.date() + timedelta(days=90)
    assert case.refused("extend", ANSWERER, new_date=new_date, reason="Sjukdom") == {"fact_supplementing"}


def test_an_unanswered_supplement_is_unanswered_and_a_new_agreed_date_is_a_common_one() -> None:
    """Lost otherwise: the silence after a supplement leads nowhere, or its limits stay for good."""
    case = asked_for_more().let_pass()
    assert (case.stage, case.ball) == ("unanswered", ASKER)
    case.do("agree", ASKER, new_date=case.now.date() + timedelta(days=30))
    assert set(living(case)) == {"answer"}
    case.do("ask", ANSWERER, question_text="Vilken lista?")
    assert case.stage == "questioned"
