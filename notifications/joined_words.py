"""What one reader is told of one case at one moment is one text: the steps in their order, and how the case stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cases.break_glass import BROKEN
from cases.clock.fates import Claimed
from cases.clock.receivers import Receiver
from cases.clock.relevance import GIVEN_BACK, TAKEN_OVER
from workflows.organisation import function_of
from workflows.word_at_once import TOLD

Pairs = Sequence[tuple[Claimed, Receiver]]

GLASS = f"{TOLD}{BROKEN}"
"""An administrator has read the case: said by itself, whoever has the next step and whether there is one."""

BY_THEMSELVES = frozenset((GLASS, TAKEN_OVER, GIVEN_BACK))
"""Words about something else than a step in the case."""

SENT = {"submit": "receipt", "check": "receipt", "redirect": "redirected"}
"""The moves with which a report leaves the reporter's unit (routine.md A1), or gets another receiver, -> what she is
sent: who has it now, and the day that she is promised."""

ANSWERED = "answer"
"""The move that brings the reporter her answer, with the question whether it solved the problem."""

LATE = "late"
"""The move that tells the reporter that the promised day has passed without an answer."""

HERS = frozenset(f"{TOLD}{code}" for code in (*SENT, ANSWERED, LATE))


class Words(NamedTuple):
    """Rows that are put into words together; `row` is the one whose text it is, `all` are in the order of the steps."""

    row: Claimed
    receiver: Receiver
    all: tuple[Claimed, ...]

    @property
    def posts(self) -> frozenset[str]:
        """The functions that they go to: several, where what nobody holds falls to the reader."""
        return frozenset(claimed.row.post for claimed in self.all)


def join_words(pairs: Pairs) -> Iterator[Words]:
    """Each row with its reader, and those that tell of steps in one case to the same reader as one."""
    together: dict[tuple[int, int, Receiver], list[Claimed]] = {}
    for claimed, receiver in pairs:
        notch = claimed.row.notch
        alone = not notch.startswith(TOLD) or notch in BY_THEMSELVES
        together.setdefault((claimed.case_id, claimed.id if alone else 0, receiver), []).append(claimed)
    for (_, _, receiver), rows in together.items():
        steps = tuple(sorted(rows, key=lambda claimed: claimed.id))
        yield Words(_spoken(steps, receiver), receiver, steps)


def _spoken(steps: Sequence[Claimed], receiver: Receiver) -> Claimed:
    """The newest step; to whoever reported, the newest that has a text of its own for her."""
    if function_of(receiver.post) != "reporter":
        return steps[-1]
    return next((claimed for claimed in reversed(steps) if claimed.row.notch in HERS), steps[-1])
