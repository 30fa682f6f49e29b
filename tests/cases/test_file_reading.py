"""The other side is asked to read the forum file: by a date, with reminders; its silence stops nobody (laws 1, 6)."""

from datetime import date, datetime, timedelta

import pytest

from cases.acting import Refused, act
from cases.contents import forum_files
from cases.contents.unread_files import hand_over_unread
from cases.lists.worklist import work_list
from cases.owed_dates import owed_dates_of
from cases.reading import view
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from cases.soundness.verify import verify
from cases.wording import wording
from tests.cases.climb_model import YVONNE
from tests.cases.deviations import ANSWERED, HELENA, MAJA, OSKAR, PETRA, STINA, WHY, arrived, contested, liftable
from tests.counties import WEST, Place
from tests.record import MORNING
from workflows.nouns import Command, Contribution

FILE = {"statement": "Listan saknades vid hemgång.", "question": "Vem skickar listan?"}


def put_forward(place: Place, number: str) -> int:
    """Written and reviewed by the raising side's handler; the revision."""
    revision, _ = forum_files.write_revision(place.record, place.people.handler, number, FILE, MORNING)
    forum_files.review(place.record, place.people.handler, number, revision, MORNING)
    return revision


def owed_by(record: Record, seer: Seer, number: str) -> dict[str, Contribution]:
    contributions = view(record, seer, number, MORNING).contributions
    return {part.key: part for part in contributions if part.code == "file_read"}


def rows(record: Record, key: str) -> set[tuple[str, str]]:
    """(notch, status) of the docket about that contribution."""
    with record.database.read() as tx:
        return {(n, s) for n, s in tx.all("SELECT notch, status FROM docket WHERE deadline = :key", key=key)}


def test_reading_the_file_is_owed_until_it_is_read_and_a_new_revision_asks_anew(place: Place) -> None:
    """Else nobody is told that a file waits for her, and the lift stands still for ten days without a word."""
    number, record = place.answered(), place.record
    reader = place.people.across
    revision = put_forward(place, number)
    due, notch = (date(2026, 4, 30), "-2") if place.people is WEST else (date(2026, 4, 23), "-1")
    asked = owed_by(record, reader, number)["file_read#1"]
    assert (asked.status, asked.due) == ("owed", due)
    assert rows(record, "file_read#1") == {(notch, "waiting")}, "one reminder at a time"
    if place.people is WEST:
        assert asked.asked == OSKAR.post
        listed = next(item for item in work_list(record, OSKAR, MORNING).items if item.number == number)
        assert (listed.owed, listed.next_date) == ("file_read", due)
    with pytest.raises(Refused) as refused:
        act(record, place.people.lifter, number, place.lift, MORNING)
    unread = next(r for r in refused.value.refusal.reasons if r.code == "file_unread")
    assert str(due.day) in unread.sv, "until when is said"
    forum_files.write_revision(record, place.people.handler, number, FILE, MORNING)
    assert owed_by(record, reader, number)["file_read#1"].status == "withdrawn"
    assert rows(record, "file_read#1") == {(notch, "overtaken")}
    forum_files.review(record, place.people.handler, number, revision + 1, MORNING)
    assert owed_by(record, reader, number)["file_read#2"].status == "owed"
    forum_files.read_file(record, reader, number, revision + 1, MORNING)
    assert owed_by(record, reader, number)["file_read#2"].status == "given"
    assert rows(record, "file_read#2") == {(notch, "overtaken")}
    assert verify(record, MORNING) == ()


def test_a_file_that_is_not_read_in_time_leaves_and_the_case_says_so(record: Record) -> None:
    """Else a side stops a case by not reading, or the forum believes that both have read what it gets."""
    number, late = contested(record), MORNING + timedelta(days=15)
    revision, _ = forum_files.write_revision(record, MAJA, number, FILE, MORNING)
    forum_files.review(record, MAJA, number, revision, MORNING)
    act(record, HELENA, number, Command("talk", {"talk_note": "Vi talades vid."}), MORNING)
    act(record, HELENA, number, Command("escalate", WHY), late)
    assert owed_by(record, STINA, number)["file_read#1"].status == "silent"
    with record.database.read() as tx:
        assert tx.value("SELECT sent_to FROM forum_file_revision") == "nosam-molndal"
    again, _ = forum_files.write_revision(record, OSKAR, number, FILE | {"statement": "Nytt."}, late)
    forum_files.review(record, OSKAR, number, again, late)
    assert owed_by(record, MAJA, number)["file_read#2"].asked == MAJA.post, "now it is the other side's to read"
    act(record, STINA, number, Command("acknowledge"), late + timedelta(days=30))
    assert owed_by(record, MAJA, number)["file_read#2"].status == "silent"
    with record.database.read() as tx:
        assert tx.value("SELECT sent_to FROM forum_file_revision WHERE revision = 2") == "nosam-molndal"
    assert verify(record, late + timedelta(days=30)) == ()


def test_the_clock_hands_over_what_was_not_read_in_time_before_a_forum(record: Record) -> None:
    """Else a forum prepares on yesterday's file until somebody happens to make a move (law 1)."""
    number = liftable(record)
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    revision, _ = forum_files.write_revision(record, OSKAR, number, FILE | {"statement": "Nytt."}, MORNING)
    forum_files.review(record, OSKAR, number, revision, MORNING)
    owed = owed_by(record, MAJA, number)[f"file_read#{revision}"]
    on_the_day = datetime.combine(owed.due, MORNING.timetz())
    assert hand_over_unread(record, on_the_day) == 0, "the day is hers to its end"
    after = on_the_day + timedelta(days=1)
    assert hand_over_unread(record, after) == 1
    seen = view(record, STINA, number, after)
    assert seen.lines[-1].texts.get("statement") == "Nytt.", "the forum reads it"
    assert [c.status for c in seen.contributions if c.key == owed.key] == ["silent"]
    assert hand_over_unread(record, after) == 0, "once"
    assert verify(record, after) == ()


@pytest.mark.parametrize("read", [True, False])
def test_a_party_that_the_case_comes_to_is_asked_to_read_for_itself(record: Record, read: bool) -> None:
    """Else words leave as read by a party that has never seen them, or unread by one that nobody asked."""
    number, late = arrived(record), MORNING + timedelta(days=20)
    forum_files.write_revision(record, MAJA, number, FILE, MORNING)
    if read:
        forum_files.read_file(record, PETRA, number, 1, MORNING)
    forum_files.review(record, MAJA, number, 1, MORNING)
    there = {"operation": "avo-goteborg", "reason": "Fel part."}
    act(record, PETRA, number, Command("redirect", there), MORNING + timedelta(days=1))
    seen = view(record, MAJA, number, MORNING)
    assert seen.file is not None
    assert seen.file.read_by == {"raising"}, "what the hospital read, the city has not"
    asked = owed_by(record, MAJA, number)["file_read#1"]
    assert (asked.asked, asked.due, asked.status) == ("handler@operation:avo-goteborg", date(2026, 5, 4), "owed")
    assert asked.revision == (1 if read else 2), "asked anew, and not merely reminded of what another was asked"
    with record.database.read() as tx:
        at_once = tx.all("SELECT post FROM docket WHERE notch = :n AND status = 'waiting'", n="told:redirect")
    assert (asked.asked,) in at_once, "and told so at once, as whoever was asked first"
    words = wording(record, seen, MORNING)
    (told,) = [o for o in owed_dates_of(seen, words) if o.part.code == "file_read"]
    assert told.asked_on == date(2026, 4, 17), "its days count from when it was asked"
    assert not seen.file.may_leave(seen.cover, asked.due)
    assert seen.file.may_leave(seen.cover, late.date())
    assert verify(record, MORNING) == ()


def test_who_is_asked_to_read_is_the_unit_that_has_the_case(record: Record) -> None:
    """Else the reminders go to a function of the operation that nobody holds, and the handler learns of nothing."""
    number = arrived(record)
    forum_files.write_revision(record, MAJA, number, FILE, MORNING)
    forum_files.review(record, MAJA, number, 1, MORNING)
    before = owed_by(record, MAJA, number)["file_read#1"]
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    asked = owed_by(record, MAJA, number)["file_read#1"]
    assert (asked.asked, asked.due, asked.status) == (OSKAR.post, before.due, "owed")
    with record.database.read() as tx:
        waiting = tx.all("SELECT post FROM docket WHERE deadline = 'file_read#1' AND status = 'waiting'")
    assert waiting == [(OSKAR.post,)]
    assert verify(record, MORNING) == ()


def test_a_side_that_writes_anew_puts_off_no_lift(record: Record) -> None:
    """Else a counterpart keeps a case from every forum by writing a new revision whenever one may leave (domain.md 4:
    it cannot stop the case), with a telephone number in it for good measure."""
    number, late = contested(record), MORNING + timedelta(days=15)
    act(record, HELENA, number, Command("talk", {"talk_note": "Vi talades vid."}), MORNING)
    forum_files.write_revision(record, MAJA, number, FILE, MORNING)
    forum_files.review(record, MAJA, number, 1, MORNING)
    forum_files.write_revision(record, OSKAR, number, FILE | {"statement": "Ring Siv på 070-174 06 05."}, MORNING)
    assert owed_by(record, OSKAR, number)["file_read#1"].status == "withdrawn", (
        "nobody is reminded of what she wrote on"
    )
    with pytest.raises(Refused):
        act(record, HELENA, number, Command("escalate", WHY), MORNING + timedelta(days=1))
    seen = view(record, HELENA, number, late)
    assert seen.file is not None
    assert seen.leaving is not None
    assert (seen.file.revision, seen.findings > 0, seen.leaving.revision) == (2, True, 1), "and the preview shows it"
    act(record, HELENA, number, Command("escalate", WHY), late)
    with record.database.read() as tx:
        rows = tx.all("SELECT revision, sent_to FROM forum_file_revision ORDER BY revision")
    assert rows == [(1, "nosam-molndal"), (2, "")]
    assert view(record, STINA, number, late).leaving is None, "a forum is told nothing of what has not left"
    assert verify(record, late) == ()


def test_a_revision_that_its_own_side_wrote_anew_waits_for_no_date(record: Record) -> None:
    """Else words that their writer has replaced leave, though the other side was asked to read the new ones."""
    number, late = contested(record), MORNING + timedelta(days=15)
    forum_files.write_revision(record, MAJA, number, FILE, MORNING)
    forum_files.review(record, MAJA, number, 1, MORNING)
    forum_files.write_revision(record, MAJA, number, FILE | {"statement": "Nytt."}, MORNING)
    assert view(record, HELENA, number, late).leaving is None


def test_nobody_reads_for_a_case_that_has_ended(record: Record) -> None:
    """Else a handler is reminded for weeks of a file that goes nowhere."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    act(record, OSKAR, number, ANSWERED, MORNING)
    revision, _ = forum_files.write_revision(record, MAJA, number, FILE, MORNING)
    forum_files.review(record, MAJA, number, revision, MORNING)
    act(record, MAJA, number, Command("accept"), MORNING)
    assert owed_by(record, OSKAR, number)["file_read#1"].status == "withdrawn"
    assert rows(record, "file_read#1") == {("-2", "overtaken")}


def test_a_dispute_asks_the_manager_who_signs_and_she_may_be_the_one_who_lifts(record: Record) -> None:
    """Else the file of a dispute is read by whoever happens to pass, or the lifter waits for herself."""
    said = {"document": "hos-avtal/4.4", "disputed_clause": "4.4", "question": "Vem kallar?", "care": MAJA.post}
    new = NewCase("dispute", receiving_unit="su-molndal-ortopedi", stage="escalating", texts=said)
    number = report(record, HELENA, new, MORNING).number
    revision, _ = forum_files.write_revision(record, OSKAR, number, FILE, MORNING)
    forum_files.review(record, OSKAR, number, revision, MORNING)
    assert owed_by(record, MAJA, number)["file_read#1"].asked == HELENA.post
    why = {"reason": "Vi läser avtalet olika.", "subject": "agreement", "pattern": "pattern"}
    with pytest.raises(Refused) as refused:
        act(record, YVONNE, number, Command("escalate", why), MORNING)
    door = refused.value.refusal.next_door
    assert door is not None
    assert (door.move, door.target, door.until) == ("wait", HELENA.post, date(2026, 4, 30))
    forum_files.read_file(record, YVONNE, number, revision, MORNING)
    assert owed_by(record, MAJA, number)["file_read#1"].status == "given", "another of her side has read it"
    assert act(record, YVONNE, number, Command("escalate", why), MORNING).stage == "forum_received"
