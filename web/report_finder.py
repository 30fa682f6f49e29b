"""What a reporter chooses among: the operations she is likely to mean, and what she finds by typing a part of a name.

Nobody scrolls through two hundred places on a telephone: a handful is offered, the rest is searched for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cases.search_words import terms
from web.choices import Option
from web.words import Words
from workflows.organisation import Side

OFFERED = 4
"""Operations that are offered before anybody has searched."""

MOST_FOUND = 8


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


def found_clauses(w: Words, typed: str) -> tuple[str, ...]:
    """Agreements, whole or by section, whose own words are among what was typed; the most shared words first."""
    wanted = terms(typed)
    scored = [(len(wanted & terms(own)), -len(own), code) for code, own, _ in _clauses(w)]
    return tuple(code for score, _, code in sorted(scored, reverse=True) if score)[:MOST_FOUND]


def clause_options(w: Words, codes: Iterable[str]) -> Iterator[Option]:
    known = {code: label for code, _, label in _clauses(w)}
    for code in dict.fromkeys(codes):
        if code in known:
            yield Option(code, known[code])


def _clauses(w: Words) -> Iterator[tuple[str, str, str]]:
    """Every agreement in force today, as a whole and by section: its code, its own title, and what it is called."""
    for document, name in w.directory.documents.items():
        agreement = w.directory.world.org.agreements.get(document)
        version = agreement.version_on(w.today) if agreement is not None else None
        if version is None:
            continue
        yield document, name, name
        for number, title in w.directory.sections.get((document, version), {}).items():
            yield f"{document}/{number}", title, f"{name}, {number} {title}"


def _neighbours(w: Words, side: Side) -> frozenset[str]:
    """Operations of other parties with a seat in the lowest forum where this one sits."""
    org = w.directory.world.org
    for rung in org.ladder:
        seats = [f.seats for f in org.on_rung(rung) if f.living(w.today) and side.operation in f.seats]
        others = {o for forum in seats for o in forum if w.directory.party_of(o) != side.party}
        if others:
            return frozenset(others)
    return frozenset()
