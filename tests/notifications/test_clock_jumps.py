"""Clocks that jump, stand still or run beside each other: no letter twice, none lost, each at a decent hour."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from cases.record import Record
from cases.soundness.verify import verify
from notifications.delivery import Letterhead, Parcel, Send
from notifications.mailbox import LocalMailbox
from notifications.round import LEASE, run_round
from tests.cases.deviations import arrived
from tests.notifications.clockwork import LETTERHEAD, anything_waits, at, minutes, play, sent, statuses
from tests.notifications.conftest import Sink
from tests.record import MORNING
from workflows.calendar import Days
from workflows.office_hours import STOCKHOLM, within

ABOUT = """SELECT d.key, l.account, COUNT(*) FROM letter_row r JOIN letter l ON l.id = r.letter_id
 JOIN docket d ON d.id = r.docket_id WHERE l.outcome = 'delivered' GROUP BY d.key, l.account"""

STARTS = {
    "summer time begins": "2026-03-26 10:00", "summer time ends": "2026-10-22 10:00", "a leap day": "2028-02-25 10:00",
    "the year ends": "2026-12-28 10:00", "around midsummer": "2026-06-17 10:00",
}  # fmt: skip


def working_days(record: Record) -> Days:
    with record.database.read() as tx:
        return record.world(tx, MORNING).calendar.days_of(None)


def each_once(record: Record) -> None:
    with record.database.read() as tx:
        found = tx.all(ABOUT)
    assert len(found) > 3
    assert [row for row in found if row[2] != 1] == []


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_reminders_come_once_and_in_office_hours_whatever_the_calendar_does(
    record: Record, mailbox: LocalMailbox, start: str
) -> None:
    """Else a letter rings at seven on the morning after the clocks changed, or on New Year's Day."""
    begin = at(start)
    arrived(record, begin)
    moment = begin
    while moment < begin + timedelta(days=16):
        if anything_waits(record, moment):
            run_round(record, moment, mailbox)
        moment += timedelta(hours=1)
    letters, days = sent(record), working_days(record)
    assert len(letters) >= 6
    for letter in letters:
        assert within(datetime.strptime(letter.when, "%Y-%m-%d %H:%M").replace(tzinfo=STOCKHOLM), days)
    mornings = [letter for letter in letters if letter.when[11:] == "08:00"]
    assert len(mornings) >= 3, "08:00 is 08:00 on both sides of the change"
    each_once(record)
    assert verify(record, moment) == ()


def test_a_clock_that_is_set_back_and_forward_sends_nothing_twice(
    record: Record, mailbox: LocalMailbox, amount: Callable[[int, int], int]
) -> None:
    """Else an hour that comes twice sends its letters twice, or a day that was skipped loses them."""
    numbers = []
    for number in range(amount(3, 10)):
        begin = at("2026-08-20 10:00") + timedelta(days=7 * number)
        numbers.append(arrived(record, begin))
        play(record, mailbox, begin, begin + timedelta(days=4))
        jumps = [timedelta(days=5), timedelta(days=6), timedelta(days=5, hours=-1), timedelta(days=4, hours=23),
                 timedelta(days=6), timedelta(days=6, hours=-1), timedelta(days=6)]  # fmt: skip
        for jump in jumps:
            run_round(record, begin + jump, mailbox)
    each_once(record)
    for number in numbers:
        rows = statuses(record, f"{number}/receipt#1/%")
        assert rows["receipt#1/r1/-1/receiver@operation:su"] == ("done", "")
        assert rows["receipt#1/r1/+1/receiver@operation:su"] == ("done", "")


@dataclass(frozen=True)
class Frozen:
    """A way to the sink on which something happens before, or after, the first letter is handed over: the worker
    sleeps, and the world goes on without it."""

    sink: Sink
    meanwhile: Callable[[], object]
    after: bool
    letterhead: Letterhead = LETTERHEAD

    @contextmanager
    def session(self) -> Iterator[Send]:
        with self.sink.mailer().session() as send:
            calls: list[Parcel] = []

            def hand_over(parcel: Parcel) -> object:
                calls.append(parcel)
                if len(calls) == 1 and not self.after:
                    self.meanwhile()
                answer = send(parcel)
                if len(calls) == 1 and self.after:
                    self.meanwhile()
                return answer

            yield hand_over  # type: ignore[misc]


@pytest.mark.parametrize("after", [False, True])
def test_a_worker_frozen_past_its_lease_marks_nothing_of_anothers(
    record: Record, sink: Sink, after: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Else a machine that slept over lunch writes its old news over what happened meanwhile."""
    arrived(record)
    later = MORNING + LEASE + minutes(1)
    with caplog.at_level(logging.WARNING):
        run_round(record, MORNING, Frozen(sink, lambda: run_round(record, later, sink.mailer()), after))
    copies = Counter(message for _, message in sink.taken)
    assert sorted(copies.values()) == [1, 1, 2], "one letter twice with the same bytes; what it had left is not sent"
    assert "another round has it now" in caplog.text
    assert set(statuses(record, "%/submit/%").values()) == {("done", "")}
    with record.database.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM letter WHERE delivered_at = :later", later=later) == 3
    assert verify(record, later) == ()
