"""The history is shown in one order, the same every time: as each chain goes, and across them by instant."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

from cases.acting import act
from cases.contents import matter
from cases.reading import view
from cases.record import Record
from cases.soundness.verify import verify
from tests.cases.deviations import MAJA, OSKAR, PETRA, arrived
from tests.command import Command as Stegen
from tests.record import MORNING
from workflows.nouns import Command


def at(hours: int) -> datetime:
    return MORNING + timedelta(hours=hours)


def test_a_clock_that_was_set_back_does_not_turn_the_history_round(record: Record) -> None:
    """Else a case seems answered before it was asked, the day a machine's clock was wrong."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), at(5))
    matter.share(record, MAJA, number, "Först.", at(4))
    act(record, OSKAR, number, Command("ask", {"question_text": "Vilken lista?"}), at(3))
    matter.share(record, OSKAR, number, "Sist.", at(6))
    lines = view(record, MAJA, number, at(7)).lines
    for compartment in ("cover", "shared"):
        numbers = [line.seq for line in lines if line.compartment == compartment]
        assert numbers == list(range(1, len(numbers) + 1))
    codes = [(line.compartment, line.code) for line in lines]
    assert codes.index(("cover", "assign")) < codes.index(("cover", "ask"))
    assert codes[-1][0] == "shared"
    assert view(record, MAJA, number, at(8)).lines == lines


def test_lines_of_one_act_stand_together_by_instant(record: Record) -> None:
    """Else what two parties did on the same day is told in another order each time it is read."""
    number = arrived(record)
    matter.note(record, MAJA, number, "Vår egen.", at(1))
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi", "assign_note": "Till dig."}), at(2))
    matter.note(record, MAJA, number, "En till.", at(3))
    moments = [line.at for line in view(record, MAJA, number, at(4)).lines]
    assert moments == sorted(moments)


def test_verify_names_no_row_by_the_databases_own_number(stegen_on_sqlite: Stegen) -> None:
    """Else an auditor is told a number that nobody but the database knows, and that counts the cases of others."""
    with stegen_on_sqlite.record() as record:
        arrived(record)
        arrived(record)
        assert verify(record, at(1)) == ()
    with closing(sqlite3.connect(stegen_on_sqlite.url.removeprefix("sqlite:///"))) as broken:
        broken.execute("DELETE FROM report")
        broken.execute("INSERT INTO report (case_id, account, follow_hash) VALUES (4711, 'nobody', '')")
        broken.commit()
    found = stegen_on_sqlite("verify")
    assert found.exit_code == 1
    assert "references: report" in found.stderr
    assert "4711" not in found.output
