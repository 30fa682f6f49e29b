"""Clocks that jump, stand still or run beside each other: no letter twice, none lost, each at a decent hour."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cases.clock.claiming import claim, new_token
from cases.clock.own_reminders import choose_reminders
from cases.record import Record
from cases.soundness.verify import verify
from notifications.duties import Duties
from notifications.mailbox import LocalMailbox
from notifications.round import LEASE, run_round
from tests.cases.deviations import PETRA, arrived
from tests.notifications.clockwork import LETTERHEAD, anything_waits, at, minutes, play, sent, statuses
from tests.notifications.conftest import Sink
from tests.record import MORNING
from workflows.calendar import Days
from workflows.office_hours import STOCKHOLM, within

ABOUT = """SELECT d.key, l.account, COUNT(*) FROM letter_row r JOIN letter l ON l.id = r.letter_id
 JOIN docket d ON d.id = r.docket_id WHERE l.outcome = 'delivered' GROUP BY d.key, l.account"""

LAPSES = "SELECT case_id, COUNT(*) FROM event WHERE code = 'lapse' AND compartment = 'cover' GROUP BY case_id"
LEFT = """SELECT key, reason FROM docket WHERE kind = 'letter' AND due_at <= :end
 AND status NOT IN ('done', 'overtaken')"""
LISTS = """SELECT account FROM letter WHERE subject LIKE 'Månadslista%' AND outcome = 'delivered'
 AND written_at >= :first"""

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


def test_a_day_forward_and_an_hour_back_with_all_that_a_clock_does_at_once(
    record: Record, mailbox: LocalMailbox, sink: Sink, tmp_path: Path
) -> None:
    """Else one of the duties believes a clock that jumped: a list written twice, a step taken twice, a letter that was
    put off or in a dead worker's hands lost, or a night that is never watched again."""
    begin, first = at("2026-05-27 10:00"), at("2026-06-01 08:00")
    arrived(record, at("2026-04-16 10:00"))
    new = arrived(record, begin)
    choose_reminders(record, PETRA, ("morning", "day"), begin)
    play(record, LocalMailbox(LETTERHEAD), at("2026-04-16 10:00"), begin + minutes(20))
    here = Duties(record, mailbox, tmp_path)
    sink.everybody = "451 try later"
    for moment in (at("2026-05-29 08:00"), at("2026-05-29 08:01")):
        run_round(record, moment, sink.mailer())
    assert claim(record, at("2026-05-29 16:00"), LEASE, 100, new_token(record)).rows, "a worker dies with them"
    for jump in (timedelta(0), timedelta(days=1), timedelta(days=1, hours=-1), timedelta(hours=-1), timedelta(days=1)):
        for minute in (0, 1, 20, 45):
            here.minute(first + jump + minutes(minute))
            here.hours(first + jump + minutes(minute))
    each_once(record)
    end = first + timedelta(days=1, hours=1)
    with record.database.read() as tx:
        steps = tx.all(LAPSES)
        left = tx.all(LEFT, end=end)
        listed = Counter(account for (account,) in tx.all(LISTS, first=first))
    assert left == []
    assert steps, "the ball went to the contact person"
    assert {count for *_, count in steps} == {1}
    assert listed, "the month's list"
    assert set(listed.values()) == {1}
    rows = statuses(record, f"{new}/receipt#1/%")
    assert rows["receipt#1/r1/-1/receiver@operation:su"] == ("done", ""), "put off, held by the dead, and told once"
    assert [status for key, (status, _) in rows.items() if "own:" in key] == ["done"] * 2, rows
    assert verify(record, end) == ()
