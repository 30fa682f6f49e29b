"""A dispute against an operation whose unit nobody has named gets its unit at any local stage (ours, beside B1)."""

from datetime import datetime

import pytest

from cases.acting import act
from cases.reading import view
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from cases.soundness.verify import verify
from tests.cases.deviations import HELENA, KATARINA, MAJA, PETRA
from tests.record import MORNING
from workflows.nouns import Command

CONTACT = Seer("harriet.lundqvist.falk", "contact_person@authority:styrelsen-su")
ORTHOPAEDICS = "su-molndal-ortopedi"
SAID = {"document": "hos-avtal/4.4", "disputed_clause": "4.4", "question": "Vem kallar?", "care": MAJA.post}
FACTS = {"agreed_facts": "Mötet uteblev.", "disputed_facts": "Vem som kallar.", "question_up": "Vem kallar?"}


def against_an_operation(record: Record, stage: str, now: datetime = MORNING) -> str:
    """Raised by Helena against the hospital as a whole; its number."""
    return report(record, HELENA, NewCase("dispute", operation="su", stage=stage, texts=SAID), now).number


@pytest.mark.parametrize("how", ["assign", "hand_over"])
def test_the_unit_is_named_when_the_counterpart_is_to_write_its_protocol(record: Record, how: str) -> None:
    """Lost otherwise: a dispute that lapsed out of B1 is the contact person's for ever, and the unit that it is about
    does not even find it (domain.md §3)."""
    number = against_an_operation(record, "protocol")
    act(record, HELENA, number, Command("sign", FACTS | {"our_view": "Sjukhuset kallar."}), MORNING)
    assert view(record, CONTACT, number, MORNING).cover.ball == "unit_manager@operation:su"
    if how == "assign":
        act(record, PETRA, number, Command("assign", {"unit": ORTHOPAEDICS}), MORNING)
    else:
        handed = {"handed_to": KATARINA.post, "handed_why": "Det är deras fråga."}
        act(record, CONTACT, number, Command("hand_over", handed), MORNING)
    seen = view(record, KATARINA, number, MORNING)
    assert seen.cover.ball == KATARINA.post
    assert seen.cover.receiving is not None
    assert seen.cover.receiving.unit == ORTHOPAEDICS
    signed = act(record, KATARINA, number, Command("sign", {"our_view": "Kommunen kallar."}), MORNING)
    assert signed.stage == "escalating"
    assert verify(record, MORNING) == ()


@pytest.mark.parametrize("stage", ["dialogue", "chief_level", "protocol", "escalating"])
def test_naming_the_unit_takes_the_turn_from_nobody(record: Record, stage: str) -> None:
    """Lost otherwise: the raiser's turn goes to the counterpart because it has said which unit it is about."""
    number = against_an_operation(record, stage)
    before = view(record, HELENA, number, MORNING).cover
    after = act(record, PETRA, number, Command("assign", {"unit": ORTHOPAEDICS}), MORNING)
    assert after.stage == stage
    kept = {"unit_manager@operation:su": KATARINA.post}.get(before.ball, before.ball)
    assert view(record, KATARINA, number, MORNING).cover.ball == kept
    assert verify(record, MORNING) == ()
