"""Waits grow, spread and end: what does not work is tried again in time, and is not tried for ever."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cases.clock.waits import FIRST, GIVEN_UP_AFTER, LONGEST, SPREAD, given_up, wait
from tests.record import MORNING

TRIES = st.integers(min_value=1, max_value=10_000)
KEYS = st.text(max_size=40)


@given(TRIES, KEYS)
def test_a_wait_lies_within_a_fifth_of_its_middle(tries: int, key: str) -> None:
    """Else a letter is tried every second, or not again before the date that it is about."""
    middle = min(FIRST * 2 ** min(tries - 1, 30), LONGEST)
    found = wait(tries, key)
    assert middle * (1 - SPREAD) <= found <= middle * (1 + SPREAD)
    assert found == wait(tries, key), "asked again, the same"


@given(KEYS)
def test_waits_grow_until_they_are_as_long_as_they_get(key: str) -> None:
    """Else a mail server that is in trouble is asked more and more often."""
    waits = [wait(tries, key) for tries in range(1, 6)]
    assert waits == sorted(waits)
    assert len(set(waits)) == 5


@given(KEYS)
def test_five_days_hold_many_tries(key: str) -> None:
    """Else a mailbox that was full for a weekend loses its letters."""
    moment, tries = MORNING, 0
    while not given_up(MORNING, moment):
        tries += 1
        moment += wait(tries, key)
    assert moment - MORNING >= GIVEN_UP_AFTER
    assert 25 <= tries <= 50


def test_what_failed_together_does_not_come_back_together() -> None:
    """Else a thousand letters that were put off at eight are all tried again in the same second."""
    moments = {wait(3, f"2026-K7QM4TX/receipt#1/r1/-1/{number}") for number in range(1000)}
    assert len(moments) > 990
    assert max(moments) - min(moments) > timedelta(minutes=7)


def test_nothing_is_given_up_before_five_days() -> None:
    """Else letters are lost that the mail server would have taken on the fifth day."""
    assert not given_up(MORNING, MORNING + GIVEN_UP_AFTER - timedelta(seconds=1))
    assert given_up(MORNING, MORNING + timedelta(days=5))
    assert not given_up(MORNING, datetime(2026, 4, 15, tzinfo=MORNING.tzinfo)), (
        "a clock that was set back gives up nothing"
    )
