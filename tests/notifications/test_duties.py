"""What recurs besides reminders: the night's watch with its published root, the yearly reminder, the worker."""

import json
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from cases.clock.rounds import duties
from cases.database import Database, DatabaseError
from cases.organisation.administration import By
from cases.organisation.read_review import last_half_year, note_review
from cases.record import Record
from cases.signing_in.guesses import ADDRESS, Guess, count
from cases.soundness.sealed_logs import log_heads
from cases.soundness.verify import chain_root, verify
from notifications import night, year
from notifications.delivery import Unreachable
from notifications.duties import Duties
from notifications.mailbox import LocalMailbox
from notifications.smtp import MailServer
from tests.cases.deviations import arrived
from tests.cases.test_sealed_logs import UNBOUND
from tests.command import Command
from tests.notifications.clockwork import LETTERHEAD, at, sent
from tests.notifications.conftest import free_port
from tests.record import EARLY, SOON

ROOT = Path(__file__).parent.parent.parent
NIGHT = at("2026-04-17 02:00")


def test_each_night_a_root_is_published_outside_the_database(record: Record, tmp_path: Path) -> None:
    """Else whoever can write to the database can rewrite history and logs, and nobody has anything against it."""
    arrived(record)
    assert not night.is_due(record, at("2026-04-17 01:59"))
    roots = tmp_path / "roots"
    found = night.watch(record, NIGHT, roots)
    assert found.file == roots / "2026-04-17.txt"
    assert found.file.read_text() == f"2026-04-17T00:00:00Z {found.heads} {found.root}\n"
    assert (found.root, found.heads) == chain_root(record)
    assert not night.is_due(record, at("2026-04-17 23:59")), "once a night"
    assert night.is_due(record, at("2026-04-20 11:00")), "and after a weekend without a clock, on Monday"
    note_review(record, last_half_year(NIGHT), By("rune.ekvall", NIGHT, "Inget att anmärka."))
    night.watch(record, NIGHT, roots)
    first, root, logged = found.file.read_text().splitlines()
    assert first.split()[2] == found.root, "no root is ever written over"
    assert root.split()[1:] == [str(found.heads + 1), chain_root(record)[0]]
    with record.database.read() as tx:
        assert logged.split()[1:] == ["log", "administration", log_heads(tx)["administration"].hex()]
    assert sorted(path.name for path in roots.iterdir()) == ["2026-04-17.txt", "disposed.txt"]


def test_the_newest_seal_is_not_taken_out_with_what_it_sealed(record: Record, tmp_path: Path) -> None:
    """Else whoever has the database could take out what an administrator did yesterday, and no night would know."""
    note_review(record, last_half_year(NIGHT), By("rune.ekvall", NIGHT, "Inget att anmärka."))
    assert night.watch(record, NIGHT, tmp_path).faults == ()
    with record.database.write() as tx:
        for one in (*UNBOUND[tx.postgres].split("; "), "DELETE FROM administration_act", "DELETE FROM log_seal"):
            tx.run(one)
    assert verify(record, NIGHT) == (), "by itself the record is whole"
    found = night.watch(record, at("2026-04-18 02:00"), tmp_path)
    assert [(fault.check, fault.place) for fault in found.faults] == [("logs", "administration")]


def test_a_check_that_breaks_off_leaves_the_night_s_root(
    record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a fault that stops the check also hides when the record was still whole."""
    arrived(record)
    monkeypatch.setattr("notifications.night.verify", _out_of_disk)
    for _ in ("the first time", "and again a minute later"):
        with pytest.raises(DatabaseError):
            night.watch(record, NIGHT, tmp_path)
    root, heads = chain_root(record)
    assert (tmp_path / "2026-04-17.txt").read_text() == f"2026-04-17T00:00:00Z {heads} {root}\n"
    assert night.is_due(record, NIGHT)


def test_counts_of_tries_are_forgotten_at_night(record: Record, tmp_path: Path) -> None:
    """Else each address that ever tried something would be a row for ever."""
    count(record, NIGHT - timedelta(days=2), Guess(ADDRESS, "198.51.100.1"))
    count(record, NIGHT, Guess(ADDRESS, "198.51.100.2"))
    night.watch(record, NIGHT, tmp_path)
    with record.database.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM guess") == 1


def test_a_night_that_finds_a_fault_says_so_where_somebody_looks(record: Record, tmp_path: Path) -> None:
    """Else a changed line is found by the party that it harms, years later."""
    arrived(record)
    before = night.watch(record, NIGHT, tmp_path).root
    renamed = "UPDATE cases SET next_task = :task WHERE id = 1"
    with record.database.write() as tx:
        task = tx.value("SELECT next_task FROM cases WHERE id = 1")
        tx.run(renamed, task="something else")
    found = night.watch(record, at("2026-04-18 02:00"), tmp_path)
    assert [fault.check for fault in found.faults] == ["state"]
    assert found.root == before
    assert "run `stegen verify`" in error_of(record, night.DUTY)
    with record.database.write() as tx:
        tx.run(renamed, task=task)
    night.watch(record, at("2026-04-19 02:00"), tmp_path)
    assert error_of(record, night.DUTY) == ""


def error_of(record: Record, name: str) -> str:
    with record.database.read() as tx:
        return next(duty.error for duty in duties(tx) if duty.name == name)


def test_a_duty_that_breaks_off_is_noted_and_tried_again(
    record: Record, mailbox: LocalMailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a clock that fails every minute looks like one that has nothing to do."""
    arrived(record)
    here = Duties(record, mailbox, tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr("notifications.round.taking_back.rescue", _out_of_disk)
        with pytest.raises(DatabaseError):
            here.minute(SOON)
    with record.database.read() as tx:
        duty = duties(tx)[0]
    assert (duty.name, duty.finished_at, duty.error) == ("docket", None, "DatabaseError: the disk is full")
    assert here.minute(SOON).sent == 3
    with record.database.read() as tx:
        assert {(d.finished_at, d.error) for d in duties(tx)} == {(SOON, "")}


def _out_of_disk(*_words: object) -> int:
    raise DatabaseError("the disk is full")


def test_administrators_are_reminded_once_of_the_coming_year(
    record: Record, mailbox: LocalMailbox, tmp_path: Path
) -> None:
    """Else January's dates are counted without meetings, and recounted under everybody's eyes."""
    assert year.remind_of_year(record, at("2026-10-30 09:00"), mailbox) == 0
    assert year.remind_of_year(record, at("2026-11-02 07:59"), mailbox) == 0, "1 November is a Sunday"
    nobody = MailServer(f"smtp://127.0.0.1:{free_port()}", LETTERHEAD, seconds=5)
    with pytest.raises(Unreachable):
        year.remind_of_year(record, at("2026-11-02 08:00"), nobody)
    assert year.remind_of_year(record, at("2026-11-02 09:00"), mailbox) == 1
    letter = sent(record)[0]
    assert letter.account == "kim.savas"
    assert letter.subject == "Load the meeting dates and closed days of 2027", "in the receiver's own language"
    assert "2027" in letter.html
    for day in ("2026-11-02 10:00", "2026-11-03 09:00", "2026-12-30 09:00"):
        Duties(record, mailbox, tmp_path).hours(at(day))
    assert len(sent(record)) == 1
    assert year.remind_of_year(record, at("2027-11-01 09:00"), mailbox) == 1


def test_a_bad_address_of_one_administrator_keeps_the_yearly_letter_from_no_other(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else a line break, a comma or an ö in one address keeps all who look after the installation from hearing of it,
    or sends the letter to somebody else."""
    bad = ("a@example.invalid\nBcc: z@example.invalid", "å@example.invalid", "a@example.invalid, b@example.invalid")
    with record.database.write() as tx:
        for number, address in enumerate(bad):
            tx.run("INSERT INTO person (account, name, email, language, password_hash, disabled)"
                   " VALUES (:a, :a, :e, 'sv', '', :no)", a=f"admin{number}", e=address, no=False)  # fmt: skip
            tx.run("INSERT INTO holding (account, function, holder, side, acting, valid_from)"
                   " VALUES (:a, 'administrator', 'county', '', :no, '2024-01-01')",
                   a=f"admin{number}", no=False)  # fmt: skip
    assert year.remind_of_year(record, at("2026-11-02 09:00"), mailbox) == 1
    with record.database.read() as tx:
        refused = dict(tx.all("SELECT account, answer FROM letter WHERE outcome = 'refused'"))
        assert sorted(refused) == ["admin0", "admin1", "admin2"]
        assert all("cannot be written to" in answer for answer in refused.values())
    with record.database.write() as tx:
        tx.run("UPDATE person SET email = 'a@example.invalid' WHERE account = 'admin2'")
    assert year.remind_of_year(record, at("2026-11-03 09:00"), mailbox) == 1, "what is corrected is written to"
    assert year.remind_of_year(record, at("2026-11-04 09:00"), mailbox) == 0
    assert [letter.account for letter in sent(record)] == ["kim.savas", "admin2"]


def test_the_worker_runs_the_clock_until_it_is_told_to_end(stegen_on_sqlite: Command) -> None:
    """Else an installation with pages in processes of their own has no clock, or one that must be killed."""
    with stegen_on_sqlite.record() as record:
        arrived(record, EARLY)
    environ = {**stegen_on_sqlite.settings, "PATH": "/usr/bin:/bin"}
    with subprocess.Popen([sys.executable, "-m", "stegen", "worker"], cwd=ROOT, env=environ, text=True,
                          stdout=subprocess.PIPE) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline().startswith("The clock runs")
        database = Database(stegen_on_sqlite.url)
        while not _letters(database):
            assert process.poll() is None
        database.close()
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == "Ended.\n"
        assert process.wait(20) == 0


def _letters(database: Database) -> int:
    with database.read() as tx:
        return int(tx.value("SELECT COUNT(*) FROM letter WHERE outcome = 'delivered'"))


def test_the_nights_watch_can_be_asked_for(stegen_on_sqlite: Command) -> None:
    """Else whoever runs the clock from the system's own scheduler never has a root to show."""
    with stegen_on_sqlite.record() as record:
        arrived(record)
    told = json.loads(stegen_on_sqlite("tick", "--night", "--json").stdout)
    assert told["faults"] == []
    assert Path(told["file"]) == stegen_on_sqlite.data / "roots" / "2026-04-16.txt"
    assert told["root"] in Path(told["file"]).read_text()


def test_own_reminders_are_chosen_at_the_terminal(stegen_on_sqlite: Command) -> None:
    """Else somebody who wants the same morning has to ask for a page that does not exist yet."""
    by = ("docket", "own", "--as", "maja.ekdahl/handler")
    assert stegen_on_sqlite(*by).stdout == "handler@unit:hsv-molndal: none\n"
    assert stegen_on_sqlite.json(*by, "--choose", "morning, week")["own"] == ["week", "morning"]
    assert "there are monday" in stegen_on_sqlite.refusal(*by, "--choose", "never")["text"]
