"""Can a case always go on? Ways through the stages, a living date in each, and steps that the clock can really take.

Law 1 held by the file: no stage without a way in, a way out by people alone, and a date that cannot be lost on the
way; no automatic step that its own conditions may stop; no reminder that its deadline's default forestalls.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from workflows.definition import DeadlineRule, Definition, Move, Words
from workflows.definition_words import Checker, converts

SETS_DATE = frozenset(("rearm", "agree_date", "hold"))
ENDS_DATE = frozenset(("meet", "miss"))
FROM_ELSEWHERE = "from elsewhere"
"""How the source of a stage begins that only other routines or told cases lead to."""


def check_ways(c: Checker) -> None:
    _reachable(c)
    _ends(c)
    _ladder(c)
    _dates(c)
    _clock(c)
    _reminders(c)
    _answers(c)


def _reachable(c: Checker) -> None:
    d = c.definition
    for stage in sorted(d.stages.keys() - _reach({d.initial}, d)):
        if not d.stages[stage].source.startswith(FROM_ELSEWHERE):
            c.fault(f"stages.{stage}", "no way leads here; let a move go to it, or take the stage away")


def _ends(c: Checker) -> None:
    """By people alone, so that a stopped clock strands nobody."""
    d = c.definition
    ends = {s.code for s in d.stages.values() if s.status == "ended"}
    if not ends:
        c.fault("stages", 'no stage ends a case; one needs status = "ended"')
        return
    for stage in sorted(d.stages.keys() - ends):
        if not _reach({stage}, d) & ends and not d.stages[stage].holds:
            c.fault(f"stages.{stage}", "a dead end: from here no way leads to an end")
        if not any(not m.automatic and m.to not in (stage, "@same") for m in d.from_stage[stage]):
            c.fault(f"stages.{stage}", "no person can move a case on from here; give somebody a move to another stage")


def _answers(c: Checker) -> None:
    """What a forum has decided waits where it can be sent, and never leaves there unsent (routine.md F5)."""
    stages = c.definition.stages
    waiting = {code for code, stage in stages.items() if stage.unsent}
    for move in c.definition.moves:
        words = {word for word, _ in move.then}
        here = {*stages} if "*" in move.sources else {*move.sources}
        place = f"{move.place}.then"
        if "decide" in words and move.to not in (*waiting, *_proposed_at(c, move), "@same"):
            c.fault(place, f"decides, and {move.to!r} is no stage where an answer waits; give it unsent = true")
        if here & waiting and move.to not in (*waiting, "@same") and "send_answer" not in words:
            c.fault(place, 'leaves an answer behind that nobody gets to read; write then = ["send_answer"]')
        if "send_answer" in words and not here <= waiting:
            c.fault(place, "sends an answer from where none waits; send it from a stage with unsent = true")


def _proposed_at(c: Checker, move: Move) -> frozenset[str]:
    """The stages in which what a move proposes waits for the word that it asks for (`renew:presidium_approval`)."""
    asked = (c.definition.contributions.get(arg) for word, arg in move.then if word == "renew")
    return frozenset(stage for rule in asked if rule is not None for stage in rule.covers)


def _ladder(c: Checker) -> None:
    d = c.definition
    for stage in d.stages.values():
        if not stage.before_forum or stage.status != "open":
            continue
        codes = {m.code for s in _reach({stage.code}, d) for m in d.from_stage[s]}
        for way, wanted in (("up", {"escalate", "forward"}), ("down", {"return", "done", "confirm"})):
            if not codes & wanted:
                c.fault(
                    f"stages.{stage.code}", f"a step of the ladder without a way {way}: {' or '.join(sorted(wanted))}"
                )


def _reach(start: set[str], d: Definition) -> set[str]:
    seen, todo = set(start), list(start)
    while todo:
        stage = todo.pop()
        for move in d.from_stage[stage]:
            for target in targets(move, stage, d):
                if target not in seen:
                    seen.add(target)
                    todo.append(target)
    return seen


def targets(move: Move, stage: str, d: Definition) -> Iterator[str]:
    if move.to == "@same":
        yield stage
    elif move.to == "@before":
        yield from (s for s in d.stages if any(d.stages[m.to].holds for m in d.from_stage[s] if m.to in d.stages))
    elif converts(move):
        yield from (s.code for s in d.stages.values() if s.status == "ended")
    elif move.to in d.stages:
        yield move.to
        if d.stages[move.to].until_done in d.stages:
            yield d.stages[move.to].until_done


def _dates(c: Checker) -> None:
    """Every move into or within an open stage leaves it with a date."""
    d = c.definition
    for move in d.moves:
        if converts(move):
            continue
        sources = d.stages if "*" in move.sources else move.sources
        for source in sources:
            bare = [
                s for s in targets(move, source, d) if d.stages[s].status != "ended" and not _dated(move, source, s, d)
            ]
            for stage in bare:
                c.fault(
                    f"{move.place}.then", f"leaves the stage {stage!r} without a date; set one with rearm:… (law 1)"
                )


def _dated(move: Move, source: str, stage: str, d: Definition) -> bool:
    ended, armed = _ended_and_set(move)
    if stage == source and not ended:
        return True
    covering = [rule for rule in d.covering[stage] if rule.code not in ended]
    if any(rule.code in armed for rule in covering):
        return True
    if stage == source:
        return any(_on_entry(rule, move, d) and not _ended_within(rule, stage, d) for rule in covering)
    return any(_on_entry(rule, move, d) for rule in covering)


def _ended_and_set(move: Move) -> tuple[set[str], set[str]]:
    """The deadlines that a move has ended, and those it has set, when all its effects are done."""
    last = {arg.partition("=")[0]: word for word, arg in move.then if word in SETS_DATE | ENDS_DATE}
    last |= {arg.partition("=")[2]: word for word, arg in move.then if word == "hold"}
    ended = {code for code, word in last.items() if word in ENDS_DATE}
    return ended, last.keys() - ended


def _on_entry(rule: DeadlineRule, move: Move, d: Definition) -> bool:
    """Whether entering one of its stages starts it: by its rule, or on a date named by this move or an earlier one."""
    if rule.starts not in d.stages:
        return False
    return not rule.given_by or rule.given_by in move.needs or rule.given_by not in d.inputs or _kept(rule.given_by, d)


def _kept(name: str, d: Definition) -> bool:
    return any(w == "remember" and arg.partition("=")[0] == name for m in d.moves for w, arg in m.then)


def _ended_within(rule: DeadlineRule, stage: str, d: Definition, before: frozenset[str] = frozenset()) -> bool:
    """Whether some move ends it while the case stays in the stage, and sets no other date that lives on there."""
    seen = before | {rule.code}
    for move in d.from_stage[stage]:
        ended, armed = _ended_and_set(move)
        if move.to != "@same" or rule.code not in ended:
            continue
        heirs = (r for r in d.covering[stage] if r.code in armed - seen)
        if all(_ended_within(heir, stage, d, seen) for heir in heirs):
            return True
    return False


def _clock(c: Checker) -> None:
    """What the clock is to do must be possible whatever the case is like, and leave its date missed, not withdrawn."""
    d = c.definition
    for move in d.moves:
        idle = _never_taken(move, d) if move.automatic else []
        if idle:
            there = "" if set(idle) == set(move.sources) else f" in {', '.join(idle)}"
            c.fault(
                f"{move.place}.do",
                f"no deadline has {move.code!r} as its default{there}, so the clock would never take it",
            )
    for rule in d.deadlines.values():
        for default in rule.defaults:
            for stage in sorted(rule.covers & d.stages.keys()):
                rows = [m for m in d.from_stage[stage] if m.code == default.move and m.automatic]
                _always_possible(c, rows, stage)
                _missed(c, rule, rows, stage)


def _never_taken(move: Move, d: Definition) -> list[str]:
    """The stages from which a step of the clock leads, and where no date ends in it."""
    everywhere = tuple(d.deadlines.values())
    return [
        stage for stage in move.sources
        if not any(default.move == move.code for rule in d.covering.get(stage, everywhere) for default in rule.defaults)
    ]  # fmt: skip


def _always_possible(c: Checker, rows: list[Move], stage: str) -> None:
    if rows and not _covers_all([m.guards for m in rows]):
        text = f"the clock may be refused in the stage {stage!r}; add a row of this move for when its conditions fail"
        c.fault(f"{rows[-1].place}.if", text)


def _covers_all(rows: list[Words]) -> bool:
    """Whether one of the rows holds whatever is true: each guard is yes or no, a guard and its opposite never agree."""
    if any(not row for row in rows):
        return True
    questions = sorted({_question(guard)[0] for row in rows for guard in row})
    for answers in product((True, False), repeat=len(questions)):
        known = dict(zip(questions, answers, strict=True))
        if not any(all(known[q] == wanted for q, wanted in map(_question, row)) for row in rows):
            return False
    return True


def _question(guard: tuple[str, str]) -> tuple[str, bool]:
    """A guard as a question with the answer it wants: `fact:!x` asks what `fact:x` asks, and wants no."""
    name, arg = guard
    if name == "reached":
        return f"below:{arg}", False
    if arg.startswith("!"):
        return f"{name}:{arg[1:]}", False
    if arg in ("no", "off", "step"):
        return name, False
    return (name, True) if arg in ("", "yes", "on", "there") else (f"{name}:{arg}", True)


def _missed(c: Checker, rule: DeadlineRule, rows: list[Move], stage: str) -> None:
    leaving = [m for m in rows if any(t not in rule.covers for t in targets(m, stage, c.definition))]
    if leaving and not rule.missed_by & {m.code for m in leaving}:
        text = (
            f"its default {leaving[0].code!r} leaves the stage; add it to missed_by, else the date counts as withdrawn"
        )
        c.fault(f"deadlines.{rule.code}.default", text)


def _reminders(c: Checker) -> None:
    """A reminder after the default has taken over would never be sent."""
    d = c.definition
    for rule in d.deadlines.values():
        over = [
            max(default.after, 1) for default in rule.defaults if default.move in rule.missed_by | _missing(rule, d)
        ]
        late = [n.at for n in rule.notches if over and n.at > min(over)]
        for at in late:
            text = f"the reminder at {at:+d} comes after the default has taken over at {min(over):+d}"
            c.fault(f"deadlines.{rule.code}.remind", f"{text}; let the default come later, or the reminder earlier")


def _missing(rule: DeadlineRule, d: Definition) -> set[str]:
    """Automatic moves that end this deadline although the case stays where it is."""
    return {m.code for m in d.moves if m.automatic and ("miss", rule.code) in m.then}
