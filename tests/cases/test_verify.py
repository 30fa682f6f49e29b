"""Whoever changes the record behind its back is found: the first bad row is named, whatever was done to it."""

import io
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from cases.acting import act
from cases.contents import forum_files, matter, patient
from cases.database import Transaction
from cases.record import Record
from cases.soundness.verify import chain_root, verify
from tests.cases.deviations import HELENA, MAJA, OSKAR, WHY, arrived, liftable
from tests.command import Command as Stegen
from tests.counties import Place
from tests.record import MORNING, ToldBefore
from workflows.nouns import Command

LATER = MORNING + timedelta(days=2)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"

TAMPERING: dict[str, tuple[str, str]] = {
    "an outcome is edited": ("history", "UPDATE event SET outcome = '{}' WHERE compartment = 'cover' AND seq = 3"),
    "an actor is edited": ("history", "UPDATE event SET actor = :who WHERE seq = 2"),
    "a line is deleted": ("history", "DELETE FROM event_text WHERE compartment = 'cover' AND seq = 2;"
                          "DELETE FROM event WHERE compartment = 'cover' AND seq = 2"),
    "the end is cut off": ("history", "DELETE FROM event_text WHERE compartment = 'cover' AND seq = 6;"
                           "DELETE FROM event WHERE compartment = 'cover' AND seq = 6"),
    "a text is edited": ("history", "UPDATE event_text SET body = body || ' ' WHERE compartment = 'shared'"),
    "the words are garbled": ("text", "UPDATE event_text SET body = '}' || body WHERE compartment = 'shared'"),
    "a stage is moved": ("state", "UPDATE cases SET stage = 'word' WHERE stage = 'forum_received'"),
    "a date is moved": ("state", "UPDATE deadline SET due = '2026-12-24' WHERE code = 'forum_receipt'"),
    "a deadline is met by hand": ("state", "UPDATE deadline SET status = 'met' WHERE code = 'forum_receipt'"),
    "a reminder is deleted": ("docket", "DELETE FROM docket WHERE deadline = 'forum_receipt#1' AND notch = '-1'"),
    "a reminder is set aside silently": ("docket", "UPDATE docket SET status = 'overtaken'"
                                        " WHERE notch = '-1' AND deadline = 'forum_receipt#1'"),
    "a reminder is there twice": ("docket", "INSERT INTO docket (key, case_id, kind, post, due_at, status, reason,"
                                  " deadline, revision, notch, move, token, attempts, deferrals, rank, account)"
                                  " SELECT key || 'x', case_id, kind, post, due_at, status, reason, deadline, revision,"
                                  " notch, move, token, attempts, deferrals, rank, account FROM docket"
                                  " WHERE status = 'waiting' AND deadline = 'forum_receipt#1' AND notch = '-1'"),
    "a row stands under another key": ("docket", "UPDATE docket SET key = key || 'x'"),
    "a word stands under another key": ("docket", "UPDATE docket SET key = key || 'x' WHERE notch LIKE 'told:%'"),
    "sight is given": ("sight", "INSERT INTO sight (case_id, number, holder, compartment, ground, opened_at, tab)"
                       " SELECT id, number, :who, 'shared', 'state', moved_at, 'others' FROM cases"),
    "sight is taken": ("sight", "DELETE FROM sight WHERE holder = :forum AND compartment = 'cover'"),
    "the routine is swapped": ("routine", "UPDATE cases SET definition_hash = 'other'"),
    "a stage that there is not": ("state", "UPDATE cases SET stage = 'nowhere'"),
    "a unit that there is not": ("state", "UPDATE cases SET raising_unit = 'nowhere'"),
    "an operation that there is not": ("state", "UPDATE cases SET concerned = 'nowhere'"),
    "an unreadable outcome": ("state", "UPDATE event SET outcome = outcome || '}'"
                              " WHERE compartment = 'cover' AND seq = 3"),
    "a pause is forgotten": ("state", "UPDATE deadline SET pauses = '[[\"2026-04-16\",\"2026-04-20\",\"question\"]]'"
                             " WHERE code = 'forum_receipt'"),
    "a date is agreed on by hand": ("state", "UPDATE deadline SET named = '2026-12-24' WHERE code = 'forum_receipt'"),
    "a date's clock is another's": ("state", "UPDATE deadline SET party = 'vgr', clock = 'receiving'"
                                    " WHERE code = 'forum_receipt'"),
    "what is owed is of another kind": ("state", "UPDATE contribution SET code = 'page'"),
    "the lead is another forum": ("state", "UPDATE cases SET lead_forum = 'lgs'"),
    "it moved at another time": ("state", "UPDATE cases SET moved_at = '2026-01-01 08:00:00'"),
    "a list shows it elsewhere": ("lists", "UPDATE sight SET tab = 'closed' WHERE holder = :forum"),
    "a list shows another date": ("lists", "UPDATE sight SET next_date = NULL WHERE holder = :forum"),
    "a list shows another number": ("lists", "UPDATE sight SET number = '2026-AAAAAAA' WHERE holder = :forum"),
    "a review is made up": ("file", "UPDATE forum_file_revision SET reviewed_at = NULL"),
    "a reading is made up": ("file", "UPDATE forum_file_revision SET read_receiving_at = '2026-01-01 08:00:00'"),
    "a file was sent elsewhere": ("file", "UPDATE forum_file_revision SET sent_to = 'lgs'"),
    "a revision is deleted": ("file", "DELETE FROM forum_file_revision"),
    "a finding is cleared by hand": ("findings", "UPDATE finding SET status = 'cleared'"),
    "a finding is less certain": ("findings", "UPDATE finding SET certain = NOT certain"),
    "a finding is moved": ("findings", "UPDATE finding SET starts = starts + 1"),
    "a finding is deleted": ("findings", "DELETE FROM finding"),
    "who cleared a finding is changed": ("findings", "UPDATE finding SET cleared_by = :who WHERE status = 'cleared'"),
    "a paper's handle is changed": ("papers", "UPDATE document SET handle = 'other'"),
    "a paper's row names another file": ("papers", "UPDATE document SET sha256 = :sha"),
    "a link is deleted": ("links", "DELETE FROM case_link"),
    "a link is of another kind": ("links", "UPDATE case_link SET kind = 'merged'"),
    "a link is older than it was": ("links", "UPDATE case_link SET at = '2020-01-01 08:00:00'"),
    "a link leads elsewhere": ("links", "UPDATE case_link SET other_id = case_id, case_id = other_id"),
    "a report is somebody else's": ("report", "UPDATE report SET account = 'oskar.nyberg'"),
    "a report is nobody's": ("report", "DELETE FROM report"),
    "a report that was none": ("report", "UPDATE report SET follow_hash = 'link-' || case_id"),
    "a grant is older than it was": ("sight", "UPDATE sight SET opened_at = '2020-01-01 08:00:00'"
                                     " WHERE holder = :forum AND compartment = 'cover'"),
    "a grant ended when nothing happened": ("sight", "UPDATE sight SET ended_at = '2029-01-01 08:00:00'"
                                            " WHERE holder = :forum AND compartment = 'cover'"),
    "a paper is moved": ("papers", "UPDATE document SET compartment = :who"),
    "a paper's row is deleted": ("papers", "DELETE FROM document"),
    "a registry number is changed": ("inner", "UPDATE registry_number SET number = 'B-2'"),
    "a mark is deleted": ("inner", "DELETE FROM inner_mark"),
    "a mark is another": ("inner", "UPDATE inner_mark SET mark = 'none'"),
    "a mark was set at another time": ("inner", "UPDATE inner_mark SET at = '2026-01-01 08:00:00'"),
    "a mark that nobody set": ("inner", "INSERT INTO inner_mark (case_id, authority, mark, at)"
                               " SELECT case_id, authority, 'more', at FROM inner_mark"),
    "a patient reference is swapped": ("protected", "UPDATE protected SET nonce = :blank"),
    "a patient reference is deleted": ("protected", "DELETE FROM protected"),
    "words are deleted without a decision": ("disposal", "DELETE FROM event_text WHERE compartment = 'shared'"),
    "a reminder comes later": ("docket", "UPDATE docket SET due_at = '2027-01-01 08:00:00'"
                               " WHERE deadline = 'forum_receipt#1'"),
}  # fmt: skip

NAMES = {"who": "unit:vc-lyckan", "forum": "forum:nosam-molndal", "blank": bytes(12), "sha": "0" * 64}


def with_everything(record: Record) -> str:
    """A lifted case with something in each table that stands beside the history; its number."""
    number = liftable(record)
    words = {"statement": "Ring 031-343 10 00 eller 070-174 06 58.", "question": "Vem skickar listan?"}
    forum_files.write_revision(record, MAJA, number, words, MORNING)
    forum_files.clear_finding(record, MAJA, number, 1, "Växelns nummer.", MORNING)
    clean = {"statement": "En person kom hem utan läkemedelslista.", "question": "Vem skickar listan?"}
    revision, _ = forum_files.write_revision(record, MAJA, number, clean, MORNING)
    forum_files.review(record, MAJA, number, revision, MORNING)
    forum_files.read_file(record, OSKAR, number, revision, MORNING)
    matter.link(record, MAJA, number, arrived(record), MORNING)
    patient.set_patient(record, MAJA, number, "Boende i rum 4", MORNING)
    matter.set_registry_number(record, MAJA, number, "VON 2026/14", MORNING)
    matter.add_paper(record, MAJA, number, io.BytesIO(PDF), "svar.pdf", MORNING)
    serious = {"serious": "lex_maria", "telephoned": "Enhetschefen, 16 april"}
    act(record, OSKAR, number, Command("inform_serious", serious), MORNING)
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    assert verify(record, LATER) == (), "the record is not whole to begin with"
    return number


@pytest.mark.parametrize("done", sorted(TAMPERING))
@pytest.mark.few_on_postgresql(8)
def test_whatever_is_changed_behind_its_back_is_named(told_before: ToldBefore, done: str) -> None:
    """Else one of two opponents could rewrite what the other had trusted."""
    record, number = told_before(with_everything)
    check, statements = TAMPERING[done]
    with record.database.write() as tx:
        for statement in statements.split(";"):
            values = {name: value for name, value in NAMES.items() if f":{name}" in statement}
            assert tx.run(statement, **values) > 0, "nothing was tampered with"
    found = verify(record, LATER)
    assert check in {fault.check for fault in found}, found
    assert any(number in fault.place or number in fault.text for fault in found)


def test_a_missing_or_damaged_paper_is_named(place: Place) -> None:
    """Else a file row points to nothing, and nobody knows until it is needed."""
    number, record = place.arrived(), place.record
    matter.add_paper(record, place.people.handler, number, io.BytesIO(PDF), "svar.pdf", MORNING)
    assert verify(record, LATER) == ()
    with record.database.read() as tx:
        sha = tx.value("SELECT sha256 FROM document")
    with record.papers.open(sha) as file:
        Path(file.name).unlink()
    assert [f.check for f in verify(record, LATER)] == ["papers"]


def test_any_random_change_of_a_history_row_is_found(
    place: Place, rng: random.Random, amount: Callable[[int, int], int]
) -> None:
    """Else some field of the history is not sealed."""
    number, record = place.lifted(), place.record
    matter.note(record, place.people.across, number, "Vi läser journalen.", MORNING)
    for _ in range(amount(12, 5_000)):  # in each of two counties: 10,000 on each database
        with record.database.write() as tx:
            undo = tampered(tx, rng)
        assert verify(record, LATER) != (), undo
        with record.database.write() as tx:
            tx.run(undo[0], **undo[1])
    assert verify(record, LATER) == ()


def tampered(tx: Transaction, rng: random.Random) -> tuple[str, dict[str, object]]:
    """Change one field of one row; the statement that puts it back."""
    field = rng.choice(("at", "actor", "code", "outcome", "commitment", "head"))
    compartment, seq, old = rng.choice(tx.all(f"SELECT compartment, seq, {field} FROM event"))
    new = {"at": lambda: old + timedelta(microseconds=1), "commitment": lambda: bytes(32), "head": lambda: bytes(32)}
    value = new[field]() if field in new else f"{old} "
    statement = f"UPDATE event SET {field} = :value WHERE compartment = :compartment AND seq = :seq"
    assert tx.run(statement, value=value, compartment=compartment, seq=seq) == 1
    return statement, {"value": old, "compartment": compartment, "seq": seq}


def test_the_published_root_moves_with_every_line_and_with_nothing_else(place: Place) -> None:
    """Else a copy of the whole record, rewritten, could pass for the living one."""
    number, record = place.arrived(), place.record
    before = chain_root(record)
    assert chain_root(record) == before
    matter.note(record, place.people.handler, number, "Ring på måndag.", MORNING)
    assert chain_root(record)[0] != before[0]


DAMAGED = {
    "event_text {0}/shared/1": ("body is no readable text", "UPDATE event_text SET body = CAST(x'ff41' AS TEXT)"
                                " WHERE case_id = 1 AND compartment = 'shared' AND seq = 1"),
    "event {1}/cover/2": ("at is no moment", "UPDATE event SET at = 'i går' WHERE case_id = 2 AND compartment = 'cover'"
                          " AND seq = 2"),
    "deadline {1}/answer#1": ("due is no day", "UPDATE deadline SET due = 'i morgon'"
                              " WHERE case_id = 2 AND key = 'answer#1'"),
}  # fmt: skip


def test_a_row_that_cannot_be_read_is_named_and_the_others_are_looked_at(stegen_on_sqlite: Stegen) -> None:
    """Else a damaged file ends the check with its first bad row, and nobody knows what else has to be mended."""
    with stegen_on_sqlite.record() as record:
        numbers = [arrived(record), arrived(record), arrived(record)]
        assert verify(record, LATER) == ()
        with record.database.write() as tx:
            for _, statement in DAMAGED.values():
                assert tx.run(statement) == 1
            tx.run("UPDATE cases SET stage = 'nowhere' WHERE id = 3")
    told = stegen_on_sqlite("verify")
    assert told.exit_code == 1
    for place, (what, _) in DAMAGED.items():
        assert f"text: {place.format(*numbers)}: {what}" in told.output
    assert f"state: {numbers[2]}:" in told.output, "the one that can be read is looked at all the same"
    with stegen_on_sqlite.record() as record, record.database.write() as tx:
        tx.run("UPDATE party SET name = CAST(x'ff' AS TEXT) WHERE code = 'vgr'")
    assert "text: party vgr: name is no readable text" in stegen_on_sqlite("verify").output
