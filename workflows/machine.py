"""The one place that knows `transitions`: a shared machine per workflow version, triggered on throw-away attempts.

Why so (measured, docs/decisions.md): a machine per case costs a millisecond and keeps every case alive; a trigger
named after a state could be pulled by a crafted form; a refused guard only answers False. So: no model is bound,
`auto_transitions` is off, conditions are our own functions, nothing else is called, and an unknown trigger is looked
for before it is pulled.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from transitions import Machine

from workflows.attempt import Attempt
from workflows.definition import Definition, Move

# The library logs every callback, and warns of what is only a question; that alone doubles the cost of asking.
logging.getLogger("transitions").setLevel(logging.ERROR)

MayTake = Callable[[Attempt, Move], bool]


class Ladder:
    """The state machine of one definition. `take` answers which row of the file a move goes by, or None."""

    def __init__(self, definition: Definition, may_take: MayTake) -> None:
        self._codes = frozenset(definition.by_code)
        states = [*definition.stages, "@anywhere"]
        self._machine = Machine(
            model=None, states=states, initial=definition.initial, auto_transitions=False, send_event=True,
            ignore_invalid_triggers=True,
        )  # fmt: skip
        for move in definition.moves:
            sources: list[Any] = list(definition.stages) if "*" in move.sources else list(move.sources)
            self._machine.add_transition(
                move.code, sources, _inside(move.to, definition), conditions=_condition(move, may_take)
            )

    def take(self, attempt: Attempt) -> Move | None:
        """Pull the trigger on the attempt; the row that was taken, or None when no row's conditions hold."""
        code = attempt.command.move
        if code not in self._codes:
            return None
        self._machine.events[code].trigger(attempt)
        return attempt.taken


def _inside(to: str, definition: Definition) -> str | None:
    """`None` is the library's internal transition: the stage stays, or is only known from the case itself."""
    return to if to in definition.stages else None


def _condition(move: Move, may_take: MayTake) -> Callable[[Any], bool]:
    def holds(event: Any) -> bool:
        attempt: Attempt = event.model
        if not may_take(attempt, move):
            return False
        attempt.taken = move
        return True

    return holds
