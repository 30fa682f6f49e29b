"""What one chooses a clause among: agreements in force on the day of the event, whole or by section; a handful that is
likely to be meant, and what is found by a word.

A report, whoever checks or sorts it, and a dispute ask alike; nobody scrolls through a county's agreements.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from cases.lists.search_words import terms
from web.choices import Group, Option
from web.fields import Field
from web.reporting.report_finder import MOST_FOUND, search_name, searched
from web.words import Words
from workflows.definition import UNKNOWN
from workflows.organisation import Side

OFFERED = 4
"""Clauses that are offered before anybody has searched."""

A_FEW_WORDS = 3
"""So many words are a search, in which a part of a word counts too; more are a sentence, whose words are weighed."""

SHORTEST = 3
"""Words of so few letters stand in too many titles to tell them apart."""


@dataclass(frozen=True, slots=True)
class Likely:
    """What is known before anybody has searched: the side that asks, what it has mostly named before, the most usual
    first, and what was written about the agreement in a report."""

    side: Side
    before: Sequence[str] = ()
    written: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """An agreement, or a section of it: `DOCUMENT` or `DOCUMENT/NUMBER`, its own words, and what it is called."""

    code: str
    own: str
    label: str
    number: str = ""


def clause_question(
    field: Field, typed: Mapping[str, str], w: Words, likely: Likely, *, day: date, at: str, follows: str = ""
) -> Field:
    """The question with a handful of answers and a search of all that was in force on `day`; `at` is the address that
    searches, `follows` the question of the same form that says the day. What was chosen and was not in force then is
    named, and is to be chosen anew."""
    known = {clause.code: clause for clause in clauses_on(w, day)}
    unknown = tuple(o for group in field.groups for o in group.options if o.value == UNKNOWN)
    whole = (Group("", (*(Option(c.code, c.label) for c in known.values()), *unknown)),)
    wanted = typed.get(search_name(field.code), "")
    offered = (*_offered(w, likely, day), *(o.value for o in unknown))
    asked = replace(field, groups=whole, search_for="clause", follows=follows)
    if field.value not in known and (gone := of_another_day(w, field.value, day)):
        asked = replace(asked, help=gone)
    return _unknown_last(searched(asked, typed, offered, found_clauses(w, wanted, day), at))


def _unknown_last(field: Field) -> Field:
    """ "Don't know" below what there is to know, chosen or not."""
    groups = (Group(g.name, tuple(sorted(g.options, key=lambda o: o.value == UNKNOWN))) for g in field.groups)
    return replace(field, groups=tuple(groups))


def found_clauses(w: Words, typed: str, day: date) -> tuple[str, ...]:
    """Agreements in force on `day` whose own words are among what was typed; the most shared words first."""
    wanted, parts = terms(typed), typed.casefold().split()
    parts = parts if len(parts) <= A_FEW_WORDS else []
    scored = [(_score(clause, wanted, parts), -len(clause.own), clause.code) for clause in clauses_on(w, day)]
    return tuple(code for score, _, code in sorted(scored, reverse=True) if score)[:MOST_FOUND]


def _score(clause: Clause, wanted: frozenset[str], parts: Sequence[str]) -> int:
    own = clause.own.casefold()
    within = sum((len(part) > SHORTEST and part in own) or part == clause.number for part in parts)
    return 2 * sum(len(stem) > SHORTEST for stem in wanted & terms(clause.own)) + within


def clause_options(w: Words, codes: Sequence[str], day: date) -> Iterator[Option]:
    known = {clause.code: clause.label for clause in clauses_on(w, day)}
    for code in dict.fromkeys(codes):
        if code in known:
            yield Option(code, known[code])


def clauses_on(w: Words, day: date) -> Iterator[Clause]:
    """Every agreement in force that day, as a whole and by section (F-02, F-03)."""
    for document, name in w.directory.documents.items():
        agreement = w.directory.world.org.agreements.get(document)
        version = agreement.version_on(day) if agreement is not None else None
        if version is None:
            continue
        yield Clause(document, name, name)
        for number, title in w.directory.sections.get((document, version), {}).items():
            yield Clause(f"{document}/{number}", title, f"{name}, {number} {title}", number)


def is_said_by(w: Words, typed: str, code: str, day: date) -> bool:
    """Whether what was typed is a few words that the clause with that code says itself: then they looked for it."""
    label = next((clause.label for clause in clauses_on(w, day) if clause.code == code), "")
    return len(typed.split()) <= A_FEW_WORDS and terms(typed) <= terms(label)


def _offered(w: Words, likely: Likely, day: date) -> tuple[str, ...]:
    """What the report's words speak of, what this side has named before, then the agreements of its own forums."""
    written = found_clauses(w, likely.written, day)[: OFFERED // 2]
    known = {clause.code for clause in clauses_on(w, day)}
    before = (code for code in likely.before if code in known)
    return tuple(dict.fromkeys((*written, *before, *_of_own_forums(w, likely.side, known))))[:OFFERED]


def _of_own_forums(w: Words, side: Side, known: set[str]) -> Iterator[str]:
    """Agreements as a whole that a forum owns where this operation sits, those of its lowest forums first."""
    org = w.directory.world.org
    order = {rung: place for place, rung in enumerate(org.ladder)}
    owned = ((code, org.forums[a.owner]) for code, a in org.agreements.items() if a.owner in org.forums)
    own = [(order.get(forum.rung, 0), code) for code, forum in owned if side.operation in forum.seats and code in known]
    yield from (code for _, code in sorted(own, key=lambda found: found[0]))


def of_another_day(w: Words, chosen: str, day: date) -> str:
    """That a chosen clause was not in force on `day`, with what its agreement is called; "" where it was."""
    name = w.directory.documents.get(chosen.partition("/")[0], "")
    if not name or any(clause.code == chosen for clause in clauses_on(w, day)):
        return ""
    return w.t("form.clause_of_another_day", name=name, day=w.day(day))
