"""Disposal erases the words and leaves the proof: each authority its own, the shared part when both have decided."""

import io
import os
from datetime import datetime, timedelta
from typing import Any

import pytest

from cases.acting import act
from cases.break_glass import break_glass, look_through, openings
from cases.contents import matter
from cases.contents.disposal import COPIES, StillOpen, dispose
from cases.contents.enclosures import KEPT_FOR, sweep_unsent
from cases.contents.matter import NotAllowed
from cases.contents.papers import Papers
from cases.organisation.read_log import reads
from cases.organisation.reorganising import give_function
from cases.reading import view
from cases.record import Record
from cases.sight import Seer
from cases.soundness.sealed_logs import seal_logs
from cases.soundness.verify import verify
from cases.tables import metadata
from tests.cases.deviations import MAJA, OSKAR, arrived, contested
from tests.command import Command as Stegen
from tests.record import MORNING
from workflows.nouns import Command

LATER = MORNING + timedelta(days=400)
KIM, RUNE = Seer("kim.savas", "administrator@county"), Seer("rune.ekvall", "auditor@county")
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def ended(record: Record) -> tuple[str, Seer, Seer]:
    """An ended case with words and papers on each side, and a registrar of each party."""
    number = contested(record)
    matter.note(record, MAJA, number, "Vår egen anteckning.", MORNING)
    matter.note(record, OSKAR, number, "Sjukhusets anteckning.", MORNING)
    matter.add_paper(record, OSKAR, number, io.BytesIO(PDF), "svar.pdf", MORNING)
    written(record, MORNING)
    act(record, MAJA, number, Command("end", {"reason": "Löst."}), MORNING)
    assert act(record, OSKAR, number, Command("done"), MORNING).stage == "ended", "its measure was watched until then"
    with record.database.read() as tx:
        sides = record.world(tx, MORNING).org.sides
    registrars = []
    for account, unit in (("maja.ekdahl", "hsv-molndal"), ("oskar.nyberg", "su-molndal-ortopedi")):
        holder = f"authority:{sides[unit].authority}"
        give_function(record, account, "registrar", holder, MORNING.date())
        registrars.append(Seer(account, f"registrar@{holder}"))
    return number, registrars[0], registrars[1]


def written(record: Record, at: datetime) -> None:
    """The papers on disk are as old as the case, whatever day the machine has."""
    with record.database.read() as tx:
        hashes = [sha for (sha,) in tx.all("SELECT sha256 FROM document")]
    for sha in hashes:
        with record.papers.open(sha) as file:
            os.utime(file.name, (at.timestamp(), at.timestamp()))


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
    break_glass(record, KIM, number, "Listan visades inte.", MORNING, 60)
    look_through(record, KIM, number, MORNING)
    assert set(seal_logs(record, MORNING)) == {"administration", "reads"}
    assert [opening.reason for opening in openings(record, MORNING, LATER, 9)] == ["Listan visades inte."]
    dispose(record, ours, number, "Beslut § 41", LATER)
    gone = dispose(record, theirs, number, "Beslut § 7", LATER)
    assert "shared" in gone.compartments
    assert [(opening.account, opening.reason) for opening in openings(record, MORNING, LATER, 9)] == [(KIM.account, "")]
    assert [(look.account, look.reason) for look in reads(record, RUNE, LATER)] == [(KIM.account, "")]
    assert len(gone.papers) == 1
    assert words(record, "%") == 2, "only the decisions have words"
    kept = [line.texts["decision"] for line in view(record, ours, number, LATER).lines if line.code == "disposed"]
    assert kept == ["Beslut § 41", "Beslut § 7"]
    seen = view(record, ours, number, LATER)
    assert not any("Listan" in str(line.texts) for line in seen.lines)
    assert verify(record, LATER) == ()
    assert not record.papers.verify(gone.papers[0])


@pytest.mark.parametrize("sent_at", [LATER, MORNING])
def test_a_paper_that_somebody_else_sends_while_it_is_disposed_of_stays(
    record: Record, monkeypatch: pytest.MonkeyPatch, sent_at: datetime
) -> None:
    """Else another case's row names a file that is gone for good: its content was taken away between two looks."""
    number, ours, theirs = ended(record)
    other, removes = contested(record), Papers.remove
    sent: list[str] = []

    def after_another_sent_it(papers: Papers, sha256: str, *more: Any) -> Any:
        if not sent:
            sent.append(matter.add_paper(record, OSKAR, other, io.BytesIO(PDF), "igen.pdf", MORNING))
            written(record, sent_at)
        return removes(papers, sha256, *more)

    monkeypatch.setattr(Papers, "remove", after_another_sent_it)
    dispose(record, ours, number, "Beslut § 41", LATER)
    assert dispose(record, theirs, number, "Beslut § 7", LATER).papers == ()
    file, _, _ = matter.open_paper(record, OSKAR, other, sent[0], MORNING)
    with file:
        assert file.read() == PDF


def test_a_paper_that_is_on_its_way_into_another_case_stays(record: Record) -> None:
    """Else the one who sends it commits a row without a file: it was taken between her upload and her row."""
    number, ours, theirs = ended(record)
    dispose(record, ours, number, "Beslut § 41", LATER)
    paper = record.papers.store(io.BytesIO(PDF), "igen.pdf")
    with record.papers.open(paper.sha256) as file:
        os.utime(file.name, (LATER.timestamp(), LATER.timestamp()))
    assert dispose(record, theirs, number, "Beslut § 7", LATER).papers == ()
    assert record.papers.verify(paper.sha256)
    assert sweep_unsent(record, LATER + KEPT_FOR + timedelta(hours=1)) == (paper.sha256,), "nobody named it after all"


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
    listed = {name for name in named if any(statement.startswith(f"DELETE FROM {name} ") for _, statement in COPIES)}
    assert named - wordless == listed


def test_what_goes_is_shown_first_and_only_a_typed_number_confirms_it(stegen: Stegen) -> None:
    """Else one slip of the hand erases for good what two parties relied on, and nobody had seen what it was."""
    with stegen.record() as record:
        number, ours, theirs = ended(record)
    late = {"STEGEN_NOW": LATER.isoformat()}
    words = ("case", "dispose", number, "--decision", "Nämndens beslut § 41", "--as", f"{ours.account}/registrar")
    foreseen = stegen.json(*words, "--preview", **late)
    assert foreseen["goes"] == [{"compartment": "inner:von-molndal", "texts": 1, "papers": 0}]
    assert foreseen["undecided"] == ["styrelsen-su"]
    slipped = stegen(*words, typed="ja\n", **late)
    assert (slipped.exit_code, stegen.json(*words, "--preview", **late)) == (1, foreseen)
    assert "styrelsen-su" in slipped.stdout
    done = stegen(*words, typed=f"{number}\n", **late)
    assert done.exit_code == 0, done.output
    other = ("case", "dispose", number, "--decision", "§ 7", "--as", f"{theirs.account}/registrar")
    told = stegen.json(*other, "--yes", **late)
    assert told["undecided"] == []
    assert "shared" in told["disposed"]
    assert stegen("verify", **late).exit_code == 0
    history = stegen.json("case", "show", number, "--as", f"{ours.account}/registrar", **late)["history"]
    decided = [(line["actor"], line["texts"]["decision"]) for line in history if line["move"] == "disposed"]
    assert decided == [(ours.post, "Nämndens beslut § 41"), (theirs.post, "§ 7")]


def test_the_command_refuses_what_is_not_ripe(stegen_on_sqlite: Stegen) -> None:
    """Else an open case, or somebody who is no registrar, would be stopped only after the question."""
    with stegen_on_sqlite.record() as record:
        number = arrived(record)
        with record.database.read() as tx:
            authority = record.world(tx, MORNING).org.sides["hsv-molndal"].authority
        give_function(record, "maja.ekdahl", "registrar", f"authority:{authority}", MORNING.date())
    words = ("case", "dispose", number, "--decision", "§ 1", "--yes", "--as")
    open_still = stegen_on_sqlite(*words, "maja.ekdahl/registrar")
    assert open_still.exit_code == 1
    assert "not ended" in open_still.stderr
    assert stegen_on_sqlite(*words, "maja.ekdahl/handler").exit_code == 1
    assert stegen_on_sqlite(*words[:-2], "--json", "--as", "maja.ekdahl/registrar").exit_code == 2


def test_a_case_that_was_opened_again_asks_both_parties_anew(record: Record) -> None:
    """Else one party's decision about the first round erases, with the other's, words written in the second."""
    number, ours, theirs = ended(record)
    dispose(record, ours, number, "Gallringsbeslut 12/2026", MORNING)
    act(record, MAJA, number, Command("reopen", {"reason": "Det hände igen."}), MORNING)
    act(record, MAJA, number, Command("end", {"reason": "Löst igen."}), MORNING)
    later = dispose(record, theirs, number, "Gallringsbeslut 7/2026", MORNING)
    assert later.compartments == (f"inner:{theirs.post.partition(':')[2]}",)
    last = dispose(record, ours, number, "Gallringsbeslut 31/2026", MORNING)
    assert "shared" in last.compartments
    assert verify(record, MORNING) == ()
