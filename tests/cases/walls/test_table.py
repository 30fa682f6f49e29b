"""Who reads what: each cell of domain.md's table, for people of the county, in a world with a canary in every place."""

import pytest

from tests.cases.walls.canaries import Canary, words_in
from tests.cases.walls.conftest import READING, World
from tests.cases.walls.looking import answers, patients
from tests.cases.walls.table import COLUMNS, PEOPLE, TABLE, Person, house_of, knows, may_know

_FOUND: dict[tuple[str, str], tuple[frozenset[str], frozenset[str]]] = {}
"""What somebody was answered, asked once in each world: the cells of one row share the search."""

OF_COLUMN = {
    "cover": ("cover",), "shared": ("shared", "report", "sender", "unsent"), "inner": ("inner",), "file": ("file",),
    "forum": ("forum",), "patient": ("patient",),
}  # fmt: skip


def _found(world: World, person: Person) -> tuple[frozenset[str], frozenset[str]]:
    """(words, accounts) in everything that the person is answered."""
    key = world.record.database.url, person.name
    if key not in _FOUND:
        cases = list(world.told.cases.values())
        seen = answers(world.record, person.seer, cases, READING)
        shown = patients(world.record, person.seer, cases, READING)
        text = str(seen)
        _FOUND[key] = words_in([seen, shown]), frozenset(p.seer.account for p in PEOPLE if p.seer.account in text)
    return _FOUND[key]


def _of(column: str, world: World) -> list[Canary]:
    kinds = OF_COLUMN[column]
    return [c for c in world.told.canaries if any(place.partition(":")[0] in kinds for place in c.places)]


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("person", PEOPLE, ids=lambda p: p.name)
def test_cell(world: World, person: Person, column: str) -> None:
    """Lost otherwise: a party's notes, a person's name or a case's existence, to somebody it is nothing to."""
    planted = _of(column, world)
    allowed = {c.word for c in planted if knows(person, c, world.told.cases)}
    secret = {c.word for c in planted} - allowed
    assert secret, "a column without a secret would prove nothing"
    found = _found(world, person)[0]
    leaked = [c for c in planted if c.word in found & secret]
    withheld = [c for c in planted if c.word in allowed - found]
    assert not leaked, f"{person.name} may not know {leaked}"
    assert not withheld, f"{person.name} must be able to read {withheld}"


@pytest.mark.parametrize("function", sorted(TABLE))
def test_every_column_that_is_not_a_dash_is_read_by_somebody(world: World, function: str) -> None:
    """Lost otherwise: a cell that no person of the world stands for would be green for ever."""
    people = [p for p in PEOPLE if p.function == function]
    assert people
    cases = world.told.cases.values()
    read = {place.partition(":")[0] for p in people for told in cases for place in may_know(p, told)}
    assert read - {"sender", "unsent"} == TABLE[function]


@pytest.mark.parametrize("canary", ["what tells of a hidden mark", "lex"])
def test_a_hidden_mark_is_nothing_to_the_other_side(world: World, canary: str) -> None:
    """Lost otherwise: the municipality learns that the hospital has opened a lex Maria matter (D-70)."""
    (planted,) = [c for c in world.told.canaries if c.what == canary]
    readers = [p for p in PEOPLE if planted.word in _found(world, p)[0]]
    own = {"what tells of a hidden mark": set(), "lex": {"authority:styrelsen-su"}}[canary]
    assert {house_of(p) for p in readers} == own


def test_names_are_known_inside_one_house_only(world: World) -> None:
    """Lost otherwise: the other side learns who reported and who wrote, where it may know unit and function."""
    houses = {p.seer.account: {house_of(q) for q in PEOPLE if q.seer.account == p.seer.account} for p in PEOPLE}
    told = {p.name: _found(world, p)[1] for p in PEOPLE}
    leaked = {
        (person.name, account)
        for person in PEOPLE for account in told[person.name] if house_of(person) not in houses[account]
    }  # fmt: skip
    assert not leaked
    assert "anna.lind" in told["handler@unit:hsv-molndal (maja.ekdahl)"], "no name was shown to anybody"
    assert not any(told[p.name] for p in PEOPLE if p.holder.startswith("forum:")), "a forum is no authority"
