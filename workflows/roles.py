"""From a routine's roles ("receiving.handler") to the posts of one case ("handler@unit:ward-3").

A role names a place in the case and a function there; which unit, operation, authority or forum that is follows
from the case. Functions have a natural level (domain.md section 3).
"""

from __future__ import annotations

from workflows import measures
from workflows.nouns import CLOCK, Contribution, Cover
from workflows.organisation import Organisation, Side, function_of, holder_of, post

LEVEL = {
    "reporter": "unit",
    "handler": "unit",
    "unit_manager": "unit",
    "contract_manager": "unit",
    "receiver": "operation",
    "chief": "operation",
    "contact_person": "authority",
    "registrar": "authority",
    "mas": "authority",
    "mar": "authority",
    "sas": "authority",
    "chief_physician": "authority",
}
FORUM_FUNCTIONS = frozenset(
    "process_leader chair vice_chair presidium secretary preparer member substitute co_opted guest".split()
)
CARRYING_AT_FORUM = frozenset(
    "process_leader chair vice_chair presidium secretary preparer.municipal preparer.regional".split()
)
"""Functions of a forum that a case is given to. A member or guest says her view of what others carry (domain.md 3)."""

COUNTY_FUNCTIONS = frozenset(("routine_owner", "administrator", "auditor"))

WORDS = frozenset("ball named named_other clock actor counter_chair counter_preparer measure_owner".split())
NAMED = frozenset(("named", "named_other", "measure_owner"))
"""Words for a function that the case itself names: such a one can have the ball, as a function at a place can."""

SIDES = ("raising", "receiving", "both", "counterpart", "principals")
FORUMS = ("forum", "other_forums", "lower_forum", "referred", "owner", "arena", "arenas")


def known(role: str) -> bool:
    """Whether a definition may use this role."""
    if role in WORDS or role.startswith(("asked:", "input:")):
        return True
    place, _, function = role.partition(".")
    if place in SIDES:
        return function in LEVEL
    if place in FORUMS:
        return function.partition("_of_")[0] in FORUM_FUNCTIONS
    return place == "county" and function in COUNTY_FUNCTIONS


def is_post(key: str, org: Organisation) -> bool:
    """Whether `handler@unit:ward-3` is a function at a place of its own level or another that the county has."""
    function, holder = function_of(key).partition(".")[0], holder_of(key)
    kind, _, code = holder.partition(":")
    if holder == "county":
        return function in COUNTY_FUNCTIONS
    if kind == "forum":
        return function in FORUM_FUNCTIONS and code in org.forums
    places = {"unit": org.sides, "operation": org.sides, "authority": org.parties}
    return function in LEVEL and (holder if kind == "operation" else code) in places.get(kind, ())


def resolve(role: str, cover: Cover, org: Organisation, owed: tuple[Contribution, ...] = ()) -> tuple[str, ...]:
    """The posts a role means in this case, now; empty when the case has no such place yet."""
    place, dot, function = role.partition(".")
    if not dot:
        return _by_word(role, cover, owed)
    if place in ("raising", "receiving", "both"):
        sides = (cover.raising if place != "receiving" else None, cover.receiving if place != "raising" else None)
        return tuple([at_side(function, side) for side in sides if side is not None])
    if place == "principals":
        return tuple(post(function, f"authority:{code}") for code in org.principals)
    if place == "county":
        return (post(function, "county"),)
    return tuple([_at_forum(function, code, cover) for code in _forums(place, cover, org)])


def _by_word(role: str, cover: Cover, owed: tuple[Contribution, ...]) -> tuple[str, ...]:
    """A role that is no function at a place, but whoever the case itself names."""
    if role == "ball":
        return (cover.ball,) if cover.ball else ()
    if role == "clock":
        return (CLOCK,)
    if role in ("named", "named_other"):
        return (cover.facts[role],) if cover.facts.get(role) else ()
    if role == "measure_owner":
        return tuple(m["owner"] for m in measures.left(cover.facts)[:1])
    return tuple(c.asked for c in owed if c.status == "owed" and role == f"asked:{c.code}")


def at_side(function: str, side: Side) -> str:
    """A function of one side. A private provider has a contract manager where others have a chief."""
    if side.provider and function in ("chief", "receiver"):
        return post("contract_manager" if function == "chief" else "unit_manager", side.holder("unit"))
    return post(function, side.holder(LEVEL[function]))


def _forums(place: str, cover: Cover, org: Organisation) -> tuple[str, ...]:
    if place == "forum":
        return cover.forums[:1]
    if place == "other_forums":
        return cover.forums[1:]
    if place == "lower_forum":
        return (cover.lower_forum,) if cover.lower_forum else ()
    if place in ("owner", "referred"):
        return (cover.facts[place],) if cover.facts.get(place) else ()
    if place == "arenas":
        return tuple(org.arena_forum.values())
    code = org.arena_forum.get(cover.raising.arena)
    return (code,) if code else ()


def _at_forum(function: str, code: str, cover: Cover) -> str:
    """Preparers and substitutes are two, one a side: `preparer_of_raising` is the one of the raising party's side."""
    name, _, of = function.partition("_of_")
    if of:
        kind = cover.raising.kind if of == "raising" else _opposite(cover.raising.kind)
        name = f"{name}.{kind}"
    return post(name, f"forum:{code}")


def _opposite(kind: str) -> str:
    return "regional" if kind == "municipal" else "municipal"
