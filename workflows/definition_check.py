"""Do the parts of a routine hold together? Every fault at once, each with file and place.

Checked here, because nothing may wait until a case stands in it: unknown words, stages that cannot be reached or left,
an open stage without ball-holder, next task and date, a date that does not cover its stage, an automatic step that
nothing takes, a step of the ladder without a way up and down.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from workflows.definition import Definition, Move
from workflows.definition_file import DefinitionFaults, Fault, Source, read
from workflows.definition_source import line_of
from workflows.effects import EFFECTS
from workflows.guards import GUARDS, reasons_of
from workflows.inputs import TYPES
from workflows.nouns import CLOCK
from workflows.organisation import function_of
from workflows.roles import COUNTY_FUNCTIONS, FORUM_FUNCTIONS, LEVEL, known

MOVES = frozenset(
    """submit check keep_internal assign redirect acknowledge offer_times ask ask_part supplement answer accept contest
    talk agree convert sign escalate prepare agenda forward take_position decide_chair decide_presidium carry_over
    report_decision approve deliver confirm return done transfer refer copy hand_over park wake split merge join extend
    outside_remit inform_serious end withdraw close reopen told""".split()
)
"""The moves' stable codes (design.md section 5). `lapse` and `expire` are the clock's own."""

CLOCK_MOVES = frozenset(("lapse", "expire", "remove"))
GOES = frozenset(("cover", "shared", "inner", "file", "forum"))
REMEMBERED_DATES = frozenset(("next_measure",))
"""Dates that effects keep as facts, beside those that people type."""

NAMES_DEADLINE = frozenset(("rearm", "extend", "hold", "run_on", "meet", "miss", "agree_date"))
NAMES_CONTRIBUTION = frozenset(("owe", "owe_urgent", "given", "all_given", "silent"))
NAMES_INPUT = frozenset(("receiver", "concern", "cross", "once", "show", "anchor", "toward", "plan_measures"))


class Checker:
    """Collects what is wrong with one definition; `files` finds the file and line that a place belongs to."""

    def __init__(self, definition: Definition, files: Sequence[Source], kinds: frozenset[str]) -> None:
        self.definition = definition
        self.files = files
        self.kinds = kinds
        self.faults: list[Fault] = []

    def fault(self, place: str, text: str) -> None:
        source = self._owner(place)
        local = place.split("/", 1)[-1]
        self.faults.append(Fault(source.path, line_of(source.text, local), local, text))

    def _owner(self, place: str) -> Source:
        key, _, local = place.rpartition("/")
        if key:
            return next((f for f in self.files if f.key == key), self.files[-1])
        section, _, rest = local.partition(".")
        code = rest.split(".")[0]
        holders = (f for f in self.files if code and code in (f.data.get(section) or {}))
        return next(holders, self.files[-1])


def check(files: Sequence[Source], kinds: frozenset[str] | None = None) -> dict[str, Definition]:
    """All definitions among the files, by key. Raises DefinitionFaults naming everything that is wrong in any.

    `kinds` are those that a case may be converted to; None means the kinds of the files themselves.
    """
    by_key: dict[str, Source] = {}
    faults: list[Fault] = []
    for source in files:
        if source.key in by_key:
            faults.append(Fault(source.path, 1, "name", f"{source.key} is also in {by_key[source.key].path}"))
        by_key[source.key] = source
    mains = [s for s in by_key.values() if "kind" in s.data or "initial" in s.data]
    kinds = kinds if kinds is not None else frozenset(str(s.data.get("kind")) for s in mains)
    found: dict[str, Definition] = {}
    for source in mains:
        included = _included(source, by_key, faults)
        before = len(faults)
        definition = read(source, included, faults)
        if len(faults) == before:
            checker = Checker(definition, [*included, source], kinds)
            _check(checker)
            faults.extend(checker.faults)
        found[definition.key] = definition
    if not mains:
        faults.append(Fault(files[0].path if files else "workflows", 1, "kind", "no file here describes a whole routine"))
    if faults:
        raise DefinitionFaults(sorted(set(faults), key=lambda f: (f.path, f.line, f.place)))
    return found


def _included(source: Source, by_key: dict[str, Source], faults: list[Fault]) -> list[Source]:
    names = source.data.get("includes", [])
    if not isinstance(names, list):
        faults.append(Fault(source.path, 1, "includes", "must be a list of names such as \"forum.v1\""))
        return []
    for name in names:
        if name not in by_key:
            faults.append(Fault(source.path, line_of(source.text, "includes"), "includes", f"there is no file {name}"))
    return [by_key[name] for name in names if name in by_key]


def _check(c: Checker) -> None:
    d = c.definition
    if d.initial not in d.stages:
        c.fault("initial", f"the first stage {d.initial!r} is not among the stages")
    for move in d.moves:
        _check_move(c, move)
    _check_stages(c)
    _check_deadlines(c)
    _check_contributions(c)
    _check_inputs(c)
    if not c.faults:
        _check_ways(c)


def _check_move(c: Checker, move: Move) -> None:
    d, place = c.definition, move.place
    if move.code not in MOVES | CLOCK_MOVES:
        c.fault(place, f"unknown move {move.code!r}; the moves' codes are fixed")
    for stage in move.sources:
        if stage != "*" and stage not in d.stages:
            c.fault(place, f"from names the unknown stage {stage!r}")
    if not move.sources:
        c.fault(place, "from names no stage")
    if move.to not in d.stages and move.to not in ("@same", "@before") and not _converts(move):
        c.fault(place, f"to names the unknown stage {move.to!r}")
    for role in (*move.by, *move.tell):
        _check_role(c, place, role)
    if not move.by:
        c.fault(place, "by names nobody; nobody could make this move")
    for code in (*move.needs, *move.may):
        if code not in d.inputs:
            c.fault(place, f"asks for the unknown input {code!r}")
    if not move.source.strip():
        c.fault(place, "source is empty; say where the rule comes from, or \"ours\"")
    _check_guards(c, move)
    _check_effects(c, move)


def _converts(move: Move) -> bool:
    return any(word == "convert" for word, _ in move.then)


def _check_guards(c: Checker, move: Move) -> None:
    d = c.definition
    for name, arg in move.guards:
        if name not in GUARDS:
            c.fault(move.place, f"unknown guard {name!r}; known: {', '.join(sorted(GUARDS))}")
            continue
        subject = arg.lstrip("!").partition("=")[0]
        for reason in reasons_of(name, arg):
            if reason not in d.reasons:
                c.fault(move.place, f"guard {name} may refuse for {reason!r}, and [reasons] has no words for it")
        if name in ("below", "reached") and subject not in MOVES | CLOCK_MOVES | _counted(d):
            c.fault(move.place, f"guard {name} counts the unknown move {subject!r}")
        if name in ("below", "reached") and not arg.partition("=")[2].isdigit():
            c.fault(move.place, f"guard {name} needs a number: {name}:{subject}=2")
        if name in ("passed", "later_than_due") and subject not in d.deadlines:
            c.fault(move.place, f"guard {name} names the unknown deadline {subject!r}")
        if name in ("owed", "nothing_owed") and subject not in d.contributions:
            c.fault(move.place, f"guard {name} names the unknown contribution {subject!r}")
        if name in ("living_group", "same_party", "other_party", "unit_of_receiver", "in_future", "answer_is"):
            _check_asked(c, move, subject)
        if name == "not_late" and arg not in d.settings:
            c.fault(move.place, f"guard not_late names the unknown setting {arg!r}")


def _counted(d: Definition) -> frozenset[str]:
    return frozenset(arg for m in d.moves for word, arg in m.then if word == "count")


def _check_effects(c: Checker, move: Move) -> None:
    d = c.definition
    for name, arg in move.then:
        subject, _, rest = arg.partition("=")
        if name not in EFFECTS:
            c.fault(move.place, f"unknown effect {name!r}; known: {', '.join(sorted(EFFECTS))}")
        elif name in NAMES_DEADLINE and subject not in d.deadlines:
            c.fault(move.place, f"effect {name} names the unknown deadline {subject!r}")
        elif name in NAMES_CONTRIBUTION and subject not in d.contributions:
            c.fault(move.place, f"effect {name} names the unknown contribution {subject!r}")
        elif name in NAMES_INPUT:
            _check_asked(c, move, subject)
        elif name == "ball":
            _check_role(c, move.place, arg)
        elif name in ("convert", "spawn") and subject not in c.kinds:
            c.fault(move.place, f"effect {name} names the kind {subject!r}, for which there is no routine")
        elif name in ("hold",) and rest not in d.deadlines:
            c.fault(move.place, f"effect hold needs the deadline that ends the pause: hold:{subject}=…")


def _check_asked(c: Checker, move: Move, code: str) -> None:
    if code not in move.needs and code not in move.may:
        c.fault(move.place, f"uses the input {code!r} that the move does not ask for")


def _check_role(c: Checker, place: str, role: str) -> None:
    d = c.definition
    if not known(role):
        c.fault(place, f"unknown function {role!r}")
    elif role.startswith("asked:") and role[6:] not in d.contributions:
        c.fault(place, f"{role!r} names an unknown contribution")
    elif role.startswith("input:") and role[6:] not in d.inputs:
        c.fault(place, f"{role!r} names an unknown input")


def _check_stages(c: Checker) -> None:
    d = c.definition
    for stage in d.stages.values():
        if stage.status == "ended":
            continue
        place = f"stages.{stage.code}"
        _check_role(c, place, stage.ball)
        for key in ("ball", "task", "date"):
            if not getattr(stage, key).strip():
                c.fault(place, f"an open stage needs its {key}: no case may fall silent (law 1)")
        deadline = d.deadlines.get(stage.date)
        if stage.date and deadline is None:
            c.fault(place, f"date names the unknown deadline {stage.date!r}")
        elif deadline is not None and stage.code not in deadline.covers:
            c.fault(place, f"its date {stage.date!r} does not cover this stage")


def _check_deadlines(c: Checker) -> None:
    d = c.definition
    automatic = {m.code: m for m in d.moves if m.automatic}
    used = {default.move for rule in d.deadlines.values() for default in rule.defaults}
    for rule in d.deadlines.values():
        place = f"deadlines.{rule.code}"
        if rule.clock not in ("raising", "receiving", "forum", "case"):
            c.fault(place, "clock must be raising, receiving, forum or case")
        if rule.starts not in d.stages and rule.starts not in MOVES | CLOCK_MOVES:
            c.fault(place, f"starts names neither a stage nor a move: {rule.starts!r}")
        for stage in sorted(rule.covers - d.stages.keys()):
            c.fault(place, f"covers the unknown stage {stage!r}")
        for code in sorted((rule.met_by | rule.missed_by) - d.by_code.keys()):
            c.fault(place, f"names the unknown move {code!r}")
        for default in rule.defaults:
            rows = [m for m in d.moves if m.code == default.move and m.automatic]
            reach = {s for m in rows for s in m.sources}
            if default.move not in automatic:
                c.fault(place, f"its default {default.move!r} is no move of the clock (by = [\"clock\"])")
            elif "*" not in reach and not rule.covers <= reach:
                c.fault(place, f"its default {default.move!r} is not possible in {', '.join(sorted(rule.covers - reach))}")
        if rule.given_by and rule.given_by not in d.inputs and rule.given_by not in REMEMBERED_DATES:
            c.fault(place, f"given_by names the unknown input {rule.given_by!r}")
        if rule.rule.unit == "fixed" and not rule.given_by:
            c.fault(place, "a named date needs given_by, the input that carries it")
        _check_notches(c, place, (role for n in rule.notches for role in n.to))
    for code, move in automatic.items():
        if code not in used:
            c.fault(move.place, f"no deadline has {code!r} as its default, so the clock would never take it")


def _check_notches(c: Checker, place: str, roles: Iterable[str]) -> None:
    for role in roles:
        _check_role(c, f"{place}.remind", role)


def _check_contributions(c: Checker) -> None:
    d = c.definition
    asked_for = {arg for m in d.moves for word, arg in m.then if word in ("owe", "owe_urgent")} | {"other_arena"}
    for rule in d.contributions.values():
        place = f"contributions.{rule.code}"
        _check_role(c, place, rule.asks)
        for code in sorted(rule.given_by - d.by_code.keys()):
            c.fault(place, f"given_by names the unknown move {code!r}")
        if not rule.given_by:
            c.fault(place, "given_by names no move; nobody could give it")
        for stage in sorted(rule.covers - d.stages.keys() - {"*"}):
            c.fault(place, f"covers the unknown stage {stage!r}")
        if rule.code not in asked_for:
            c.fault(place, "no move asks for it (then = [\"owe:…\"])")


def _check_inputs(c: Checker) -> None:
    asked = {code for m in c.definition.moves for code in (*m.needs, *m.may)}
    for item in c.definition.inputs.values():
        place = f"inputs.{item.code}"
        if item.type not in TYPES:
            c.fault(place, f"unknown type {item.type!r}; known: {', '.join(sorted(TYPES))}")
        if item.goes not in GOES:
            c.fault(place, f"goes must be one of {', '.join(sorted(GOES))}")
        if item.type == "text" and item.goes == "cover":
            c.fault(place, "free text may not go to the cover: more people read that than the matter")
        if item.code not in asked:
            c.fault(place, "no move asks for it")


def _check_ways(c: Checker) -> None:
    """Reachable from the first stage, and able to end: by people alone, so that a stopped clock strands nobody."""
    d = c.definition
    for stage in sorted(d.stages.keys() - _reach({d.initial}, d)):
        if not _entered_from_elsewhere(stage, d):
            c.fault(f"stages.{stage}", "no way leads here")
    ends = {s.code for s in d.stages.values() if s.status == "ended"}
    if not ends:
        c.fault("stages", "no stage ends a case")
    for stage in sorted(d.stages.keys() - ends):
        if not _reach({stage}, d) & ends and not d.stages[stage].holds:
            c.fault(f"stages.{stage}", "a dead end: from here no way leads to an end")
        if not any(not m.automatic and _leaves(m, stage) for m in d.from_stage[stage]):
            c.fault(f"stages.{stage}", "no person can move a case on from here")
    for step in d.stages.values():
        if step.before_forum and step.status == "open":
            codes = {m.code for m in d.from_stage[step.code]} | _codes_beyond(step.code, d)
            for way, wanted in (("up", {"escalate", "forward"}), ("down", {"return", "done", "confirm"})):
                if not codes & wanted:
                    c.fault(f"stages.{step.code}", f"a step of the ladder without a way {way}")


def _leaves(move: Move, stage: str) -> bool:
    return move.to != stage and move.to != "@same"


def _targets(move: Move, stage: str, d: Definition) -> Iterator[str]:
    if move.to in d.stages:
        yield move.to
    elif move.to == "@before":
        yield from (s for s in d.stages if any(d.stages[m.to].holds for m in d.from_stage[s] if m.to in d.stages))
    elif _converts(move):
        yield from (s.code for s in d.stages.values() if s.status == "ended")


def _reach(start: set[str], d: Definition) -> set[str]:
    seen, todo = set(start), list(start)
    while todo:
        stage = todo.pop()
        for move in d.from_stage[stage]:
            for target in _targets(move, stage, d):
                if target not in seen:
                    seen.add(target)
                    todo.append(target)
    return seen


def _codes_beyond(stage: str, d: Definition) -> set[str]:
    return {m.code for s in _reach({stage}, d) for m in d.from_stage[s]}


def _entered_from_elsewhere(stage: str, d: Definition) -> bool:
    """A stage that only other routines lead to, by conversion or as a told case's beginning."""
    return d.stages[stage].source.startswith("from elsewhere")


def functions_named(definition: Definition) -> frozenset[str]:
    """Every function the routine can give a ball or a letter to: each must have a name in both languages."""
    return frozenset(LEVEL) | FORUM_FUNCTIONS | COUNTY_FUNCTIONS | {function_of(CLOCK)}
