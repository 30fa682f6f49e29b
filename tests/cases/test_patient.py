"""Whom a case is about: written down before it is shown, and refused as if there were nothing."""

import pytest

from cases.acting import act
from cases.contents.kept_in_clear import BadText
from cases.contents.matter import NotAllowed
from cases.contents.patient import NoneKept, NoReference, set_patient, show_patient
from cases.functions import NotYourFunction
from cases.organisation.read_log import reads
from cases.record import Record
from cases.sight import CaseUnknown, Seer
from tests.cases.deviations import ANNA, HELENA, MAJA, OSKAR, PETRA, STINA, WHY, arrived, liftable
from tests.command import Command
from tests.record import MORNING
from workflows.nouns import Command as Move

AUDITOR = Seer("rune.ekvall", "auditor@county")
WHO = "Boende i rum 4"
MAJAS = ("--as", "maja.ekdahl/handler")
RUNES = ("--as", "rune.ekvall/auditor")


def log(record: Record) -> list[tuple[str, str, str]]:
    return [(r.account, r.reason, r.result) for r in reads(record, AUDITOR, MORNING)]


def test_a_look_is_written_down_with_its_reason(record: Record) -> None:
    """Lost otherwise: somebody looks up a neighbour, and nobody can ever tell."""
    number = arrived(record)
    set_patient(record, MAJA, number, WHO, MORNING)
    assert show_patient(record, MAJA, number, "Ska ringa tillbaka.", MORNING) == WHO
    assert log(record) == [("maja.ekdahl", "Ska ringa tillbaka.", "shown")]


def test_a_look_is_written_down_before_anything_is_shown(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost otherwise: a process that dies between showing and writing leaves a look that nobody knows of."""
    number = arrived(record)
    set_patient(record, MAJA, number, WHO, MORNING)

    def broken(*_: object) -> str:
        raise OSError("the machine is gone")

    monkeypatch.setattr(record.keyring, "open", broken)
    with pytest.raises(OSError, match="gone"):
        show_patient(record, MAJA, number, "Ska ringa tillbaka.", MORNING)
    assert log(record) == [("maja.ekdahl", "Ska ringa tillbaka.", "shown")]


def test_a_refusal_is_the_same_as_when_there_is_nothing(record: Record) -> None:
    """Lost otherwise: the refusal itself tells a receiving function that somebody is named, or that nobody is."""
    named, nameless = arrived(record), arrived(record)
    set_patient(record, MAJA, named, WHO, MORNING)
    told = set()
    for number in (named, nameless):
        with pytest.raises(NoReference) as refused:
            show_patient(record, PETRA, number, "Undrar bara.", MORNING)
        told.add(str(refused.value))
    assert len(told) == 1
    # She may be shown it at this step, and so is told plainly that there is nobody.
    with pytest.raises(NoneKept):
        show_patient(record, MAJA, nameless, "Undrar bara.", MORNING)
    assert sorted(log(record)) == [
        ("maja.ekdahl", "Undrar bara.", "nothing"), ("petra.lonnroth", "Undrar bara.", "denied"),
        ("petra.lonnroth", "Undrar bara.", "denied"),
    ]  # fmt: skip


def test_above_the_local_step_nobody_reads_it(record: Record) -> None:
    """Lost otherwise: a forum's case still leads to a person's name (law 6)."""
    number = liftable(record)
    set_patient(record, MAJA, number, WHO, MORNING)
    act(record, HELENA, number, Move("escalate", WHY), MORNING)
    for seer in (MAJA, OSKAR):
        with pytest.raises(NoReference):
            show_patient(record, seer, number, "Ska ringa.", MORNING)
    with pytest.raises(NoReference):
        show_patient(record, STINA, number, "Ska ringa.", MORNING)
    with pytest.raises(NotAllowed):
        set_patient(record, MAJA, number, "Någon annan", MORNING)


@pytest.mark.parametrize("reason", ["", "  ", "Det är 19121212-1212", "a\x00b"])
def test_a_look_without_a_reason_is_none(record: Record, reason: str) -> None:
    """Lost otherwise: the log says that somebody looked and not why, or tells the auditor whom the case is about."""
    number = arrived(record)
    set_patient(record, MAJA, number, WHO, MORNING)
    with pytest.raises(BadText):
        show_patient(record, MAJA, number, reason, MORNING)
    assert log(record) == []


def test_whoever_may_not_know_of_the_case_is_not_written_down_as_a_reader_of_it(record: Record) -> None:
    """Lost otherwise: the log would connect a stranger with a case that she does not know exists."""
    number = arrived(record)
    with pytest.raises(CaseUnknown):
        show_patient(record, Seer("ragnar.ekelund", "chair@forum:lgs"), number, "Undrar.", MORNING)
    assert log(record) == []


@pytest.mark.parametrize(
    "seer", [MAJA, ANNA, Seer("rut.berg", "administrator@county"), Seer("maja.ekdahl", AUDITOR.post)]
)
def test_the_log_is_for_the_auditor_alone(record: Record, seer: Seer) -> None:
    """Lost otherwise: who looked at whom, and why, is read by colleagues or by the machine's keeper."""
    with pytest.raises(NotYourFunction):
        reads(record, seer, MORNING)


def test_the_command_shows_it_once_and_the_log_tells(stegen: Command) -> None:
    """Lost otherwise: from the command line the reference is out of reach, or a look leaves no trace."""
    with stegen.record() as record:
        number = arrived(record)
    kept = stegen("case", "patient", number, *MAJAS, "--from", "-", typed=WHO.encode())
    assert kept.exit_code == 0, kept.output
    assert stegen.json("case", "patient", number, *MAJAS, "--reason", "Ska ringa.") == {
        "number": number,
        "patient": WHO,
    }
    refused = stegen("case", "patient", number, "--as", "petra.lonnroth/receiver", "--reason", "Undrar.")
    assert refused.exit_code == 1
    assert "inget som funktionen får se" in refused.stderr
    told = stegen.json("log", *RUNES)
    assert {(r["account"], r["number"], r["reason"], r["result"]) for r in told} == {
        ("petra.lonnroth", number, "Undrar.", "denied"), ("maja.ekdahl", number, "Ska ringa.", "shown"),
    }  # fmt: skip
    assert WHO not in str(told)
    shown = stegen("log", *RUNES, "--case", number, "--account", "maja.ekdahl").stdout
    assert "visat" in shown
    assert "nekat" not in shown
    assert stegen("log", *MAJAS).exit_code == 1
    assert "'hej' is no day. Write it as 2026-04-16." in stegen("log", *RUNES, "--since", "hej").stderr
    assert stegen("case", "patient", number, *MAJAS).exit_code == 2
