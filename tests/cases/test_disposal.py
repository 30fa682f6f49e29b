"""Disposal erases the words and leaves the proof: each authority its own, the shared part when both have decided."""

import io
from datetime import timedelta

import pytest

from cases import matter
from cases.acting import act
from cases.disposal import COPIES, StillOpen, dispose
from cases.matter import NotAllowed
from cases.reading import view
from cases.record import Record
from cases.reorganising import give_function
from cases.sight import Seer
from cases.tables import metadata
from cases.verify import verify
from tests.cases.deviations import MAJA, OSKAR, arrived, contested
from tests.record import MORNING
from workflows.nouns import Command

LATER = MORNING + timedelta(days=400)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def ended(record: Record) -> tuple[str, Seer, Seer]:
    """An ended case with words and papers on each side, and a registrar of each party."""
    number = contested(record)
    matter.note(record, MAJA, number, "Vår egen anteckning.", MORNING)
    matter.note(record, OSKAR, number, "Sjukhusets anteckning.", MORNING)
    matter.add_paper(record, OSKAR, number, io.BytesIO(PDF), "svar.pdf", MORNING)
    act(record, MAJA, number, Command("end", {"reason": "Löst."}), MORNING)
    with record.database.read() as tx:
        sides = record.world(tx, MORNING).org.sides
    registrars = []
    for account, unit in (("maja.ekdahl", "hsv-molndal"), ("oskar.nyberg", "su-molndal-ortopedi")):
        holder = f"authority:{sides[unit].authority}"
        give_function(record, account, "registrar", holder, MORNING.date())
        registrars.append(Seer(account, f"registrar@{holder}"))
    return number, registrars[0], registrars[1]


def words(record: Record, compartment: str) -> int:
    with record.database.read() as tx:
        return int(tx.value("SELECT COUNT(*) FROM event_text WHERE compartment LIKE :c", c=compartment))


def test_an_authority_disposes_of_its_own_words_alone(record: Record) -> None:
    """Else one party could empty the other's record, or what both rely on."""
    number, ours, theirs = ended(record)
    shared = words(record, "shared")
    gone = dispose(record, ours, number, "Nämndens beslut 2027-05-20 § 41", LATER)
    assert gone.compartments == (f"inner:{ours.post.partition(':')[2]}",)
    assert words(record, gone.compartments[0]) == 0
    assert words(record, f"inner:{theirs.post.partition(':')[2]}") > 0
    assert words(record, "shared") == shared + 1, "the decision itself is kept"
    assert verify(record, LATER) == ()


def test_the_shared_part_goes_when_both_have_decided_and_every_chain_still_verifies(record: Record) -> None:
    """Else disposal would break the proof that something was there, or leave copies behind."""
    number, ours, theirs = ended(record)
    dispose(record, ours, number, "Beslut § 41", LATER)
    gone = dispose(record, theirs, number, "Beslut § 7", LATER)
    assert "shared" in gone.compartments
    assert len(gone.papers) == 1
    assert words(record, "%") == 1, "only the last decision has words"
    seen = view(record, ours, number, LATER)
    assert not any("Listan" in str(line.texts) for line in seen.lines)
    assert verify(record, LATER) == ()
    assert not record.papers.verify(gone.papers[0])


def test_an_open_case_and_another_function_are_refused(record: Record) -> None:
    """Else a case could be emptied while it is still answered for."""
    number = arrived(record)
    with record.database.read() as tx:
        authority = record.world(tx, MORNING).org.sides["hsv-molndal"].authority
    give_function(record, "maja.ekdahl", "registrar", f"authority:{authority}", MORNING.date())
    with pytest.raises(StillOpen):
        dispose(record, Seer("maja.ekdahl", f"registrar@authority:{authority}"), number, "Beslut", MORNING)
    with pytest.raises(NotAllowed):
        dispose(record, MAJA, number, "Beslut", MORNING)


def test_every_table_with_words_of_a_compartment_is_in_the_registry() -> None:
    """Else a new copy of the matter survives its disposal: what names a compartment holds words or is listed."""
    named = {t.name for t in metadata.tables.values() if "case_id" in t.columns and "compartment" in t.columns}
    wordless = {"event", "sight"}
    listed = {name for name in named if any(f"FROM {name} " in statement for _, statement in COPIES)}
    assert named - wordless == listed
