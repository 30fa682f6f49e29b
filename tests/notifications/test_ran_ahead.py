"""A clock that was once far ahead: what it left behind silences nothing when the clock is right again."""

from datetime import timedelta
from pathlib import Path

from cases.clock.claiming import claim, new_token
from cases.clock.invitation_letters import claim_next
from cases.clock.own_reminders import choose_reminders
from cases.clock.rounds import duties
from cases.record import Record
from cases.signing_in.invitations import invite
from cases.soundness.readiness import readiness
from notifications import night
from notifications.mailbox import LocalMailbox
from notifications.round import LEASE, run_round
from tests.cases.deviations import ANNA, PETRA, arrived
from tests.notifications.clockwork import at, in_short, sent, statuses
from tests.notifications.conftest import Sink
from tests.record import MORNING, SOON

YEAR_AHEAD = at("2027-04-16 10:00")


def states(record: Record) -> dict[str, str]:
    return {check.name: check.state for check in readiness(record, MORNING).checks}


def test_what_a_clock_far_ahead_has_noted_claimed_and_put_off_holds_nothing_back(
    record: Record, mailbox: LocalMailbox, sink: Sink, tmp_path: Path
) -> None:
    """Else one slip in a year silences lists, own reminders and the night's watch until that year has come; and what a
    machine a day ahead had in its hands, or could not hand over, waits for that day."""
    run_round(record, YEAR_AHEAD, mailbox)
    night.watch(record, YEAR_AHEAD, tmp_path)
    assert (states(record)["clock"], states(record)["night"]) == ("fault", "fault")
    assert night.is_due(record, MORNING)
    arrived(record)
    choose_reminders(record, PETRA, ("morning",), MORNING)
    invite(record, ANNA.account, MORNING)
    assert claim_next(record, MORNING + timedelta(days=1)) is not None
    assert run_round(record, SOON, mailbox).sent == 4, "three about the case, and the invitation"
    with record.database.read() as tx:
        noted = {duty.name: duty.finished_at for duty in duties(tx) if duty.name != night.DUTY}
    assert set(noted.values()) == {SOON}, noted
    assert states(record)["clock"] == "ok"

    assert claim(record, at("2026-04-21 08:00"), LEASE, 100, new_token(record)).rows
    monday = run_round(record, at("2026-04-20 08:05"), mailbox)
    assert (monday.rescued, monday.sent) == (1, 1)
    assert run_round(record, at("2026-04-21 08:00"), mailbox).listed == 1, "her own reminder"

    sink.everybody = "451 try later"
    run_round(record, at("2026-04-24 08:00"), sink.mailer())
    run_round(record, at("2026-04-22 08:00"), mailbox)
    assert in_short(sent(record, at("2026-04-22 00:00")))
    assert statuses(record)["receipt#1/r1/+1/receiver@operation:su"] == ("done", "")
