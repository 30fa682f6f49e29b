"""The clock of a restored copy stands still until somebody says which letters have left: nobody gets one twice."""

from functools import partial
from pathlib import Path

import pytest

from cases.clock import standstill
from cases.clock.standstill import AheadOfNow, BadReason, NotStandingStill
from cases.functions import NotYourFunction
from cases.record import Record
from cases.soundness.readiness import readiness
from cases.soundness.verify import verify
from notifications.batches import carry_out, hand_over_held
from notifications.duties import Duties
from notifications.mailbox import LocalMailbox
from notifications.round import Report, run_round
from tests.cases.deviations import arrived
from tests.notifications.clockwork import LETTERHEAD, at, in_short, play, sent, statuses
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
