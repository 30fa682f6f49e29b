"""Returning: a forum names a function below it, with a task and a date: of one of the two sides or an earlier forum.

Never one of its own functions: the ball would stay where it was, and nobody would be asked for anything. An earlier
forum is one of a lower rung that has had the case and can take it up again; it reads its own file and no other.
"""

from __future__ import annotations

from datetime import date

from workflows.attempt import Attempt
from workflows.nouns import Cover
from workflows.organisation import Forum, Organisation, holder_of, post
from workflows.reasons import Fault
from workflows.roles import at_side

FUNCTIONS = ("handler", "unit_manager", "chief", "contact_person")
OF_A_FORUM = ("process_leader", "chair", "vice_chair")


def earlier(cover: Cover, org: Organisation) -> tuple[Forum, ...]:
    """The forums below that have had the case, the nearest first, whether they can take it up or not."""
    if cover.rung not in org.ladder:
        return ()
    below = org.ladder[1 : org.ladder.index(cover.rung)]
    been = [org.forums[code] for code in reversed(cover.facts.get("visited", ())) if code in org.forums]
    return tuple(forum for forum in been if forum.rung in below and forum.code not in cover.forums)


def below(cover: Cover, org: Organisation, today: date) -> tuple[str, ...]:
    """The functions that a case may be returned to: those of the local step, the receiving side first, then those of
    each earlier forum that is active."""
    sides = [side for side in (cover.receiving, cover.raising) if side is not None]
    local = (at_side(function, side) for side in sides for function in FUNCTIONS)
    forums = (forum for forum in earlier(cover, org) if forum.living(today))
    return tuple(dict.fromkeys((*local, *(post(f, f"forum:{forum.code}") for forum in forums for f in OF_A_FORUM))))


def below_forum(a: Attempt, arg: str) -> Fault | None:
    """`below_forum:returned_to`: that function is of a step below, and there to take the case up."""
    named, org = a.given(arg), a.world.org
    if named is None or named in below(a.cover, org, a.today):
        return None
    resting = next((f for f in earlier(a.cover, org) if holder_of(str(named)) == f"forum:{f.code}"), None)
    if resting is not None and not resting.living(a.today):
        return Fault("earlier_resting", {"forum": resting.name}, arg)
    return Fault("inside_forum", field=arg)


def with_lower_forum(a: Attempt, arg: str) -> Fault | None:
    """`with_lower_forum`, `with_lower_forum:no`: whether what was returned lies with an earlier forum, or with the
    parties."""
    return None if bool(a.cover.lower_forum) == (arg != "no") else Fault("returned_elsewhere")
