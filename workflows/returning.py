"""Returning: a forum names a function below it, at one of the two sides, where the case goes with a task and a date.

Never one of its own functions: the ball would stay where it was, and nobody would be asked for anything.
"""

from __future__ import annotations

from workflows.attempt import Attempt
from workflows.nouns import Cover
from workflows.reasons import Fault
from workflows.roles import at_side

FUNCTIONS = ("handler", "unit_manager", "chief", "contact_person")


def below(cover: Cover) -> tuple[str, ...]:
    """The functions of the local step that a case is returned to, the receiving side first."""
    sides = [side for side in (cover.receiving, cover.raising) if side is not None]
    return tuple(dict.fromkeys(at_side(function, side) for side in sides for function in FUNCTIONS))


def below_forum(a: Attempt, arg: str) -> Fault | None:
    """`below_forum:returned_to`: that function is of the step that the case is returned to."""
    named = a.given(arg)
    return None if named is None or named in below(a.cover) else Fault("inside_forum", field=arg)
