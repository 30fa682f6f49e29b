"""Who reads what: each cell of domain.md's table, for people of the county, in a world with a canary in every place."""

import pytest

from tests.cases.walls import checking
from tests.cases.walls.checking import Seen
from tests.cases.walls.table import COLUMNS, PEOPLE, TABLE, Person, house_of, knows, may_know
from tests.cases.walls.worlds import World

_SEEN: dict[tuple[str, str], Seen] = {}
"""What somebody was answered, asked once in each world: the cells of one row share the search."""


def _seen(world: World, person: Person) -> Seen:
    key = world.record.database.url, person.name
    if key not in _SEEN:
        _SEEN[key] = checking.ask(world, person)
    return _SEEN[key]


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("person", PEOPLE, ids=lambda p: p.name)
@pytest.mark.few_on_postgresql(60)
def test_cell(world: World, person: Person, column: str) -> None:
    """Lost otherwise: a party's notes, a person's name or a case's existence, to somebody it is nothing to."""
    planted = checking.of_column(column, world)
    allowed = {c.word for c in planted if knows(person, c, world.told.cases)}
    secret = {c.word for c in planted} - allowed
    assert secret, "a column without a secret would prove nothing"
    words = _seen(world, person).words
    leaked = [c for c in planted if c.word in words & secret]
    withheld = [c for c in planted if c.word in allowed - words]
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


@pytest.mark.parametrize(
    ("what", "readers"), [("what tells of a hidden mark", set()), ("lex", {"authority:styrelsen-su"})]
)
def test_a_hidden_mark_is_nothing_to_the_other_side(world: World, what: str, readers: set[str]) -> None:
    """Lost otherwise: the municipality learns that the hospital has opened a lex Maria matter (D-70)."""
    (planted,) = [c for c in world.told.canaries if c.what == what]
    assert {house_of(p) for p in PEOPLE if planted.word in _seen(world, p).words} == readers


def test_names_are_known_inside_one_house_only(world: World) -> None:
    """Lost otherwise: the other side learns who reported and who wrote, where it may know unit and function."""
    told = {p: _seen(world, p).accounts for p in PEOPLE}
    assert not {p.name: others for p in PEOPLE if (others := checking.named(_seen(world, p)))}
    maja = next(p for p in PEOPLE if p.seer.account == "maja.ekdahl")
    assert "anna.lind" in told[maja], "no name was shown to anybody"
    assert not any(told[p] for p in PEOPLE if p.holder.startswith("forum:")), "a forum is no authority"


@pytest.mark.parametrize("person", PEOPLE, ids=lambda p: p.name)
@pytest.mark.few_on_postgresql(12)
def test_nothing_in_a_history_tells_of_what_is_not_shown(world: World, person: Person) -> None:
    """Lost otherwise: a gap in the numbers says how much the others have written, a reminder whom they remind."""
    seen = _seen(world, person)
    assert not checking.gaps(seen)
    assert not checking.foreign_reminders(seen)
    assert seen.views or person.function in ("administrator", "auditor", "routine_owner") or not _known(world, person)


def _known(world: World, person: Person) -> bool:
    return any(may_know(person, told) for told in world.told.cases.values())
