"""What the clock is still to do for a case: the docket rows that its state asks for.

Per (deadline, function) only the *next* notch stands in the docket; settling it writes the following one
(design.md section 3). Which rows ought to exist is a function of state and time, so `stegen verify` can recount it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from workflows.attempt import World
from workflows.calendar import Days
from workflows.definition import DeadlineRule, Default, Definition, Notch
from workflows.nouns import CLOCK, Contribution, Cover, Deadline, DocketRow
from workflows.office_hours import opening, send_time
from workflows.organisation import Organisation, holder_of
from workflows.roles import resolve

QUIET_FROM, QUIET_UNTIL = (7, 1), (8, 10)
"""No automatic step ends a case or counts silence as consent from 1 July to 10 August (domain.md section 5)."""


def plan(
    definition: Definition,
    cover: Cover,
    deadlines: tuple[Deadline, ...],
    contributions: tuple[Contribution, ...],
    world: World,
    now: datetime,
    fresh: frozenset[tuple[str, int]] = frozenset(),
) -> dict[str, DocketRow]:
    """Every row that ought to wait after `now`, by key. What lay at or before `now` has been, or never existed.

    `fresh` names (deadline, revision) pairs set in this very moment: their automatic step stands even when its time
    is already behind, so that a date agreed in the past still has its consequence.
    """
    rules = definition.deadlines
    alive = [d for d in deadlines if d.status == "open" and cover.status != "ended"]
    roles = {role for d in alive for notch in rules[d.code].notches for role in notch.to}
    posts = {role: resolve(role, cover, world.org, contributions) for role in roles}
    rows: list[DocketRow] = []
    for deadline in alive:
        rows += _deadline_rows(rules[deadline.code], cover, deadline, posts, world, now, fresh)
    for owed in contributions:
        if owed.status == "owed":
            rows += _contribution_rows(definition, cover, owed, world, now)
    return {row.key: row for row in rows}


def _deadline_rows(
    rule: DeadlineRule,
    cover: Cover,
    deadline: Deadline,
    posts: Mapping[str, tuple[str, ...]],
    world: World,
    now: datetime,
    fresh: frozenset[tuple[str, int]],
) -> Iterator[DocketRow]:
    for post, notches in _by_post(rule.notches, posts).items():
        days = world.calendar.days_of(_party_of(post, world.org))
        row = next_notch(
            cover.number, deadline.key, deadline.revision, deadline.due, deadline.start, notches, post, days, now
        )
        if row is not None:
            yield row
    for default in rule.defaults:
        step = _step(cover, deadline, default, world)
        if step.due_at > now or (deadline.key, deadline.revision) in fresh:
            yield step


def _contribution_rows(
    definition: Definition, cover: Cover, owed: Contribution, world: World, now: datetime
) -> Iterator[DocketRow]:
    notches = sorted(n.at for n in definition.contributions[owed.code].notches)
    days = world.calendar.days_of(_party_of(owed.asked, world.org))
    row = next_notch(cover.number, owed.key, owed.revision, owed.due, date.min, notches, owed.asked, days, now)
    if row is not None:
        yield row


def next_notch(
    number: str,
    key: str,
    revision: int,
    due: date,
    set_on: date,
    notches: list[int],
    post: str,
    days: Days,
    now: datetime,
) -> DocketRow | None:
    """The first reminder after `now`, in the receiver's office hours; a step before its deadline was set is none."""
    every = moments(due, set_on, tuple(notches), days)
    found = next((one for one in every if one.at > now), None)
    return reminder(number, key, revision, post, found) if found is not None else None


class Moment(NamedTuple):
    """A reminder's name (`-2`, `+6`) and when the receiver's office opens that day."""

    notch: str
    at: datetime


@lru_cache(maxsize=4096)
def moments(due: date, set_on: date, notches: tuple[int, ...], days: Days) -> tuple[Moment, ...]:
    """Every reminder of a date that was set on `set_on`, in order, each later than the one before.

    Kept, because a round asks it of thousands of rows that share a few dates.
    """
    found: list[Moment] = []
    for at in notches:
        day = days.add(due, at)
        moment = opening(day)
        if day > set_on and (not found or moment > found[-1].at):
            found.append(Moment(f"{at:+d}", moment))
    return tuple(found)


def reminder(number: str, key: str, revision: int, post: str, moment: Moment) -> DocketRow:
    """The docket's row for one reminder of a case's date to one function."""
    name, at = moment
    return DocketRow(f"{number}/{key}/r{revision}/{name}/{post}", "letter", post, at, key, revision, name)


def _by_post(notches: tuple[Notch, ...], posts: Mapping[str, tuple[str, ...]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for notch in notches:
        for role in notch.to:
            for post in posts[role]:
                found.setdefault(post, []).append(notch.at)
    return {post: sorted(set(ats)) for post, ats in found.items()}


def _step(cover: Cover, deadline: Deadline, default: Default, world: World) -> DocketRow:
    """The automatic step when the date passes: the day after it at the earliest, on a working day of its clock."""
    days = world.calendar.days_of(deadline.party or None)
    day = days.add(deadline.due, default.after) if default.after else deadline.due + timedelta(days=1)
    if default.quiet and QUIET_FROM <= (day.month, day.day) <= QUIET_UNTIL:
        day = date(day.year, QUIET_UNTIL[0], QUIET_UNTIL[1]) + timedelta(days=1)
    key = f"{cover.number}/{deadline.key}/r{deadline.revision}/{default.move}"
    return DocketRow(
        key, "step", CLOCK, send_time(day, days), deadline.key, deadline.revision, default.move, default.move
    )


def _party_of(post: str, org: Organisation) -> str | None:
    """Whose working days a post keeps; forums keep the county's."""
    kind, _, code = holder_of(post).partition(":")
    if kind == "unit" and code in org.sides:
        return org.sides[code].party
    if kind == "operation":
        return org.sides[f"operation:{code}"].party
    return org.parties.get(code) if kind == "authority" else None
