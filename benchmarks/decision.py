"""What a whole decision costs beside a bare trigger of the state machine that it is built on.

Ours: `Routine.decide` for a lift that is allowed: right, every guard, inputs, new stage, deadlines, docket, grants,
history. The limit: one shared `transitions` machine, one guard and one callback that each do nothing, triggered on a
throw-away object, which is the cheapest way to use that library (docs/decisions.md). Neither waits for anything, so
it is the processor's time that is compared: neighbours take none of it.

`python -m benchmarks.decision [--full] [--rounds N]`
"""

from __future__ import annotations

import sys
from contextlib import closing
from functools import partial
from time import process_time
from typing import Any

from transitions import Machine

from benchmarks._county import databases, record_on, seeded
from benchmarks._rounds import Figure, Turn, command, cost, take_turns
from benchmarks._stock import LIFT, MANAGER, ready_to_lift
from cases.database import Database
from cases.functions import actor_for
from cases.gather import gather
from cases.record import Record
from tests.record import MORNING
from workflows.nouns import Decision
from workflows.office_hours import local_date

GOAL = 30.0
"""Times the bare trigger, at most (issue 2)."""


def run(rounds: int, decisions: int) -> list[Figure]:
    """`rounds` rounds of `decisions` decisions and as many bare triggers."""
    with databases("sqlite") as places, closing(Database(places.fresh(seeded()))) as database:
        sides = {"decide": deciding(record_on(database), decisions), "a bare trigger": triggering(decisions)}
        return [cost("a decision to lift", take_turns(rounds, sides), "decide", "a bare trigger", GOAL)]


def deciding(record: Record, decisions: int) -> Turn:
    """The same snapshot again and again: a decision is pure, so none of them changes what the next one sees."""
    number = ready_to_lift(record)
    with record.database.read() as tx:
        world = record.world(tx, MORNING)
        found = gather(tx, int(tx.value("SELECT id FROM cases WHERE number = :n", n=number)), world.org, lock=False)
        actor = actor_for(tx, MANAGER.account, MANAGER.post, found.snapshot.cover, world.org, local_date(MORNING))
    routine = record.library.routine(found.definition)
    decide = partial(routine.decide, found.snapshot, LIFT, actor, world, MORNING)
    assert isinstance(decide(), Decision)

    def turn() -> float:
        start = process_time()
        for _ in range(decisions):
            decide()
        return (process_time() - start) / decisions

    return turn


class Model:
    """What the bare machine is triggered on: a state and nothing else."""

    __slots__ = ("state",)

    def __init__(self) -> None:
        self.state = "talk"


def triggering(triggers: int) -> Turn:
    machine = Machine(model=None, states=["talk", "received"], initial="talk", auto_transitions=False, send_event=True)
    machine.add_transition("escalate", "talk", "received", conditions=_allowed, after=_done)
    escalate = machine.events["escalate"]

    def turn() -> float:
        start = process_time()
        for _ in range(triggers):
            escalate.trigger(Model())
        return (process_time() - start) / triggers

    return turn


def _allowed(_event: Any) -> bool:
    return True


def _done(_event: Any) -> None:
    return None


if __name__ == "__main__":
    sys.exit(command(run, small={"rounds": 15, "decisions": 300}, full={"rounds": 31, "decisions": 2000}))
