"""Law 3: the lowest competent forum, one step at a time; which steps may be passed, and why.

Sources: domain.md law 3; A-19 (as close as possible), A-21 (both parties in the forum), X-03 (skips), X-04 (two
arenas). A forum is competent when every concerned *operation* has a seat in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from workflows.organisation import Forum, Organisation

ANSWER_WITHIN = 60
"""Calendar days in which a step must be able to answer by meeting or presidium, else it may be passed (law 3)."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A step that the case goes past, with the reason that is recorded and told to all."""

    forum: str
    why: str


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a lift ends: the forums (lead first), their rung, and the steps that were passed on the way."""

    forums: tuple[str, ...]
    rung: str
    passed: tuple[Passed, ...] = ()


def why_passable(forum: Forum, today: date) -> str | None:
    """The first ground on which this step may be passed, or None when it must be taken."""
    if forum.paused(today):
        return "paused"
    if forum.state == "ended" or not forum.living(today):
        return "ended"
    if not forum.staffed:
        return "unstaffed"
    return None if can_answer_in_time(forum, today) else "silent"


def landing(
    org: Organisation, concerned: Iterable[str], lead: str, today: date, above: str, route: Sequence[str] = ()
) -> Landing | None:
    """The lowest competent step above the rung `above`, passing steps that cannot take the case.

    `lead` is the raising side's operation: its arena leads a cross-arena case. `route` are the rungs of a governing
    document's own dispute clause, which then replaces the order (C-07). None when the ladder ends: above the last
    step stands "hands over to the principals".
    """
    operations = frozenset(concerned)
    passed: list[Passed] = []
    for rung in org.ladder[org.ladder.index(above) + 1 :]:
        if route and rung not in route:
            continue
        forums = competent(org, rung, operations, lead, today)
        blocked = [(f, why) for f in forums if (why := why_passable(org.forums[f], today))]
        if forums and not blocked:
            return Landing(forums, rung, tuple(passed))
        passed.extend(Passed(f, why) for f, why in blocked)
    return None


def competent(org: Organisation, rung: str, concerned: Iterable[str], lead: str, today: date) -> tuple[str, ...]:
    """Forums on one rung that together seat every operation: one forum, or on the arenas' rung one for each."""
    operations = frozenset(concerned)
    alive = [f for f in org.on_rung(rung) if f.valid_from <= today and (f.valid_to is None or today <= f.valid_to)]
    whole = [f for f in alive if operations <= f.seats]
    if whole:
        return (_nearest(org, whole, lead),)
    if rung != org.arena_rung:
        return ()
    arenas = [org.arena_of(lead), *sorted({org.arena_of(o) for o in operations} - {org.arena_of(lead)})]
    forums = tuple(org.arena_forum[a] for a in arenas if a in org.arena_forum)
    return forums if len(forums) == len(arenas) else ()


def _nearest(org: Organisation, forums: list[Forum], lead: str) -> str:
    """Several forums may seat the same operations; the one in the lead's own arena with the fewest seats is nearest."""
    arena = org.arena_of(lead)
    return min(forums, key=lambda f: (f.arena != arena, len(f.seats), f.code)).code


def steps_between(org: Organisation, here: str, there: str) -> tuple[str, ...]:
    """Rungs strictly between two rungs, upward."""
    order = org.ladder
    return order[order.index(here) + 1 : order.index(there)]


def can_answer_in_time(forum: Forum, today: date) -> bool:
    """Whether a step can answer within sixty days, by a meeting or by its presidium between meetings."""
    meeting = forum.next_meeting(today)
    return forum.presidium or (meeting is not None and meeting <= today + timedelta(days=ANSWER_WITHIN))


def living_forum(org: Organisation, code: str, today: date) -> Forum | None:
    """The forum that answers to a code today: itself, or its stand-in while it cannot; None when neither can."""
    refused = refused_target(org, code, today)
    return org.forums.get(code if refused is None else refused[1])


def beside(org: Organisation, forum: Forum, rung: str, today: date) -> bool:
    """Whether a question may be referred there from a rung: a body beside the ladder, or whoever stands in for one
    that rests, never on a step above. Every other forum is reached by a lift or a transfer (law 3)."""
    if forum.rung not in org.ladder:
        return True
    resting = (f for f in org.forums.values() if f.rung not in org.ladder and not f.living(today))
    level = org.ladder.index(forum.rung) <= org.ladder.index(rung)
    return level and any(f.stand_in == forum.code for f in resting)


def refused_target(org: Organisation, code: str, today: date) -> tuple[str, str] | None:
    """Why a group cannot be referred to, and its living stand-in ("" when it has none); None when it can."""
    forum = org.forums.get(code)
    if forum is None:
        return "unknown", ""
    if forum.living(today):
        return None
    why = "paused" if forum.paused(today) else "ended"
    stand_in = org.forums.get(forum.stand_in)
    return why, forum.stand_in if stand_in is not None and stand_in.living(today) else ""
