"""Swedish dates worked out the slow way, one day after the other, to check the product against.

It shares no code with the product and knows no library: the red days, Easter, summer time and every count are written
here once more, as a person with a wall calendar would do them. Slow and plain is the point.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache

ONE = timedelta(days=1)
Stop = tuple[date, date]
"""A pause: the days after the first, up to and with the second, do not count."""


def easter_sunday(year: int) -> date:
    """The Sunday after the first church full moon from 21 March on, by golden number and epact."""
    golden = year % 19 + 1
    century = year // 100 + 1
    skipped_leap_days = 3 * century // 4 - 12
    moon_correction = (8 * century + 5) // 25 - 5
    epact = (11 * golden + 20 + moon_correction - skipped_leap_days) % 30
    if epact == 24 or (epact == 25 and golden > 11):
        epact += 1
    full_moon = date(year, 3, 1) + ONE * (43 - epact if epact < 24 else 73 - epact)
    # A moon on a Sunday waits a week.
    return weekday_from(full_moon + ONE, 7)


def weekday_from(day: date, isoweekday: int) -> date:
    while day.isoweekday() != isoweekday:
        day += ONE
    return day


@cache
def red_days(year: int) -> Mapping[date, str]:
    """Public holidays (lag 1989:253) and the three eves that count as Sundays (lag 1930:173, semesterlagen)."""
    easter = easter_sunday(year)
    found = [
        (date(year, 1, 1), "Nyårsdagen"),
        (date(year, 1, 6), "Trettondedag jul"),
        (easter - 2 * ONE, "Långfredagen"),
        (easter, "Påskdagen"),
        (easter + ONE, "Annandag påsk"),
        (date(year, 5, 1), "Första maj"),
        (easter + 39 * ONE, "Kristi himmelsfärdsdag"),
        (easter + 49 * ONE, "Pingstdagen"),
        # The National Day took the place of Whit Monday in 2005.
        (easter + 50 * ONE, "Annandag pingst") if year < 2005 else (date(year, 6, 6), "Nationaldagen"),
        (weekday_from(date(year, 6, 19), 5), "Midsommarafton"),
        (weekday_from(date(year, 6, 20), 6), "Midsommardagen"),
        (weekday_from(date(year, 10, 31), 6), "Alla helgons dag"),
        (date(year, 12, 24), "Julafton"),
        (date(year, 12, 25), "Juldagen"),
        (date(year, 12, 26), "Annandag jul"),
        (date(year, 12, 31), "Nyårsafton"),
    ]
    names: dict[date, str] = {}
    for day, name in found:
        names[day] = f"{names[day]}; {name}" if day in names else name
    return names


def free_name(day: date, closed: Mapping[date, str] | None = None) -> str | None:
    """Why nobody works that day; None for a working day."""
    name = red_days(day.year).get(day) or (closed or {}).get(day)
    return name or {6: "lördag", 7: "söndag"}.get(day.isoweekday())


@dataclass
class Counted:
    """A date, and the free days that were passed over on the way to it."""

    day: date
    skipped: list[tuple[date, str]] = field(default_factory=list)
    rolled: list[tuple[date, str]] = field(default_factory=list)


def stands_still(day: date, stops: Iterable[Stop]) -> bool:
    return any(after < day <= until for after, until in stops)


def count_days(
    unit: str, count: int, start: date, stops: Collection[Stop] = (), closed: Mapping[date, str] | None = None
) -> Counted:
    """`count` working or calendar days after the start, on to a day on which something can be due."""
    found = Counted(start)
    left = count
    while left > 0:
        found.day += ONE
        if stands_still(found.day, stops):
            continue
        name = free_name(found.day, closed)
        if unit == "working" and name:
            found.skipped.append((found.day, name))
        else:
            left -= 1
    while True:
        name = free_name(found.day, closed)
        if stands_still(found.day, stops):
            found.day += ONE
        elif name:
            found.rolled.append((found.day, name))
            found.day += ONE
        else:
            return found


def count_months(
    count: int, start: date, stops: Collection[Stop] = (), closed: Mapping[date, str] | None = None
) -> date:
    """Month by month on the wall calendar, then as many days as lie between, those of a pause not counted."""
    year, month = start.year, start.month
    for _ in range(count):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    end = date(year, month, 1)
    while end.day < start.day and (end + ONE).month == month:
        end += ONE
    return count_days("calendar", (end - start).days, start, stops, closed).day


def named(day: date, since: date, stops: Collection[Stop], closed: Mapping[date, str] | None = None) -> date:
    """A day that somebody named stands, free or not, unless the clock stood still before it came."""
    touched = False
    passing = since
    while passing < day:
        passing += ONE
        touched = touched or stands_still(passing, stops)
    return count_days("calendar", (day - since).days, since, stops, closed).day if touched else day


def before(day: date, working_days: int, closed: Mapping[date, str] | None = None) -> date:
    """That many working days before the day."""
    while working_days > 0:
        day -= ONE
        if not free_name(day, closed):
            working_days -= 1
    return day


def first_meeting(
    days: Iterable[date], start: date, lead: int, closed: Mapping[date, str] | None = None
) -> tuple[date, date] | None:
    """The first meeting day whose material can still be handed in, and the last day for that."""
    held = set(days)
    for ahead in range(5_000):
        day = start + ahead * ONE
        if day in held and before(day, lead, closed) >= start:
            return day, before(day, lead, closed)
    return None


def working_days_between(after: date, until: date, closed: Mapping[date, str] | None = None) -> int:
    """In (after, until]."""
    found = 0
    while after < until:
        after += ONE
        found += not free_name(after, closed)
    return found


def wall_clock(utc: datetime) -> datetime:
    """What a clock on a wall in Stockholm shows: two hours ahead in summer time, otherwise one."""
    begins = datetime.combine(weekday_from(date(utc.year, 3, 25), 7), time(1), utc.tzinfo)
    ends = datetime.combine(weekday_from(date(utc.year, 10, 25), 7), time(1), utc.tzinfo)
    return (utc + timedelta(hours=2 if begins <= utc < ends else 1)).replace(tzinfo=None)
