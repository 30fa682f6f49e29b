"""`stegen tick`, `docket` and `mailbox`: what an operator sees of the clock."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cases.clock.letters import Tidings
from cases.record import Record
from config.secret import Secret
from notifications.commands import docket_group, mailbox, tick
from notifications.delivery import Parcel, Send
from notifications.round import run_round
from tests.cases.deviations import arrived
from tests.notifications.clockwork import LETTERHEAD, minutes, statuses
from tests.notifications.conftest import Sink, free_port
from tests.record import EARLY, MORNING, SOON


@dataclass
class Settings:
    base_url: str = "http://127.0.0.1:5080"
    mail_from: str = "Stegen <stegen@stegen.example.invalid>"
    smtp_url: Secret = field(default_factory=lambda: Secret(""))
    training: bool = False
    data: Path = Path("var")


@dataclass
class Installation:
    record: Record
    settings: Settings
    machine: datetime = datetime(2001, 1, 1, tzinfo=UTC)

    def telephones_now(self) -> datetime:
        return self.machine

    def now(self) -> datetime:
        return MORNING


@pytest.fixture
def here(record: Record) -> Installation:
    return Installation(record, Settings())


def run(here: Installation, command: object, *words: str) -> Result:
    return CliRunner().invoke(command, words, obj=here)  # type: ignore[arg-type]


def test_a_tick_says_what_it_did(here: Installation) -> None:
    """Else an operator cannot tell a quiet clock from a broken one."""
    arrived(here.record, EARLY)
    first = run(here, tick, "--json")
    assert first.exit_code == 0, first.output
    assert json.loads(first.output)["sent"] == 3
    second = run(here, tick)
    assert (second.exit_code, second.output) == (0, "Nothing was due.\n")


def test_a_tick_can_be_asked_about_another_instant(here: Installation) -> None:
    """Else nobody can try what would happen on Monday."""
    arrived(here.record, EARLY)
    assert run(here, tick).output == "3 sent\n"
    assert run(here, tick, "--now", "2026-04-20T08:00:00+02:00").output == "1 sent\n"
    wrong = run(here, tick, "--now", "on Monday")
    assert wrong.exit_code == 2
    assert "2026-04-16T08:00:00+02:00" in wrong.output


def test_a_tick_far_ahead_of_a_clock_that_runs_has_to_be_meant(here: Installation) -> None:
    """Else one wrong digit takes every automatic step of a year, and none of them can be taken back."""
    here.machine = MORNING
    wrong = ("--now", "2027-04-16T10:00:00+02:00")
    arrived(here.record, EARLY)
    assert run(here, tick, "--now", "2026-04-17T09:00:00+02:00").output == "3 sent\n"
    for words in (wrong, (*wrong, "--night")):
        refused = run(here, tick, *words)
        assert (refused.exit_code, "--ahead" in refused.output) == (1, True)
        assert "2027-04-16 10:00" in refused.output
        assert "last round (2026-04-17 09:00)" in refused.output
    assert statuses(here.record)["receipt#1/r1/-1/receiver@operation:su"] == ("waiting", "")
    assert json.loads(run(here, tick, *wrong, "--ahead", "--json").output)["steps"] > 0


def test_a_tick_uses_the_mail_server_of_the_settings(here: Installation, sink: Sink) -> None:
    """Else a county that has set its mail server finds its letters in the local mailbox."""
    here.settings.smtp_url = Secret(f"smtp://127.0.0.1:{sink.port}")
    arrived(here.record, EARLY)
    assert run(here, tick).output == "3 sent\n"
    assert len(sink.taken) == 3


def test_a_tick_whose_letters_cannot_leave_says_so(here: Installation, sink: Sink) -> None:
    """Else a scheduler that runs it for months reads "Nothing was due" while a county's reminders wait."""
    arrived(here.record, EARLY)
    for url in (f"smtp://127.0.0.1:{free_port()}", "smtp://127.0.0.1:99999", f"smtp://u:ö@127.0.0.1:{sink.port}"):
        here.settings.smtp_url = Secret(url)
        waits = run(here, tick)
        assert (waits.exit_code, waits.output.count("check STEGEN_SMTP_URL")) == (1, 1)
        assert "ö" not in waits.output
        assert "Nothing was due" not in waits.output
        with here.record.database.write() as tx:
            tx.run("DELETE FROM mail_line")
    assert "check STEGEN_SMTP_URL" in json.loads(run(here, tick, "--json").output)["mail"]
    assert run(here, docket_group, "status").output.count("check STEGEN_SMTP_URL") == 1


def test_a_training_copy_sends_no_letter_even_with_a_mail_server(here: Installation, sink: Sink) -> None:
    """Else somebody who learns on a copy of the record would remind real people of cases that are long done."""
    here.settings.smtp_url, here.settings.training = Secret(f"smtp://127.0.0.1:{sink.port}"), True
    arrived(here.record, EARLY)
    assert run(here, tick).output == "3 sent\n"
    assert sink.taken == []


def test_the_docket_lists_what_is_still_to_do(here: Installation) -> None:
    """Else nobody sees what the clock will do next, or what it waits for."""
    number = arrived(here.record)
    rows = json.loads(run(here, docket_group, "list", "--json").output)
    assert {row["number"] for row in rows} == {number}
    assert [row["due_at"] for row in rows] == sorted(row["due_at"] for row in rows)
    step = next(row for row in rows if row["move"] == "expire")
    assert (step["kind"], step["status"], step["due_at"]) == ("step", "waiting", "2026-07-01T06:00:00+00:00")
    shown = run(here, docket_group, "list", "--limit", "3").output
    assert shown.count(number) == 3
    assert "receiver@operation:su" in shown
    assert run(here, docket_group, "list", "--status", "parked").output == "Nothing is waiting.\n"


def test_rows_are_treated_by_hand_with_a_reason_that_is_kept(here: Installation, sink: Sink) -> None:
    """Else an operator who has mended an address must wait for a programmer."""
    here.settings.smtp_url = Secret(f"smtp://127.0.0.1:{sink.port}")
    sink.answers = {f"{who}@vgr.example.invalid": "550 gone" for who in ("petra.lonnroth", "harriet.lundqvist.falk")}
    number = arrived(here.record, EARLY)
    run(here, tick)
    key = f"{number}/submit/v2/receiver@operation:su"
    assert key in run(here, docket_group, "list", "--status", "parked").output
    stands = json.loads(run(here, docket_group, "status", "--json").output)
    assert (stands["parked"], stands["without_receiver"], stands["mail"]) == (2, 1, None)
    assert stands["duties"]["docket"]["error"] == ""
    vacant = run(here, docket_group, "vacancies")
    assert (vacant.exit_code, "takes no letters" in vacant.output) == (1, True)
    sink.answers = {}
    by = ("--as", "kim.savas/administrator", "--reason", "Adresserna är rättade.")
    done = json.loads(run(here, docket_group, "retry", "--parked", *by, "--json").output)["done"]
    assert done == [key, f"{key}~1"]
    assert run(here, tick).output == "1 sent\n", "both rows mean her again, and share a letter"
    told = run(here, docket_group, "log").output
    assert told.count("Adresserna är rättade.") == 2
    late = run(here, docket_group, "drop", key, *by, "--json")
    assert (late.exit_code, "it is settled" in late.output) == (1, True)
    assert run(here, docket_group, "status").output.endswith("0 parked; 0 without a receiver.\n")


def test_a_row_that_is_released_takes_its_whole_letter_along(here: Installation, sink: Sink) -> None:
    """Else somebody whose letter was in a dead worker's hands gets it three times, each as if it were another."""
    number, _ = arrived(here.record), arrived(here.record)

    class Dies:
        letterhead = LETTERHEAD

        @contextmanager
        def session(self) -> Iterator[Send]:
            with sink.mailer().session() as send:

                def hand_over(parcel: Parcel) -> Tidings:
                    taken = send(parcel)
                    if parcel.address.startswith("petra"):
                        raise KeyboardInterrupt
                    return taken

                yield hand_over

    with pytest.raises(KeyboardInterrupt):
        run_round(here.record, SOON, Dies())
    key, by = f"{number}/submit/v2/receiver@operation:su", ("--as", "kim.savas", "--reason", "Maskinen är avstängd.")
    assert json.loads(run(here, docket_group, "release", key, *by, "--json").output) == {"done": [key]}
    assert "2026-" in run(here, docket_group, "log").output
    for later in (1, 20):
        run_round(here.record, SOON + minutes(later), sink.mailer())
    hers = [body for address, body in sink.taken if address.startswith("petra")]
    assert len(hers) == 2, "once by the worker that died, and once more"
    assert hers[0] == hers[1]


def test_one_of_two_in_a_function_whose_address_takes_nothing_is_listed(here: Installation, sink: Sink) -> None:
    """Else the one handler's letters vanish for months, because her colleague gets hers."""
    here.settings.smtp_url = Secret(f"smtp://127.0.0.1:{sink.port}")
    sink.answers = {"ulf.granberg@molndal.example.invalid": "550 5.1.1 user unknown"}
    arrived(here.record, EARLY)
    assert run(here, tick).output == "2 sent\n"
    dead = json.loads(run(here, docket_group, "list", "--status", "parked", "--json").output)
    assert [(row["key"], row["post"], row["reason"]) for row in dead] == [
        ("address/ulf.granberg", "ulf.granberg@molndal.example.invalid", "refused: 550 5.1.1 user unknown")
    ]
    ahead = run(here, docket_group, "vacancies")
    assert ahead.exit_code == 1
    assert "Somebody is there for every deadline" in ahead.output
    assert "ulf.granberg@molndal.example.invalid" in ahead.output
    assert "stegen user address ACCOUNT ADDRESS" in ahead.output
    [told] = json.loads(run(here, docket_group, "vacancies", "--json").output)
    assert (told["why"], told["account"], told["post"]) == ("dead_address", "ulf.granberg", "handler@unit:hsv-molndal")
    with here.record.database.write() as tx:
        tx.run("UPDATE person SET email = 'ulf@molndal.example.invalid' WHERE account = 'ulf.granberg'")
    assert run(here, docket_group, "list", "--status", "parked").output == "Nothing is waiting.\n"
    assert run(here, docket_group, "vacancies").exit_code == 0


def test_the_mailbox_shows_letters_newest_first_and_one_in_full(here: Installation) -> None:
    """Else somebody who tries Stegen never sees what its reminders look like."""
    number = arrived(here.record, EARLY)
    assert run(here, mailbox).output == "No letter was written yet.\n"
    run(here, tick)
    run(here, tick, "--now", "2026-04-20T08:00:00+02:00")
    letters = json.loads(run(here, mailbox, "list", "--json").output)
    assert letters[0]["subject"].startswith("Svar behövs")
    assert number in run(here, mailbox).output
    shown = run(here, mailbox, "show", letters[0]["id"][:8])
    assert "Det som behövs: Utse enhet och handläggare" in shown.output
    assert json.loads(run(here, mailbox, "show", letters[0]["id"], "--json").output)["text"].startswith("Till dig som")
    missing = run(here, mailbox, "show", "zzzz")
    assert (missing.exit_code, "stegen mailbox list" in missing.output) == (1, True)
