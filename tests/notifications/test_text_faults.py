"""A text with a fault holds up the letters that need it, and no other; once it is mended they leave by themselves."""

import shutil
from pathlib import Path

import pytest

from cases.acting import act
from cases.clock.rounds import duties
from cases.record import Record
from notifications import texts
from notifications.delivery import Letterhead
from notifications.round import DUTY, run_round
from tests.cases.deviations import PETRA, arrived
from tests.notifications.clockwork import minutes, statuses
from tests.notifications.conftest import Sink
from tests.record import SOON
from workflows.nouns import Command

HANDLERS = ("maja.ekdahl", "ulf.granberg")
"""They hold one function."""
WORDS = ("submit/v2/handler@unit:hsv-molndal", "redirect/v3/handler@unit:hsv-molndal")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The letters' texts, to spoil."""
    copy = tmp_path / "templates"
    shutil.copytree(texts.FOLDER, copy)
    monkeypatch.setattr(texts, "FOLDER", copy)
    return copy


def spoil(path: Path) -> str:
    """A word that nobody fills in; the text as it was."""
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "\n{nummer}\n", encoding="utf-8")
    return text


def told(record: Record) -> str:
    with record.database.read() as tx:
        return next(duty.error for duty in duties(tx) if duty.name == DUTY)


def test_a_fault_in_one_text_stops_no_letter_that_does_without_it(record: Record, sink: Sink, folder: Path) -> None:
    """Else one typing error in a text that nobody needs today silences a county, and parks what was due."""
    spoil(folder / "glass.sv.txt")
    number = arrived(record)
    assert run_round(record, SOON, sink.mailer()).sent == 3
    assert "glass.sv.txt" in told(record)
    assert "{nummer} is not filled in here" in told(record)
    whole = {name: spoil(folder / name) for name in ("turn.sv.txt", "letter.en.txt")}
    second = arrived(record)
    for sixteenth in range(1, 8):
        report = run_round(record, SOON + minutes(16 * sixteenth), sink.mailer())
    assert (report.sent, report.parked, report.failed) == (0, 0, 1)
    rows = statuses(record, f"{second}/submit/%")
    assert rows["submit/v2/receiver@operation:su"][0] == "waiting"
    assert rows["submit/v2/receiver@operation:su"][1].startswith("text: turn.sv.txt:")
    assert rows["submit/v2/handler@unit:hsv-molndal"] == ("done", ""), "it is told with another text"
    for name, text in whole.items():
        (folder / name).write_text(text, encoding="utf-8")
    assert run_round(record, SOON + minutes(16 * 8), sink.mailer()).sent == 1
    assert set(statuses(record, f"{number}/submit/%").values()) == {("done", "")}
    assert set(statuses(record, f"{second}/submit/%").values()) == {("done", "")}


def test_what_waits_for_a_text_keeps_what_is_told_with_it_for_every_reader(
    record: Record, sink: Sink, folder: Path
) -> None:
    """Else of two steps that are one letter to one reader the first is held by a letter that never leaves, and parked
    after an hour as if it killed its workers."""
    with record.database.write() as tx:
        tx.run("UPDATE person SET language = 'en' WHERE account = 'maja.ekdahl'")
        maja, ulf = (tx.value("SELECT email FROM person WHERE account = :who", who=who) for who in HANDLERS)
    spoil(folder / "glass.sv.txt")  # texts that are all sound are read once
    number = arrived(record)
    sink.answers[ulf] = "451 later"
    run_round(record, SOON, sink.mailer())
    del sink.answers[ulf]
    act(record, PETRA, number, Command("redirect", {"operation": "avo-goteborg", "reason": "Fel."}), SOON + minutes(20))
    whole = spoil(folder / "told.en.txt")
    for moment in (35, 55, 75):
        run_round(record, SOON + minutes(moment), sink.mailer())
    assert [receiver for receiver, _ in sink.taken if receiver in (maja, ulf)] == [maja], "of the first step"
    rows = statuses(record, f"{number}/%")
    assert [(rows[word][0], rows[word][1][:17]) for word in WORDS] == [("waiting", "text: told.en.txt")] * 2
    (folder / "told.en.txt").write_text(whole, encoding="utf-8")
    run_round(record, SOON + minutes(120), sink.mailer())
    assert sorted(receiver for receiver, _ in sink.taken if receiver in (maja, ulf)) == sorted((maja, maja, ulf))
    assert [statuses(record, f"{number}/%")[word] for word in WORDS] == [("done", "")] * 2


class WithoutHead:
    """A way to the sink that breaks as soon as somebody writes a letter for it."""

    def __init__(self, sink: Sink) -> None:
        self.session = sink.mailer().session

    @property
    def letterhead(self) -> Letterhead:
        raise LookupError("no letterhead")


def test_rows_that_a_round_broke_off_with_are_given_back(record: Record, sink: Sink) -> None:
    """Else a fault of ours holds what was due until its lease ends, as if it had killed its worker."""
    arrived(record)
    for sixth in range(3):
        with pytest.raises(LookupError):
            run_round(record, SOON + minutes(6 * sixth), WithoutHead(sink))
        assert set(statuses(record, "%/submit/%").values()) == {("waiting", "failed:LookupError")}
    assert run_round(record, SOON + minutes(18), sink.mailer()).sent == 3
