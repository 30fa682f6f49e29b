"""What somebody writes at the local step: it stays there, and tells nobody who the case is about (law 6)."""

from datetime import timedelta

from cases import forum_files
from cases.acting import act
from cases.reading import view
from cases.record import Record
from cases.sight import Seer
from tests.cases.deviations import HELENA, MAJA, OSKAR, STINA, WHY, liftable
from tests.record import MORNING
from workflows.nouns import Command

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
