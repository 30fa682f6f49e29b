"""What looked like a person's number and was let through: the reason stays with whoever said so, until disposal."""

from collections.abc import Callable
from io import BytesIO

import pytest

from cases.acting import Refused, act
from cases.answers import KeyReused
from cases.contents import forum_files, matter, patient
from cases.contents.disposal import dispose
from cases.contents.kept_in_clear import BadText, NumberInText
from cases.contents.marking import mark_secrecy
from cases.reading import view
from cases.record import Record
from cases.sight import Seer
from cases.soundness.verify import verify
from tests.cases.deviations import ANSWERED, MAJA, OSKAR, PETRA, arrived
from tests.record import MORNING
from workflows.nouns import Command

NUMBER = "Erik 19121212-1212 hör av sig."
WHY = "Numret är växelns."
UNIT = {"unit": "su-molndal-ortopedi"}
PATTERN = {"contest_ground": "pattern", "reason": "Det händer ofta.", "sentence": "Ingen svarar på 031-123 45 67."}
REGISTRAR = Seer("hassan.gullstrand", "registrar@authority:von-molndal")


def answered(record: Record) -> str:
    number = arrived(record)
    act(record, PETRA, number, Command("assign", UNIT), MORNING)
    act(record, OSKAR, number, ANSWERED, MORNING)
    return number


def reasons(record: Record, seer: Seer, number: str) -> list[tuple[str, str]]:
    """(compartment, account) of the lines in which that seer reads why something was cleared."""
    lines = view(record, seer, number, MORNING).lines
    return [(li.compartment, li.by) for li in lines if li.code == "identifier_cleared" and li.texts["reason"] == WHY]


def test_the_reason_is_kept_with_those_who_gave_it_until_it_is_disposed_of(record: Record) -> None:
    """Lost otherwise: nobody can say afterwards who let a number through, or why; or the other side reads it; or the
    reason, which may tell whose it is, outlives the case."""
    number = answered(record)
    with pytest.raises(Refused) as refused:
        act(record, MAJA, number, Command("contest", PATTERN), MORNING)
    assert [(r.code, r.field) for r in refused.value.refusal.reasons] == [("identity_found", "sentence")]
    for why in (" ", "x" * 20_001, "a\x00b", NUMBER):
        with pytest.raises(BadText):
            act(record, MAJA, number, Command("contest", PATTERN), MORNING, cleared=why)
    act(record, MAJA, number, Command("contest", PATTERN), MORNING, key="k", cleared=WHY)
    with pytest.raises(KeyReused):
        act(record, MAJA, number, Command("contest", PATTERN), MORNING, key="k", cleared="Ett påhittat nummer.")
    assert reasons(record, MAJA, number) == [("inner:von-molndal", "maja.ekdahl")]
    assert reasons(record, OSKAR, number) == []
    assert verify(record, MORNING) == ()
    dispose(record, REGISTRAR, number, "Nämndens beslut § 4", MORNING)
    with record.database.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM event_text WHERE body LIKE :why", why=f"%{WHY}%") == 0
    assert verify(record, MORNING) == ()


def test_nothing_is_kept_where_nothing_was_found(record: Record) -> None:
    """Lost otherwise: a form that always sends a reason fills the record with empty clearings."""
    number = answered(record)
    act(record, MAJA, number, Command("accept"), MORNING, cleared=WHY)
    assert reasons(record, MAJA, number) == []


def test_a_personal_number_is_kept_by_no_door_and_cleared_by_none(record: Record) -> None:
    """Lost otherwise: somebody's number stands in clear in a note or the forum file, the other side reads it, and it
    leaves the local step by a click on "points out nobody" (law 6)."""
    number = answered(record)
    before = len(view(record, MAJA, number, MORNING).lines)
    words = {"statement": NUMBER, "question": "Vem svarar?"}
    doors: list[Callable[[], object]] = [
        lambda: matter.note(record, MAJA, number, NUMBER, MORNING),
        lambda: matter.share(record, MAJA, number, NUMBER, MORNING),
        lambda: matter.set_registry_number(record, MAJA, number, NUMBER, MORNING),
        lambda: mark_secrecy(record, MAJA, number, NUMBER, None, MORNING),
        lambda: forum_files.write_revision(record, MAJA, number, words, MORNING),
        lambda: forum_files.write_revision(
            record, MAJA, number, {"statement": "En person", "question": "Vem?", "view_raising": NUMBER}, MORNING
        ),
    ]  # fmt: skip
    for door in doors:
        with pytest.raises(NumberInText):
            door()
    measures = [{"what": "Ny rutin", "owner": NUMBER, "date": MORNING.date()}]
    for move, inputs in (("contest", {"contest_ground": "facts", "reason": NUMBER}), ("answer", {"measures": measures}),
                         ("hand_over", {"to": MAJA.post, "reason": NUMBER})):  # fmt: skip
        with pytest.raises(Refused) as refused:
            act(record, MAJA, number, Command(move, inputs), MORNING, cleared=WHY)
        assert refused.value.refusal.reasons[0].code == "number_found"
    assert len(view(record, MAJA, number, MORNING).lines) == before
    patient.set_patient(record, MAJA, number, NUMBER, MORNING)
    handle = matter.add_paper(record, MAJA, number, BytesIO(b"Listan."), "Listan 19121212-1212.txt", MORNING)
    stream, name, _ = matter.open_paper(record, OSKAR, number, handle, MORNING)
    stream.close()
    assert name == "Listan ….txt"


def test_a_number_that_was_kept_earlier_is_not_cleared(record: Record) -> None:
    """Lost otherwise: a revision from before the rule leaves the local step with somebody's number in it."""
    number = answered(record)
    forum_files.write_revision(record, MAJA, number, {"statement": "Ring 031-123 45 67.", "question": "Vem?"}, MORNING)
    with record.database.write() as tx:
        tx.run("UPDATE finding SET kind = 'personal_number'")
    with pytest.raises(NumberInText):
        forum_files.clear_finding(record, MAJA, number, 1, WHY, MORNING)
    with pytest.raises(forum_files.MayPointOut):
        forum_files.review(record, MAJA, number, 1, MORNING)


@pytest.mark.parametrize("inputs", [["unit"], "unit", None, {1: "unit"}])
def test_inputs_without_names_are_refused_plainly(record: Record, inputs: object) -> None:
    """Lost otherwise: a program that sends a list brings the server down instead of being told."""
    number = arrived(record)
    with pytest.raises(Refused) as refused:
        act(record, PETRA, number, Command("assign", inputs), MORNING)  # type: ignore[arg-type]
    assert [(r.code, r.field) for r in refused.value.refusal.reasons] == [("input_not_text", "inputs")]
