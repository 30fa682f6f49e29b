"""A text with a fault holds up the letters that need it, and no other; once it is mended they leave by themselves."""

import shutil
from pathlib import Path

import pytest

from cases.clock.rounds import duties
from cases.record import Record
from notifications import texts
from notifications.delivery import Letterhead
from notifications.round import DUTY, run_round
from tests.cases.deviations import arrived
from tests.notifications.clockwork import minutes, statuses
from tests.notifications.conftest import Sink
from tests.record import SOON


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
