"""Who is asked to read the forum file in each kind of case, and what becomes of it there."""

from dataclasses import replace

import pytest

from tests.workflows.small_world import HOME, WARD, Case
from workflows.file_acts import READ, WRITTEN, file_moved
from workflows.file_reading import REVIEWED
from workflows.nouns import Decision, ForumFile

WRITERS = frozenset(("raising",))
OPENINGS = {
    "deviation": ("answered", "handler@unit:ward"),
    "dispute": ("escalating", "unit_manager@unit:ward"),
    "systemic_issue": ("basis", "contact_person@authority:hospital-board"),
}


def opened(kind: str) -> Case:
    case = Case(kind, HOME, WARD, stage=OPENINGS[kind][0])
    return case.with_file(ForumFile(1, reviewed=True, read_by=WRITERS))


def moved(case: Case, act: str) -> Decision | None:
    actor = case.actor("handler@unit:home")
    return file_moved(case.routine.definition, case.snapshot, act, actor, case.world, case.now)


@pytest.mark.parametrize("kind", OPENINGS)
def test_the_side_that_has_not_read_it_is_asked_in_every_kind_of_case(kind: str) -> None:
    """Lost otherwise: in one kind of case nobody learns that a file waits for her."""
    case = opened(kind)
    decision = moved(case, REVIEWED)
    assert decision is not None
    (owed,) = decision.contributions
    assert (owed.key, owed.asked, owed.status) == ("file_read#1", OPENINGS[kind][1], "owed")
    assert {(row.post, row.notch) for row in decision.docket_new} == {
        (owed.asked, "told:file_reviewed"),
        (owed.asked, "-2"),
    }
    case.apply(decision)
    assert moved(case, REVIEWED) is None, "nobody is asked twice for one revision"
    newer = case.with_file(ForumFile(2, read_by=WRITERS))
    withdrawn = moved(newer, WRITTEN)
    assert withdrawn is not None
    assert [part.status for part in withdrawn.contributions] == ["withdrawn"]


def test_what_both_have_read_asks_nobody() -> None:
    """Lost otherwise: a party is reminded of what it has done."""
    case = opened("deviation")
    both = WRITERS | {"receiving"}
    assert moved(case.with_file(ForumFile(1, read_by=both)), READ) is None
    assert moved(case.with_file(ForumFile(1, reviewed=True, read_by=both)), REVIEWED) is None


def test_a_party_that_the_case_has_left_reads_no_more_for_it() -> None:
    """Lost otherwise: whoever has nothing to do with the case any more is asked on and reads along."""
    case = opened("deviation")
    decision = moved(case, REVIEWED)
    assert decision is not None
    case.apply(decision)
    case.snapshot = replace(case.snapshot, cover=replace(case.snapshot.cover, receiving=None))
    anew = moved(case.with_file(ForumFile(2, read_by=WRITERS)), WRITTEN)
    assert anew is not None
    assert [part.status for part in anew.contributions] == ["withdrawn"]
