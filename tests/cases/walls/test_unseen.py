"""A case that one may not know of is a number that never was: the same words, by the same statements, for everything.

And whatever is refused writes nothing.
"""

import random

import pytest

from cases.database import Database
from cases.number import new_number
from cases.reading import view
from cases.sight import Seer
from cases.tables import metadata
from tests.cases.walls import world as w
from tests.cases.walls.canaries import words_in
from tests.cases.walls.checking import answer, told_apart
from tests.cases.walls.intentions import FEW_MOVES, Intention, adding, moving, reading
from tests.cases.walls.worlds import Tell, World

NEVER = new_number(2026, random.Random(7).randbytes)

ADMINISTRATOR = Seer("kim.savas", "administrator@county")
AUDITOR = Seer("rune.ekvall", "auditor@county")
ROUTINE_OWNER = Seer("vendela.storm", "routine_owner@county")
MEMBER = Seer("katarina.selin", "member.regional@forum:nosam-molndal")

UNSEEN: tuple[tuple[Seer, str, str], ...] = (
    (w.PONTUS, "local", "elsewhere"), (w.SAMUEL, "local", ""), (w.ANNA, "swapped", "local"),
    (w.STINA, "lgs", "nosam"), (w.INGALILL, "ended", "nosam"), (w.TOMAS, "local", "arenas"),
    (w.NILS, "local", "opened"), (w.HAKAN, "redirected", "opened"), (w.OSKAR, "draft", "local"),
    (w.GUNNEL, "elsewhere", "local"),
    (w.GUEST, "parked", ""), (ADMINISTRATOR, "local", ""), (AUDITOR, "local", ""), (ROUTINE_OWNER, "local", ""),
)  # fmt: skip
"""(who, a case she may not know of, one that she may link to)."""

WITH_EVERY_MOVE = (w.PONTUS, w.SAMUEL, w.STINA, w.GUEST, ADMINISTRATOR)
"""One of each way to be nobody to a case; for the others a few moves stand for all, which take the same door."""

HALF_SEEN: tuple[tuple[Seer, str], ...] = (
    (w.PETRA, "redirected"), (w.HARRIET, "redirected"), (w.JON, "moved within"), (w.GUEST, "nosam"),
)  # fmt: skip
"""Those who read without the cover act as if there were no such case."""

POWERLESS: tuple[tuple[Seer, str], ...] = (
    (w.ANNA, "local"), (w.INGALILL, "nosam"), (w.HEDDA, "arenas"), (w.JON, "shown"),
    (w.NILS, "provider"), (w.ELLINOR, "local"), (MEMBER, "nosam"),
)  # fmt: skip
"""Those who know of the case, and for whom much of what can be tried is not theirs to do."""


def everything(database: Database) -> dict[str, list[str]]:
    """All rows of all tables but the log of reads, which keeps refusals on purpose."""
    with database.read() as tx:
        return {t.name: sorted(map(str, tx.all(f"SELECT * FROM {t.name}"))) for t in metadata.sorted_tables
                if t.name != "read_log"}  # fmt: skip


def _as_if_never(world: World, seer: Seer, number: str, tried: dict[str, Intention], heard: list[str]) -> None:
    # What the record keeps of the county between two requests is read before the first comparison.
    answer(world, w.MAJA, NEVER, view, heard)
    before = everything(world.record.database)
    apart = {name: told_apart(world, seer, number, NEVER, does, heard) for name, does in tried.items()}
    assert not {name: how for name, how in apart.items() if how}
    assert everything(world.record.database) == before


@pytest.mark.parametrize(("seer", "case", "known"), UNSEEN, ids=lambda v: getattr(v, "post", v))
@pytest.mark.few_on_postgresql(5)
def test_an_unseen_number_is_a_number_that_never_was(
    world: World, statements: list[str], seer: Seer, case: str, known: str
) -> None:
    """Lost otherwise: whoever tries numbers learns which cases there are, by a word or by the time it takes."""
    told = world.told.cases[case]
    moves = moving(world.record) if seer in WITH_EVERY_MOVE else FEW_MOVES
    tried = reading(told.handles) | adding(world.number(known) if known else "") | moves
    _as_if_never(world, seer, told.number, tried, statements)


@pytest.mark.parametrize(("seer", "case"), HALF_SEEN, ids=lambda v: getattr(v, "post", v))
def test_who_reads_without_the_cover_acts_on_nothing(
    world: World, statements: list[str], seer: Seer, case: str
) -> None:
    """Lost otherwise: the first receiver goes on writing into a case that is another party's, or a guest decides."""
    _as_if_never(world, seer, world.number(case), adding("") | moving(world.record), statements)


@pytest.mark.parametrize(("seer", "case"), POWERLESS, ids=lambda v: getattr(v, "post", v))
@pytest.mark.few_on_postgresql(3)
def test_what_is_refused_writes_nothing(world: World, changed: Tell, seer: Seer, case: str) -> None:
    """Lost otherwise: half a step, a line in a history, or a letter about something that was not allowed."""
    number, tried = world.number(case), adding("") | moving(world.record)
    copy = changed()
    refused = {n: does for n, does in tried.items() if answer(copy, seer, number, does, [])[0] != "done"}
    assert len(refused) > 40
    before = everything(world.record.database)
    for name, does in refused.items():
        kind, words, _ = answer(world, seer, number, does, [])
        assert kind in REFUSALS, f"{name}: {kind} {words}"
        assert not words_in(words) & {c.word for c in world.told.canaries}, f"{name} says {words}"
    assert everything(world.record.database) == before


REFUSALS = ("NotAllowed", "Refused", "Stale", "StillOpen", "CaseUnknown", "NoSuchRevision", "NoReference",
            "NoneKept", "LookupError")  # fmt: skip
