"""An open case that nobody can move is found, whether its people are gone or its routine has led it to a dead end."""

from dataclasses import replace

from cases.clock.vacancies import vacancies
from cases.record import Record
from cases.soundness.verify import verify
from tests.cases.deviations import arrived
from tests.record import MORNING
from workflows.library import Library


def test_a_dead_end_is_named(record: Record) -> None:
    """Lost otherwise: a case lies open for ever, with a date and a ball-holder who has nothing to press."""
    number = arrived(record)
    assert verify(record, MORNING) == ()
    routine = record.library.in_force("deviation")
    moves = tuple(m for m in routine.moves if m.automatic or not {"arrived", "*"} & set(m.sources))
    record.library = Library({**record.library.definitions, routine.key: replace(routine, moves=moves)})
    assert [(f.check, f.place) for f in verify(record, MORNING)] == [("orphan", number)]


def test_where_nobody_is_left_the_case_stands_among_the_vacancies(record: Record) -> None:
    """Lost otherwise: a case whose people have all gone is on no list that anybody looks at."""
    number = arrived(record)
    with record.database.write() as tx:
        tx.run("UPDATE person SET disabled = :yes", yes=True)
    assert verify(record, MORNING) == ()
    assert (number, "", "nobody") in [(v.number, v.deadline, v.why) for v in vacancies(record, MORNING)]


def test_a_ball_with_nobody_and_a_rung_that_is_not_there_are_named(record: Record) -> None:
    """Lost otherwise: a routine let in by an older check gives cases to the clock; no list shows them, and whoever
    asks is told that the record is whole."""
    routine = record.library.in_force("deviation")
    stages = {**routine.stages, "arrived": replace(routine.stages["arrived"], ball="clock", rung="nosamm")}
    record.library = Library({**record.library.definitions, routine.key: replace(routine, stages=stages)})
    number = arrived(record)
    named = [f.text for f in verify(record, MORNING) if (f.check, f.place) == ("place", number)]
    assert [text.partition(",")[0] for text in named] == [
        "the ball is with 'clock@county'", "it stands on 'nosamm'"
    ]  # fmt: skip
