"""Is everybody whom a routine names there when it is their turn, and may whoever has the ball do something with it?

A forum's function is nobody while no forum has the case: the ball would fall to the sending side's contact person, a
reminder to nobody. And each chain of reminders stays on its own side, and below the chair while the step is local
(domain.md section 6).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property

from workflows.definition import ContributionRule, DeadlineRule, Definition, Move, Stage
from workflows.definition_ways import targets
from workflows.definition_words import Checker, converts

AT_FORUM = frozenset(("forum", "other_forums", "lower_forum"))
CHAIRING = frozenset(("chair", "vice_chair", "presidium"))
BEFORE_FORUM = frozenset(("climb", "cross", "to_owner"))
"""Effects by which a case comes before a forum."""

NEVER_TO_CHAIR = "a chair is never written to about a case on the local step; name the process leader"

OTHER = {"raising": "receiving", "receiving": "raising"}
EITHER = frozenset(("both", "counterpart"))
"""Places that are on the one side and on the other."""


def check_posts(c: Checker) -> None:
    case = _Whereabouts(c.definition)
    _before_forum(c, case)
    if c.faults:
        return
    for stage in c.definition.stages.values():
        if stage.status != "ended":
            _ball(c, stage, case)
    for move in c.definition.moves:
        _movers(c, move, case)
    for deadline in c.definition.deadlines.values():
        _deadline(c, deadline, case)
    for contribution in c.definition.contributions.values():
        _contribution(c, contribution, case)


class _Whereabouts:
    """In which stages a forum has the case, and in which there may be none: worked out once for a definition."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition

    @cached_property
    def without(self) -> frozenset[str]:
        """Stages that a case can come to without a forum: from its beginning, or after it went down again."""
        d = self.definition
        down = {
            s for m in d.moves if ("down", "") in m.then for source in _sources(m, d) for s in targets(m, source, d)
        }
        found = todo = {d.initial} | down
        while todo:
            onward = {s for stage in todo for m in d.from_stage[stage] if not brings(m) for s in targets(m, stage, d)}
            todo = onward - found
            found = found | todo
        return frozenset(found)

    def lowest(self, stage: Stage) -> bool:
        """Whether it is a stage of the local step, which no forum reads."""
        return stage.code in self.without and stage.rung not in ("", "forum") and not stage.before_forum


def brings(move: Move) -> bool:
    """Whether the case comes before a forum by it, or goes on under another routine."""
    return converts(move) or any(word in BEFORE_FORUM for word, _ in move.then)


def _sources(move: Move, d: Definition) -> Iterable[str]:
    return d.stages if "*" in move.sources else move.sources


def _place(role: str) -> str:
    return role.partition(".")[0]


def _before_forum(c: Checker, case: _Whereabouts) -> None:
    d = c.definition
    if d.stages[d.initial].rung == "forum":
        c.fault(f"stages.{d.initial}.rung", "a case begins before no forum; let it begin on the local step")
    for move in d.moves:
        if brings(move):
            continue
        lacking = [s for s in _sources(move, d) if s in case.without and d.stages[s].rung != "forum"]
        for stage in {s for source in lacking for s in targets(move, source, d) if d.stages[s].rung == "forum"}:
            c.fault(f"{move.place}.then", f"leads to {stage!r}, where a forum has the case, from none; add climb")


def _ball(c: Checker, stage: Stage, case: _Whereabouts) -> None:
    place = f"stages.{stage.code}.ball"
    if _place(stage.ball) in AT_FORUM and stage.code in case.without:
        c.fault(place, f"{stage.ball} is nobody while no forum has the case; name a function of one of the sides")
    elif not _may_act(stage.ball, stage, c.definition):
        text = f"{stage.ball} has no move in this stage; add it to the by of the move that the task asks for"
        c.fault(place, text)


def _may_act(role: str, stage: Stage, d: Definition) -> bool:
    """Whether some row that is made in this stage and leads on is made by that function too."""
    onward = (m for m in d.from_stage[stage.code] if "*" not in m.sources and m.to not in ("@same", stage.code))
    movers = {by for m in onward if not m.automatic for by in m.by}
    return "ball" in movers or all(bool(movers & {one, _of_both(one)}) for one in _functions(role))


def _functions(role: str) -> tuple[str, ...]:
    place, _, function = role.partition(".")
    if place in EITHER:
        return (f"raising.{function}", f"receiving.{function}")
    return (role,)


def _of_both(role: str) -> str:
    place, _, function = role.partition(".")
    return f"both.{function}" if place in OTHER else role


def _movers(c: Checker, move: Move, case: _Whereabouts) -> None:
    d = c.definition
    if "*" not in move.sources:
        for role in move.by:
            if _place(role) in AT_FORUM and case.without & {*move.sources}:
                stages = ", ".join(sorted(case.without & {*move.sources}))
                c.fault(f"{move.place}.by", f"{role} is nobody in {stages}, where no forum has the case; name another")
    local = all(case.lowest(d.stages[s]) for source in _sources(move, d) for s in (source, *targets(move, source, d)))
    for role in move.tell if local else ():
        if _chairs(role):
            c.fault(f"{move.place}.tell", f"{role}: {NEVER_TO_CHAIR}")


def _chairs(role: str) -> bool:
    return role.partition(".")[2] in CHAIRING


def _deadline(c: Checker, rule: DeadlineRule, case: _Whereabouts) -> None:
    _reminded(c, f"deadlines.{rule.code}", rule, rule.clock, case)


def _contribution(c: Checker, rule: ContributionRule, case: _Whereabouts) -> None:
    place = f"contributions.{rule.code}"
    _reminded(c, place, rule, _place(rule.asks), case)
    if _nobody(rule.asks, _covered(c, rule), case):
        c.fault(f"{place}.asks", f"{rule.asks} is nobody where no forum has the case; ask one of the sides")


def _reminded(c: Checker, place: str, rule: DeadlineRule | ContributionRule, side: str, case: _Whereabouts) -> None:
    covered = _covered(c, rule)
    for role in dict.fromkeys(role for notch in rule.notches for role in notch.to):
        if side in OTHER and _place(role) in (OTHER[side], *EITHER):
            c.fault(f"{place}.remind", f"{role} is of the other side: the two parties' chains never meet; leave it out")
        elif _chairs(role) and any(case.lowest(stage) for stage in covered):
            c.fault(f"{place}.remind", f"{role}: {NEVER_TO_CHAIR}")
        elif _nobody(role, covered, case):
            c.fault(f"{place}.remind", f"{role} is nobody where no forum has the case; remind one of the sides")


def _covered(c: Checker, rule: DeadlineRule | ContributionRule) -> list[Stage]:
    return [c.definition.stages[code] for code in sorted(rule.covers & c.definition.stages.keys())]


def _nobody(role: str, covered: Collection[Stage], case: _Whereabouts) -> bool:
    return _place(role) in AT_FORUM and any(stage.code in case.without for stage in covered)
