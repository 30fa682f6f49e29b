"""May this be done now, and what follows? A pure function of definition, snapshot, command, actor, world and now.

The answer is a Decision that says all that follows, or a Refusal with every reason at once and the next door.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from workflows import measures
from workflows.against import against, closed, distance, door_of, wait_for_ball
from workflows.attempt import Attempt, World
from workflows.definition import Definition, Move, Stage
from workflows.docket_plan import plan
from workflows.draft import Draft
from workflows.effects import EFFECTS
from workflows.file_reading import ask_to_read, party_changed, still_to_read
from workflows.machine import Ladder
from workflows.nouns import (
    Actor,
    Asked,
    Command,
    Contribution,
    Cover,
    Deadline,
    Decision,
    DocketRow,
    Door,
    Offer,
    Refusal,
    Snapshot,
    altered,
)
from workflows.open_answers import answered_in_vain, offered
from workflows.reach import closing, wanted
from workflows.reasons import Fault, reason_of
from workflows.texts import entries_of, marked_by
from workflows.word_at_once import ACTED, HASTENED, hastened, told_in_vain, words_at_once

NO_REFERRAL = frozenset(("group_paused", "group_ended", "group_on_ladder"))
INSTEAD_OF_REFERRING = (
    "escalate", "forward", "take_position", "decide_chair", "decide_presidium", "agenda", "acknowledge",
)  # fmt: skip
EXTEND = "extend"
Keyed = TypeVar("Keyed", Contribution, Deadline)
COVER_FIELDS = tuple(f.name for f in fields(Cover) if f.name != "version")


class Routine:
    """One definition ready to decide: its shared machine beside its data. Build once, use from every thread."""

    def __init__(self, definition: Definition, successors: Mapping[str, Definition] | None = None) -> None:
        self.definition = definition
        self.successors = successors or {}
        """Kind -> the version in force, for a case that is converted to another routine."""

    @cached_property
    def _ladder(self) -> Ladder:
        """Built at the first decision: whoever only reads a case needs no machine."""
        return Ladder(self.definition, _may_take)

    def decide(
        self, snapshot: Snapshot, command: Command, actor: Actor, world: World, now: datetime
    ) -> Decision | Refusal:
        attempt = Attempt(self.definition, snapshot, command, actor, world, now, self.successors)
        move = self._ladder.take(attempt)
        if move is None:
            return self._refusal(attempt)
        return self._follow(attempt, move)

    def offers(self, snapshot: Snapshot, actor: Actor, world: World, now: datetime) -> tuple[Offer, ...]:
        """What the actor may do now, and what not and why; missing inputs are for the form, not a reason."""
        attempt = Attempt(self.definition, snapshot, Command(""), actor, world, now, self.successors)
        rows: dict[str, list[Move]] = {}
        for move in _open_to_know(attempt, self.definition.from_stage.get(snapshot.cover.stage, ())):
            if not move.automatic:
                rows.setdefault(move.code, []).append(move)
        return tuple(self._offer(attempt, together) for together in rows.values())

    def may_go_on(self, snapshot: Snapshot, actor: Actor, world: World, now: datetime) -> bool:
        """Whether any move is open to the actor: as `offers`, without a word of why not."""
        attempt = Attempt(self.definition, snapshot, Command(""), actor, world, now, self.successors)
        here = self.definition.from_stage.get(snapshot.cover.stage, ())
        return any(not row.automatic and not closed(attempt, row) for row in _open_to_know(attempt, here))

    def may_extend(self, snapshot: Snapshot, code: str, actor: Actor, world: World, now: datetime) -> bool:
        """Whether the actor can ask for more time for that date, in the stage as it stands."""
        attempt = Attempt(self.definition, snapshot, Command(EXTEND), actor, world, now, self.successors)
        here = _open_to_know(attempt, self.definition.from_stage.get(snapshot.cover.stage, ()))
        rows = (row for row in here if row.code == EXTEND and _names(row, code))
        return any(not closed(attempt, row) for row in rows)

    def tab_of(self, stage: str) -> str:
        """The list that a case in this stage stands in for those who do not have its ball."""
        return self.definition.stages[stage].tab or "others"

    def _offer(self, attempt: Attempt, rows: Sequence[Move]) -> Offer:
        """Rows of one move as one offer: all that are open, or the one that is nearest to it."""
        weighed = [(closed(attempt, row), row) for row in rows]
        faults, nearest = min(weighed, key=lambda pair: len(pair[0]))
        stands = [row for found, row in weighed if not found] or [nearest]
        stands.sort(key=lambda row: row.asks_for_mark)
        codes = dict.fromkeys(code for row in stands for code in (*row.needs, *row.may))
        asks = (self._asked(code, stands, attempt.cover) for code in codes)
        return Offer(
            nearest.code, tuple(self._named(row) for row in stands), stands[0].text, stands[0].to, tuple(asks),
            tuple(reason_of(self.definition, fault, attempt.world.org) for fault in faults),
            next((fault.door for fault in faults if fault.door), None),
        )  # fmt: skip

    def _asked(self, code: str, rows: Sequence[Move], cover: Cover) -> Asked:
        """What is urgent is telephoned first: then the question whether it was is no voluntary one."""
        needed = [code in row.needs or (cover.urgent and ("telephoned", code) in row.guards) for row in rows]
        asked = offered(self.definition.inputs[code], rows)
        return Asked(asked, all(needed), any(needed) and not all(needed))

    def _named(self, row: Move) -> str:
        return f"{self.definition.key}:{row.place}"

    def _refusal(self, attempt: Attempt) -> Refusal:
        code = attempt.command.move
        here = self.definition.from_stage.get(attempt.cover.stage, ())
        rows = _open_to_know(attempt, [move for move in here if move.code == code])
        if not rows:
            known = code in self.definition.by_code
            fault = Fault("not_now" if known else "unknown_move", {"move": code})
            door = self._way_to(attempt, code) if known else None
            return Refusal(code, (reason_of(self.definition, fault, attempt.world.org),), door)
        in_vain = answered_in_vain(attempt, rows)
        if in_vain is not None:
            return in_vain
        nearest = min((list(against(attempt, move)) for move in rows), key=distance)
        # The refused move itself is a way on only to another place than was asked for.
        door = next((f.door for f in nearest if f.door and (f.door.move != code or f.door.target)), None)
        if door is None and any(f.code in NO_REFERRAL for f in nearest):
            door = self._instead_of_referring(attempt)
        reasons = tuple(reason_of(self.definition, f, attempt.world.org) for f in nearest)
        return Refusal(code, reasons, door)

    def _instead_of_referring(self, attempt: Attempt) -> Door | None:
        """Upward, or towards a position of the forum's own: the first that is open to the actor; else whoever
        has the ball."""
        rows = self.definition.from_stage.get(attempt.cover.stage, ())
        for code in INSTEAD_OF_REFERRING:
            for move in rows:
                if move.code == code and not move.automatic and not closed(attempt.bare(code), move):
                    return door_of(move)
        return wait_for_ball(attempt)

    def _way_to(self, attempt: Attempt, code: str) -> Door | None:
        """A move that is open to the actor and leads to a stage where the wanted one is made; failing that, whose move
        it is now."""
        there = self.definition.made_in[code]
        for move in self.definition.from_stage.get(attempt.cover.stage, ()):
            if move.automatic or move.to not in there:
                continue
            if not closed(attempt.bare(move.code), move):
                return door_of(move)
        return wait_for_ball(attempt)

    def _follow(self, attempt: Attempt, move: Move) -> Decision:
        draft = Draft(attempt, move)
        for word, arg in move.then:
            EFFECTS[word](draft, arg)
        definition = self.successors[draft.converted] if draft.converted else self.definition
        return settle(draft, definition)


def settle(draft: Draft, definition: Definition) -> Decision:
    """From what a move set in motion to all that follows: stage, deadlines, ball, docket, grants, history."""
    attempt, before = draft.attempt, draft.attempt.cover
    if draft.move.hidden:
        return _hidden(draft)
    draft.definition = definition
    _enter_stage(draft, before)
    cover = draft.cover
    deadlines = tuple(draft.deadlines.values())
    contributions = tuple(draft.contributions.values())
    changed = _changed(draft.deadlines, attempt.snapshot.deadlines)
    fresh = frozenset((d.key, d.revision) for d in changed if d.status == "open")
    rows = plan(definition, cover, deadlines, contributions, attempt.world, attempt.now, fresh)
    rows.update((r.key, r) for r in words_at_once(draft, cover))
    waiting = {r.key for r in attempt.snapshot.docket}
    sooner = tuple(hastened(draft, cover))
    open_grants = wanted(definition, cover, contributions, attempt.world.org)
    return Decision(
        move=draft.move.code,
        actor=attempt.actor.post,
        cover=cover,
        changes=_changes(before, cover),
        entries=entries_of(draft),
        deadlines=changed,
        contributions=_changed(draft.contributions, attempt.snapshot.contributions),
        docket_new=(*(r for k, r in rows.items() if k not in waiting), *sooner),
        docket_overtaken=(*_overtaken(draft, rows), *((row.key, HASTENED) for row in sooner)),
        grants_opened=open_grants - attempt.snapshot.grants,
        grants_ended=closing(attempt.snapshot.grants, open_grants),
        spawns=tuple(draft.spawns),
        joins=tuple(draft.joins),
        joined=draft.joined,
        rule=f"{attempt.definition.key}:{draft.move.place}",
    )


def _hidden(draft: Draft) -> Decision:
    """A mark that only one's own authority may know of: nothing else follows, whatever else has become due since."""
    attempt, move = draft.attempt, draft.move
    own = marked_by(attempt.actor.post, attempt.world.org)
    return Decision(
        move=move.code, actor=attempt.actor.post, cover=attempt.cover, changes={}, entries=entries_of(draft),
        deadlines=(), contributions=(), docket_new=(), docket_overtaken=(), grants_opened=frozenset(),
        grants_ended=frozenset(), rule=f"{attempt.definition.key}:{move.place}", marks=((own, move.hidden),),
    )  # fmt: skip


def _enter_stage(draft: Draft, before: Cover) -> None:
    stage = _landed(draft)
    if stage.holds and before.stage and not draft.definition.stages[before.stage].holds:
        draft.change(before=before.stage)
    if stage.status == "ended":
        draft.remember("ended_on", draft.today.isoformat())
    tally = dict(before.tally)
    for code in draft.counted:
        tally[code] = tally.get(code, 0) + 1
    draft.change(
        kind=draft.definition.kind, definition=draft.definition.key, stage=stage.code, status=stage.status, tally=tally,
        facts=draft.facts,
    )  # fmt: skip
    if stage.rung not in ("", "forum") and draft.cover.rung != stage.rung:
        draft.change(rung=stage.rung)
    _turn_clocks(draft, before)
    _turn_contributions(draft)
    _next_step(draft)


def _landed(draft: Draft) -> Stage:
    """The stage that the case comes to: an end waits, where the routine says so, until what was planned is done."""
    stage = draft.definition.stages[draft.stage]
    if stage.until_done and measures.left(draft.facts):
        draft.stage = stage.until_done
    return draft.definition.stages[draft.stage]


def _turn_clocks(draft: Draft, before: Cover) -> None:
    """Deadlines follow the stage: kept where it is covered, closed where it is left, started where it is entered."""
    stage, moved = draft.stage, draft.stage != before.stage or draft.converted != ""
    old = {d.key for d in draft.attempt.snapshot.deadlines}
    for deadline in list(draft.deadlines.values()):
        if deadline.status != "open" or deadline.key not in old:
            continue
        rule = draft.definition.deadlines.get(deadline.code)
        if rule is not None and stage in rule.covers and (rule.keeps or not moved):
            continue
        draft.close(deadline, _closing(deadline.code, draft))
    if not moved:
        return
    for rule in draft.definition.covering.get(stage, ()):
        if draft.living(rule.code) is None:
            if rule.starts not in draft.definition.stages or (rule.unless and draft.living(rule.unless) is not None):
                continue
            if rule.once and any(d.code == rule.code for d in draft.deadlines.values()):
                continue
            on = draft.agreed(rule.given_by) if rule.given_by else None
            if on is not None or not rule.given_by:
                draft.arm(rule.code, on=on)


def _closing(code: str, draft: Draft) -> str:
    """Met by the move that answers it, missed when its own default took over, else withdrawn with the reason."""
    rule = draft.attempt.definition.deadlines.get(code)
    if rule is not None and draft.move.code in rule.met_by:
        return "met"
    return "missed" if rule is not None and draft.move.code in rule.missed_by else "withdrawn"


def _turn_contributions(draft: Draft) -> None:
    for owed in list(draft.contributions.values()):
        if owed.status == "owed" and not (_goes_on(draft, owed) and still_to_read(draft, owed)):
            status = "silent" if owed.due < draft.today else "withdrawn"
            draft.contributions[owed.key] = altered(owed, status=status)
    if party_changed(draft):
        ask_to_read(draft)


def _goes_on(draft: Draft, owed: Contribution) -> bool:
    """Whether it is still owed in the stage that the case comes to. `open` are all that have not ended."""
    rule, stage = draft.definition.contributions.get(owed.code), draft.definition.stages[draft.stage]
    if rule is None:
        return False
    return not rule.covers.isdisjoint(("*", stage.code)) or ("open" in rule.covers and stage.status == "open")


def _next_step(draft: Draft) -> None:
    """Law 1: one ball, one next task, one date; none of them once the case has ended."""
    stage = draft.definition.stages[draft.stage]
    if stage.status == "ended":
        draft.change(ball="", next_task="", next_date=None)
        return
    dated = draft.living(stage.date) or _earliest(draft)
    draft.change(
        ball=draft.ball or _holder(draft, stage.ball),
        next_task=draft.next_task or (draft.cover.next_task if _stays(draft) else stage.task),
        next_date=dated.due if dated is not None else draft.today,
    )


def _stays(draft: Draft) -> bool:
    return draft.move.to == "@same" and not draft.converted


def _holder(draft: Draft, role: str) -> str:
    """The stage's ball-holder; a move that stays in its stage leaves the ball where it lies."""
    if _stays(draft) and draft.cover.ball:
        return draft.cover.ball
    posts = draft.attempt.posts
    return (posts(role, draft.cover) or posts("raising.contact_person", draft.cover))[0]


def _earliest(draft: Draft) -> Any:
    return min((d for d in draft.deadlines.values() if d.status == "open"), key=lambda d: d.due, default=None)


def _overtaken(draft: Draft, rows: Mapping[str, DocketRow]) -> Iterator[tuple[str, str]]:
    """Waiting rows whose date no longer holds. A row about a living date whose time has come stays to be settled, also
    the last one of its date: a step that is taken after an outage must not silence what was due before it."""
    attempt, ended = draft.attempt, draft.cover.status == "ended"
    yield from ((key, ACTED) for key in told_in_vain(draft, draft.cover))
    living = {(d.key, d.revision) for d in draft.deadlines.values() if d.status == "open" and not ended}
    living |= {(c.key, c.revision) for c in draft.contributions.values() if c.status == "owed"}
    for row in attempt.snapshot.docket:
        if row.key in rows or not row.deadline:
            continue
        if row.due_at <= attempt.now and (row.deadline, row.revision) in living:
            continue
        yield row.key, "ended" if ended else draft.move.told_as


def _changed(after: Mapping[str, Keyed], before: Iterable[Keyed]) -> tuple[Keyed, ...]:
    """What is new, or another than it was. Most is the very same value, which needs no comparing."""
    was = {value.key: value for value in before}
    return tuple(v for key, v in after.items() if v is not was.get(key) and v != was.get(key))


def _changes(before: Cover, after: Cover) -> dict[str, Any]:
    """What the cover's history line keeps: all of it for the first, afterwards only what is different."""
    if not before.stage:
        return {name: getattr(after, name) for name in COVER_FIELDS}
    return {name: value for name in COVER_FIELDS if (value := getattr(after, name)) != getattr(before, name)}


def _may_take(attempt: Attempt, move: Move) -> bool:
    return next(iter(against(attempt, move)), None) is None


def _names(row: Move, code: str) -> bool:
    """Whether a row asks about that deadline, or does something to it."""
    return any(arg.partition("=")[0] == code for _, arg in (*row.guards, *row.then))


def _open_to_know(attempt: Attempt, rows: Sequence[Move]) -> list[Move]:
    """The rows that may be told to the actor: one that asks for a mark which her own party has not set only where the
    move has no other, or what is said of it would tell whether the other party has used it (D-70)."""
    known = [row for row in rows if not row.asks_for_mark or row.asks_for_mark in attempt.snapshot.marks]
    codes = {row.code for row in known}
    return [row for row in rows if row in known or row.code not in codes]
