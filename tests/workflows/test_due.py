"""Every promise in a case is one of these dates: a day wrong, and somebody is late who was not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows import oracle
from workflows.calendar import Calendar, DateError, Days
from workflows.due import Meeting, Pause, Rule, due
from workflows.why import explain

RED = dict(country_holidays("SE", categories=("public", "de_facto"), language="sv", years=range(2000, 2046)))
DAYS = Calendar(RED, revision="se-1").days_of(None)
SIXTY = Rule("calendar", 60, source="D-05")
RECEIPT = Rule("working", 3, source="ours")

VVG = (
    *(date(2020, 12, 11), date(2021, 1, 18), date(2021, 2, 15), date(2021, 3, 17), date(2021, 4, 14)),
    *(date(2021, 5, 10), date(2021, 6, 14), date(2021, 9, 2), date(2021, 10, 4), date(2021, 11, 18)),
    date(2021, 12, 15),
)
SRO = (date(2021, 2, 26), date(2021, 5, 21), date(2021, 9, 24), date(2021, 11, 19))
NEXT = Rule("meeting", lead=10, fallback=Rule("calendar", 30, source="ours"), source="A-12")


def meetings(forum: str, *days: date) -> list[Meeting]:
    return [Meeting(forum, day) for day in days]


# Whatever comes together (test_why.py goes through every day from 2024 to 2040) ------------------------------------


@dataclass(frozen=True)
class Setting:
    """A start, pauses around it and a party's own closed days."""

    start: date
    pauses: tuple[Pause, ...]
    closed: Mapping[date, str]

    @property
    def days(self) -> Days:
        return Calendar(RED, closed={"ale": self.closed}).days_of("ale")

    @property
    def stops(self) -> list[oracle.Stop]:
        return [(p.start, p.end) for p in self.pauses]

    def answers(self, rule: Rule, named: date | None = None) -> tuple[date, date]:
        """The date, quickly and explained."""
        told = explain(rule, self.start, self.days, pauses=self.pauses, named=named)
        return due(rule, self.start, self.days, pauses=self.pauses, named=named), told.result


@st.composite
def settings_(draw: st.DrawFn) -> Setting:
    def near(low: int, high: int) -> date:
        return start + timedelta(days=draw(st.integers(low, high)))

    start = date(2024, 1, 1) + timedelta(days=draw(st.integers(0, 17 * 365)))
    pauses = []
    for _ in range(draw(st.integers(0, 4))):
        begins = near(-20, 90)
        pauses.append(Pause(begins, begins + timedelta(days=draw(st.integers(0, 45))), "frågat"))
    closed = {near(-5, 200): "Stängt" for _ in range(draw(st.integers(0, 8)))}
    return Setting(start, tuple(pauses), closed)


@given(settings_(), st.integers(0, 80), st.sampled_from(["working", "calendar"]))
def test_days_on_which_the_clock_stood_still_never_count(setting: Setting, count: int, unit: str) -> None:
    rule = Rule("working" if unit == "working" else "calendar", count, source="ours")
    wall = oracle.count_days(unit, count, setting.start, setting.stops, setting.closed).day
    assert setting.answers(rule) == (wall, wall)
    assert setting.days.is_working(wall)
    assert not oracle.stands_still(wall, setting.stops)


@given(settings_(), st.integers(0, 24))
def test_months_are_counted_on_the_wall_calendar(setting: Setting, count: int) -> None:
    wall = oracle.count_months(count, setting.start, setting.stops, setting.closed)
    assert setting.answers(Rule("months", count, source="ours")) == (wall, wall)


@given(settings_(), st.integers(0, 120))
def test_a_named_day_stands_unless_the_clock_stood_still(setting: Setting, ahead: int) -> None:
    day = setting.start + timedelta(days=ahead)
    wall = oracle.named(day, setting.start, setting.stops, setting.closed)
    assert setting.answers(Rule("fixed", source="agreed"), named=day) == (wall, wall)


@given(settings_(), st.integers(0, 60), st.integers(0, 90))
def test_only_pauses_after_an_extension_move_it(setting: Setting, agreed: int, ahead: int) -> None:
    """Lost otherwise: an extension would swallow every later question, or be moved by one asked long before."""
    on = setting.start + timedelta(days=agreed)
    to = on + timedelta(days=ahead)
    wall = oracle.named(to, on, [stop for stop in setting.stops if stop[0] >= on], setting.closed)
    start, days, pauses = setting.start, setting.days, setting.pauses
    assert due(SIXTY, start, days, pauses=pauses, extended_to=to, extended_on=on) == wall
    assert explain(SIXTY, start, days, pauses=pauses, extended_to=to, extended_on=on).result == wall
    assert due(SIXTY, start, days, pauses=pauses, extended_to=to) == to


@given(settings_(), st.lists(st.integers(-30, 300), max_size=8), st.integers(0, 15), st.integers(0, 120))
def test_a_meeting_is_chosen_as_with_finger_on_the_wall_calendar(
    setting: Setting, ahead: list[int], lead: int, limit: int
) -> None:
    held = [setting.start + timedelta(days=n) for n in ahead]
    rule = Rule("meeting", lead=lead, limit=limit, fallback=Rule("working", 20, source="ours"), source="A-12")
    found = oracle.first_meeting(held, setting.start, lead, setting.closed)
    near = found is not None and found[0] <= setting.start + timedelta(days=limit)
    wall = found[0] if near and found else oracle.count_days("working", 20, setting.start, closed=setting.closed).day
    told = explain(rule, setting.start, setting.days, meetings=meetings("LGS", *held))
    assert due(rule, setting.start, setting.days, meetings=meetings("LGS", *held)) == told.result == wall


# Golden cases, worked out by hand -------------------------------------------------------------------------------


def test_the_report_of_16_april_2026() -> None:
    """Routine story 1: receipt 21 April, answer 15 June."""
    assert due(RECEIPT, date(2026, 4, 16), DAYS) == date(2026, 4, 21)
    assert due(SIXTY, date(2026, 4, 16), DAYS) == date(2026, 6, 15)


def test_sixty_days_that_end_on_midsummers_eve_go_on_to_monday() -> None:
    assert date(2026, 4, 20) + timedelta(days=60) == date(2026, 6, 19)
    assert due(SIXTY, date(2026, 4, 20), DAYS) == date(2026, 6, 22)


def test_a_corrected_holiday_gives_another_date() -> None:
    """The first list has forgotten the eves, so that the answer was due on Midsummer's Eve."""
    public_only = {day: name for day, name in RED.items() if not name.endswith("afton")}
    assert due(SIXTY, date(2026, 4, 20), Calendar(public_only, revision="1").days_of(None)) == date(2026, 6, 19)
    assert due(SIXTY, date(2026, 4, 20), Calendar(RED, revision="2").days_of(None)) == date(2026, 6, 22)


def test_a_corrected_holiday_keeps_the_pause() -> None:
    """glpi#6902: a recalculation that forgot the pause made cases overdue that were not."""
    pause = Pause(date(2026, 5, 4), date(2026, 5, 18))
    first = due(RECEIPT, date(2026, 5, 1), Calendar({}, revision="1").days_of(None), pauses=[pause])
    second = due(RECEIPT, date(2026, 5, 1), Calendar({date(2026, 5, 20): "Ny"}).days_of(None), pauses=[pause])
    assert (first, second) == (date(2026, 5, 20), date(2026, 5, 21))


def test_a_pause_across_christmas() -> None:
    """Asked 18 December, answered 4 January: 8 to 18 December are nine working days, the tenth is 5 January,
    Epiphany is free, the fifteenth is 13 January. Of sixty calendar days seventeen stand still."""
    pause = Pause(date(2026, 12, 18), date(2027, 1, 4), "fråga till avsändaren")
    assert due(Rule("working", 15, source="ours"), date(2026, 12, 7), DAYS, pauses=[pause]) == date(2027, 1, 13)
    assert due(SIXTY, date(2026, 12, 1), DAYS) == date(2027, 2, 1)
    assert due(SIXTY, date(2026, 12, 1), DAYS, pauses=[pause]) == date(2027, 2, 16)


def test_nothing_falls_due_while_the_clock_stands_still() -> None:
    """Day sixty is Saturday 13 June; a question on Sunday the 14th stops the Monday it would have rolled to."""
    assert due(SIXTY, date(2026, 4, 14), DAYS) == date(2026, 6, 15)
    for end, day in ((14, 15), (15, 16), (24, 25), (18, 22)):
        pause = Pause(date(2026, 6, 14), date(2026, 6, end))
        told = explain(SIXTY, date(2026, 4, 14), DAYS, pauses=[pause])
        assert due(SIXTY, date(2026, 4, 14), DAYS, pauses=[pause]) == told.result == date(2026, 6, day)


def test_the_last_day_of_a_pause_ends_it_and_the_first_still_counts() -> None:
    over_the_weekend, not_a_day = (
        Pause(date(2026, 4, 17), date(2026, 4, 20)),
        Pause(date(2026, 4, 17), date(2026, 4, 17)),
    )
    assert due(RECEIPT, date(2026, 4, 16), DAYS, pauses=[over_the_weekend]) == date(2026, 4, 22)
    assert due(RECEIPT, date(2026, 4, 16), DAYS, pauses=[not_a_day]) == date(2026, 4, 21)


def test_of_a_pause_that_began_before_the_start_only_the_rest_counts() -> None:
    pause = Pause(date(2026, 4, 10), date(2026, 4, 20))
    assert due(RECEIPT, date(2026, 4, 16), DAYS, pauses=[pause]) == date(2026, 4, 23)
    assert due(Rule("calendar", 5, source="ours"), date(2026, 4, 16), DAYS, pauses=[pause]) == date(2026, 4, 27)


def test_two_pauses_over_the_same_days_stop_the_clock_once() -> None:
    twice = [Pause(date(2026, 5, 4), date(2026, 5, 14)), Pause(date(2026, 5, 8), date(2026, 5, 11))]
    assert due(SIXTY, date(2026, 4, 16), DAYS, pauses=twice) == due(SIXTY, date(2026, 4, 16), DAYS, pauses=twice[:1])


def test_the_summer_gap_of_eighty_days() -> None:
    """On 31 May the material for 14 June is still in time; a day later the next VVG is on 2 September."""
    assert (date(2021, 9, 2) - date(2021, 6, 14)).days == 80
    assert due(NEXT, date(2021, 5, 31), DAYS, meetings=meetings("VVG", *VVG)) == date(2021, 6, 14)
    assert due(NEXT, date(2021, 6, 1), DAYS, meetings=meetings("VVG", *VVG)) == date(2021, 9, 2)


def test_no_meeting_within_thirty_days_leads_to_the_presidiums_date() -> None:
    """Routine F3 to F4: what a meeting cannot answer in time is answered between meetings."""
    near = Rule("meeting", lead=10, limit=30, fallback=Rule("calendar", 30, source="ours"), source="A-12")
    assert due(near, date(2021, 6, 1), DAYS, meetings=meetings("VVG", *VVG)) == date(2021, 7, 1)
    assert due(near, date(2021, 5, 28), DAYS, meetings=meetings("VVG", *VVG)) == date(2021, 6, 14)


@pytest.mark.parametrize(("limit", "day"), [(17, date(2021, 6, 14)), (16, date(2021, 6, 28))])
def test_a_meeting_on_the_last_day_of_the_limit_is_still_near(limit: int, day: date) -> None:
    """From 28 May seventeen days lead to 14 June."""
    near = Rule("meeting", lead=10, limit=limit, fallback=Rule("calendar", 31, source="ours"), source="A-12")
    told = explain(near, date(2021, 5, 28), DAYS, meetings=meetings("VVG", *VVG))
    assert due(near, date(2021, 5, 28), DAYS, meetings=meetings("VVG", *VVG)) == told.result == day


def test_the_next_material_date_or_twenty_working_days_if_none_lies_nearer() -> None:
    """Routine 4o, on Göteborg's dates: 18 November 2020 less ten working days is 4 November."""
    twenty = Rule("working", 20, source="ours")
    rule = Rule("meeting", at="material", lead=10, limit=20, limit_unit="working", fallback=twenty, source="ours")
    lgs = meetings("LGS", date(2020, 9, 9), date(2020, 11, 18))
    assert due(rule, date(2020, 10, 12), DAYS, meetings=lgs) == date(2020, 11, 4)
    assert due(rule, date(2020, 9, 10), DAYS, meetings=lgs) == date(2020, 10, 8)


def test_an_extra_meeting_makes_the_date_earlier() -> None:
    """B-21: SRO met on 23 April 2021, outside its published calendar."""
    assert due(NEXT, date(2021, 3, 15), DAYS, meetings=meetings("SRO", *SRO)) == date(2021, 5, 21)
    assert due(NEXT, date(2021, 3, 15), DAYS, meetings=meetings("SRO", *SRO, date(2021, 4, 23))) == date(2021, 4, 23)


def test_a_cancelled_meeting_and_another_forums_meeting_do_not_count() -> None:
    held = [Meeting("SRO", date(2021, 4, 23), "cancelled"), Meeting("VVG", date(2021, 4, 14)), *meetings("SRO", *SRO)]
    rule = Rule("meeting", forum="SRO", lead=10, fallback=SIXTY, source="A-12")
    assert due(rule, date(2021, 3, 15), DAYS, meetings=held) == date(2021, 5, 21)


def test_a_forum_without_a_date_has_the_fallback() -> None:
    """E-11: SRO's meetings of the next year were not set yet."""
    assert due(NEXT, date(2018, 11, 12), DAYS, meetings=meetings("SRO", date(2018, 11, 9))) == date(2018, 12, 12)


def test_the_consultation_extended_to_15_september() -> None:
    """A-26: the date that was agreed, whatever the rule gave."""
    assert due(SIXTY, date(2020, 6, 15), DAYS) == date(2020, 8, 14)
    assert due(SIXTY, date(2020, 6, 15), DAYS, extended_to=date(2020, 9, 15)) == date(2020, 9, 15)


def test_an_agreed_day_is_not_moved_off_a_saturday() -> None:
    assert due(SIXTY, date(2026, 4, 16), DAYS, extended_to=date(2026, 8, 15)) == date(2026, 8, 15)
    assert due(Rule("fixed", source="agreed"), date(2026, 4, 16), DAYS, named=date(2026, 8, 15)) == date(2026, 8, 15)


@pytest.mark.parametrize(
    ("start", "months", "day"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 8, 30), 6, date(2027, 3, 1)),  # 28 February 2027 is a Sunday
        (date(2026, 12, 24), 0, date(2026, 12, 28)),
    ],
)
def test_months_and_the_leap_day(start: date, months: int, day: date) -> None:
    assert due(Rule("months", months, source="ours"), start, DAYS) == day


# What cannot be answered ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Rule("weeks", 1, source="x"), "unknown unit"),  # type: ignore[arg-type]
        (lambda: Rule("working", -1, source="x"), "from zero up"),
        (lambda: Rule("meeting", lead=-1, fallback=SIXTY, source="x"), "from zero up"),
        (lambda: Rule("meeting", limit=-1, fallback=SIXTY, source="x"), "from zero up"),
        (lambda: Rule("meeting", source="A-12"), "needs a fallback"),
        (lambda: SIXTY.instead, "needs a fallback"),
        (lambda: Pause(date(2026, 5, 2), date(2026, 5, 1)), "cannot end on 2026-05-01"),
        (lambda: due(Rule("fixed", source="x"), date(2026, 4, 16), DAYS), "takes a named day"),
        (lambda: due(Rule("fixed", source="x"), date(2026, 4, 16), DAYS, named=date(2026, 4, 15)), "before the start"),
        (lambda: due(SIXTY, date(1999, 12, 31), DAYS), "outside the calendar"),
        (lambda: due(SIXTY, date(2045, 12, 1), DAYS), "leaves the calendar"),
        (lambda: due(Rule("months", 10**9, source="x"), date(2026, 4, 16), DAYS), "leaves the calendar"),
        (lambda: due(SIXTY, date(2026, 4, 16), DAYS, extended_to=date(2999, 1, 1)), "outside the calendar"),
        (lambda: due(SIXTY, datetime(2026, 4, 16, 22, 30, tzinfo=UTC), DAYS), "local_date"),
        (lambda: due(NEXT, datetime(2026, 4, 16, 22, 30, tzinfo=UTC), DAYS), "local_date"),
        (lambda: due(NEXT, date(2026, 4, 16), DAYS, meetings=meetings("SRO", date(2999, 1, 1))), "outside the cal"),
    ],
)
def test_what_makes_no_sense_is_told(make: Callable[[], object], message: str) -> None:
    """Lost otherwise: a date from a broken rule would look like any other promise."""
    with pytest.raises(DateError, match=message):
        make()
