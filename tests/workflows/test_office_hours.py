"""A letter at night, or an hour late all winter, is a letter that people learn to overlook."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows import oracle
from workflows.calendar import Calendar, DateError
from workflows.office_hours import local_date, next_open, send_time, within

RED = dict(country_holidays("SE", categories=("public", "de_facto"), language="sv", years=range(2000, 2046)))
DAYS = Calendar(RED, revision="se-1").days_of(None)

some_instant = st.datetimes(datetime(2024, 1, 1), datetime(2040, 12, 31), timezones=st.just(UTC))


def utc(year: int, month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "instant"),
    [
        (date(2026, 3, 27), utc(2026, 3, 27, 7)),  # the Friday before summer time
        (date(2026, 3, 28), utc(2026, 3, 30, 6)),  # its Saturday: the Monday after the change
        (date(2026, 10, 23), utc(2026, 10, 23, 6)),  # the Friday before winter time
        (date(2026, 10, 25), utc(2026, 10, 26, 7)),  # the Sunday of the change: Monday
        (date(2026, 6, 19), utc(2026, 6, 22, 6)),  # Midsummer's Eve
        (date(2026, 12, 31), utc(2027, 1, 4, 7)),  # New Year's Eve
    ],
)
def test_eight_in_the_morning_stays_eight_in_the_morning(day: date, instant: datetime) -> None:
    assert send_time(day, DAYS) == instant


def test_every_day_from_2024_to_2040_opens_at_eight_on_the_wall() -> None:
    day = date(2024, 1, 1)
    while day <= date(2040, 12, 31):
        opens = send_time(day, DAYS)
        assert oracle.wall_clock(opens) == datetime.combine(oracle.count_days("calendar", 0, day).day, time(8)), day
        assert opens.tzinfo is UTC
        day += timedelta(days=1)


def test_another_opening_hour_can_be_asked_for() -> None:
    assert send_time(date(2026, 6, 15), DAYS, opens=time(12, 30)) == utc(2026, 6, 15, 10, 30)


@given(some_instant)
def test_an_instant_lies_on_the_day_of_the_wall_clock(instant: datetime) -> None:
    """Lost otherwise: what is done at half past midnight would be dated the day before."""
    assert local_date(instant) == oracle.wall_clock(instant).date()


def test_late_in_the_evening_of_universal_time_is_tomorrow_in_stockholm() -> None:
    assert local_date(utc(2026, 6, 15, 21, 59)) == date(2026, 6, 15)
    assert local_date(utc(2026, 6, 15, 22, 0)) == date(2026, 6, 16)
    assert local_date(utc(2026, 12, 31, 23, 0)) == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("instant", "is_open"),
    [
        (utc(2026, 6, 15, 5, 59, 59), False),
        (utc(2026, 6, 15, 6, 0), True),
        (utc(2026, 6, 15, 14, 29, 59), True),
        (utc(2026, 6, 15, 14, 30), False),
        (utc(2026, 12, 15, 6, 30), False),
        (utc(2026, 12, 15, 7, 0), True),
        (utc(2026, 6, 19, 9, 0), False),
        (utc(2026, 6, 20, 9, 0), False),
    ],
)
def test_open_from_eight_to_half_past_four_on_working_days(instant: datetime, is_open: bool) -> None:
    assert within(instant, DAYS) is is_open
    assert (next_open(instant, DAYS) == instant) is is_open


def test_a_letter_found_due_on_friday_evening_waits_for_monday() -> None:
    assert next_open(utc(2026, 10, 23, 16, 0), DAYS) == utc(2026, 10, 26, 7)
    assert next_open(utc(2026, 10, 23, 3, 0), DAYS) == utc(2026, 10, 23, 6)


def test_a_partys_closed_day_is_closed_for_its_letters() -> None:
    ale = Calendar(RED, closed={"ale": {date(2026, 5, 15): "Klämdag"}}).days_of("ale")
    assert next_open(utc(2026, 5, 15, 9, 0), ale) == utc(2026, 5, 18, 6)


@given(some_instant)
def test_the_next_opening_is_the_first_open_quarter_from_then_on(instant: datetime) -> None:
    found = next_open(instant, DAYS)
    assert found >= instant
    quarter = instant
    while not _is_open(quarter):
        quarter = quarter.replace(second=0, microsecond=0) + timedelta(minutes=15 - quarter.minute % 15)
    assert found == quarter


def _is_open(instant: datetime) -> bool:
    wall = oracle.wall_clock(instant)
    return oracle.free_name(wall.date()) is None and time(8) <= wall.time() < time(16, 30)


def test_an_instant_without_a_zone_is_refused() -> None:
    """Lost otherwise: local time of the server would pass for universal time, two hours wrong in summer."""
    for ask in (local_date, lambda instant: within(instant, DAYS), lambda instant: next_open(instant, DAYS)):
        with pytest.raises(DateError, match="no time zone"):
            ask(datetime(2026, 6, 15, 12, 0))


def test_hours_that_never_open_are_refused() -> None:
    with pytest.raises(DateError, match="open before they close"):
        next_open(utc(2026, 6, 15, 12, 0), DAYS, opens=time(16), closes=time(8))
