"""Whatever is typed where a number belongs is a number that never was: one answer, on both databases."""

import pytest

from cases.acting import act
from cases.contents import matter, patient
from cases.contents.kept_in_clear import BadText
from cases.merging import propose
from cases.reading import view
from cases.record import Record
from cases.sight import CaseUnknown, Seer
from tests.cases.deviations import MAJA, arrived
from tests.record import MORNING
from workflows.nouns import Command

ELLINOR = Seer("ellinor.ravn", "process_leader@forum:lgs")


@pytest.mark.parametrize(
    "typed", ["", "\x00", "2026-\x00", "a\ud800", "ö", "2026-AAAAAAA", "' OR 1=1 --", "9" * 100_000]
)
@pytest.mark.few_on_postgresql(3)
def test_no_text_in_place_of_a_number_is_anything_but_unknown(record: Record, typed: str) -> None:
    """Else a stray character is told as a broken database, and looks unlike a case that one may not know of."""
    number = arrived(record)
    with pytest.raises(CaseUnknown):
        view(record, MAJA, typed, MORNING)
    with pytest.raises(CaseUnknown):
        act(record, MAJA, typed, Command("end", {"reason": "Löst"}), MORNING)
    with pytest.raises(CaseUnknown):
        matter.link(record, MAJA, number, typed, MORNING)
    with pytest.raises(CaseUnknown):
        propose(record, ELLINOR, [number, typed], "Ett mönster.", MORNING, principle=True)
    with pytest.raises(CaseUnknown):
        matter.open_paper(record, MAJA, number, typed, MORNING)


@pytest.mark.parametrize("typed", [None, 7, [], {}, b"x", "", " ", "\x00", "a\ud800", "x" * 20_001])
@pytest.mark.few_on_postgresql(3)
def test_what_is_no_readable_text_is_told_as_such(record: Record, typed: str) -> None:
    """Else a program that fills in something else meets an error that speaks of the inside."""
    number = arrived(record)
    with pytest.raises(BadText):
        matter.note(record, MAJA, number, typed, MORNING)
    with pytest.raises(BadText):
        patient.set_patient(record, MAJA, number, typed, MORNING)
