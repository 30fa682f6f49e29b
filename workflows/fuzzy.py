"""Dates kept as they were said: "hösten 2018", "april 2022", "tidigast november 2021" (X-18, A-17, B-08, B-16).

The words stay untouched; beside them stands the span of days that they can mean, for order and search. Nothing is
counted from a fuzzy date. What is not understood is `unknown`, never an error: a person still reads the words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Literal

from workflows.calendar import FIRST, MONTHS, WEEKDAYS

Precision = Literal["day", "week", "month", "season", "year", "earliest", "latest", "unknown"]
Span = tuple[date, date, Precision]
"""First day, last day, and the unit that was spoken of."""
Groups = Mapping[str, str | None]
"""What a pattern found, by name."""
Meaning = Callable[[Groups, int], Span]
"""The span of a phrase in a given year; ValueError for a day that never was."""

A_LEAP_YEAR = date(2024, 12, 31)
"""Seen from here every day of a year without its number has been: 29 February, too."""

LONGEST = 120
"""Characters; a longer text is an account, not a date, and is not searched for one."""

FINE_TO_COARSE: tuple[Precision, ...] = ("day", "week", "month", "season", "year")

MONTH_NUMBERS: Mapping[str, int] = {
    word: number
    for names in MONTHS.values()
    for number, name in enumerate(names, 1)
    for word in (name.lower(), name.lower()[:3])
} | {"sept": 9}
WEEKDAY_NUMBERS: Mapping[str, int] = {name.lower(): n for names in WEEKDAYS.values() for n, name in enumerate(names)}
SEASONS: Mapping[str, int] = {
    **dict.fromkeys(("våren", "våras", "vår", "spring"), 3),
    **dict.fromkeys(("sommaren", "somras", "sommar", "summer"), 6),
    **dict.fromkeys(("hösten", "höstas", "höst", "autumn", "fall"), 9),
    **dict.fromkeys(("vintern", "vintras", "vinter", "winter"), 12),
}
"""First month of three. A winter belongs to the year of its January: vintern 2020 begins in December 2019."""
NUMBERS: Mapping[str, int] = {"en": 1, "ett": 1, "a": 1, "one": 1, "två": 2, "two": 2, "tre": 3, "three": 3}
UNITS: Mapping[str, Precision] = {
    **dict.fromkeys(("dag", "dagar", "day", "days"), "day"),
    **dict.fromkeys(("vecka", "veckan", "veckor", "week", "weeks"), "week"),
    **dict.fromkeys(("månad", "månaden", "månader", "month", "months"), "month"),
    **dict.fromkeys(("år", "året", "year", "years"), "year"),
}
AGO: Mapping[str, tuple[int, Precision]] = {
    **dict.fromkeys(("i dag", "idag", "i morse", "today", "this morning"), (0, "day")),
    **dict.fromkeys(("i går", "igår", "i går kväll", "igår kväll", "yesterday", "last night"), (1, "day")),
    **dict.fromkeys(("i förrgår", "förrgår", "the day before yesterday"), (2, "day")),
    **dict.fromkeys(("i år", "this year"), (0, "year")),
    "i fjol": (1, "year"),
}
EARLIEST = ("tidigast", "inte före", "från och med", "fr.o.m", "at the earliest", "earliest", "not before")
LATEST = ("senast", "inte efter", "till och med", "t.o.m", "at the latest", "latest", "no later than", "by")
THIRDS: Mapping[str, int] = {
    **dict.fromkeys(("början av", "tidigt", "beginning of", "early"), 0),
    **dict.fromkeys(("mitten av", "middle of", "mid"), 1),
    **dict.fromkeys(("slutet av", "sent", "end of", "late"), 2),
}
BEGINNINGS = ("sedan", "från", "since", "from")
FILLERS = (
    *BEGINNINGS,
    *("någon gång", "omkring", "ungefär", "kring", "cirka", "ca", "runt", "under", "mellan"),
    *("i", "på", "den", "år", "sometime", "around", "about", "circa", "during", "between"),
    *("in", "on", "the", "year"),
)


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """`earliest` to `latest` is what `text` can mean.

    Precision `earliest` has only its first day, `latest` only its last, `unknown` neither; the others have both.
    """

    text: str
    earliest: date | None
    latest: date | None
    precision: Precision

    @property
    def order(self) -> tuple[date, date]:
        """Sorts by the first possible day, of two the narrower first; what has no day comes last."""
        return self.earliest or self.latest or date.max, self.latest or date.max


def parse_fuzzy(text: str, today: date | None = None) -> Fuzzy:
    """What a Swedish or English phrase can mean; `text` stays as it was said.

    `today` gives meaning to words that need it: "i går", "i höstas", "förra veckan", a day or month without a year.
    Without a year the latest one that has begun is meant; after "tidigast" and "senast" the first that has not ended.
    """
    bound, said = _bound(_plain(text)) if len(text) <= LONGEST else ("", "")
    span = _range(said, today, ahead=bound != "")
    if span is None:
        return Fuzzy(text, None, None, "unknown")
    first, last, precision = span
    if bound == "earliest":
        return Fuzzy(text, first, None, "earliest")
    if bound == "latest":
        return Fuzzy(text, None, last, "latest")
    return Fuzzy(text, first, last, precision)


def no_such_day(text: str) -> bool:
    """Whether all that the words name is a day that no year has: "31 november", "den 30 februari 2026"."""
    if len(text) > LONGEST or parse_fuzzy(text, A_LEAP_YEAR).precision != "unknown":
        return False
    said = _bound(_plain(text))[1]
    while filler := FILLER.match(said):
        said = said[filler.end() :]
    return any(meaning is _day and pattern.fullmatch(said) for pattern, meaning in PHRASES)


def before_calendar(text: str, today: date) -> bool:
    """Whether all that the words name lies before the first day that any calendar of ours knows: "1 april 1026". What
    has a beginning and no end, as in "sedan 1998" and "tidigast 1998", goes on and does not."""
    last = parse_fuzzy(text, today).latest
    return last is not None and last < FIRST and not _goes_on(_plain(text), today)


def _goes_on(said: str, today: date) -> bool:
    """Words that name a beginning alone; "från 1997 till 1998" names an end, too."""
    begins = BEGINNING.match(said)
    return begins is not None and _span(said[begins.end() :], today, ahead=False) is not None


def _plain(text: str) -> str:
    lowered = re.sub("[\u2010-\u2015\u2212]", "-", text.lower()).replace("\u2019", "'")
    return " ".join(lowered.split()).strip(' .,;:!?()"')


def _bound(said: str) -> tuple[str, str]:
    """Both "tidigast november" and "november at the earliest" are a bound and a span."""
    for bound, before, after in BOUNDS:
        if found := before.fullmatch(said) or after.fullmatch(said):
            return bound, found[1]
    return "", said


def _range(said: str, today: date | None, ahead: bool) -> Span | None:
    """One span, or two with a dash or a word between: "februari - mars 2019", "12-14 april 2020"."""
    whole = _span(said, today, ahead)
    if whole is not None:
        return whole
    for between in (" - ", " till ", " to ", " och ", " and ", "-"):
        left, _, right = said.partition(between)
        last = _span(right, today, ahead)
        first = _left_of(right.split(), left, today, ahead) if last else None
        if first and last and first[0] <= last[0]:
            return first[0], max(first[1], last[1]), max(first[2], last[2], key=FINE_TO_COARSE.index)
    return None


def _left_of(right: list[str], left: str, today: date | None, ahead: bool) -> Span | None:
    """The left part of a range, with the words that stand only to the right of the dash: the month, the year."""
    spans = (_span(" ".join([left, *right[shared:]]), today, ahead) for shared in range(1, len(right) + 1))
    return next((span for span in spans if span), None)


def _span(said: str, today: date | None, ahead: bool) -> Span | None:
    found = (_relative(said, today) if today else None) or _absolute(said, today, ahead)
    if found is not None:
        return found
    if part := PART.fullmatch(said):
        inner = _span(part[2], today, ahead)
        return _third(inner, THIRDS[part[1]]) if inner else None
    filler = FILLER.match(said)
    return _span(said[filler.end() :], today, ahead) if filler else None


def _third(span: Span, third: int) -> Span:
    first, last, precision = span
    length = (last - first).days + 1
    begins = first + timedelta(days=length * third // 3)
    return begins, max(begins, first + timedelta(days=length * (third + 1) // 3 - 1)), precision


def _relative(said: str, today: date) -> Span | None:
    """Words that count back from today: "i går", "i tisdags", "förra veckan", "för tre veckor sedan"."""
    if said in AGO:
        number, unit = AGO[said]
        return _possible(lambda: _back(number, unit, today))
    if found := WEEKDAY.fullmatch(said):
        gap = (today.weekday() - WEEKDAY_NUMBERS[found[1]] - 1) % 7 + 1
        return _possible(lambda: _back(gap, "day", today))
    if found := SO_LONG_AGO.fullmatch(said):
        count, unit = NUMBERS.get(found[1]) or int(found[1]), UNITS[found[2]]
        return _possible(lambda: _back(count, unit, today))
    if found := THIS_OR_LAST.fullmatch(said):
        back, unit = int(found[1] in ("förra", "last")), UNITS[found[2]]
        return _possible(lambda: _back(back, unit, today))
    if found := LAST_SEASON.fullmatch(said):
        years = range(today.year + 1, today.year - 3, -1)
        return _first(_season, found.groupdict(), years, lambda span: span[1] < today)
    return None


def _back(number: int, unit: Precision, today: date) -> Span:
    """The day, week, month or year that lies `number` of them before today's."""
    if unit == "year":
        return _year({}, today.year - number)
    if unit == "month":
        year, month = divmod(today.year * 12 + today.month - 1 - number, 12)
        return (*_months(year, month + 1, 1), "month")
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * number)
        return monday, monday + timedelta(days=6), "week"
    day = today - timedelta(days=number)
    return day, day, "day"


def _absolute(said: str, today: date | None, ahead: bool) -> Span | None:
    for pattern, meaning in PHRASES:
        found = pattern.fullmatch(said)
        groups = found.groupdict() if found else {}
        if year := groups.get("year"):
            return _possible(partial(meaning, groups, int(year) if len(year) == 4 else 2000 + int(year[1:])))
        if found and today and ahead:
            return _first(meaning, groups, range(today.year - 1, today.year + 9), lambda span: span[1] >= today)
        if found and today:
            return _first(meaning, groups, range(today.year + 1, today.year - 9, -1), lambda span: span[0] <= today)
    return None


def _first(meaning: Meaning, groups: Groups, years: Iterable[int], fits: Callable[[Span], bool]) -> Span | None:
    spans = (_possible(partial(meaning, groups, year)) for year in years)
    return next((span for span in spans if span is not None and fits(span)), None)


def _possible(span: Callable[[], Span]) -> Span | None:
    """None for days that never were, 31 February or week 54: such words stay unknown."""
    try:
        return span()
    except (ValueError, OverflowError):
        return None


def _day(groups: Groups, year: int) -> Span:
    day = date(year, _month_number(groups), int(groups["day"] or 0))
    return day, day, "day"


def _week(groups: Groups, year: int) -> Span:
    monday = date.fromisocalendar(year, int(groups["week"] or 0), 1)
    return monday, monday + timedelta(days=6), "week"


def _month(groups: Groups, year: int) -> Span:
    return (*_months(year, _month_number(groups), 1), "month")


def _season(groups: Groups, year: int) -> Span:
    month = SEASONS[groups["season"] or ""]
    return (*_months(year - 1 if month == 12 else year, month, 3), "season")


def _winter(_: Groups, year: int) -> Span:
    """ "vintern 2019/2020", by the year it begins in."""
    return (*_months(year, 12, 3), "season")


def _quarter(groups: Groups, year: int) -> Span:
    return (*_months(year, 3 * int(groups["quarter"] or 0) - 2, 3), "season")


def _year(_: Groups, year: int) -> Span:
    return date(year, 1, 1), date(year, 12, 31), "year"


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    years, last = divmod(month - 1 + count, 12)
    return date(year, month, 1), date(year + years, last + 1, 1) - timedelta(days=1)


def _month_number(groups: Groups) -> int:
    return MONTH_NUMBERS[name] if (name := groups.get("name")) else int(groups["month"] or 0)


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


BOUNDS = tuple(
    (bound, re.compile(rf"(?:{_any(phrases)})\.? (.+)"), re.compile(rf"(.+?) (?:{_any(phrases)})"))
    for bound, phrases in (("earliest", EARLIEST), ("latest", LATEST))
)
PART = re.compile(rf"({_any(THIRDS)})[ -](.+)")
BEGINNING = re.compile(rf"(?:{_any(BEGINNINGS)}) ")
FILLER = re.compile(rf"(?:{_any(FILLERS)})\.? ")
WEEKDAY = re.compile(rf"(?:i |last )({_any(WEEKDAY_NUMBERS)})s?")
SO_LONG_AGO = re.compile(rf"(?:för )?([0-9]{{1,3}}|{_any(NUMBERS)}) ({_any(UNITS)}) (?:sedan|ago)")
THIS_OR_LAST = re.compile(rf"(förra|last|den här|denna|this) ({_any(UNITS)})")
LAST_SEASON = re.compile(rf"(?:förra|last) (?P<season>{_any(SEASONS)})")
DAY = "(?P<day>[0-9]{1,2})(?::?[ae]|st|nd|rd|th)?"
NAME = rf"(?P<name>{_any(MONTH_NUMBERS)})\.?"
YEAR = "(?P<year>(?:1[0-9]|20)[0-9]{2}|[-'][0-9]{2})"
PHRASES: tuple[tuple[re.Pattern[str], Meaning], ...] = tuple(
    (re.compile(pattern), meaning)
    for pattern, meaning in (
        ("(?P<year>[0-9]{4})(-?)(?P<month>[0-9]{2})\\2(?P<day>[0-9]{2})", _day),
        (rf"{DAY} (?:of )?{NAME}(?:,? {YEAR})?", _day),
        (rf"{NAME} {DAY},? {YEAR}", _day),
        (rf"(?P<day>[0-9]{{1,2}})/(?P<month>[0-9]{{1,2}})(?:[- /]{YEAR})?", _day),
        (rf"(?P<day>[0-9]{{1,2}})\.(?P<month>[0-9]{{1,2}})\.{YEAR}", _day),
        (rf"(?:vecka|v|week)\.? ?(?P<week>[0-9]{{1,2}})(?:,? {YEAR})?", _week),
        ("(?P<year>[0-9]{4})-(?P<month>[0-9]{2})", _month),
        (rf"{NAME}(?:(?:,| of)? {YEAR})?", _month),
        (rf"(?P<season>{_any(SEASONS)})(?:(?: of)? {YEAR})?", _season),
        (rf"(?:vintern|vinter|winter) {YEAR}[-/](?:[0-9]{{4}}|[0-9]{{2}})", _winter),
        (rf"(?:kvartal |q)(?P<quarter>[1-4])(?:,? {YEAR})?", _quarter),
        ("(?P<year>(?:19|20)[0-9]{2}|[-'][0-9]{2})", _year),  # 1430 alone is a time of the day
    )
)
