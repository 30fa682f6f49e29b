"""From a rule and its start day to the date: the only place that sets one.

The start is day zero, and what is due on a day is overdue the next. A rule in working days skips free days; one in
calendar days or months rolls forward from a free day to a working one. Days on which the clock stands still do not
count in any unit, and nothing falls due on them. why.py tells the same sums in words, day by day.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from workflows.calendar import LAST, DateError, Days, inside, later

Unit = Literal["working", "calendar", "months", "meeting", "fixed"]
MeetingStatus = Literal["planned", "provisional", "held", "cancelled"]

NO_FALLBACK = "a rule bound to a meeting needs a fallback for when none has a date yet; name one"


@dataclass(frozen=True, slots=True)
class Rule:
    """How long something may take.

    `working`, `calendar`, `months`: `count` of them after the start. `fixed`: the day that somebody named. `meeting`:
    the forum's first meeting whose material date, `lead` working days before it, is not before the start; `at` says
    whether the meeting or its material date is what falls due. When that day lies more than `limit` days after the
    start, or there is no meeting, `fallback` decides instead. `forum` None takes every meeting it is shown.

    A pause moves the first four by the days it stops, months and named days by calendar days; no meeting moves for it.
    """

    unit: Unit
    count: int = 0
    source: str = field(kw_only=True)
    forum: str | None = field(default=None, kw_only=True)
    at: Literal["meeting", "material"] = field(default="meeting", kw_only=True)
    lead: int = field(default=0, kw_only=True)
    limit: int | None = field(default=None, kw_only=True)
    limit_unit: Literal["working", "calendar"] = field(default="calendar", kw_only=True)
    limit_of: str = field(default="", kw_only=True)
    """A remembered day that `limit` counts from, up to the meeting itself; `named` says how far that reaches."""
    fallback: Rule | None = field(default=None, kw_only=True)
    awaited: int | None = field(default=None, kw_only=True)
    """Of `calendar`: when something is awaited on a named day that comes before the count is over, or at most so many
    days after it, that day decides."""

    def __post_init__(self) -> None:
        if self.unit not in get_args(Unit):
            raise DateError(f"unknown unit {self.unit!r}; use one of {', '.join(get_args(Unit))}")
        if self.count < 0 or self.lead < 0 or (self.limit or 0) < 0:
            raise DateError("a rule's count, lead and limit are whole days from zero up")
        if self.unit == "meeting" and self.fallback is None:
            raise DateError(NO_FALLBACK)

    @property
    def instead(self) -> Rule:
        """What decides when no meeting does."""
        if self.fallback is None:
            raise DateError(NO_FALLBACK)
        return self.fallback


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood still: the days after `start`, up to and with `end` (planned while it is open), do not count."""

    start: date
    end: date
    ground: str = ""

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise DateError(f"a pause from {self.start} cannot end on {self.end}; give an end on or after its start")


@dataclass(frozen=True, slots=True)
class Meeting:
    forum: str
    day: date
    status: MeetingStatus = "planned"


@dataclass(frozen=True, slots=True)
class Sitting:
    """A meeting seen from a rule: its material date, and the day that would fall due."""

    meeting: Meeting
    material: date
    due: date


def due(
    rule: Rule,
    start: date,
    days: Days,
    *,
    pauses: Sequence[Pause] = (),
    named: date | None = None,
    extended_to: date | None = None,
    extended_on: date | None = None,
    meetings: Iterable[Meeting] = (),
) -> date:
    """The last day, all of it.

    `named` is the day of a `fixed` rule, and the last day of a meeting whose limit counts from a remembered day.
    `extended_to` replaces what the rule gives and stands as agreed, also on a free day; pauses that begin on or after
    `extended_on`, the day it was agreed, still move it. DateError when a day lies outside the calendar, a fixed rule
    has no day, or a named day lies before the start.
    """
    if extended_to is not None:
        if extended_on is None:
            return inside(extended_to)
        return _as_named(extended_to, extended_on, days, stops(p for p in pauses if p.start >= extended_on))
    still = stops(pauses) if pauses else ()
    if rule.unit == "calendar" and named is not None and awaited_then(rule, start, named):
        return _settled(inside(named), days, still)
    if rule.unit == "calendar":
        return _nth_day(start, rule.count, days, still)
    if rule.unit == "working":
        return _nth_working_day(start, rule.count, days, still)
    if rule.unit == "months":
        return _nth_day(start, (months_after(start, rule.count) - start).days, days, still)
    if rule.unit == "fixed":
        return _as_named(named_day(rule, named, start), start, days, still)
    sitting = next_sitting(rule, start, days, meetings, named)
    if sitting is not None:
        return sitting.due
    return due(rule.instead, start, days, pauses=pauses, named=named, meetings=meetings)


def latest(rule: Rule, start: date, days: Days) -> date:
    """The last day that the rule can give from that start, whenever the forum meets; the calendar's own for a named day
    or a meeting that may lie anywhere."""
    if rule.unit == "meeting":
        return max(last_allowed(rule, start, days), latest(rule.instead, start, days))
    if rule.awaited is not None:
        return days.roll(later(start, rule.count + rule.awaited))
    return LAST if rule.unit == "fixed" else due(rule, start, days)


def awaited_then(rule: Rule, start: date, named: date) -> bool:
    """Whether the day on which something is awaited decides, in place of the count."""
    return rule.awaited is not None and start < named <= later(start, rule.count + rule.awaited)


def stops(pauses: Iterable[Pause]) -> tuple[tuple[date, date], ...]:
    """The pauses in order and without overlap: a day that two of them stop is stopped once."""
    merged: list[tuple[date, date]] = []
    for pause in sorted(pauses, key=lambda p: p.start):
        if merged and pause.start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], pause.end))
        else:
            merged.append((pause.start, pause.end))
    return tuple(merged)


def months_after(start: date, count: int) -> date:
    """The same day `count` months later, or that month's last day where it has no such day."""
    years, month = divmod(start.month - 1 + count, 12)
    year = start.year + years
    if year > LAST.year:
        raise DateError(f"{count} months from {start} leaves the calendar, which ends on {LAST}")
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def named_day(rule: Rule, named: date | None, start: date) -> date:
    if named is None:
        raise DateError(f"the rule {rule.source or 'without a source'} takes a named day; give one")
    if named < start:
        raise DateError(f"the named day {named} lies before the start {start}; name a later day")
    return named


def sittings(rule: Rule, start: date, days: Days, meetings: Iterable[Meeting]) -> Iterator[Sitting]:
    """The forum's meetings from the start on, in order, cancelled ones left out."""
    start = inside(start)
    ahead = [m for m in meetings if m.day >= start and m.status != "cancelled" and rule.forum in (None, m.forum)]
    for meeting in sorted(ahead, key=lambda m: m.day):
        material = days.add(meeting.day, -rule.lead) if rule.lead else inside(meeting.day)
        yield Sitting(meeting, material, meeting.day if rule.at == "meeting" else material)


def last_allowed(rule: Rule, start: date, days: Days, named: date | None = None) -> date:
    """The last day on which a meeting is near enough."""
    if rule.limit_of and named is not None:
        return named
    if rule.limit is None:
        return LAST
    return days.add(start, rule.limit) if rule.limit_unit == "working" else later(start, rule.limit)


def near_enough(rule: Rule, sitting: Sitting, start: date, days: Days, named: date | None) -> bool:
    """Whether what falls due, or the meeting itself where its limit counts from another day, lies within the limit."""
    day = sitting.meeting.day if rule.limit_of else sitting.due
    return day <= last_allowed(rule, start, days, named)


def next_sitting(
    rule: Rule, start: date, days: Days, meetings: Iterable[Meeting], named: date | None = None
) -> Sitting | None:
    """The first sitting whose material date is still ahead; None when there is none or it lies beyond the limit."""
    for sitting in sittings(rule, start, days, meetings):
        if sitting.material >= start:
            return sitting if near_enough(rule, sitting, start, days, named) else None
    return None


def _nth_day(start: date, count: int, days: Days, still: Sequence[tuple[date, date]]) -> date:
    return _settled(_moved(later(start, count), start, still), days, still)


def _nth_working_day(start: date, count: int, days: Days, still: Sequence[tuple[date, date]]) -> date:
    day = days.add(start, count)
    for after, until in still:
        lost_from = max(after, start)
        if day > lost_from and until > lost_from:
            day = days.add(day, days.count(lost_from, until))
    return _settled(day, days, still)


def _as_named(day: date, since: date, days: Days, still: Sequence[tuple[date, date]]) -> date:
    """The named day as it is, free or not; only a pause moves it, and then it rolls like any other."""
    moved = _moved(inside(day), since, still)
    return day if moved == day else _settled(moved, days, still)


def _moved(day: date, since: date, still: Sequence[tuple[date, date]]) -> date:
    for after, until in still:
        lost_from = max(after, since)
        if day > lost_from and until > lost_from:
            day = later(day, (until - lost_from).days)
    return day


def _settled(day: date, days: Days, still: Sequence[tuple[date, date]]) -> date:
    """The first day from `day` on that is a working day and on which the clock runs."""
    day = days.roll(day)
    for after, until in still:
        if after < day <= until:
            day = days.roll(later(until, 1))
    return day
