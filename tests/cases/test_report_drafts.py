"""A report that is being written is kept for its writer alone, and is gone when it was sent."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest

from cases.answers import KEEP, TAKE
from cases.contents.key_rotation import left_to_rotate, rotate
from cases.contents.secrecy import Keyring
from cases.record import Record
from cases.reports.report_drafts import (
    KEPT_FOR,
    LARGEST,
    MOST,
    DraftTooLarge,
    draft_of,
    drafts_of,
    drop_draft,
    save_draft,
)
from cases.reports.reporting import SENT_DRAFT, NewCase, report
from tests.cases.deviations import ANNA, MAJA, REPORT
from tests.record import MORNING

WORDS = {"what": "Listan saknades, och jag hann inte", "patient": "Fru på fyran"}


def test_a_draft_is_kept_sealed_and_for_its_writer(record: Record) -> None:
    """Else half a report would be lost to a break, or lie open in the database and to colleagues."""
    assert save_draft(record, ANNA, "k", WORDS, MORNING)
    found = draft_of(record, ANNA, "k", MORNING)
    assert found is not None
    assert dict(found.fields) == WORDS
    assert drafts_of(record, MAJA, MORNING) == ()
    with record.database.read() as tx:
        assert "fyran" not in repr([bytes(row[5]) for row in tx.all("SELECT * FROM report_draft")])


def test_saving_again_takes_the_place_of_the_first(record: Record) -> None:
    """Else every few seconds would leave a draft of its own."""
    for length in range(1, 6):
        save_draft(record, ANNA, "k", {"what": "x" * length}, MORNING + timedelta(seconds=length))
    assert [draft.fields["what"] for draft in drafts_of(record, ANNA, MORNING)] == ["xxxxx"]


def test_sending_takes_the_draft_away_and_a_late_save_does_not_bring_it_back(record: Record) -> None:
    """Else a report that was sent would stand among the drafts, and be sent a second time."""
    save_draft(record, ANNA, "k", WORDS, MORNING)
    report(record, ANNA, NewCase("deviation", operation="su", texts=REPORT), MORNING, key="k")
    assert drafts_of(record, ANNA, MORNING) == ()
    assert not save_draft(record, ANNA, "k", WORDS, MORNING)
    assert drafts_of(record, ANNA, MORNING) == ()


@pytest.mark.parametrize("kept", [True, False], ids=["saved before", "first save"])
def test_a_save_while_the_form_is_being_sent_does_not_bring_the_draft_back(record: Record, kept: bool) -> None:
    """Else the page's own saving, in the second of sending, would leave a sent report to be sent again."""
    if kept:
        save_draft(record, ANNA, "k", WORDS, MORNING)
    form = {"account": ANNA.account, "key": "k"}
    with ThreadPoolExecutor(1) as threads:
        with record.database.write() as tx:
            tx.run(TAKE, fingerprint="f", at=MORNING, **form)
            tx.run(SENT_DRAFT, **form)
            saving = threads.submit(save_draft, record, ANNA, "k", WORDS, MORNING)
            wait([saving], timeout=0.5)
            tx.run(KEEP, answer="{}", **form)
        assert saving.result() is False
    assert drafts_of(record, ANNA, MORNING) == ()


def test_a_draft_ends_by_itself_or_when_its_writer_wants(record: Record) -> None:
    """Else words about people would lie in a drawer for ever."""
    save_draft(record, ANNA, "old", WORDS, MORNING)
    save_draft(record, ANNA, "new", WORDS, MORNING + KEPT_FOR / 2)
    later = MORNING + KEPT_FOR + timedelta(seconds=1)
    assert [draft.key for draft in drafts_of(record, ANNA, later)] == ["new"]
    save_draft(record, MAJA, "other", WORDS, later)
    with record.database.read() as tx:
        assert {key for (key,) in tx.all("SELECT key FROM report_draft")} == {"new", "other"}
    drop_draft(record, ANNA, "new")
    assert drafts_of(record, ANNA, later) == ()


def test_drafts_are_few_and_small(record: Record) -> None:
    """Else a page that saves by itself could fill the disk."""
    for number in range(MOST + 3):
        save_draft(record, ANNA, f"k{number:02}", WORDS, MORNING + timedelta(minutes=number))
    assert len(drafts_of(record, ANNA, MORNING)) == MOST
    with pytest.raises(DraftTooLarge):
        save_draft(record, ANNA, "k", {"what": "x" * (LARGEST + 1)}, MORNING)


def test_a_new_data_key_takes_drafts_over(record: Record) -> None:
    """Else a draft could not be opened once the old key is put away."""
    for seer in (ANNA, MAJA):
        save_draft(record, seer, "k", WORDS, MORNING)
    record.keyring = Keyring([bytes(range(1, 33)), bytes(range(32))])
    assert left_to_rotate(record) == 2
    assert rotate(record).done == 2
    record.keyring = Keyring([bytes(range(1, 33))])
    assert draft_of(record, MAJA, "k", MORNING) is not None
