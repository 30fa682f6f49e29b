"""A question of principle is written anew, not blanked out: nothing that was written of the money leaves (law 6)."""

import pytest

from cases.acting import Refused, act
from cases.contents import forum_files
from cases.reading import view
from cases.record import Record
from cases.soundness.verify import verify
from tests.cases.climb_model import YVONNE
from tests.cases.deviations import HELENA, MAJA, STINA
from tests.cases.disputes import WHY, split_off, to_escalate, write_anew
from tests.record import MORNING
from workflows.nouns import Command

MONEY = "Räkningen på 412 000 kronor för platsen."


def test_a_file_that_was_read_before_the_split_never_leaves(record: Record) -> None:
    """Lost otherwise: the bill for one person travels to a forum with the question of principle (law 6, S D-12)."""
    number = to_escalate(record)
    write_anew(record, number, MONEY)
    again, _ = forum_files.write_revision(record, MAJA, number, {"statement": MONEY, "question": "Vem?"}, MORNING)
    forum_files.review(record, MAJA, number, again, MORNING)
    split_off(record, number)
    seen = view(record, HELENA, number, MORNING)
    assert seen.leaving is None, "the preview shows none, either"
    assert [c.status for c in seen.contributions if c.key == f"file_read#{again}"] == ["withdrawn"]
    with pytest.raises(Refused) as refused:
        act(record, YVONNE, number, Command("escalate", WHY), MORNING)
    assert [reason.code for reason in refused.value.refusal.reasons] == ["file_before_split"]
    assert refused.value.refusal.next_door is not None
    assert refused.value.refusal.next_door.move == "file", "to write it anew"
    write_anew(record, number, "Det görs olika.")
    assert act(record, YVONNE, number, Command("escalate", WHY), MORNING).stage == "forum_received"
    assert not any(MONEY in str(line.texts) for line in view(record, STINA, number, MORNING).lines)
    assert verify(record, MORNING) == ()
