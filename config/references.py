"""Every code stands for one thing, every name of a code finds it, and no chain of names runs in a circle."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import NamedTuple, Protocol, TypeVar

from config.draft import Draft
from config.faults import Fault
from config.forums import BESIDE
from config.rows import Placed
from config.seating import WHOLE_ARENA, WHOLE_COUNTY

T = TypeVar("T")


class Coded(Protocol):
    @property
    def code(self) -> str: ...


class Reference(NamedTuple):
    """The value of `column` in `entry` is meant to be the code of a `kind`; nothing is meant when it is empty."""

    entry: Placed[object]
    column: str
    code: str | None
    kind: str


def reference_faults(draft: Draft) -> Iterator[Fault]:
    known = _known(draft)
    for reference in (*_organisation(draft), *_forums(draft), *_documents(draft), *_people(draft)):
        if reference.code and reference.code not in known[reference.kind]:
            yield reference.entry.fault(reference.column, _unknown(reference, known[reference.kind]))
    yield from duplicate_faults(draft)
    yield from circle_faults(draft)


def duplicate_faults(draft: Draft) -> Iterator[Fault]:
    coded: tuple[Iterable[Placed[Coded]], ...] = (
        draft.parties,
        draft.authorities,
        draft.arenas,
        draft.operations,
        draft.units,
        draft.rungs,
        draft.forums,
        draft.documents,
        draft.categories,
    )
    for entries in coded:
        yield from _duplicates(entries, "code", lambda thing: thing.code)
    yield from _duplicates(draft.people, "account", lambda person: person.account)
    yield from _duplicates(draft.versions, "version", lambda version: f"{version.document} {version.version}")
    yield from _duplicates(draft.meetings, "date", lambda meeting: f"{meeting.forum} {meeting.date}")
    yield from _duplicates(draft.closed_days, "date", lambda day: f"{day.party} {day.date}")
    yield from _duplicates(draft.corrections, "date", lambda correction: f"{correction.date}")


def circle_faults(draft: Draft) -> Iterator[Fault]:
    """Chains of stand-ins and of heirs must come to an end."""
    yield from _circles({entry.value.code: (entry, entry.value.stand_in) for entry in draft.forums}, "stand_in")
    yield from _circles({entry.value.code: (entry, entry.value.heir) for entry in draft.units}, "heir")


def _known(draft: Draft) -> Mapping[str, frozenset[str]]:
    return {
        "party": _codes(draft.parties),
        "authority": _codes(draft.authorities),
        "arena": _codes(draft.arenas),
        "operation": _codes(draft.operations),
        "unit": _codes(draft.units),
        "rung": _codes(draft.rungs),
        "rung, or 'beside',": _codes(draft.rungs) | {BESIDE},
        "forum": _codes(draft.forums),
        "person": frozenset(entry.value.account for entry in draft.people),
    }


def _codes(entries: Iterable[Placed[Coded]]) -> frozenset[str]:
    return frozenset(entry.value.code for entry in entries)


def _organisation(draft: Draft) -> Iterator[Reference]:
    for day in draft.closed_days:
        yield Reference(day, "party", day.value.party, "party")
    for authority in draft.authorities:
        yield Reference(authority, "party", authority.value.party, "party")
    for operation in draft.operations:
        yield Reference(operation, "authority", operation.value.authority, "authority")
        yield Reference(operation, "arena", operation.value.arena, "arena")
    for unit in draft.units:
        yield Reference(unit, "operation", unit.value.operation, "operation")
        yield Reference(unit, "heir", unit.value.heir, "unit")


def _forums(draft: Draft) -> Iterator[Reference]:
    for rung in draft.rungs:
        for arena, _ in rung.value.arena_names:
            yield Reference(rung, "arena_name", arena, "arena")
    for forum in draft.forums:
        yield Reference(forum, "rung", forum.value.rung, "rung, or 'beside',")
        yield Reference(forum, "arena", forum.value.arena, "arena")
        yield Reference(forum, "stand_in", forum.value.stand_in, "forum")
    for line in draft.seat_lines:
        yield Reference(line, "forum", line.value.forum, "forum")
        if line.value.who.startswith(WHOLE_ARENA):
            yield Reference(line, "who", line.value.who.removeprefix(WHOLE_ARENA), "arena")
        elif line.value.who != WHOLE_COUNTY:
            yield Reference(line, "who", line.value.who, "operation")
    for meeting in draft.meetings:
        yield Reference(meeting, "forum", meeting.value.forum, "forum")


def _documents(draft: Draft) -> Iterator[Reference]:
    for document in draft.documents:
        yield Reference(document, "owner", document.value.owner, "forum")
        for rung in document.value.dispute_clause.route if document.value.dispute_clause else ():
            yield Reference(document, "dispute_clause, route", rung, "rung")


def _people(draft: Draft) -> Iterator[Reference]:
    holders = frozenset({"unit", "operation", "authority", "arena", "forum"})
    for holding in draft.holdings:
        yield Reference(holding, "person", holding.value.person, "person")
        if holding.value.holder.kind in holders:
            yield Reference(holding, "holder", holding.value.holder.code, holding.value.holder.kind)
    for mailbox in draft.mailboxes:
        if mailbox.value.holder.kind in holders:
            yield Reference(mailbox, "holder", mailbox.value.holder.code, mailbox.value.holder.kind)
    for absence in draft.absences:
        yield Reference(absence, "person", absence.value.person, "person")
        yield Reference(absence, "substitute", absence.value.substitute, "person")


def _unknown(reference: Reference, known: frozenset[str]) -> str:
    near = get_close_matches(reference.code or "", known, n=1)
    suggestion = f"did you mean '{near[0]}'?" if near else "add it, or take the name out"
    return f"'{reference.code}' is no {reference.kind} of this county; {suggestion}"


def _duplicates(entries: Iterable[Placed[T]], column: str, key: Callable[[T], str]) -> Iterator[Fault]:
    first: dict[str, Placed[T]] = {}
    for entry in entries:
        name = key(entry.value)
        if name in first:
            yield entry.fault(column, f"'{name}' is already on {first[name].place}; keep one of them")
        elif name:
            first[name] = entry


def _circles(chain: Mapping[str, tuple[Placed[object], str | None]], column: str) -> Iterator[Fault]:
    """One fault for each circle, at its first member in the order of the file."""
    told: set[str] = set()
    for start in chain:
        path: list[str] = []
        code: str = start
        while code in chain and code not in path and code not in told:
            path.append(code)
            code = chain[code][1] or ""
        if code in path:
            circle = path[path.index(code) :]
            text = f"{' -> '.join([*circle, circle[0]])} runs in a circle; let one of them end the chain"
            yield chain[circle[0]][0].fault(column, text)
        told.update(path)
