"""Two people at once: one wins each time, and the other is told which function did what and when."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import TypeVar

from cases.acting import Stale, act
from cases.answers import Acted
from cases.contents import forum_files
from cases.database import DatabaseBusy
from cases.sight import Seer
from cases.soundness.verify import verify
from tests.counties import Place
from tests.record import MORNING

T = TypeVar("T")


def at_once(first: Callable[[], T], second: Callable[[], T]) -> list[T | Stale | DatabaseBusy]:
    """Both, started at the same moment by two threads; what each came to."""
    together = Barrier(2)

    def run(go: Callable[[], T]) -> T | Stale | DatabaseBusy:
        together.wait()
        try:
            return go()
        except (Stale, DatabaseBusy) as told:
            return told

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(run, (first, second)))


def lift(place: Place, seer: Seer, number: str, version: int, now: datetime) -> Callable[[], Acted]:
    return lambda: act(place.record, seer, number, place.lift, now, expected=version)


def test_of_two_who_lift_the_same_case_one_wins_and_the_other_is_told(
    place: Place, amount: Callable[[int, int], int]
) -> None:
    """Else a case would be lifted twice, or one of the two would lose what she wrote without a word."""
    both = (place.people.lifter, MORNING), (place.people.other_lifter, MORNING + timedelta(minutes=1))
    for _ in range(amount(8, 500)):  # in each of two counties: 1,000 on each database
        number = place.liftable()
        version = place.version(number)
        first, second = (lift(place, seer, number, version, now) for seer, now in both)
        outcomes = at_once(first, second)
        won = [who for who, o in zip(both, outcomes, strict=True) if isinstance(o, Acted)]
        told = [o for o in outcomes if isinstance(o, Stale)]
        assert len(won) == 1, outcomes
        assert len(told) == 1, outcomes
        winner, at = won[0]
        assert (told[0].post, told[0].move, told[0].at) == (winner.post, "escalate", at)
    assert verify(place.record, MORNING + timedelta(minutes=1)) == ()


def test_the_same_form_sent_twice_at_once_lifts_once_and_answers_both_alike(place: Place) -> None:
    """Else a double click would lift a case two steps, or frighten with an error."""
    number = place.liftable()
    version = place.version(number)

    def send() -> Acted:
        return act(place.record, place.people.lifter, number, place.lift, MORNING, expected=version, key="form 1")

    first, second = at_once(send, send)
    assert isinstance(first, Acted)
    assert isinstance(second, Acted)
    assert (first.version, first.stage) == (second.version, second.stage)
    assert verify(place.record, MORNING) == ()


def test_two_who_write_the_forum_file_at_once_write_two_revisions(
    place: Place, amount: Callable[[int, int], int]
) -> None:
    """Else one of the two loses a page of text to an error that tells her nothing."""
    number, record = place.answered(), place.record

    def write(seer: Seer) -> Callable[[], int]:
        texts = {"statement": f"Så här ser {seer.account} det.", "question": "Vem skickar listan?"}
        return lambda: forum_files.write_revision(record, seer, number, texts, MORNING)[0]

    ours, theirs = place.people.handler, place.people.across
    rounds = amount(10, 250)
    for turn in range(rounds):
        assert sorted(map(str, at_once(write(ours), write(theirs)))) == sorted((str(2 * turn + 1), str(2 * turn + 2)))
    assert verify(record, MORNING) == ()
