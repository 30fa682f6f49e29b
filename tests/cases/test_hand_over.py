"""A case is handed over in the record: who reads it follows, and its history names both."""

import pytest

from cases.acting import Refused, act
from cases.reading import view
from cases.record import Record
from cases.sight import CaseUnknown, Seer
from cases.soundness.verify import verify
from cases.wording import wording
from tests.cases.deviations import HELENA, KATARINA, MAJA, OSKAR, PETRA, arrived
from tests.record import MORNING
from workflows.nouns import Command

WARD = "su-molndal-ortopedi"
GERIATRICS = Seer("ingrid.quist", "handler@unit:su-ostra-geriatrik")


def hand_over(taker: Seer) -> Command:
    return Command("hand_over", {"handed_to": taker.post, "handed_why": "Ledig länge"})


@pytest.fixture
def sorted_case(record: Record) -> tuple[Record, str]:
    """With the ward's handler."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": WARD}), MORNING)
    return record, number


def test_another_unit_takes_over_and_history_says_from_whom_to_whom(sorted_case: tuple[Record, str]) -> None:
    """Else a case lies with somebody who may not read it, and afterwards nobody knows how it came there."""
    record, number = sorted_case
    dates = [(d.key, d.due, d.status) for d in view(record, OSKAR, number, MORNING).deadlines]
    assert act(record, KATARINA, number, hand_over(GERIATRICS), MORNING).stage == "investigated"
    found = view(record, GERIATRICS, number, MORNING)
    assert found.cover.ball == GERIATRICS.post
    assert [(d.key, d.due, d.status) for d in found.deadlines] == dates
    line = next(line for line in found.lines if line.code == "hand_over" and line.compartment == "cover")
    told = wording(record, found, MORNING).line(line)
    assert told.sv == (
        "Ärendet lämnades över från handläggare vid Ortopedavdelning, Mölndals sjukhus "
        "till handläggare vid Geriatrikavdelning 1, Östra sjukhuset"
    )
    assert told.en.startswith("The case was handed over from handler at ")
    with pytest.raises(CaseUnknown):
        view(record, OSKAR, number, MORNING)
    assert verify(record, MORNING) == ()


def test_why_stays_with_the_own_side(sorted_case: tuple[Record, str]) -> None:
    """Else the other party reads who of us is on leave."""
    record, number = sorted_case
    act(record, OSKAR, number, hand_over(KATARINA), MORNING)
    own = [line.texts for line in view(record, KATARINA, number, MORNING).lines]
    other = [line.texts for line in view(record, MAJA, number, MORNING).lines]
    assert {"handed_why": "Ledig länge"} in own
    assert not any("handed_why" in texts for texts in other)


def test_the_other_party_neither_gives_nor_takes(sorted_case: tuple[Record, str]) -> None:
    """Else a case crosses the wall without anybody having redirected it."""
    record, number = sorted_case
    for seer, taker in ((HELENA, KATARINA), (OSKAR, HELENA), (OSKAR, MAJA)):
        with pytest.raises(Refused):
            act(record, seer, number, hand_over(taker), MORNING)
    assert view(record, OSKAR, number, MORNING).cover.ball == OSKAR.post
