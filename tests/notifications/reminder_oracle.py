"""Who ought to be reminded of what, and when: reckoned by hand from the routine's tables and a wall calendar.

It knows the four dates of a deviation and the four of a dispute that the tables of the routine begin with, as rows
written here once more, and what people did in each case. It shares no code with the product, asks no docket and no
date of the record.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from tests.workflows.oracle import ONE, count_days, free_name, wall_clock

BEFORE, AFTER, LISTED = "before", "after", "listed"
FOREVER = datetime.max.replace(tzinfo=UTC)


class Told(NamedTuple):
    """One thing that one address is told: on which day, about which case, which date of it, and how (`before` the
    date, `after` it, or on the month's list)."""

    address: str
    day: date
    case: str
    how: str
    due: date


@dataclass(frozen=True)
class Asked:
    """A function that is reminded of a date: at which working days before or after it, while it is asked."""

    people: tuple[str, ...]
    at: tuple[int, ...]
    since: datetime
    until: datetime = FOREVER
    announces: bool = False
    """Its letter goes out with the step that ends the date, since it tells of it."""


@dataclass
class Dated:
    """A date of one case: set on a day, open until an instant; whom it is listed for when nobody is reminded of it any
    more (nobody for what is owed beside a date that is not written here)."""

    case: str
    set_on: date
    due: date
    until: datetime = FOREVER
    asked: list[Asked] = field(default_factory=list)
    listed: tuple[str, ...] = ()


def local_day(instant: datetime) -> date:
    return wall_clock(instant.astimezone(UTC)).date()


def morning(day: date) -> datetime:
    """Eight o'clock on a wall in Stockholm."""
    eight = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
    return next(t for t in (eight - timedelta(hours=2), eight - timedelta(hours=1)) if wall_clock(t).hour == 8)


def from_day(day: date, working_days: int) -> date:
    """That many working days after it, or before it."""
    while working_days:
        day += ONE if working_days > 0 else -ONE
        if not free_name(day):
            working_days += -1 if working_days > 0 else 1
    return day


def due_after(unit: str, count: int, start: date) -> date:
    return count_days(unit, count, start).day


def worked_on(day: date) -> date:
    """That day, or the first working day after it."""
    while free_name(day):
        day += ONE
    return day


@dataclass(frozen=True)
class Clock:
    """The instants at which a clock ran; all else was an outage."""

    rounds: Sequence[datetime]

    def first(self, moment: datetime) -> datetime:
        """The first round at or after it; never, when there was none."""
        return next((r for r in self.rounds if r >= moment), FOREVER)

    def first_open(self, moment: datetime) -> datetime:
        """The same, between 08:00 and 16:30 of a working day."""
        return next((r for r in self.rounds if r >= moment and _is_open(r)), FOREVER)


def _is_open(instant: datetime) -> bool:
    here = wall_clock(instant.astimezone(UTC))
    return not free_name(here.date()) and (8, 0) <= (here.hour, here.minute) < (16, 30)


def ought(dates: Sequence[Dated], clock: Clock) -> Iterator[Told]:
    """All that is to be sent: what one round finds about one date for one function is one reminder; none that lies on
    or before the day on which the date was set, or that comes when the date is over or somebody else asked; then each
    month's list."""
    for dated in dates:
        ahead: list[tuple[datetime, datetime, datetime]] = []
        for asked in dated.asked:
            days = [from_day(dated.due, at) for at in asked.at]
            mornings = [morning(day) for day in days if day > dated.set_on]
            for sent in {clock.first_open(moment) for moment in mornings if moment > asked.since}:
                ahead.append((asked.since, asked.until, sent))
                in_time = sent < dated.until or (asked.announces and sent == dated.until)
                if in_time and sent < asked.until:
                    how = BEFORE if local_day(sent) <= dated.due else AFTER
                    yield from (Told(one, local_day(sent), dated.case, how, dated.due) for one in asked.people)
        yield from _listings(dated, ahead, clock)


def _listings(dated: Dated, ahead: Sequence[tuple[datetime, datetime, datetime]], clock: Clock) -> Iterator[Told]:
    """The first round of a month lists what is overdue and about which nothing more is to be sent to whoever is asked
    then."""
    month = dated.due.replace(day=1)
    while clock.rounds and morning(month) <= clock.rounds[-1]:
        written = clock.first(morning(worked_on(month)))
        sent = clock.first_open(written)
        more = any(since < written < until and sending >= written for since, until, sending in ahead)
        if sent < dated.until and not more and dated.due < local_day(written):
            yield from (Told(one, local_day(sent), dated.case, LISTED, dated.due) for one in dated.listed)
        month = (month + 32 * ONE).replace(day=1)


def quiet_over(day: date) -> date:
    """The day itself, or the first after a summer in which nothing is ended by silence (1 July to 10 August)."""
    in_summer = (7, 1) <= (day.month, day.day) <= (8, 10)
    return worked_on(date(day.year, 8, 11)) if in_summer else day


Happened = Mapping[str, datetime]
"""Move -> when it was made in a case."""
