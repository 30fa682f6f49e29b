"""What others owe a case and have not given, as a move asks about it (law 1): whom to wait for, and until when."""

from __future__ import annotations

from collections.abc import Sequence

from workflows.attempt import Attempt
from workflows.nouns import Contribution, Door
from workflows.reasons import Fault, Fill, Post


def nothing_owed(a: Attempt, arg: str) -> Fault | None:
    """`nothing_owed:text_approval`: every such contribution is given, or its date has passed in silence."""
    waiting = [c for c in a.owed(arg) if c.due >= a.today]
    if not waiting:
        return None
    fill: dict[str, Fill] = {"who": Post(waiting[0].asked), "date": waiting[0].due.isoformat()}
    door = _awaited(a, waiting[0]) if len(waiting) == 1 else _all_awaited(a, waiting)
    return Fault(f"owed_{arg}", fill | {"count": str(len(waiting))}, door=door)


def owed(a: Attempt, arg: str) -> Fault | None:
    """Such a contribution is still asked for."""
    return None if a.owed(arg) else Fault(f"not_owed_{arg}")


def settled(a: Attempt, arg: str) -> Fault | None:
    """`settled:word`: no such contribution is waited for any more."""
    left = a.owed(arg)
    return Fault(f"owed_{arg}", door=_awaited(a, left[0])) if left else None


def last_to_give(a: Attempt, arg: str) -> Fault | None:
    """`last_to_give:presidium_approval`: nobody but the actor is waited for; `last_to_give:!…`: somebody else is."""
    code = arg.lstrip("!")
    alone = all(part.asked in a.actor.posts for part in a.owed(code))
    if alone != arg.startswith("!"):
        return None
    return Fault(f"given_by_others_{code}" if alone else f"others_owe_{code}")


def _awaited(a: Attempt, part: Contribution) -> Door:
    """To wait until its date for what somebody owes; for whoever owes it herself, the move that gives it."""
    if part.asked in a.actor.posts:
        return Door(min(a.definition.contributions[part.code].given_by))
    return Door("wait", part.asked, until=part.due)


def _all_awaited(a: Attempt, waiting: Sequence[Contribution]) -> Door:
    """To wait for several; whoever is among them gives hers first. The case lists them all."""
    own = next((one for one in waiting if one.asked in a.actor.posts), None)
    if own is not None:
        return _awaited(a, own)
    sv = f"Vänta på de {len(waiting)} som inte har svarat (alla står bland bidragen i ärendet)"
    en = f"Wait for the {len(waiting)} who have not answered (all stand among the contributions of the case)"
    return Door("wait", sv=sv, en=en, until=max(one.due for one in waiting))
