"""Which days are working days: one county's calendar, and in it the days of each party.

Monday to Friday are working days, except the county's red days and the party's own closed days. Which days are red is
handed in: in Sweden the public holidays and the three eves that offices keep, Midsummer's Eve, Christmas Eve and New
Year's Eve (domain.md 5, D-78). A day is a date in Europe/Stockholm; instants belong to office_hours.py.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import date, datetime
from itertools import filterfalse
from typing import Literal

Language = Literal["sv", "en"]

FIRST = date(2000, 1, 1)
LAST = date(2045, 12, 31)
_FIRST, _LAST = FIRST.toordinal(), LAST.toordinal()

WEEKDAYS: Mapping[Language, tuple[str, ...]] = {
    "sv": ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS: Mapping[Language, tuple[str, ...]] = {
    "sv": (
        *("januari", "februari", "mars", "april", "maj", "juni"),
        *("juli", "augusti", "september", "oktober", "november", "december"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
ENGLISH_NAMES: Mapping[str, str] = {
    **dict(zip(WEEKDAYS["sv"], WEEKDAYS["en"], strict=True)),
    "Nyårsdagen": "New Year's Day",
    "Trettondedag jul": "Epiphany",
    "Långfredagen": "Good Friday",
    "Påskdagen": "Easter Sunday",
    "Annandag påsk": "Easter Monday",
    "Första maj": "May Day",
    "Kristi himmelsfärdsdag": "Ascension Day",
    "Pingstdagen": "Whit Sunday",
    "Annandag pingst": "Whit Monday",
    "Nationaldagen": "National Day",
    "Midsommarafton": "Midsummer's Eve",
    "Midsommardagen": "Midsummer Day",
    "Alla helgons dag": "All Saints' Day",
    "Julafton": "Christmas Eve",
    "Juldagen": "Christmas Day",
    "Annandag jul": "Boxing Day",
    "Nyårsafton": "New Year's Eve",
}


class DateError(ValueError):
    """A date that cannot be worked out. The message says what to change."""


class Calendar:
    """One county's days. `red` and each party's `closed` days map a date to its Swedish name, weekends left out or in.

    `revision` names the state of the lists: a corrected holiday is a new Calendar with another revision, and every
    explanation says which one it was counted with. A year without entries has only its weekends, so whoever builds the
    calendar fills 2000 to 2045.
    """

    __slots__ = ("_closed", "_county", "_parties", "_red", "revision")

    def __init__(
        self,
        red: Mapping[date, str],
        closed: Mapping[str, Mapping[date, str]] | None = None,
        revision: str = "",
    ) -> None:
        self.revision = revision
        self._red = dict(red)
        self._closed = {party: dict(names) for party, names in (closed or {}).items() if names}
        self._county = Days(self._red, revision)
        self._parties: dict[str, Days] = {}

    def days_of(self, party: str | None) -> Days:
        """The days of a party, its own closed days among them; the county's for None or a party without any."""
        if party is None or party not in self._closed:
            return self._county
        if party not in self._parties:
            self._parties[party] = Days({**self._closed[party], **self._red}, self.revision)
        return self._parties[party]


class Days:
    """Working-day arithmetic over FIRST to LAST. A day outside, and an instant given for a day, is a DateError."""

    __slots__ = ("_named", "_working", "revision")

    def __init__(self, named: Mapping[date, str], revision: str = "") -> None:
        self._named = dict(named)
        self._working = _working_ordinals(self._named)
        self.revision = revision

    def is_working(self, day: date) -> bool:
        _ordinal(day)
        return day.weekday() < 5 and day not in self._named

    def name(self, day: date, language: Language = "sv") -> str | None:
        """Why the day is free: its holiday, the party's own word for it, or the weekday. None for working days.

        A party's own words have no English and stay as they are.
        """
        _ordinal(day)
        found = self._named.get(day)
        if found is None and day.weekday() >= 5:
            found = WEEKDAYS["sv"][day.weekday()]
        return found if found is None or language == "sv" else in_english(found)

    def roll(self, day: date) -> date:
        """The day itself when it is a working day, otherwise the next one."""
        return self._at(bisect_left(self._working, _ordinal(day)), day)

    def add(self, day: date, working_days: int) -> date:
        """The n-th working day after `day`, which is day zero; for a negative n the n-th before it.

        Zero gives the day itself rolled forward, so that the answer is always a working day.
        """
        ordinal = _ordinal(day)
        if working_days > 0:
            return self._at(bisect_right(self._working, ordinal) + working_days - 1, day)
        return self._at(bisect_left(self._working, ordinal) + working_days, day)

    def count(self, after: date, until: date) -> int:
        """Working days in (after, until]; below zero when `until` lies before `after`."""
        return bisect_right(self._working, _ordinal(until)) - bisect_right(self._working, _ordinal(after))

    def _at(self, index: int, day: date) -> date:
        # A negative index would quietly count from the end of the list.
        if 0 <= index < len(self._working):
            return date.fromordinal(self._working[index])
        raise DateError(f"counting from {day} leaves the calendar ({FIRST} to {LAST}); check the date and the number")


def inside(day: date) -> date:
    """The day itself, once it is known to be a day and to lie in the calendar."""
    _ordinal(day)
    return day


def later(day: date, by: int) -> date:
    """`by` calendar days after `day` (before it when negative), inside the calendar."""
    ordinal = _ordinal(day) + by
    if _FIRST <= ordinal <= _LAST:
        return date.fromordinal(ordinal)
    raise DateError(f"{by} days from {day} leaves the calendar ({FIRST} to {LAST}); check the date and the number")


def in_english(name: str) -> str:
    """The English name of a Swedish free day; two that share a date stand with a semicolon between them."""
    return "; ".join(ENGLISH_NAMES.get(part, part) for part in name.split("; "))


def spoken(day: date, language: Language) -> str:
    """`måndag 15 juni 2026`, `Monday 15 June 2026`."""
    return f"{WEEKDAYS[language][day.weekday()]} {day.day} {MONTHS[language][day.month - 1]} {day.year}"


def spoken_short(day: date, language: Language, today: date) -> str:
    """`15 juni`, `15 June`, with the year when it is another one than today's."""
    said = f"{day.day} {MONTHS[language][day.month - 1]}"
    return said if day.year == today.year else f"{said} {day.year}"


def _ordinal(day: date) -> int:
    if isinstance(day, datetime):
        raise DateError(f"{day.isoformat()} is an instant, not a day; take office_hours.local_date of it first")
    ordinal = day.toordinal()
    if _FIRST <= ordinal <= _LAST:
        return ordinal
    raise DateError(f"{day} is outside the calendar ({FIRST} to {LAST}); check the year")


# Ordinal 1 was a Monday, so 6 and 0 (modulo 7) are Saturday and Sunday.
_MONDAYS_TO_FRIDAYS = tuple(n for n in range(_FIRST, _LAST + 1) if n % 7 not in (6, 0))


def _working_ordinals(named: Mapping[date, str]) -> list[int]:
    free = {day.toordinal() for day in named}
    return list(filterfalse(free.__contains__, _MONDAYS_TO_FRIDAYS))
