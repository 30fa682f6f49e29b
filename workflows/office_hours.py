"""Between instants (UTC) and the office day (Europe/Stockholm): when a letter may go, and which day an instant is on.

Office hours are 08:00 to 16:30 on the receiver's working days (domain.md 6, ours). Local hours are resolved only here,
so 08:00 stays 08:00 on both sides of a summer-time change.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from workflows.calendar import DateError, Days, later

STOCKHOLM = ZoneInfo("Europe/Stockholm")
OPENS = time(8, 0)
CLOSES = time(16, 30)


def send_time(day: date, days: Days, opens: time = OPENS) -> datetime:
    """The instant (UTC) at which the first working day on or after `day` opens.

    Clocks change in the night to a Sunday, so on a working day every local hour comes exactly once.
    """
    return opening(days.roll(day), opens)


@lru_cache(maxsize=4096)
def opening(working_day: date, opens: time = OPENS) -> datetime:
    """The instant (UTC) at which a day opens that is known to be a working one.

    Kept, because the rows of one docket share a few days and a zone's rules are slow to look up.
    """
    return datetime.combine(working_day, opens, tzinfo=STOCKHOLM).astimezone(UTC)


def local_date(instant: datetime) -> date:
    """The day in Stockholm. DateError when the instant does not say which zone it is in."""
    return _local(instant).date()


def within(instant: datetime, days: Days, opens: time = OPENS, closes: time = CLOSES) -> bool:
    """Whether the office is open: a working day, from `opens` up to but not at `closes`."""
    _check(opens, closes)
    local = _local(instant)
    return opens <= local.time() < closes and days.is_working(local.date())


@lru_cache(maxsize=1024)
def next_open(instant: datetime, days: Days, opens: time = OPENS, closes: time = CLOSES) -> datetime:
    """The instant itself (as UTC) when the office is open, otherwise the next one at which it opens.

    Kept, because a round asks it of every row for the same instant and a few parties' days.
    """
    if within(instant, days, opens, closes):
        return instant.astimezone(UTC)
    local = _local(instant)
    over_for_today = local.time() >= opens
    return send_time(later(local.date(), 1) if over_for_today else local.date(), days, opens)


def _local(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise DateError(f"the instant {instant.isoformat()} has no time zone; pass it in UTC")
    return instant.astimezone(STOCKHOLM)


def _check(opens: time, closes: time) -> None:
    if opens >= closes:
        raise DateError(f"office hours from {opens} to {closes} are empty; let them open before they close")
