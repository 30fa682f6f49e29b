"""Clocks that jump, stand still or run beside each other: no letter twice, none lost, each at a decent hour."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from cases.record import Record
from cases.soundness.verify import verify
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.cases.deviations import arrived
from tests.notifications.clockwork import anything_waits, at, play, sent, statuses
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
