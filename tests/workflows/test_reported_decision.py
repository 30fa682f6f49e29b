"""A decision between meetings is reported at the next meeting, which agrees or says something more (S A-24)."""

import pytest

from tests.workflows.small_world import HOME, WARD, Case
from workflows.nouns import Decision

LEADER, CHAIR, VICE = "process_leader@forum:nosam", "chair@forum:nosam", "vice_chair@forum:nosam"
OURS = "unit_manager@unit:home"
ANSWER = {"position": "opinion", "answer_text": "Så här läser vi avtalet.", "rests_on": "Avsnitt 4.4"}


@pytest.fixture
def decided() -> Case:
    """A dispute that the presidium has answered between meetings; the answer has gone out."""
    case = Case("dispute", HOME, WARD, stage="escalating", facts={"care": OURS}).with_file()
    case.do("escalate", "chief@operation:care-molndal", reason="Olika.", subject="agreement", pattern="pattern")
    case.do("acknowledge", LEADER).page_read().do("agenda", LEADER)
    assert case.stage == "forum_between"
    return case.do("decide_presidium", CHAIR, **ANSWER).do("approve", VICE).do("deliver", "secretary@forum:nosam")


def test_the_meeting_that_agrees_changes_nothing(decided: Case) -> None:
    """Lost otherwise: an answer between meetings that no meeting ever hears of."""
    [owed] = [c for c in decided.snapshot.contributions if c.code == "report"]
    assert (owed.asked, owed.due.isoformat()) == (LEADER, "2026-06-12"), "at the next meeting"
    decided.do("report_decision", LEADER, meeting_says="agrees")
    assert decided.stage == "word"
    assert [c.status for c in decided.snapshot.contributions if c.code == "report"] == ["given"]


def test_a_meeting_that_disagrees_says_so_in_words_and_to_both_parties(decided: Case) -> None:
    """Lost otherwise: the meeting sees it otherwise, and the parties act on the first answer (domain.md 4)."""
    assert decided.refused("report_decision", LEADER, meeting_says="supplements") == {"input_missing"}
    more = {"meeting_says": "supplements", "supplement_text": "Fredagar gäller från hösten."}
    told = decided.decide("report_decision", LEADER, **more)
    assert isinstance(told, Decision)
    assert told.cover.stage == "word", "forward in time: what was answered stands"
    parties = {f"{function}@unit:{unit}" for function in ("handler", "unit_manager") for unit in ("home", "ward")}
    letters = {row.post: row.due_at.date() for row in told.docket_new if row.notch == "told:report_decision"}
    assert parties <= letters.keys()
    assert set(letters.values()) == {decided.now.date()}, "at once, in office hours"
    assert [e.compartment for e in told.entries if "supplement_text" in e.texts] == ["file:nosam"]
