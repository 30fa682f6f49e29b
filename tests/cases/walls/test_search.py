"""Search and the walls: every planted word, asked for by everybody, finds what that person may read, nothing else."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from cases.functions import NotYourFunction
from cases.lists.search import Found, search
from cases.lists.search_index import take_up
from cases.sight import Seer
from tests.cases.walls.table import PEOPLE, Person, knows
from tests.cases.walls.worlds import READING, World, Worlds


@pytest.fixture(scope="session")
def indexed(_worlds: Worlds) -> Iterator[World]:
    """The world after the clock has taken up all fresh words into the index."""
    with ExitStack() as stack:
        world = _worlds.copy(stack)
        assert take_up(world.record, READING)
        yield world


def _numbers(world: World, seer: Seer, query: str) -> set[str]:
    try:
        found = search(world.record, seer, query, READING)
    except NotYourFunction:
        return set()
    # An empty answer is the same whoever wrote the word, or nobody did: no page to go on to, either.
    assert found.items or found == Found((), "")
    return {item.number for item in found.items}


@pytest.mark.few_on_postgresql(5)
@pytest.mark.parametrize("person", PEOPLE, ids=lambda p: p.name)
def test_a_planted_word_finds_its_case_for_those_who_read_it(world: World, indexed: World, person: Person) -> None:
    """Lost otherwise: the search would be a window in the wall, by what it finds, counts or goes on to. Words are fresh
    for every other person, and for the rest the index has taken them up."""
    world, wrong = (world, indexed)[PEOPLE.index(person) % 2], []
    for canary in world.told.canaries:
        number = world.number(canary.case)
        found = _numbers(world, person.seer, canary.word)
        if not knows(person, canary, world.told.cases):
            wrong += [(canary, found)] if found else []
        elif found - {number}:
            wrong.append((canary, found))
    assert wrong == []


def test_somebody_finds_the_words_that_were_written_down(
    world: World, amount: Callable[[int, int], int], rng: random.Random
) -> None:
    """Lost otherwise: a search that finds nothing at all would keep every wall."""
    written = [c for c in world.told.canaries if not c.places & {"patient", "sender", "unsent"}]
    asked = rng.sample(written, amount(40, len(written)))
    found = [c for c in asked if any(_numbers(world, p.seer, c.word) for p in PEOPLE)]
    assert len(found) > len(asked) * 2 / 3, [c for c in asked if c not in found]
    assert any("inner" in place for c in found for place in c.places)
