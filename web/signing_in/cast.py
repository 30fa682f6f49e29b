"""The demo's cast: one person for each kind of function around two units that could have a case with each other.

Found in whatever county is loaded: the best staffed municipal unit, and the best staffed regional one whose operation
sits in the same lowest forum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from cases.organisation.directory import Colleague
from workflows.organisation import Forum, Organisation, Side, function_of, holder_of

RAISES = frozenset(("reporter", "handler", "unit_manager"))
RECEIVES = frozenset(("handler", "unit_manager"))
"""Functions that a unit needs to take part on either side."""


@dataclass(frozen=True, slots=True)
class Group:
    """People who stand together on the page; `key` names the heading."""

    key: str
    people: tuple[Colleague, ...]


def cast(staff: Sequence[Colleague], org: Organisation, today: date) -> tuple[Group, ...]:
    """Groups in the order of a case's way: who raises, who receives, the forums, the county. Empty without a pair."""
    at = _by_holder(staff)
    for raising in _staffed(at, org, "municipal", RAISES):
        forum = _lowest_forum(org, raising, today)
        if forum is None:
            continue
        able = _staffed(at, org, "regional", RECEIVES)
        receiving = next((side for side in able if side.operation in forum.seats), None)
        if receiving is not None:
            return tuple(_groups(at, org, raising, receiving, forum))
    return ()


def everybody(staff: Sequence[Colleague]) -> tuple[Group, ...]:
    """All people in all their functions."""
    return (Group("everybody", tuple(staff)),)


def _groups(
    at: dict[str, list[Colleague]], org: Organisation, raising: Side, receiving: Side, forum: Forum
) -> Iterator[Group]:
    levels = ("unit", "operation", "authority")
    yield Group("raising", _one_each(at, (raising.holder(level) for level in levels)))
    yield Group("receiving", _one_each(at, (receiving.holder(level) for level in levels)))
    yield Group("forum", _one_each(at, [f"forum:{forum.code}"]))
    above = [f for rung in org.ladder[org.ladder.index(forum.rung) + 1 :] for f in org.on_rung(rung)]
    near = [f.code for f in above if f.arena in ("", raising.arena)]
    yield Group("above", _one_each(at, (f"forum:{code}" for code in near), frozenset(("process_leader", "chair"))))
    yield Group("county", _one_each(at, ["county"]))


def _one_each(
    at: dict[str, list[Colleague]], holders: Iterable[str], functions: frozenset[str] | None = None
) -> tuple[Colleague, ...]:
    found: dict[str, Colleague] = {}
    for holder in holders:
        for person in at.get(holder, ()):
            if functions is None or function_of(person.post) in functions:
                found.setdefault(person.post, person)
    return tuple(found.values())


def _staffed(at: dict[str, list[Colleague]], org: Organisation, kind: str, needed: frozenset[str]) -> list[Side]:
    """Units of one kind of party that have all who work on a case, the best staffed first."""
    units = [s for code, s in org.sides.items() if s.unit and s.kind == kind and code in org.open_units]
    able = [s for s in units if {function_of(p.post) for p in at.get(s.holder("unit"), ())} >= needed]
    return sorted(able, key=lambda s: -len(at[s.holder("unit")]))


def _lowest_forum(org: Organisation, side: Side, today: date) -> Forum | None:
    for rung in org.ladder:
        found = [f for f in org.on_rung(rung) if f.living(today) and side.operation in f.seats]
        if found:
            return min(found, key=lambda f: (len(f.seats), f.code))
    return None


def _by_holder(staff: Iterable[Colleague]) -> dict[str, list[Colleague]]:
    found: dict[str, list[Colleague]] = {}
    for person in staff:
        found.setdefault(holder_of(person.post), []).append(person)
    return found
