"""What somebody writes at the local step: it stays there, and tells nobody who the case is about (law 6)."""

from datetime import timedelta

import pytest

from cases.acting import Refused, act, preview
from cases.contents import forum_files
from cases.reading import view
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from tests.cases.deviations import ANNA, HELENA, MAJA, OSKAR, PETRA, REPORT, STINA, WHY, arrived, liftable
from tests.record import MORNING
from workflows.nouns import Command, Door

TOLD = "Vi ringde hem till personen i fredags."
WRITTEN_ANEW = "Listan skickas nu på fredagar."


def returned(record: Record) -> str:
    number = liftable(record)
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    back = {"ground": "incomplete", "forum_reason": "Underlaget räcker inte.", "return_task": "Beskriv rutinen.",
            "returned_to": HELENA.post, "return_by": MORNING.date() + timedelta(days=14)}  # fmt: skip
    act(record, STINA, number, Command("return", back), MORNING)
    return number


def words(record: Record, seer: Seer, number: str) -> str:
    return " ".join(str(line.texts) for line in view(record, seer, number, MORNING).lines)


def test_what_was_done_locally_reaches_the_forum_only_in_a_reviewed_revision(record: Record) -> None:
    """Else a line written for the two parties is read in a forum, and nobody has looked at it first."""
    number = returned(record)
    act(record, HELENA, number, Command("done", {"done_text": TOLD}), MORNING)
    assert TOLD in words(record, OSKAR, number)
    assert TOLD not in words(record, STINA, number)
    anew = {"statement": WRITTEN_ANEW, "question": "Räcker det?"}
    revision, _ = forum_files.write_revision(record, MAJA, number, anew, MORNING)
    forum_files.review(record, MAJA, number, revision, MORNING)
    assert WRITTEN_ANEW not in words(record, STINA, number)
    forum_files.read_file(record, OSKAR, number, revision, MORNING)
    assert WRITTEN_ANEW in words(record, STINA, number)


NUMBER = "Det gällde 19121212-1212."


def test_a_personal_number_is_stopped_wherever_a_report_comes_from(record: Record) -> None:
    """Else only the page protects the patient, and a program or a command keeps the number in clear."""
    with pytest.raises(Refused) as refused:
        report(record, ANNA, NewCase("deviation", operation="su", texts=REPORT | {"what": NUMBER}), MORNING)
    assert [(r.code, r.field) for r in refused.value.refusal.reasons] == [("number_found", "what")]


def test_a_personal_number_is_stopped_in_every_text_of_a_move(record: Record) -> None:
    """Else the answer, or one of its measures, names the patient to everybody who reads the case."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    measure = {"what": NUMBER, "owner": OSKAR.post, "date": MORNING.date() + timedelta(days=9)}
    with pytest.raises(Refused) as refused:
        act(record, OSKAR, number, Command("answer", {"cause": NUMBER, "measures": [measure]}), MORNING)
    assert {(r.code, r.field) for r in refused.value.refusal.reasons} == {
        ("number_found", "cause"), ("number_found", "measures"),
    }  # fmt: skip
    assert NUMBER not in words(record, OSKAR, number)


def test_a_personal_number_is_told_with_everything_else_that_is_against_the_move(record: Record) -> None:
    """Else she takes the number out, presses again, and reads that a measure is missing too: one reason at a time."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    answer = Command("answer", {"cause": NUMBER, "measures": []})
    with pytest.raises(Refused) as refused:
        act(record, OSKAR, number, answer, MORNING)
    told = [(r.code, r.field) for r in refused.value.refusal.reasons]
    assert told == [("number_found", "cause"), ("input_missing", "measures")]
    assert preview(record, OSKAR, number, answer, MORNING) == refused.value.refusal
    with pytest.raises(Refused) as early:
        act(record, MAJA, number, Command("contest", {"contest_ground": "facts", "reason": NUMBER}), MORNING)
    assert [r.code for r in early.value.refusal.reasons] == ["number_found", "not_now"]
    assert early.value.refusal.next_door == Door("wait", OSKAR.post)
