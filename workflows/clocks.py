"""Deadlines as values: start, pause, resume, count anew. Every date comes out of `due`, and nowhere else.

Each party has its own clock (its own closed days), a forum has the county's (domain.md section 5).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from workflows.attempt import World
from workflows.calendar import later
from workflows.definition import ContributionRule, DeadlineRule
from workflows.due import Meeting, Pause, Rule, due
from workflows.ladder import landing
from workflows.nouns import Contribution, Cover, Deadline


def start_deadline(
    rule: DeadlineRule, key: str, cover: Cover, world: World, today: date, *, by: str, on: date | None = None,
    since: date | None = None,
) -> Deadline:  # fmt: skip
    """A new living deadline whose clock starts today (day zero), or on the day `since`.

    `on` is a date that people agreed on; one that is already behind is its own start, and overdue from the beginning.
    Where it is only what is awaited meanwhile, the clock starts all the same.
    """
    start = since or today
    start = start if on is None or rule.rule.awaited is not None else min(start, on)
    on = on or _last_meeting(rule.rule, cover)
    party, forum = _party(rule.clock, cover), _forum(rule, cover, world, today)
    hasty = cover.urgent and rule.urgent is not None
    days = world.calendar.days_of(party or None)
    day = due(
        rule.urgent if hasty and rule.urgent is not None else rule.rule, start, days, named=on,
        meetings=meetings_of(forum, world),
    )  # fmt: skip
    return Deadline(
        key=key, code=rule.code, clock=rule.clock, started_by=by, start=start, due=day, named=on, party=party,
        forum=forum, hasty=hasty,
    )  # fmt: skip


def _last_meeting(rule: Rule, cover: Cover) -> date | None:
    """The last day of a meeting that counts, where that hangs on a day that the case remembers."""
    since = cover.facts.get(rule.limit_of) if rule.limit_of else None
    return later(date.fromisoformat(since), rule.limit or 0) if isinstance(since, str) else None


def recount(deadline: Deadline, rule: DeadlineRule, cover: Cover, world: World) -> Deadline:
    """The same deadline with its date worked out again from its facts: rule, start, pauses, extension, meetings."""
    day = due(
        rule_of(deadline, rule),
        deadline.start,
        world.calendar.days_of(deadline.party or None),
        pauses=[Pause(*p) for p in deadline.pauses],
        named=deadline.named,
        extended_to=deadline.extended_to,
        extended_on=deadline.extended_on,
        meetings=meetings_of(deadline.forum, world),
    )
    return deadline if day == deadline.due else replace(deadline, due=day)


def pause(
    deadline: Deadline, rule: DeadlineRule, cover: Cover, world: World, today: date, until: date, ground: str
) -> Deadline:
    """The clock stands from today until the planned end; the date moves with it, so it gets a new revision."""
    standing = replace(deadline, pauses=(*deadline.pauses, (today, until, ground)), revision=deadline.revision + 1)
    return recount(standing, rule, cover, world)


def resume(deadline: Deadline, rule: DeadlineRule, cover: Cover, world: World, today: date) -> Deadline:
    """The pause under way ends today; pauses stay in the record, so a corrected holiday never forgets them."""
    if not deadline.pauses or deadline.pauses[-1][1] <= today:
        return deadline
    start, _, ground = deadline.pauses[-1]
    running = replace(deadline, pauses=(*deadline.pauses[:-1], (start, today, ground)), revision=deadline.revision + 1)
    return recount(running, rule, cover, world)


def contribution_due(rule: ContributionRule, forum: str, world: World, asked_on: date) -> date:
    """When it is owed that is asked for on that day; `forum` is whose meetings a date bound to one follows."""
    meetings = meetings_of(forum, world) if rule.rule.unit == "meeting" else ()
    return due(rule.rule, asked_on, world.calendar.days_of(None), meetings=meetings)


def meetings_of(forum: str, world: World) -> list[Meeting]:
    """The forum's meetings that are set and not cancelled, in order."""
    if not forum:
        return []
    return [Meeting(forum, day) for day in world.org.forums[forum].meetings]


def rule_of(deadline: Deadline, rule: DeadlineRule) -> Rule:
    """The rule this deadline was set under: the urgent one when the case was urgent then."""
    return rule.urgent if deadline.hasty and rule.urgent is not None else rule.rule


def _party(clock: str, cover: Cover) -> str:
    if clock == "raising":
        return cover.raising.party
    return cover.receiving.party if clock == "receiving" and cover.receiving is not None else ""


def _forum(rule: DeadlineRule, cover: Cover, world: World, today: date) -> str:
    if not rule.meeting_of:
        return ""
    if rule.meeting_of == "lead":
        return cover.forum
    if rule.meeting_of == "owner":
        return str(cover.facts.get("owner", ""))
    route = cover.facts.get("route", ())
    land = landing(world.org, cover.concerned, cover.raising.operation, today, cover.rung, route)
    return land.forums[0] if land is not None else ""


def is_late(contribution: Contribution, today: date) -> bool:
    """Due on a day means overdue the next day, not one second late (domain.md section 5)."""
    return contribution.status == "owed" and contribution.due < today
