"""What stands in the way of one row of the routine: whose move it is, what was filled in, and what its guards say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from workflows.attempt import Attempt
from workflows.definition import Move
from workflows.guards import GUARDS
from workflows.inputs import faults_of
from workflows.nouns import Door
from workflows.reasons import Fault, Post

NOT_YOURS = "not_yours"
NOT_ASKED = "not_asked"
ELSEWHERE = frozenset(("other_kind", "own_check"))
"""Faults of a row that is for another kind of case or another party's way: nobody meant it."""


def against(attempt: Attempt, move: Move) -> Iterator[Fault]:
    """Everything that stands in the way of this row: the right first, then what was filled in, then the guards."""
    yield from _right(attempt, move)
    unsound: set[str] = set()
    for fault in faults_of(attempt, move):
        unsound.add(fault.field)
        yield fault
    yield from _guard_faults(attempt, move) if not unsound else _sound_guard_faults(attempt, move, unsound)


def _sound_guard_faults(attempt: Attempt, move: Move, unsound: Collection[str]) -> Iterator[Fault]:
    """What the guards say of the sound inputs alone: no guard meets a value of another sort than it reads, and about a
    field that is missing or wrong its own fault has said enough."""
    probe = attempt.without(unsound)
    return (fault for fault in _guard_faults(probe, move) if fault.field not in unsound)


def wait_for_ball(attempt: Attempt) -> Door | None:
    ball = attempt.cover.ball
    return Door("wait", ball) if ball and ball not in attempt.actor.posts else None


def closed(attempt: Attempt, move: Move) -> tuple[Fault, ...]:
    """Why this row is not open to the actor at all, whatever she would fill in."""
    faults = tuple(_right(attempt, move)) or tuple(_guard_faults(attempt, move))
    return tuple(f for f in faults if not f.field)


def _right(attempt: Attempt, move: Move) -> Iterator[Fault]:
    if not any(attempt.is_actor(role) for role in move.by):
        named = next((p for role in move.by for p in attempt.posts(role)), "")
        whose = named or attempt.cover.ball
        if not named and (not whose or whose in attempt.actor.posts or _only_asked(move)):
            yield Fault(NOT_YOURS, words=NOT_ASKED)
        else:
            yield Fault(NOT_YOURS, {"post": Post(whose)}, door=_whose(whose, attempt.cover.ball))


def _whose(post: str, ball: str) -> Door:
    """Whom to wait for, where she has the case; else only whose it is: nobody is to wait for somebody who waits too."""
    return Door("wait", post) if post == ball else Door("wait", post, sv="Det görs av", en="That is done by")


def _only_asked(move: Move) -> bool:
    """Whether nobody makes this move but who owes something."""
    return all(role.startswith("asked:") for role in move.by)


def _guard_faults(attempt: Attempt, move: Move) -> Iterator[Fault]:
    for name, arg in move.guards:
        fault = GUARDS[name](attempt, arg)
        if fault is not None:
            yield fault


def distance(faults: Iterable[Fault]) -> tuple[bool, int, int]:
    """How far a row is from being taken. Farthest is one that is not the actor's, then one for another kind of case,
    another party's way of sending or another answer than was given, which nobody meant; else the fewest reasons."""
    rows = list(faults)
    meant_elsewhere = sum(f.code in ELSEWHERE or f.code.startswith("choice_") for f in rows)
    return any(f.code == NOT_YOURS for f in rows), meant_elsewhere, len(rows)


def lasting(bare: Attempt, row: Move) -> Iterator[Fault]:
    """What stands in a row's way whoever would take it and whatever she would fill in."""
    return (fault for fault in _guard_faults(bare, row) if not fault.field)


def door_of(move: Move) -> Door:
    return Door(move.code, sv=move.text.sv, en=move.text.en)
