"""Open cases that no active person can move (reliability's I8), and that no list of vacancies would show either.

Whoever has the ball is asked first, then everybody else to whom the case is open. Where nobody is there at all, the
case stands among the vacancies already (`stegen docket vacancies`), which is for people to mend; what is left is a case
that its routine has led to a dead end.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from cases.clock.receivers import Ask, unreachable
from cases.database import Transaction
from cases.functions import Held, actor_for
from cases.gather import Gathered
from cases.record import Record
from cases.sight import READS, function_name
from workflows.attempt import World
from workflows.nouns import Actor
from workflows.office_hours import local_date
from workflows.organisation import function_of, holder_of
from workflows.texts import authority_of

_TODAY = "h.valid_from <= :today AND (h.valid_to IS NULL OR h.valid_to >= :today)"
HERE = f"""SELECT h.function, h.holder, h.side, p.account FROM holding h JOIN person p ON p.account = h.account
 WHERE h.holder IN (:own, :authority) AND {_TODAY} AND NOT p.disabled
 UNION SELECT h.function, h.holder, h.side, p.account FROM holding h JOIN absence a ON a.account = h.account
 AND a.since <= :today AND a.until >= :today JOIN person p ON p.account = a.substitute
 WHERE h.holder IN (:own, :authority) AND {_TODAY} AND NOT p.disabled ORDER BY 1, 2, 4"""
REPORTER = "SELECT account FROM report WHERE case_id = :id"
SEEING = """SELECT DISTINCT holder FROM sight WHERE case_id = :id AND compartment = 'cover' AND ended_at IS NULL
 ORDER BY holder"""


def of_orphans(tx: Transaction, record: Record, found: Gathered, world: World, now: datetime) -> Iterator[str]:
    """Why, for an open case that nobody who is there today may move."""
    cover, today = found.snapshot.cover, local_date(now)
    if cover.status == "ended" or _movable(tx, record, found, world, now):
        return
    ask = Ask(cover.ball, found.case_id, cover.concerned)
    if ask not in unreachable(tx, [ask], world.org, today, frozenset()):
        yield f"nobody who is there today may make any move; {cover.ball} has the ball"


def _movable(tx: Transaction, record: Record, found: Gathered, world: World, now: datetime) -> bool:
    routine = record.library.routine(found.definition)
    actors = _actors(tx, found, world, local_date(now))
    return any(routine.may_go_on(found.snapshot, actor, world, now) for actor in actors)


def _actors(tx: Transaction, found: Gathered, world: World, today: date) -> Iterator[Actor]:
    """Everybody who might act, those with the ball first; worked out only as far as somebody asks."""
    cover, reporter = found.snapshot.cover, tx.value(REPORTER, id=found.case_id)
    holder, tried = holder_of(cover.ball), set[tuple[str, str]]()
    for place in (holder, *(h for (h,) in tx.all(SEEING, id=found.case_id) if h != holder)):
        people = _at(tx, place, world, today)
        for held, account in sorted(people, key=lambda one: one[0].function != function_of(cover.ball)):
            function = function_name(held.post)
            if (account, held.post) in tried or not READS.get(function):
                continue
            tried.add((account, held.post))
            if function != "reporter" or account == reporter:
                yield actor_for(tx, account, held.post, cover, world.org, today)


def _at(tx: Transaction, place: str, world: World, today: date) -> list[tuple[Held, str]]:
    authority = authority_of(place, world.org)
    rows = tx.all(HERE, own=place, authority=f"authority:{authority}", today=today)
    return [(Held(function, holder, side), account) for function, holder, side, account in rows]
