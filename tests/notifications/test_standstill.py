"""The clock of a restored copy stands still until somebody says which letters have left: nobody gets one twice."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cases.clock import mail_line, standstill
from cases.clock.rounds import note_failure, note_round
from cases.clock.standstill import AheadOfNow, BadReason, NotStandingStill
from cases.functions import NotYourFunction
from cases.record import Record
from cases.soundness.readiness import readiness
from cases.soundness.verify import verify
from notifications.asked import moment
from notifications.batches import carry_out, hand_over_held
from notifications.docket_status import OF_THE_COPY, status
from notifications.duties import Duties
from notifications.mailbox import LocalMailbox
from notifications.round import Report, run_round
from tests.cases.deviations import arrived
from tests.notifications.clockwork import LETTERHEAD, at, in_short, minutes, play, sent, statuses
from tests.record import MORNING, SOON

KIM, WHY = "kim.savas", "Restored after the fire; the old clock stopped on Tuesday at noon."
RESTORED = at("2026-04-22 09:00")
STOPPED = at("2026-04-21 12:00")


@pytest.fixture
def mailer() -> LocalMailbox:
    return LocalMailbox(LETTERHEAD)


@pytest.fixture
def copy(record: Record) -> Record:
    """A record as it stood on the morning of the first story, brought back six days later."""
    arrived(record)
    with record.database.write() as tx:
        standstill.begin(tx, "restored from a backup", MORNING, RESTORED)
    return record


def test_a_restored_copy_sends_nothing_until_somebody_has_looked(
    copy: Record, mailer: LocalMailbox, tmp_path: Path
) -> None:
    """Lost otherwise: on the morning after the fire everybody gets last week's reminders once more."""
    assert run_round(copy, RESTORED, mailer) == Report(still=1)
    Duties(copy, mailer, tmp_path / "roots").hours(at("2026-11-03 09:00"))
    assert sent(copy) == []
    found = standstill.standing_still(copy, RESTORED)
    assert found is not None
    assert (found.taken_at, found.letters, found.steps) == (MORNING, 3, 0)
    told = {check.name: check.state for check in readiness(copy, RESTORED).checks}
    assert told["standstill"] == "fault"
    assert verify(copy, RESTORED) == ()


def test_letters_that_had_left_count_as_sent_and_the_next_ones_leave(copy: Record, mailer: LocalMailbox) -> None:
    """Lost otherwise: either all letters go twice, or the reminders that were still to come never go."""
    assert standstill.go_on(copy, KIM, WHY, STOPPED, RESTORED) > 0
    assert verify(copy, RESTORED) == ()
    counted = [key for key, fate in statuses(copy).items() if fate == ("done", standstill.COUNTED_AS_SENT)]
    assert counted
    play(copy, mailer, RESTORED, at("2026-06-16 09:00"))
    left = in_short(sent(copy))
    assert all(when >= "2026-04-22 09:00" for when, _, _ in left)
    assert ("2026-04-22 09:00", "petra.lonnroth", left[0][2]) in left
    assert not {key for key, fate in statuses(copy).items() if fate == ("done", "")} & set(counted)
    assert verify(copy, at("2026-06-16 09:00")) == ()
    assert "standstill" not in {check.name for check in readiness(copy, RESTORED).checks}


def test_everything_leaves_where_nothing_had_left(copy: Record, mailer: LocalMailbox) -> None:
    """Lost otherwise: after a night's backup and a crash before dawn the day's letters would be missing."""
    assert standstill.go_on(copy, KIM, WHY, None, RESTORED) == 0
    assert run_round(copy, RESTORED, mailer).sent > 0


def test_only_an_administrator_with_a_reason_stops_or_starts_it(copy: Record) -> None:
    """Lost otherwise: letters could be held back, or let loose, by anybody and without a trace."""
    for account, reason, until, fault in (
        ("petra.lonnroth", WHY, STOPPED, NotYourFunction),
        (KIM, " ", STOPPED, BadReason),
        (KIM, "two\nlines", STOPPED, BadReason),
        (KIM, WHY, at("2026-04-22 10:00"), AheadOfNow),
    ):
        with pytest.raises(fault):
            standstill.go_on(copy, account, reason, until, RESTORED)
    assert standstill.is_still(copy)
    standstill.go_on(copy, KIM, WHY, STOPPED, RESTORED)
    with pytest.raises(NotStandingStill):
        standstill.go_on(copy, KIM, WHY, STOPPED, RESTORED)
    standstill.stop(copy, KIM, "A copy of the machine's disk.", RESTORED)
    standstill.stop(copy, KIM, "Twice does no harm.", RESTORED)
    with copy.database.read() as tx:
        kept = tx.all("SELECT reason, ended_by, sent_until FROM standstill ORDER BY id")
    assert kept == [("restored from a backup", KIM, STOPPED), ("A copy of the machine's disk.", "", None)]


def test_its_state_says_which_moments_are_of_the_time_before_the_restore(record: Record, mailer: LocalMailbox) -> None:
    """Lost otherwise: an operator reads last week's check of the record, or an outage that is long over, as of today;
    or takes for a fault of this machine what was one of the machine that burned."""
    arrived(record)
    ahead = RESTORED.replace(year=2027)
    note_round(record, "lists", {}, MORNING)
    note_round(record, "from_a_clock_ahead", {}, ahead)
    note_failure(record, "night", "The disk is full.", MORNING)
    mail_line.note_broken(record, "the line was cut", MORNING)
    before = told(record)
    assert (before["restored"], [duty["of_the_copy"] for duty in before["duties"].values()]) == (None, [[], [], []])
    with record.database.write() as tx:
        standstill.begin(tx, "restored from a backup", MORNING, RESTORED)
    run_round(record, RESTORED + minutes(1), mailer)
    stands = told(record)
    assert stands["restored"] == {"at": RESTORED.astimezone(UTC).isoformat(), "shows": MORNING.isoformat()}
    assert {name: duty["of_the_copy"] for name, duty in stands["duties"].items()} == {
        "docket": [], "lists": ["finished_at"], "from_a_clock_ahead": ["finished_at"], "night": ["failed_at"],
    }  # fmt: skip
    assert stands["mail"]["of_the_copy"] == ["since"]
    head, *lines = in_words(record)
    assert head == f"Restored {moment(RESTORED)} from a copy that shows {moment(MORNING)}."
    assert f"docket: last good round {moment(RESTORED + minutes(1))}" in lines
    assert f"lists: last good round {moment(MORNING)}{OF_THE_COPY}" in lines
    assert f"  broke off {moment(MORNING)}: The disk is full.{OF_THE_COPY}" in lines
    assert lines[-1].endswith("how much of it had left before the restore is not known.")
    standstill.go_on(record, KIM, WHY, STOPPED, RESTORED + minutes(2))
    note_round(record, "night", {}, RESTORED + minutes(3))
    assert told(record)["duties"]["night"]["of_the_copy"] == ["failed_at"], "its last good round is ours"
    assert lines[-1] not in in_words(record)


@dataclass
class Here:
    """What a command is given, five minutes after the restore."""

    record: Record

    def now(self) -> datetime:
        return RESTORED + minutes(5)


def told(record: Record) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said(record, "--json"))
    return found


def in_words(record: Record) -> list[str]:
    return said(record).splitlines()


def said(record: Record, *words: str) -> str:
    """What `docket status` answers."""
    return CliRunner().invoke(status, words, obj=Here(record), catch_exceptions=False).output


def test_what_an_engine_s_queue_still_holds_does_not_leave_either(record: Record, mailer: LocalMailbox) -> None:
    """Lost otherwise: a queue that outlived the database would send what the copy must not."""
    arrived(record)
    names: list[str] = []
    run_round(
        record, SOON, mailer, hand_over=partial(hand_over_held, queue=lambda _tx, name, _turn: names.append(name))
    )
    with record.database.write() as tx:
        standstill.begin(tx, "restored from a backup", MORNING, RESTORED)
    assert names
    assert carry_out(record, SOON, mailer, names[0], None)["waiting"] > 0
    assert sent(record) == []
