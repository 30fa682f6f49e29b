"""Handing over: the ball goes to another function of the same side, in the same unit, operation or authority.

Never to the other party, and never across the walls inside one: a private provider's case stays with the provider.
Dates stay as they are. Only the receiving side may change its unit by it: the raising unit is where the report was
written, and who wrote it follows it there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflows.attempt import Attempt
from workflows.nouns import Contribution, Cover, Door, altered
from workflows.organisation import Organisation, Side, function_of, holder_of, post
from workflows.reasons import Fault, Post
from workflows.roles import LEVEL, at_side

AT_UNIT = ("handler", "unit_manager")
AT_OPERATION = ("receiver", "chief")
HANDLING = frozenset((*AT_UNIT, *AT_OPERATION, "contract_manager", "contact_person"))
"""Functions that carry a party's cases: a reporter has her own reports, others are asked for what they know."""

LEVELS = ("unit", "operation", "authority")
ABOVE = {"unit_manager": 0, "contract_manager": 0, "chief": 1, "contact_person": 2}
"""Who stands over what: a manager over the unit's cases, a chief over the operation's, a contact person over all."""


def is_function(key: Any, org: Organisation) -> bool:
    """Whether it is a function that carries cases, at a place of its level that some party has."""
    if not isinstance(key, str) or function_of(key) not in HANDLING:
        return False
    kind, _, code = holder_of(key).partition(":")
    if kind != LEVEL[function_of(key)]:
        return False
    known: Mapping[str, Any] = {"unit": org.open_units, "operation": org.sides, "authority": org.parties}
    return (f"operation:{code}" if kind == "operation" else code) in known[kind]


def side_of_ball(cover: Cover) -> Side | None:
    """The side of the case that has the ball; None while it lies with a forum or the county."""
    holder = holder_of(cover.ball)
    sides = (side for side in (cover.receiving, cover.raising) if side is not None)
    return next((side for side in sides if holder in {side.holder(level) for level in LEVELS}), None)


def takers(cover: Cover, org: Organisation) -> tuple[str, ...]:
    """The functions of the side that has the ball, near ones first, and whoever has it already among them."""
    side = side_of_ball(cover)
    return () if side is None else tuple(dict.fromkeys(_takers(side, cover, org)))


def _takers(side: Side, cover: Cover, org: Organisation) -> Iterator[str]:
    if side.unit:
        yield from (post(function, side.holder("unit")) for function in AT_UNIT)
    if side.provider and side.unit:
        yield post("contract_manager", side.holder("unit"))
    if not side.provider:
        yield from (post(function, side.holder("operation")) for function in AT_OPERATION)
    yield post("contact_person", side.holder("authority"))
    if side is cover.receiving and not side.provider and (side.unit or LEVEL.get(function_of(cover.ball)) == "unit"):
        for code in sorted(org.open_units):
            beside = org.sides[code]
            if (beside.operation, beside.authority, beside.provider) == (side.operation, side.authority, False):
                yield from (post(function, f"unit:{code}") for function in AT_UNIT)


def passed_on(cover: Cover, taker: str, org: Organisation) -> Cover:
    """The case as it is with the taker: its ball, the task it was named for, and the unit where that is another."""
    facts = {name: taker if name == "named" and value == cover.ball else value for name, value in cover.facts.items()}
    kind, _, code = holder_of(taker).partition(":")
    side = side_of_ball(cover)
    moves = kind == "unit" and side is not None and side is cover.receiving and code != side.unit
    return altered(cover, ball=taker, facts=facts, receiving=org.sides[code] if moves else cover.receiving)


def owed_there(owed: Contribution, before: Cover, after: Cover) -> Contribution:
    """What a function of the receiving unit still owes goes with the case to its new unit; before there is one, the
    operation stands in its place. Another party owes nothing of it."""
    was, now, function = before.receiving, after.receiving, function_of(owed.asked)
    if was is None or now is None or was.authority != now.authority or LEVEL.get(function) != "unit":
        return owed
    if owed.status != "owed" or owed.asked != at_side(function, was):
        return owed
    return altered(owed, asked=at_side(function, now))


def ball_there(before: Cover, after: Cover) -> str:
    """Who has the ball once the receiving side has another unit: the same function there; "" where it is none of the
    receiving unit's."""
    was, now, function = before.receiving, after.receiving, function_of(before.ball)
    if was is None or now is None or LEVEL.get(function) != "unit" or before.ball != at_side(function, was):
        return ""
    return at_side(function, now)


def over_ball(a: Attempt, arg: str) -> Fault | None:
    """Whoever acts has the ball, or stands over it on the same side as its manager, chief or contact person."""
    cover, side = a.cover, side_of_ball(a.cover)
    if cover.status == "ended":
        return Fault("not_now")
    if side is None:
        return Fault("not_handed_over")
    if cover.ball in a.actor.posts or any(_is_above(key, cover.ball, side) for key in a.actor.posts):
        return None
    return Fault("ball_elsewhere", {"post": Post(cover.ball)}, door=Door("wait", cover.ball))


def _is_above(key: str, ball: str, side: Side) -> bool:
    reach = ABOVE.get(function_of(key))
    if reach is None or holder_of(key) not in {side.holder(level) for level in LEVELS}:
        return False
    return holder_of(ball) in {side.holder(level) for level in LEVELS[: reach + 1]}


def same_side(a: Attempt, arg: str) -> Fault | None:
    """`same_side:handed_to`: that function is of the side that has the ball, and has it not already."""
    taker = a.given(arg)
    if not isinstance(taker, str) or over_ball(a, "") is not None:
        return None
    if taker == a.cover.ball:
        return Fault("has_it_already", field=arg)
    return None if taker in takers(a.cover, a.world.org) else Fault("other_side", field=arg)


def can_go_on(a: Attempt, arg: str) -> Fault | None:
    """`can_go_on:handed_to`: a move of this stage is that function's own, so that the case does not stand still."""
    taker = a.given(arg)
    if not isinstance(taker, str) or taker not in takers(a.cover, a.world.org):
        return None
    return None if taker in _able(a, taker) else Fault("cannot_go_on", {"post": Post(taker)}, arg)


def _able(a: Attempt, taker: str) -> Iterator[str]:
    after = passed_on(a.cover, taker, a.world.org)
    for move in a.definition.from_stage.get(a.cover.stage, ()):
        if not move.automatic and "*" not in move.sources:
            for role in move.by:
                if role != "actor" and not role.startswith(("asked:", "input:")):
                    yield from a.posts(role, after)
