"""Working notes are gone through at closing: each authority its own, cleared words are gone, and the proof stays."""

import pytest

from cases.contents.matter import NotAllowed, note
from cases.contents.working_notes import GoneThrough, NotEnded, go_through, to_go_through
from cases.lists.search import search
from cases.lists.search_index import differences
from cases.reading import view
from cases.record import Record
from cases.sight import Seer
from cases.soundness.verify import verify
from tests.cases.deviations import MAJA, OSKAR, PETRA, arrived
from tests.cases.test_disposal import ended
from tests.record import MORNING


def _waiting(record: Record, seer: Seer, number: str) -> list[tuple[int, str]]:
    found = view(record, seer, number, MORNING)
    own = next(name for name in sorted(found.compartments) if name.startswith("inner:"))
    return [(line.seq, line.texts["note"]) for line in to_go_through(found.lines, own)]


def test_an_authority_clears_some_notes_and_keeps_the_others(record: Record) -> None:
    """Else working notes would pile up in the record for ever, or go without anybody having looked."""
    number, *_ = ended(record)
    note(record, MAJA, number, "Ring Kanariefågeln på fredag", MORNING)
    [(kept, _), (gone, _)] = _waiting(record, MAJA, number)
    assert go_through(record, MAJA, number, [gone], MORNING) == GoneThrough(1, 1)
    assert _waiting(record, MAJA, number) == []
    texts = {line.seq: line.texts for line in view(record, MAJA, number, MORNING).lines if line.code == "note"}
    assert texts[gone] == {}
    assert texts[kept] == {"note": "Vår egen anteckning."}
    assert search(record, MAJA, "kanariefågeln", MORNING).items == ()
    assert [i.number for i in search(record, MAJA, "anteckningar", MORNING).items] == [number]
    assert _waiting(record, OSKAR, number) == [(1, "Sjukhusets anteckning.")]
    assert verify(record, MORNING) == ()
    with record.database.read() as tx:
        assert differences(tx, 0, 1000) == ([], [])


def test_words_that_went_without_a_clearing_are_still_noticed(record: Record) -> None:
    """Else a clearing of one note would hide that another one was erased by hand."""
    number, *_ = ended(record)
    note(record, MAJA, number, "Två.", MORNING)
    [(first, _), (second, _)] = _waiting(record, MAJA, number)
    go_through(record, MAJA, number, [first], MORNING)
    with record.database.write() as tx:
        tx.run("DELETE FROM event_text WHERE compartment LIKE 'inner:%' AND seq = :seq", seq=second)
    assert any("no disposal was decided" in str(fault) for fault in verify(record, MORNING))


def test_only_an_ended_case_and_only_one_s_own_notes(record: Record) -> None:
    """Else a note could vanish while the case goes on, or the other party's."""
    number = arrived(record)
    note(record, MAJA, number, "Ett.", MORNING)
    with pytest.raises(NotEnded):
        go_through(record, MAJA, number, [1], MORNING)
    number, *_ = ended(record)
    with pytest.raises(NotAllowed):
        go_through(record, MAJA, number, [999], MORNING)
    before = _waiting(record, MAJA, number)
    go_through(record, PETRA, number, [seq for seq, _ in _waiting(record, PETRA, number)], MORNING)
    assert _waiting(record, MAJA, number) == before
