"""The way to the mail server: while it is broken nothing is claimed, and what waited leaves in growing batches."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from cases.clock.mail_line import LARGEST, LONGEST, note_broken, note_flowing, outage, take_turn
from cases.record import Record
from tests.record import MORNING

MINUTE = timedelta(minutes=1)


def test_a_broken_line_is_tried_later_the_longer_it_lasts(record: Record) -> None:
    """Else a server in trouble is asked for each letter of the county, every minute."""
    assert take_turn(record, MORNING) is None, "all is well: as many as there are"
    now, tries = MORNING, 0
    while now < MORNING + timedelta(days=3):
        note_broken(record, "connection refused", now)
        with record.database.read() as tx:
            found = outage(tx)
        assert found is not None
        assert (found.since, found.batch) == (MORNING, 1)
        assert take_turn(record, found.next_at - timedelta(seconds=1)) == 0
        now, tries = found.next_at, tries + 1
        assert take_turn(record, now) == 1
    assert 110 < tries < 220, "about every half hour"


def test_after_an_outage_batches_grow_until_nothing_waits(record: Record) -> None:
    """Else ten thousand letters leave in one minute, and the county's mail server shuts the sender out."""
    note_broken(record, "421 closing", MORNING)
    now, batches = MORNING + 2 * MINUTE, []
    for _ in range(8):
        batch = take_turn(record, now)
        assert batch
        assert take_turn(record, now) == 0, "one turn a minute"
        batches.append(batch)
        note_flowing(record, batch, more=True)
        now += MINUTE
    assert batches == [1, 5, 25, 125, LARGEST, LARGEST, LARGEST, LARGEST]
    note_flowing(record, LARGEST, more=False)
    assert take_turn(record, now) is None


def test_one_of_many_workers_gets_the_turn(record: Record) -> None:
    """Else four workers try a sick server four times as often."""
    note_broken(record, "connection refused", MORNING)
    with ThreadPoolExecutor(8) as threads:
        turns = list(threads.map(lambda _: take_turn(record, MORNING + 2 * MINUTE), range(8)))
    assert sorted(turn or 0 for turn in turns) == [0] * 7 + [1]


def test_a_clock_that_ran_ahead_does_not_silence_the_county(record: Record) -> None:
    """Else a clock that stood a day ahead for a minute holds up every letter for that day."""
    note_broken(record, "connection refused", MORNING + timedelta(days=1))
    assert take_turn(record, MORNING) == 1
    note_broken(record, "connection refused", MORNING)
    assert take_turn(record, MORNING + LONGEST) == 1
