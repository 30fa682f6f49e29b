"""A ball that goes away and comes back on the same date is reminded like one that never left."""

from datetime import timedelta

from cases.acting import act
from cases.record import Record
from cases.sight import Seer
from cases.soundness.verify import verify
from tests.cases.deviations import PETRA, arrived
from tests.record import MORNING
from workflows.nouns import Command

THERE = Seer("jon.wahlgren", "receiver@operation:narhalsan-goteborg")


def waiting(record: Record, number: str) -> set[str]:
    with record.database.read() as tx:
        rows = tx.all(
            "SELECT k.key FROM docket k JOIN cases c ON c.id = k.case_id WHERE c.number = :n AND k.status = 'waiting'"
            " AND k.deadline = 'answer#1'",
            n=number,
        )  # fmt: skip
    return {key for (key,) in rows}


def test_a_function_that_gets_the_ball_back_is_reminded_again(record: Record) -> None:
    """Lost otherwise: after a redirect inside the party and back, the first receiver is never reminded again."""
    number = arrived(record)
    before = waiting(record, number)
    assert any(key.endswith(PETRA.post) for key in before)
    there = Command("redirect", {"operation": "narhalsan-goteborg", "reason": "Gäller vårdcentralen."})
    back = Command("redirect", {"operation": "su", "reason": "Gäller sjukhuset."})
    act(record, PETRA, number, there, MORNING + timedelta(hours=1))
    assert not any(key.endswith(PETRA.post) for key in waiting(record, number))
    act(record, THERE, number, back, MORNING + timedelta(hours=2))
    assert waiting(record, number) == before
    assert verify(record, MORNING + timedelta(hours=3)) == ()
