"""Letters that reach nobody: told to the party whose function was written to, and to nobody else."""

import pytest

from cases.clock.unreached import Unreached, unreached
from cases.functions import NotYourFunction
from cases.record import Record
from cases.sight import Seer
from tests.cases.deviations import ANNA, MAJA, OSKAR, PETRA, arrived
from tests.record import MORNING

CONTACT = Seer("harriet.lundqvist.falk", "contact_person@authority:styrelsen-su")


@pytest.fixture
def stuck(record: Record) -> tuple[Record, str]:
    """The hospital's receiving function could not be reached with one letter; for another nobody is there."""
    number = arrived(record)
    with record.database.write() as tx:
        tx.run(
            "UPDATE docket SET status = 'parked', reason = 'refused: 550' WHERE key LIKE :k", k="%/submit/v2/receiver%"
        )
        tx.run("UPDATE docket SET reason = 'no_receiver', due_at = :at WHERE notch = '-1'", at=MORNING)
        tx.run(
            "UPDATE docket SET status = 'parked', reason = 'refused: 550' WHERE key LIKE :k", k="%/submit/v2/handler%"
        )
    return record, number


def test_ones_own_partys_stuck_letters_are_told_each_function_once(stuck: tuple[Record, str]) -> None:
    """Else a closed mailbox stays unknown until somebody happens to open the very case."""
    record, number = stuck
    expected = (Unreached(number, PETRA.post, "nobody"), Unreached(number, PETRA.post, "parked"))
    assert unreached(record, PETRA, MORNING) == expected
    assert unreached(record, CONTACT, MORNING) == expected
    assert unreached(record, MAJA, MORNING) == (Unreached(number, MAJA.post, "parked"),)


def test_nobody_is_told_of_the_other_partys_letters_or_of_cases_she_does_not_know(stuck: tuple[Record, str]) -> None:
    """Else a warning would tell who holds which function on the other side, or that a case exists."""
    record, _ = stuck
    assert unreached(record, OSKAR, MORNING) == (), "the ward does not have the case yet"
    assert unreached(record, ANNA, MORNING) == (), "a reporter mends no addresses"
    with pytest.raises(NotYourFunction):
        unreached(record, Seer(ANNA.account, PETRA.post), MORNING)


def test_what_is_not_due_yet_is_no_warning(record: Record) -> None:
    """Else every vacancy of next month would stand on the front page today."""
    arrived(record)
    with record.database.write() as tx:
        tx.run("UPDATE docket SET reason = 'no_receiver' WHERE notch = '-1'")
    assert unreached(record, PETRA, MORNING) == ()
