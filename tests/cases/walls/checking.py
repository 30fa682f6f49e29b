"""The checks that the walls' tests make, each a function of a world: planted leaks show that they would be caught."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cases.reading import CaseView
from cases.sight import CaseUnknown, Seer
from tests.cases.walls.canaries import Canary, plain, words_in
from tests.cases.walls.intentions import Intention
from tests.cases.walls.looking import answers, patients
from tests.cases.walls.table import PEOPLE, Person, house_of, knows
from tests.cases.walls.worlds import READING, World

OF_COLUMN = {
    "cover": ("cover",), "shared": ("shared", "report", "sender", "unsent"), "inner": ("inner",), "file": ("file",),
    "forum": ("forum",), "patient": ("patient",),
}  # fmt: skip


def of_column(column: str, world: World) -> list[Canary]:
    """The canaries of one column of the table; "hidden" ones, which stand in none, are with the shared."""
    kinds = OF_COLUMN[column]
    return [c for c in world.told.canaries if any(place.partition(":")[0] in kinds for place in c.places)]


@dataclass(frozen=True, slots=True)
class Seen:
    """All that one person was answered in one world."""

    person: Person
    answers: Mapping[str, Any]
    words: frozenset[str]
    accounts: frozenset[str]

    @property
    def views(self) -> list[CaseView]:
        return [case["view"] for case in self.answers["cases"] if isinstance(case["view"], CaseView)]


def ask(world: World, person: Person) -> Seen:
    cases = list(world.told.cases.values())
    told = answers(world.record, person.seer, cases, READING)
    shown = patients(world.record, person.seer, cases, READING)
    text = str(told)
    return Seen(person, told, words_in([told, shown]), frozenset(a for a in ACCOUNTS if a in text))


ACCOUNTS = frozenset(p.seer.account for p in PEOPLE)


def leaked(world: World, seen: Seen) -> list[Canary]:
    """What somebody found and may not know."""
    planted = world.told.canaries
    allowed = {c.word for c in planted if knows(seen.person, c, world.told.cases)}
    return [c for c in planted if c.word in seen.words - allowed]


def named(seen: Seen) -> set[str]:
    """Accounts that were shown to somebody of another house."""
    houses: dict[str, set[str]] = {}
    for other in PEOPLE:
        houses.setdefault(other.seer.account, set()).add(house_of(other))
    return {account for account in seen.accounts if house_of(seen.person) not in houses[account]}


def gaps(seen: Seen) -> list[tuple[str, str]]:
    """(number, compartment) of histories that somebody reads with a line missing, or with another length than told."""
    wrong = []
    for case in seen.views:
        lines: dict[str, list[int]] = {}
        for line in case.lines:
            lines.setdefault(line.compartment, []).append(line.seq)
        told = {name: list(range(1, version + 1)) for name, version in case.versions.items()}
        told.setdefault("shared", list(range(1, len(lines.get("shared", ())) + 1)))
        wrong += [(case.cover.number, name) for name in told if lines.get(name, []) != told[name]]
    return wrong


def foreign_reminders(seen: Seen) -> list[str]:
    """Posts of other houses whose letters are shown to somebody."""
    rows = [row for case in seen.views for row in case.docket if row.kind == "letter"]
    return [row.post for row in rows if house_of(Person(Seer("", row.post))) != house_of(seen.person)]


def difference(one: World, other: World, seer: Seer) -> str:
    """Where the answers of two worlds part for somebody who may not know of what differs; "" when they are the same."""
    cases = list(one.told.cases.values())
    first, second = (answers(w.record, seer, cases, READING) for w in (one, other))
    return "" if first == second else _parting(plain(first), plain(second), "")


def _parting(one: Any, other: Any, path: str) -> str:
    if one == other:
        return ""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return next(p for key in one if (p := _parting(one[key], other[key], f"{path}.{key}")))
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return next(p for i, (a, b) in enumerate(zip(one, other, strict=True)) if (p := _parting(a, b, f"{path}[{i}]")))
    return f"{path}: {str(one)[:200]} / {str(other)[:200]}"


def answer(world: World, seer: Seer, number: str, does: Intention, heard: list[str]) -> tuple[str, str, list[str]]:
    """(kind of answer, its words, statements): all that a refused person could see or measure."""
    heard.clear()
    try:
        does(world.record, seer, number, READING)
    except Exception as refused:  # noqa: BLE001 - whatever comes back is what a person would see
        return type(refused).__name__, str(refused), list(heard)
    return "done", "", list(heard)


def told_apart(world: World, seer: Seer, hidden: str, never: str, does: Intention, heard: list[str]) -> str:
    """How an unseen number differs from one that never was, under one intention; "" when it does not."""
    one, other = (answer(world, seer, number, does, heard) for number in (hidden, never))
    unknown = "CaseUnknown", str(CaseUnknown())
    if one[:2] != unknown or other[:2] != unknown:
        return f"{one[:2]} / {other[:2]}"
    if not heard:
        return "no statement was heard"
    return "" if one[2] == other[2] else f"{one[2]} / {other[2]}"
