"""Transferring a case to another arena: only to a forum where an operation of the case has a seat (law 3; X-04, D-15).

Elsewhere nobody of the case sits, and strangers would read its file (law 6).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from workflows.attempt import Attempt
from workflows.nouns import Door
from workflows.organisation import Forum, Organisation
from workflows.reasons import Fault


def other_arenas(org: Organisation, here: Iterable[str], concerned: Iterable[str], today: date) -> tuple[Forum, ...]:
    """Where a case before the forums `here` may be transferred: forums on the same rung in other arenas that answer
    today and seat one of its operations, by arena and name."""
    now = [org.forums[code] for code in here if code in org.forums]
    arenas, operations = {forum.arena for forum in now}, frozenset(concerned)
    alike = (forum for rung in {forum.rung for forum in now} for forum in org.on_rung(rung))
    right = (f for f in alike if f.arena not in arenas and f.living(today) and operations & f.seats)
    return tuple(sorted(right, key=lambda forum: (forum.arena, forum.name)))


def seated(a: Attempt, arg: str) -> Fault | None:
    """`seated:forum`: an operation of the case sits in the chosen forum; where none sits in another arena, the case is
    not transferred at all, and the forum takes it on or outside its remit."""
    right = other_arenas(a.world.org, a.cover.forums, a.cover.concerned, a.today)
    if not right:
        return Fault("no_other_arena", door=Door("acknowledge"))
    code = a.given(arg)
    if code is None or code in {forum.code for forum in right}:
        return None
    chosen = a.world.org.forums.get(str(code))
    fill = {"forum": chosen.name if chosen else str(code), "right": ", ".join(forum.name for forum in right)}
    return Fault("strangers", fill, arg, Door("transfer", ",".join(forum.code for forum in right)))
