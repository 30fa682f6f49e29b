"""What the name of a list promises is what stands in it and what its count says, for every kind of function."""

from cases.functions import NotYourFunction
from cases.lists.worklist import MINE, TABS, Item, Sieve, counts, work_list
from cases.sight import Seer
from tests.cases.walls.table import PEOPLE
from tests.cases.walls.worlds import READING, World


def _listed(world: World, seer: Seer, tab: str, sieve: Sieve | None = None) -> list[Item]:
    found: list[Item] = []
    cursor = ""
    while True:
        page = work_list(world.record, seer, READING, tab=tab, cursor=cursor, size=2, sieve=sieve or Sieve())
        found += page.items
        cursor = page.cursor
        if not cursor:
            return found


def _parked(world: World, item: Item) -> bool:
    stages = world.record.library.routine(item.definition).definition.stages
    return item.status != "ended" and stages[item.stage].tab == "parked"


def test_a_tab_lists_what_it_promises_and_counts_what_it_lists(world: World) -> None:
    """Lost otherwise: a process leader who has parked four cases reads that none is parked, and trusts no number."""
    kinds_with_parked: set[str] = set()
    for person in PEOPLE:
        try:
            counted = counts(world.record, person.seer, READING)
            lists = {tab: _listed(world, person.seer, tab) for tab in TABS}
        except NotYourFunction:
            continue
        if not counted:
            continue
        numbers = {tab: [item.number for item in items] for tab, items in lists.items()}
        everything = {item.number: item for items in lists.values() for item in items}
        assert {tab: len(set(found)) for tab, found in numbers.items()} == {tab: counted[tab] for tab in TABS}, person
        assert all(len(found) == len(set(found)) for found in numbers.values()), person
        assert set(numbers["parked"]) == {n for n, item in everything.items() if _parked(world, item)}, person
        twice = set(numbers["awaiting"]) & (set(numbers["others"]) | set(numbers["closed"]))
        assert not twice | set(numbers["others"]) & set(numbers["parked"]), person
        mine = _listed(world, person.seer, "awaiting", Sieve(mine=person.seer.post))
        assert counted[MINE] == len(mine), person
        if set(numbers["parked"]) & set(numbers["awaiting"]):
            kinds_with_parked.add(person.function)
    assert "process_leader" in kinds_with_parked
