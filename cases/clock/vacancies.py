"""Deadlines without a living receiver, before they bite: vacancies, leavers, absences, paused forums, dead addresses.

The question is the one that the clock will ask when the letter falls due, asked ahead of time: who would get it on that
day? Open cases are walked once; a county asks it in the morning, not with every page.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from cases.clock.dead_addresses import dead_addresses
from cases.clock.receivers import Ask, unreachable
from cases.database import Transaction
from cases.record import Record
from cases.sight import function_name
from workflows.nouns import CLOCK
from workflows.office_hours import local_date
from workflows.organisation import Organisation, holder_of

AHEAD = timedelta(days=30)
"""How far ahead one looks without saying: longer than most absences, shorter than most plans (ours)."""

AWAITED = """SELECT c.number, d.deadline, d.post, d.due_at, d.case_id, c.concerned FROM docket d
 JOIN cases c ON c.id = d.case_id WHERE d.status = 'waiting' AND d.kind = 'letter' AND d.due_at <= :until
 AND d.account = ''"""
BALLS = "SELECT number, '', ball, next_date, id, concerned FROM cases WHERE status <> 'ended'"


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A case that waits for a function which nobody can be written to about it on the day that counts.

    `why`: `nobody` (no holder, substitute or function that it falls to is there), `paused` or `ended` (the forum),
    `address` (the only ones who are there have an address that takes no letters). `deadline` is "" for the ball itself.
    """

    number: str
    deadline: str
    post: str
    day: date
    why: str


class _Awaited(NamedTuple):
    number: str
    deadline: str
    ask: Ask


def vacancies(record: Record, now: datetime, ahead: timedelta = AHEAD) -> tuple[Vacancy, ...]:
    """All of them for letters that fall due within `ahead`, and for the balls of open cases on their own date; by day
    and case."""
    found = set()
    with record.database.read() as tx:
        world, today = record.world(tx, now), local_date(now)
        dead = frozenset(one.account for one in dead_addresses(tx))
        for day, awaited in _by_day(tx, now + ahead, today):
            why = unreachable(tx, (one.ask for one in awaited), world.org, day, dead)
            for one in awaited:
                reason = _not_living(one.ask.post, world.org, day) or why.get(one.ask, "")
                if reason:
                    found.add(Vacancy(one.number, one.deadline, one.ask.post, day, reason))
    return tuple(sorted(found, key=lambda v: (v.day, v.number, v.deadline, v.post)))


def _not_living(post: str, org: Organisation, day: date) -> str:
    forum = org.forums.get(holder_of(post).partition("forum:")[2])
    if forum is None or forum.living(day):
        return ""
    return "paused" if forum.paused(day) else "ended"


def _by_day(tx: Transaction, until: datetime, today: date) -> list[tuple[date, list[_Awaited]]]:
    """What is awaited, by the day on which somebody must be there: today for what is overdue already. A reporter's own
    news is nobody else's."""
    days: dict[date, list[_Awaited]] = defaultdict(list)
    for number, deadline, post, when, case_id, concerned in (*tx.all(AWAITED, until=until), *tx.all(BALLS)):
        day = local_date(when) if isinstance(when, datetime) else when
        if post and post != CLOCK and day <= local_date(until) and function_name(post) != "reporter":
            ask = Ask(post, case_id, tuple(concerned.split(",")) if concerned else ())
            days[max(day, today)].append(_Awaited(number, deadline, ask))
    return sorted(days.items())
