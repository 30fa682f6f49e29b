"""A deadline on a day when nobody works is missed by people who did nothing wrong."""

from datetime import UTC, date, datetime, timedelta

import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows import oracle
from workflows.calendar import FIRST, LAST, Calendar, DateError, Days, in_english, later, spoken

RED = dict(country_holidays("SE", categories=("public", "de_facto"), language="sv", years=range(2000, 2046)))
BRIDGE = {date(2026, 5, 15): "Klämdag"}
COUNTY = Calendar(RED, closed={"molndal": BRIDGE}, revision="se-1")
DAYS = COUNTY.days_of(None)

some_day = st.dates(date(2001, 1, 1), date(2044, 12, 31))


def all_days() -> list[date]:
    return [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


def test_every_day_of_46_years_is_free_or_not_for_the_reason_on_the_wall_calendar() -> None:
    wrong = [day for day in all_days() if DAYS.name(day) != oracle.free_name(day)]
    assert not wrong
    assert [day for day in all_days() if DAYS.is_working(day) == bool(oracle.free_name(day))] == []


def test_the_three_eves_are_free() -> None:
    """Lost otherwise: 60 days could end on Midsummer's Eve, as the list of public holidays alone allows."""
    assert DAYS.name(date(2026, 6, 19)) == "Midsommarafton"
    assert DAYS.name(date(2026, 12, 24)) == "Julafton"
    assert DAYS.name(date(2026, 12, 31)) == "Nyårsafton"


def test_a_partys_closed_day_is_free_for_that_party_only() -> None:
    molndal = COUNTY.days_of("molndal")
    assert molndal.name(date(2026, 5, 15)) == "Klämdag"
    assert DAYS.is_working(date(2026, 5, 15))
    assert COUNTY.days_of("kungalv") is DAYS
    assert COUNTY.days_of("molndal") is molndal


def test_a_holiday_keeps_its_name_on_a_partys_own_list() -> None:
    county = Calendar(RED, closed={"ale": {date(2026, 12, 24): "Stängt"}})
    assert county.days_of("ale").name(date(2026, 12, 24)) == "Julafton"


def test_a_calendar_does_not_follow_later_changes_of_the_lists_it_was_made_from() -> None:
    """Lost otherwise: a date could change under a case while its explanation names the old revision."""
    red, closed = dict(RED), {"ale": {date(2026, 5, 15): "Klämdag"}}
    county = Calendar(red, closed, revision="1")
    red[date(2026, 5, 18)] = "Ny helgdag"
    closed["ale"].clear()
    assert county.days_of(None).is_working(date(2026, 5, 18))
    assert not county.days_of("ale").is_working(date(2026, 5, 15))
    assert county.days_of("ale").is_working(date(2026, 5, 18))
    assert county.days_of("ale").revision == "1"


@given(some_day)
def test_roll_gives_the_day_itself_or_the_next_working_day(day: date) -> None:
    rolled = DAYS.roll(day)
    assert rolled == oracle.count_days("calendar", 0, day).day


@given(some_day, st.integers(1, 150))
def test_adding_working_days_skips_what_the_wall_calendar_skips(day: date, number: int) -> None:
    assert DAYS.add(day, number) == oracle.count_days("working", number, day).day
    assert DAYS.add(day, -number) == oracle.before(day, number)


@given(some_day)
def test_adding_no_days_gives_a_working_day_all_the_same(day: date) -> None:
    assert DAYS.add(day, 0) == DAYS.roll(day)


@given(some_day, st.integers(0, 400))
def test_counting_is_the_way_back_from_adding(day: date, ahead: int) -> None:
    """Lost otherwise: "six working days late" would not be the day on which the reminder of +6 leaves."""
    until = day + timedelta(days=ahead)
    assert DAYS.count(day, until) == oracle.working_days_between(day, until) == -DAYS.count(until, day)
    number = DAYS.count(day, until)
    if number:
        assert DAYS.add(day, number) <= until < DAYS.add(day, number + 1)


@given(some_day, st.sets(some_day, max_size=20))
def test_own_closed_days_are_skipped_by_name(day: date, own: set[date]) -> None:
    closed = dict.fromkeys(own, "Stängt")
    days = Calendar(RED, closed={"ale": closed}).days_of("ale")
    assert days.add(day, 12) == oracle.count_days("working", 12, day, closed=closed).day
    assert [days.name(d) for d in own] == [oracle.free_name(d, closed) for d in own]


@pytest.mark.parametrize("day", [FIRST - timedelta(days=1), LAST + timedelta(days=1), date.min, date.max])
def test_a_day_outside_the_calendar_is_told_and_never_guessed(day: date) -> None:
    for ask in (DAYS.is_working, DAYS.name, DAYS.roll, lambda d: DAYS.add(d, 3), lambda d: DAYS.count(d, d)):
        with pytest.raises(DateError, match="outside the calendar"):
            ask(day)


@pytest.mark.parametrize("number", [20_000, -20_000, 10**12])
def test_counting_out_of_the_calendar_is_told(number: int) -> None:
    """Lost otherwise: a negative place in the list of days would quietly count from its far end."""
    with pytest.raises(DateError, match="leaves the calendar"):
        DAYS.add(date(2026, 4, 16), number)
    with pytest.raises(DateError, match="leaves the calendar"):
        later(date(2026, 4, 16), number)


def test_nothing_rolls_past_the_last_working_day_of_2045() -> None:
    assert DAYS.roll(date(2045, 12, 29)) == date(2045, 12, 29)
    with pytest.raises(DateError, match="leaves the calendar"):
        DAYS.roll(date(2045, 12, 30))


def test_an_instant_is_not_taken_for_a_day() -> None:
    """Lost otherwise: 22:30 UTC in June, already tomorrow in Stockholm, would be counted as today."""
    with pytest.raises(DateError, match="local_date"):
        DAYS.roll(datetime(2026, 6, 17, 22, 30, tzinfo=UTC))


def test_every_free_day_has_an_english_name() -> None:
    swedish = {name for day in all_days() if (name := DAYS.name(day))}
    assert {name for name in swedish if in_english(name) == name} == set()
    assert DAYS.name(date(2026, 6, 19), "en") == "Midsummer's Eve"
    assert DAYS.name(date(2008, 5, 1), "en") == "May Day; Ascension Day"
    assert COUNTY.days_of("molndal").name(date(2026, 5, 15), "en") == "Klämdag"


def test_a_day_is_said_as_people_say_it() -> None:
    assert spoken(date(2026, 6, 15), "sv") == "måndag 15 juni 2026"
    assert spoken(date(2026, 6, 15), "en") == "Monday 15 June 2026"


def test_a_county_without_red_days_still_has_weekends() -> None:
    assert Days({}).roll(date(2026, 6, 20)) == date(2026, 6, 22)
