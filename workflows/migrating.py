"""An open case comes under another version of its routine (law 9): what follows, or why it keeps the one it has.

Met, missed and withdrawn dates never change, nor does one that has passed without being met: it was missed, though the
case goes on and it stays open. An open date ahead is counted anew by the new text from its own start; a date that the
old text did not know starts its clock today. Nothing that is owed is dropped: a case that would lose its
stage, its ball-holder's next step or something it is promised stays where it is, with the reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from workflows.attempt import Attempt, World
from workflows.clocks import recount
from workflows.decide import settle
from workflows.definition import Definition, Move, Text
from workflows.draft import Draft
from workflows.nouns import CLOCK, Actor, Command, Cover, Decision, Snapshot
from workflows.organisation import function_of

MIGRATE = "migrate"

STAYS: Mapping[str, Text] = {
    "no_stage": Text("steget finns inte i den nya versionen", "the new version has no such stage"),
    "no_before": Text(
        "det väntar, och steget det ska tillbaka till finns inte",
        "it waits, and the stage that it goes back to does not exist",
    ),
    "no_function": Text("funktionen som har ärendet finns inte", "the function that has the case does not exist"),
    "no_move": Text("den som har ärendet kan inte göra något i steget", "whoever has the case can do nothing there"),
    "no_contribution": Text("någon är skyldig ett svar som inte finns", "somebody owes an answer that does not exist"),
    "no_date": Text("steget får ingen frist om ingen anger den", "the stage has no date unless somebody names it"),
    "late": Text("en frist skulle redan ha passerat", "a date would have passed already"),
}
"""Why a case keeps its version."""

_WORDS = Text("Ärendet följer en ny version av rutinen", "The case follows a new version of the routine")
_MOVE = Move(
    code=MIGRATE, index=-1, sources=("*",), to="@same", by=("clock",), guards=(), needs=(), may=(), then=(),
    tell=("ball", "both.handler", "forum.process_leader"), text=_WORDS, happened=_WORDS,
    source="domain.md 2, law 9", place=MIGRATE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stays:
    """The case keeps its version; codes of STAYS, each once."""

    reasons: tuple[str, ...]


def migrated(
    old: Definition, new: Definition, snapshot: Snapshot, world: World, now: datetime, post: str = CLOCK
) -> Decision | Stays:
    """What follows when an open case of `old` goes over to `new`, done by `post`."""
    against = tuple(_missing(old, new, snapshot))
    if against:
        return Stays(against)
    attempt = Attempt(new, snapshot, Command(MIGRATE), Actor("", post, frozenset((post,))), world, now, {})
    draft = Draft(attempt, _MOVE)
    _take_over(draft, old)
    against = tuple(dict.fromkeys((*_count_anew(draft), *_start(draft, old), *_standing_still(draft, old))))
    return Stays(against) if against else settle(draft, new)


def _missing(old: Definition, new: Definition, snapshot: Snapshot) -> Iterator[str]:
    cover = snapshot.cover
    if cover.stage not in new.stages or new.stages[cover.stage].status != old.stages[cover.stage].status:
        yield "no_stage"
    if old.stages[cover.stage].holds and cover.before not in new.stages:
        yield "no_before"
    owed = [part for part in snapshot.contributions if part.status == "owed"]
    if any(part.code not in new.contributions for part in owed):
        yield "no_contribution"
    gone = old.functions.keys() - new.functions.keys()
    if any(function_of(post).partition(".")[0] in gone for post in (cover.ball, *(part.asked for part in owed))):
        yield "no_function"


def _take_over(draft: Draft, old: Definition) -> None:
    """The ball and the task, where the stage's own have changed; what a move has set since stays."""
    cover, before, stage = draft.cover, old.stages[draft.stage], draft.definition.stages[draft.stage]
    if stage.ball != before.ball and cover.ball in draft.attempt.posts(before.ball):
        draft.ball = next(iter(draft.attempt.posts(stage.ball)), cover.ball)
    if cover.next_task == before.task or cover.next_task not in draft.definition.tasks:
        draft.next_task = stage.task


def _count_anew(draft: Draft) -> Iterator[str]:
    for deadline in draft.attempt.snapshot.deadlines:
        rule = draft.definition.deadlines.get(deadline.code)
        if deadline.status != "open" or rule is None or draft.stage not in rule.covers or deadline.due < draft.today:
            continue
        moved = recount(deadline, rule, draft.cover, draft.attempt.world)
        if moved.due == deadline.due:
            continue
        if moved.due < draft.today:
            yield "late"
        draft.move_date(deadline, moved.due)


def _start(draft: Draft, old: Definition) -> Iterator[str]:
    """Dates that the new text has for the stage and the old one had not; the clock of each starts today."""
    stage, before = draft.definition.stages[draft.stage], old.stages[draft.stage]
    for rule in draft.definition.covering[draft.stage]:
        its_own = rule.code == stage.date and stage.date != before.date
        entered = rule.starts == draft.stage and rule.code not in old.deadlines
        if not (its_own or entered) or draft.living(rule.code) is not None:
            continue
        if rule.unless and draft.living(rule.unless) is not None:
            continue
        on = draft.agreed(rule.given_by) if rule.given_by else None
        if on is None and rule.given_by:
            if its_own:
                yield "no_date"
            continue
        draft.arm(rule.code, on=on)


def _standing_still(draft: Draft, old: Definition) -> Iterator[str]:
    """A ball-holder who could go on, and could no more."""
    ball = draft.ball or draft.cover.ball
    could = _may_move(old, draft.attempt, draft.cover, draft.cover.ball)
    if could and not _may_move(draft.definition, draft.attempt, draft.cover, ball):
        yield "no_move"


def _may_move(definition: Definition, attempt: Attempt, cover: Cover, ball: str) -> bool:
    rows = (row for row in definition.from_stage[cover.stage] if not row.automatic)
    return any(ball in attempt.posts(role, cover) for row in rows for role in row.by)
