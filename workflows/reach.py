"""Who may know of a case: the grants that its state asks for (domain.md section 3, "Who reads what").

A grant opens one compartment to a holder. Which *functions* of a holder read it is said in one table in the record;
here only holders count. Parties keep what they were given; a forum reads while the case is before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from workflows.definition import Definition
from workflows.nouns import Contribution, Cover, Grant
from workflows.organisation import Organisation, Side, holder_of

COUNTY = "county"
"""The holder of the functions of the whole county."""


def wanted(
    definition: Definition, cover: Cover, contributions: Iterable[Contribution], org: Organisation
) -> frozenset[Grant]:
    """All grants that follow from the state; explicit ones (a copy, a guest) stand beside these."""
    visited = tuple(cover.facts.get("visited", ()))
    grants: set[Grant] = set(_of_side(cover.raising, visited))
    stage = definition.stages.get(cover.stage)
    if stage is not None and (stage.reach == "raising" or _never_left(definition, cover)):
        return frozenset(grants)
    if cover.receiving is not None:
        grants.update(_of_side(cover.receiving, visited))
    for operation in cover.concerned:
        side = org.sides[f"operation:{operation}"]
        grants.add(Grant(f"arena:{side.arena}", "cover"))
        grants.update(_of_side(side, visited))
    if stage is not None and stage.before_forum:
        grants.update(g for code in cover.forums for g in _of_forum(code))
        # Between two arenas there is one answer: the other arena reads it where the lead writes it.
        grants.update(Grant(f"forum:{code}", f"file:{cover.forum}") for code in cover.forums[1:])
        # What was returned to an earlier forum it reads in its own file until that is done or its date has passed.
        grants.update(_of_forum(cover.lower_forum) if cover.lower_forum else ())
    if holder_of(cover.ball) == COUNTY:
        # The routine's owner checks the effect of a systemic issue (routine.md S8): that case, and no other.
        grants.update(Grant(COUNTY, c) for c in ("cover", *(f"file:{code}" for code in visited)))
    for owed in contributions:
        grants.update(_of_asked(owed, org))
    for code in cover.facts.get("copied", ()):
        grants.update(Grant(f"operation:{code}", c) for c in ("cover", "shared"))
    return frozenset(grants)


def _never_left(definition: Definition, cover: Cover) -> bool:
    """A report that was kept, withdrawn or removed before anybody else had it stays where it was written."""
    begins_alone = definition.stages[definition.initial].reach == "raising"
    ended = definition.stages[cover.stage].status == "ended"
    return begins_alone and ended and cover.receiving is None and not cover.facts.get("visited")


def closing(given: frozenset[Grant], wanted: frozenset[Grant]) -> frozenset[Grant]:
    """What ends: all that the state no longer asks for. An authority that has left the case keeps its own inner record,
    to which nobody adds; one that is still in it keeps it by the holders that it has there now."""
    alive = {g.compartment for g in wanted}
    return frozenset(g for g in given - wanted if not g.compartment.startswith("inner:") or g.compartment in alive)


@lru_cache(maxsize=4096)
def _of_side(side: Side, visited: tuple[str, ...]) -> frozenset[Grant]:
    """What a side reads of a case that has come before the forums `visited`. Kept: sides are few, decisions many."""
    inner = f"inner:{side.authority}"
    shared = ("cover", "shared", *(f"file:{code}" for code in visited))
    grants: set[Grant] = set()
    for level in ("unit", "operation", "authority"):
        if level == "unit" and not side.unit:
            continue
        holder = side.holder(level)
        grants.update(Grant(holder, compartment) for compartment in shared)
        # A private provider answers for itself, in a record of its own: the principal's opens by explicit act only.
        own = f"inner:{holder}" if side.provider and level == "unit" else inner
        grants.add(Grant(holder, own))
    return frozenset(grants)


def _of_forum(code: str) -> Iterator[Grant]:
    holder = f"forum:{code}"
    yield from (Grant(holder, c) for c in ("cover", f"file:{code}", f"forum:{code}"))


def _of_asked(owed: Contribution, org: Organisation) -> Iterator[Grant]:
    """Who owes a part sees what it is asked about; a forum that still has a decision to report keeps its sight.

    A principal that is asked for its answer reads what the forum read, and nothing of the parties' own.
    """
    kind, _, code = holder_of(owed.asked).partition(":")
    if kind == "forum" and owed.status == "owed":
        yield from _of_forum(code)
        if owed.forum and owed.forum != code:
            yield Grant(f"forum:{code}", f"file:{owed.forum}")
    if kind == "authority":
        yield Grant(f"authority:{code}", "cover")
        if owed.forum:
            yield Grant(f"authority:{code}", f"file:{owed.forum}")
    if kind in ("operation", "unit") and owed.status == "owed":
        side = org.sides.get(f"operation:{code}" if kind == "operation" else code)
        if side is not None:
            yield Grant(f"{kind}:{code}", "cover")
            yield Grant(f"{kind}:{code}", "shared")
