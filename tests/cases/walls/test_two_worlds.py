"""Two worlds that differ only in what somebody may not know of are one world to her, letter by letter.

This finds what no canary can: a count, a gap, a moved version or date, an order, a database key on its way out.
"""

from dataclasses import replace

import pytest

from cases.acting import act
from cases.reading import CaseView, view
from cases.sight import Seer
from tests.cases.walls import world as w
from tests.cases.walls.checking import difference
from tests.cases.walls.worlds import READING, Tell, World
from workflows.nouns import Command

MOLNDALS = frozenset((
    "local: note by maja.ekdahl", "local: paper by maja.ekdahl", "local: registry number by gunnel.ask",
    "local: link to provider", "provider: note by hakan.stalnacke", "elsewhere",
))  # fmt: skip
"""Inner records of Mölndal and of the provider's principal, a link to a case of others, and a whole case of others."""

HOSPITALS = frozenset((
    "local: note by oskar.nyberg", "local: note by harriet.lundqvist.falk", "local: paper by oskar.nyberg",
    "local: registry number by harriet.lundqvist.falk", "local: inform_serious by oskar.nyberg",
    "arenas: note by ida.ullstrom", "redirected: note by petra.lonnroth", "redirected: paper by petra.lonnroth",
))  # fmt: skip
"""Inner records of the hospital: notes, a paper, its number, a lex mark, and what it wrote before it had the case no
more."""

SHARED = frozenset((
    "local: word shared by maja.ekdahl", "local: paper by helena.brodin", "nosam: next file by maja.ekdahl",
))  # fmt: skip
"""What two parties share, and no forum, arena or reporter reads: also a revision of the forum file that nobody has
reviewed. That the other side is to read a reviewed one until a date is owed, and what is owed is the cover's."""

UNAWARE: tuple[tuple[frozenset[str], Seer], ...] = (
    *((MOLNDALS, seer) for seer in (
        w.OSKAR, w.HARRIET, w.LINA, w.NILS, w.STINA, w.SELMA,
        Seer("hakan.stalnacke", "contract_manager@unit:vc-solgarde"), Seer("kim.savas", "administrator@county"),
    )),
    *((HOSPITALS, seer) for seer in (
        w.MAJA, w.ANNA, w.SELMA, w.GOREL, w.TOMAS, w.ELLINOR,
    )),
    *((SHARED, seer) for seer in (
        w.ANNA, w.STINA, w.INGALILL, w.GUEST, w.ELLINOR, w.HEDDA, w.PONTUS,
    )),
)  # fmt: skip

NAMES = {MOLNDALS: "without Mölndal's", HOSPITALS: "without the hospital's", SHARED: "without what is shared"}


@pytest.mark.parametrize(("without", "seer"), UNAWARE, ids=lambda v: NAMES.get(v) or v.post)
@pytest.mark.few_on_postgresql(6)
def test_what_one_may_not_know_of_changes_nothing(
    world: World, poorer: Tell, without: frozenset[str], seer: Seer
) -> None:
    """Lost otherwise: a note, a mark or a case shows by what it moves: a conflict, a number skipped, one more row."""
    assert difference(world, poorer(*without), seer) == ""


def test_the_worlds_do_differ_for_those_who_may_know(world: World, poorer: Tell) -> None:
    """Lost otherwise: two worlds told alike by mistake would agree about everything."""
    for without, seer in ((MOLNDALS, w.MAJA), (HOSPITALS, w.OSKAR), (SHARED, w.OSKAR), (MOLNDALS, w.PONTUS)):
        assert difference(world, poorer(*without), seer) != ""


def test_an_inner_note_gives_the_other_side_no_conflict(changed: Tell) -> None:
    """Lost otherwise: whoever answers while the others write to themselves is told that somebody was faster."""
    here, there = changed(), changed(*MOLNDALS)
    number = here.number("local")
    shown = view(there.record, w.OSKAR, number, READING).cover.version
    question = Command("ask_part", {"part_of": "avo-goteborg", "question_text": "Vad vet ni?"})
    both = [act(world.record, w.OSKAR, number, question, READING, expected=shown) for world in (here, there)]
    assert both[0] == both[1]
    assert both[0].version == shown + 1
    one, other = (view(world.record, w.OSKAR, number, READING) for world in (here, there))
    assert _without_chance(one) == _without_chance(other)


def _without_chance(seen: CaseView) -> CaseView:
    """The salts of outcomes are chance, drawn anew for each move."""
    lines = [replace(line, outcome={**line.outcome, "salt": ""}) for line in seen.lines]
    return replace(seen, lines=tuple(lines))
