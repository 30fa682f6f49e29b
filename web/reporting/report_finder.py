"""What one chooses a place among, in a report and in other forms: those that are likely to be meant, and what is found
by typing a part of a name.

Nobody scrolls through two hundred places on a telephone: a handful is offered, the rest is searched for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from cases.lists.search_words import terms
from web.choices import Group, Option
from web.fields import Field
from web.words import Words
from workflows.organisation import Side

OFFERED = 4
"""Operations that are offered before anybody has searched."""

MOST_FOUND = 8

SEARCHES = "_search"
"""Ends the name of the field in which a part of a place's name is typed."""


def offered_operations(w: Words, side: Side, before: Sequence[str]) -> tuple[str, ...]:
    """The operations that a unit most likely means: those it has reported about, then those of other parties that meet
    it in its lowest forum."""
    known = w.directory.on_call
    near = (o for o in sorted(_neighbours(w, side), key=lambda o: w.place(f"operation:{o}")) if o not in before)
    return tuple(o for o in (*before, *near) if o in known and o != side.operation)[:OFFERED]


def found_operations(w: Words, side: Side, typed: str) -> tuple[str, ...]:
    """Operations whose names have every word that was typed, or begin like it; those of the own arena first."""
    wanted, part = terms(typed), typed.strip().casefold()
    if not part:
        return ()
    named = {o: w.place(f"operation:{o}") for o in w.directory.on_call}
    org = w.directory.world.org
    hits = (o for o, name in named.items() if part in name.casefold() or (wanted and wanted <= terms(name)))
    return tuple(sorted(hits, key=lambda o: (org.arena_of(o) != side.arena, named[o])))[:MOST_FOUND]


def operation_options(w: Words, codes: Iterable[str]) -> Iterator[Option]:
    for code in dict.fromkeys(codes):
        if code in w.directory.on_call:
            yield Option(code, w.place(f"operation:{code}"))


def searched(field: Field, typed: Mapping[str, str], offered: Iterable[str], found: Iterable[str], at: str) -> Field:
    """A long list as a handful: what is chosen, what was found by the typed name, what is offered; `at` is the address
    that searches. A list that is short enough to be read stays as it is."""
    known = {option.value: option for group in field.groups for option in group.options}
    if len(known) <= MOST_FOUND:
        return field
    hits = tuple(code for code in found if code in known)
    shown = dict.fromkeys(code for code in (field.value, *hits, *offered) if code in known)
    return replace(
        field, kind="choice", groups=(Group("", tuple(known[code] for code in shown)),), search_at=at,
        search=typed.get(search_name(field.code), ""), found=bool(hits),
    )  # fmt: skip


def search_name(code: str) -> str:
    """What the field is called in which a part of a name is typed."""
    return code + SEARCHES


def found_counterparts(w: Words, side: Side, typed: str) -> Sequence[str]:
    """Units of other parties whose own names or whose operations' names have what was typed, and those operations as a
    whole; nearby ones first."""
    wanted, part = terms(typed), typed.strip().casefold()
    org, directory = w.directory.world.org, w.directory
    others = (o for o in directory.on_call if directory.party_of(o) != side.party)
    hits: list[str] = []
    for operation in sorted(others, key=lambda o: (org.arena_of(o) != side.arena, o)):
        name = w.place(f"operation:{operation}")
        if part and _fits(name, part, wanted):
            hits.append(f"operation:{operation}")
        for unit in directory.units.get(operation, ()) if part else ():
            if _fits(f"{w.place(f'unit:{unit}')} {name}", part, wanted):
                hits.append(unit)
    return hits[:MOST_FOUND]


def _fits(name: str, part: str, wanted: frozenset[str]) -> bool:
    return part in name.casefold() or bool(wanted and wanted <= terms(name))


def _neighbours(w: Words, side: Side) -> frozenset[str]:
    """Operations of other parties with a seat in the lowest forum where this one sits."""
    org = w.directory.world.org
    for rung in org.ladder:
        seats = [f.seats for f in org.on_rung(rung) if f.living(w.today) and side.operation in f.seats]
        others = {o for forum in seats for o in forum if w.directory.party_of(o) != side.party}
        if others:
            return frozenset(others)
    return frozenset()
