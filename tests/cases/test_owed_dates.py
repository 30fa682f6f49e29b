"""What somebody owes has a date that explains itself as a deadline does (laws 1 and 2): start, rule, source, days."""

from datetime import date
from typing import Any

from cases.case_json import case_json
from cases.dates import dates_of
from cases.lists.listed_reasons import reasons_of
from cases.lists.worklist import work_list
from cases.owed_dates import owed_dates_of
from cases.reading import view
from cases.record import Record
from cases.sight import Seer
from cases.wording import wording
from tests.cases.deviations import HELENA, LEIF, MAJA, STINA
from tests.cases.test_answer_until_sent import OPINION, decided
from tests.record import MORNING
from workflows.office_hours import local_date


def owed(record: Record, seer: Seer, number: str) -> dict[str, dict[str, Any]]:
    """What is or was owed, as the case's JSON tells it to that seer, by key."""
    seen = view(record, seer, number, MORNING)
    words = wording(record, seen, MORNING)
    return {one["key"]: one for one in case_json(seen, words, dates_of(seen, words))["contributions"]}


def test_what_somebody_owes_tells_its_start_rule_source_and_the_days_passed_over(record: Record) -> None:
    """Lost otherwise: a chair is asked to approve by a day that nobody can explain to her."""
    number = decided(record, OPINION)
    asked = owed(record, LEIF, number)["text_approval#1"]
    assert (asked["status"], asked["due"], asked["started_on"]) == ("owed", "2026-04-21", "2026-04-16")
    assert (asked["rule_sv"], asked["source"]) == ("3 arbetsdagar; lediga dagar hoppas över", "X-07; ours")
    kinds = [step["kind"] for step in asked["why"]]
    assert kinds == ["start", "rule", "skipped", "skipped", "counted", "calendar", "result"]
    assert asked["why"][0]["event_sv"] == asked["started_by_sv"]
    assert [step["date"] for step in asked["why"] if step["kind"] == "skipped"] == ["2026-04-18", "2026-04-19"]
    assert "svaret kommer när det är godkänt" in owed(record, MAJA, number)["text_approval#1"]["started_by_sv"], (
        "the parties are not told which way it was decided"
    )
    told = owed(record, STINA, number)["report#1"]
    assert "meeting" in [step["kind"] for step in told["why"]], "a decision is reported at the next meeting"
    assert "NOSAM" in str(told["why"]), "whose meeting is told by name"
    for one in owed(record, HELENA, number).values():
        assert one["why"][-1]["kind"] == "result"
        assert one["why"][-1]["date"] == one["due"], one["key"]
    listed = work_list(record, LEIF, MORNING).items
    (reason,) = [r for n, r in reasons_of(record, listed, MORNING, "sv").items() if n == number]
    assert reason.owed
    seen = view(record, LEIF, number, MORNING)
    (mine,) = [o for o in owed_dates_of(seen, wording(record, seen, MORNING)) if o.part.asked == LEIF.post and o.living]
    assert reason.lines[1:] == tuple(mine.lines("sv"))[1:], "the list tells the same sum as the case"
    assert "Organet tog ställning" in reason.lines[0], "and of the step what everybody may know"
    assert mine.asked_on == local_date(MORNING)
    assert mine.part.due == date(2026, 4, 21)
