"""What leaves a unit, and what never does: reports kept at home, files that only one side has read, lifts made anew."""

from datetime import timedelta

import pytest

from cases.acting import Refused, act, act_by_clock
from cases.contents import forum_files
from cases.reading import view
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import CaseUnknown, Seer, look
from cases.soundness.verify import verify
from tests.cases.deviations import (
    ANNA,
    HELENA,
    KATARINA,
    MAJA,
    OSKAR,
    PETRA,
    REPORT,
    STINA,
    WHY,
    arrived,
    contested,
    liftable,
)
from tests.record import MORNING
from workflows.nouns import Command

ELLINOR = Seer("ellinor.ravn", "process_leader@forum:lgs")
FILE = {"statement": "Listan saknades vid hemgång.", "question": "Vem skickar listan?"}


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.refusal.reasons}


def reported(record: Record) -> str:
    """A report that waits for the sending manager's own check."""
    with record.database.write() as tx:
        tx.run("UPDATE party SET own_check = :yes", yes=True)
    return report(record, ANNA, NewCase("deviation", operation="su", texts=REPORT), MORNING).number


def came_back(record: Record) -> str:
    """Sent, and returned by the hospital as no deviation."""
    number = reported(record)
    act(record, HELENA, number, Command("check", {"operation": "su", "harm": "risk"}), MORNING)
    act(record, PETRA, number, Command("return", {"reason": "Det gäller inte oss."}), MORNING)
    return number


def known_to(record: Record, seer: Seer, number: str) -> bool:
    with record.database.read() as tx:
        try:
            look(tx, number, seer, record.world(tx, MORNING).org)
        except CaseUnknown:
            return False
    return True


@pytest.mark.parametrize("way", ["keep_internal", "withdraw"])
def test_a_report_that_never_left_is_known_to_nobody_else_when_it_ends(record: Record, way: str) -> None:
    """Else keeping a report at home shows its number, day and harm to the arena's process leader."""
    number = reported(record)
    act(record, HELENA, number, Command(way, {"reason": "Vi löser det själva."}), MORNING)
    assert known_to(record, MAJA, number)
    assert not known_to(record, ELLINOR, number)
    assert verify(record, MORNING) == ()


def test_a_draft_that_the_clock_removes_is_known_to_nobody_else(record: Record) -> None:
    """Else what a nurse began to write and never sent is listed by the process leader a month later."""
    number = report(record, ANNA, NewCase("deviation"), MORNING).number
    with record.database.write() as tx:
        case_id = tx.value("SELECT id FROM cases WHERE number = :number", number=number)
        act_by_clock(tx, record, int(case_id), "remove", MORNING + timedelta(days=31))
    assert not known_to(record, ELLINOR, number)


def test_what_came_back_is_ended_with_a_reason_and_never_withdrawn(record: Record) -> None:
    """Else a case that two authorities have registered is taken back by one of them without a word."""
    number = came_back(record)
    with pytest.raises(Refused) as refused:
        act(record, MAJA, number, Command("withdraw", {"reason": "Ångrar oss"}), MORNING)
    assert codes(refused) == {"sent_already"}
    act(record, MAJA, number, Command("end", {"reason": "De har rätt."}), MORNING)
    assert view(record, PETRA, number, MORNING).cover.facts["outcome"] == "ended_by_sender"


@pytest.mark.parametrize("kind", ["deviation", "dispute"])
def test_nobody_reports_to_their_own_party(record: Record, kind: str) -> None:
    """Else both sides of the case are the same authority, and no file can ever be read by the other side."""
    texts = REPORT if kind == "deviation" else {"document": "unknown", "question": "Vem bär kostnaden?"}
    with pytest.raises(Refused) as refused:
        report(record, HELENA, NewCase(kind, operation="vo-molndal", texts=texts), MORNING)
    assert codes(refused) == {"own_party"}


def test_the_own_check_sends_nothing_to_the_own_party(record: Record) -> None:
    """Else the manager's slip in a list makes a case between a party and itself."""
    number = reported(record)
    with pytest.raises(Refused) as refused:
        act(record, HELENA, number, Command("check", {"operation": "vo-molndal", "harm": "risk"}), MORNING)
    assert codes(refused) == {"own_party"}


def sent_revisions(record: Record) -> list[tuple[int, str]]:
    with record.database.read() as tx:
        return tx.all("SELECT revision, sent_to FROM forum_file_revision ORDER BY revision")


@pytest.mark.parametrize(("days", "leaves"), [(0, False), (30, True)])
def test_the_clock_lifts_no_file_that_one_side_has_not_had_time_to_read(
    record: Record, days: int, leaves: bool
) -> None:
    """Else one party writes, reviews and gets its words before the forum while the other has not seen them (law 6)."""
    number = contested(record)
    revision, _ = forum_files.write_revision(record, MAJA, number, FILE, MORNING)
    forum_files.review(record, MAJA, number, revision, MORNING)
    with record.database.write() as tx:
        case_id = int(tx.value("SELECT id FROM cases WHERE number = :number", number=number))
        for move in ("lapse", "expire"):
            act_by_clock(tx, record, case_id, move, MORNING + timedelta(days=days))
    assert view(record, STINA, number, MORNING).cover.stage == "forum_received"
    assert sent_revisions(record) == [(1, "nosam-molndal" if leaves else "")]


def test_a_forum_forwards_the_file_that_both_have_read_not_a_newer_one(record: Record) -> None:
    """Else a party slips new words into the file between two forums."""
    number = liftable(record)
    act(record, HELENA, number, Command("escalate", WHY | {"pattern": "pattern"}), MORNING)
    act(record, STINA, number, Command("acknowledge"), MORNING)
    revision, _ = forum_files.write_revision(record, MAJA, number, FILE | {"statement": "Bara vår bild."}, MORNING)
    forum_files.review(record, MAJA, number, revision, MORNING)
    ingalill = Seer("ingalill.skold", "chair@forum:nosam-molndal")
    act(record, ingalill, number, Command("forward", {"forum_reason": "Frågan är länets."}), MORNING)
    assert sent_revisions(record) == [(1, "nosam-molndal,lgs"), (2, "")]


def test_a_case_that_is_opened_again_leaves_its_forum_and_takes_a_new_file_there(record: Record) -> None:
    """Else the second lift comes to the forum with the first one's file, and local words go there unread."""
    number = liftable(record)
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    back = {"ground": "incomplete", "forum_reason": "Pröva igen", "returned_to": MAJA.post, "return_task": "Tala",
            "return_by": (MORNING + timedelta(days=30)).date()}  # fmt: skip
    act(record, STINA, number, Command("return", back), MORNING)
    act(record, MAJA, number, Command("accept", {"reason": "Löst"}), MORNING)
    act(record, MAJA, number, Command("reopen", {"reason": "Det hände igen."}), MORNING)
    cover = view(record, MAJA, number, MORNING).cover
    assert (cover.rung, cover.forums, cover.facts.get("outcome")) == ("local", (), None)
    act(record, OSKAR, number, Command("answer", {"cause": "Samma sak.", "measures": "none"}), MORNING)
    act(record, MAJA, number, Command("contest", {"contest_ground": "facts", "reason": "Nej"}), MORNING)
    revision, _ = forum_files.write_revision(record, MAJA, number, FILE, MORNING)
    forum_files.review(record, MAJA, number, revision, MORNING)
    forum_files.read_file(record, OSKAR, number, revision, MORNING)
    act(record, HELENA, number, Command("talk", {"talk_note": "Vi talades vid igen."}), MORNING)
    act(record, KATARINA, number, Command("sign"), MORNING)
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    assert sent_revisions(record) == [(1, "nosam-molndal"), (2, "nosam-molndal")]
    assert verify(record, MORNING) == ()


@pytest.mark.parametrize(
    "post", ["nobody@unit:hsv-molndal", "@unit:hsv-molndal", "\x00@unit:hsv-molndal", "handler@authority:von-molndal",
             "clock@unit:hsv-molndal", "handler@forum:nosam-molndal", "chair.nonsense@forum:nosam-molndal"],
)  # fmt: skip
def test_a_ball_goes_to_no_function_that_nobody_can_hold(record: Record, post: str) -> None:
    """Else the case waits for somebody who does not exist (law 1)."""
    number = liftable(record)
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    back = {"ground": "incomplete", "forum_reason": "Pröva igen", "returned_to": post, "return_task": "Tala",
            "return_by": (MORNING + timedelta(days=30)).date()}  # fmt: skip
    with pytest.raises(Refused) as refused:
        act(record, STINA, number, Command("return", back), MORNING)
    assert codes(refused) == {"input_no_post"}


def test_the_addressee_that_the_process_leader_names_is_another_party(record: Record) -> None:
    """Else the third redirect may send a report home to those who wrote it."""
    number = arrived(record)
    for operation in ("vo-partille", "vo-harryda", "vo-kungalv"):
        with record.database.read() as tx:
            receiver = tx.value("SELECT ball FROM cases WHERE number = :number", number=number)
            account = tx.value("SELECT account FROM holding WHERE holder = :h AND function = 'receiver'",
                               h=str(receiver).partition("@")[2])  # fmt: skip
        there = Command("redirect", {"operation": operation, "reason": "Inte vi."})
        act(record, Seer(str(account), str(receiver)), number, there, MORNING)
    with pytest.raises(Refused) as refused:
        act(record, ELLINOR, number, Command("redirect", {"operation": "vo-molndal"}), MORNING)
    assert codes(refused) == {"own_party"}
