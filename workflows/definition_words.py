"""Do a routine's moves use only words that exist? Guards, effects, roles, inputs and the texts they need, by name.

Checked when a file is loaded, because a word is looked up only when a case meets it: a guard's argument that does not
fit, a reason or a function without words, a date that nobody names would otherwise wait for the first case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from string import Formatter

from workflows.answering import DECIDED
from workflows.answering import GOES as ANSWER
from workflows.definition import Definition, Input, Move
from workflows.definition_file import KINDS
from workflows.definition_source import Fault, Source, fault_in
from workflows.effects import EFFECTS
from workflows.guards import GUARDS, reasons_of
from workflows.happened import PLACES, unknown_places
from workflows.inputs import REASONS_OF_TYPE, TYPES
from workflows.organisation import function_of
from workflows.roles import NAMED, WORDS, known

MOVES = frozenset(
    """submit check keep_internal assign redirect acknowledge offer_times ask ask_part supplement answer accept contest
    talk agree convert sign escalate prepare agenda forward take_position decide_chair decide_presidium carry_over
    report_decision approve deliver confirm return done transfer refer copy hand_over park wake split merge join extend
    outside_remit inform_serious end withdraw close reopen told""".split()
)
"""The moves' stable codes (design.md section 5)."""

CLOCK_MOVES = frozenset(("lapse", "expire", "remove", "late"))
"""The clock's own."""

GOES = frozenset(("cover", "shared", "inner", "taker", "file", "forum", ANSWER))
KEPT_BY_EFFECTS = {
    "plan_measures": "next_measure", "measure_done": "next_measure", "measure_moved": "next_measure",
    "outcome": "outcome", "member": "members", "decide": DECIDED,
}  # fmt: skip
"""What effects keep as a fact of another name than their argument."""

KEPT_BY_RECORD = frozenset(
    ("own_check", "by_link", "owner", "clause", "members", "care", "ended_on", "forum_since", "event_until")
)
"""Facts that a case has from its opening, or from the engine itself."""

NAMES_DEADLINE = frozenset(("rearm", "extend", "hold", "run_on", "meet", "miss", "agree_date", "await_letter",
                            "letter_awaited"))  # fmt: skip
NAMES_CONTRIBUTION = frozenset(
    "owe renew owe_urgent owe_until owe_before given all_given silent reword words_stand page_stands".split()
)
NAMES_INPUT = frozenset(("receiver", "concern", "cross", "once", "show", "anchor", "toward", "plan_measures", "member",
                         "pass_on", "event_day", "unname"))  # fmt: skip
ASKS_INPUT = frozenset(("living_group", "same_party", "other_party", "across", "unit_of_receiver", "in_future",
                        "answer_is", "happened", "behind_us", "once_per_ground", "telephoned", "same_side",
                        "can_go_on", "below_forum", "beside", "seated", "own_words", "alike_long"))  # fmt: skip
TAKES = {
    "own_check": ("on", "off"), "measures_left": ("", "no", "more", "last"), "toward_owner": ("there", "step"),
    "ladder_goes_on": ("", "yes", "no"), "last_step": ("", "yes", "no"), "is_urgent": ("", "yes", "no"),
    "unit_named": ("", "no"), "was_sent": ("", "no"), "with_lower_forum": ("", "no"),
    "letter_stands": ("", "no"), "has_answer": ("raising", "!raising", "receiving", "!receiving"),
}  # fmt: skip
"""Guards with a short list of arguments."""

AT_OPENING = frozenset(("anchor", "remember", "unless_said"))
"""Effects that a case may begin with."""

SETTINGS_OF = {
    "meeting_near": "material_days", "step_blocked": "step_late_days",
    "step_can_answer": "step_late_days", "has_answer": "letter_stands_days", "letter_stands": "letter_stands_days",
}  # fmt: skip
"""Settings that a guard reads under a fixed name; others name theirs."""

ALWAYS_REASONS = ("not_yours", "not_asked", "not_now", "unknown_move", "stale", "input_missing", "input_unknown")


class Checker:
    """Collects what is wrong with one definition; `files` finds the file and line that a place belongs to."""

    def __init__(
        self, definition: Definition, files: Sequence[Source], kinds: frozenset[str], rungs: frozenset[str]
    ) -> None:
        self.definition = definition
        self.files = files
        self.kinds = kinds
        self.rungs = rungs
        self.faults: list[Fault] = []

    def fault(self, place: str, text: str) -> None:
        found = fault_in(self._owner(place), place.rpartition("/")[2], text)
        if found not in self.faults:
            self.faults.append(found)

    def _owner(self, place: str) -> Source:
        key, _, local = place.rpartition("/")
        if key:
            return next((f for f in self.files if f.key == key), self.files[-1])
        section, _, rest = local.partition(".")
        code = rest.split(".")[0]
        holders = (f for f in self.files if code and code in (f.data.get(section) or {}))
        return next(holders, self.files[-1])

    @cached_property
    def kept(self) -> frozenset[str]:
        """Every fact that some move or the record makes a case remember."""
        words = [w for m in (self.definition.opening, *self.definition.moves) for w in m.then]
        named = {arg.partition("=")[0] for word, arg in words if word in ("remember", "unless_said", "decide")}
        return KEPT_BY_RECORD | named | {KEPT_BY_EFFECTS[word] for word, _ in words if word in KEPT_BY_EFFECTS}

    @cached_property
    def counted(self) -> frozenset[str]:
        return MOVES | CLOCK_MOVES | {arg for m in self.definition.moves for w, arg in m.then if w == "count"}


def check_words(c: Checker) -> None:
    d = c.definition
    if d.initial not in d.stages:
        c.fault("initial", f"the first stage {d.initial!r} is not among the stages; name one that is")
    _opening(c)
    for move in d.moves:
        _move(c, move)
    _inputs(c)
    _reasons(c)


def _opening(c: Checker) -> None:
    """What a case begins with: nothing is in the way of it, and no stage or date is there yet."""
    row = c.definition.opening
    _asks(c, row)
    _happened(c, row)
    check_source(c, row.place, row.source)
    for name, arg in row.then:
        if name not in AT_OPENING:
            c.fault(f"{row.place}.then", f"a beginning has no effect {name!r}; known: {', '.join(sorted(AT_OPENING))}")
        else:
            _effect(c, row, name, arg)
    _lost(c, row)


def _move(c: Checker, move: Move) -> None:
    d, place = c.definition, move.place
    if move.code not in MOVES | CLOCK_MOVES:
        c.fault(f"{place}.do", f"unknown move {move.code!r}; the moves' codes are fixed: {', '.join(sorted(MOVES))}")
    if (move.code in CLOCK_MOVES) != move.automatic:
        clock = ", ".join(sorted(CLOCK_MOVES))
        c.fault(f"{place}.by", f'{clock} are the clock\'s own moves and no others are: by = ["clock"]')
    for stage in move.sources:
        if stage != "*" and stage not in d.stages:
            c.fault(f"{place}.from", f"from names the unknown stage {stage!r}")
    if not move.sources:
        c.fault(f"{place}.from", "from names no stage; say where the move is made")
    if move.to not in d.stages and move.to not in ("@same", "@before") and not converts(move):
        c.fault(f"{place}.to", f"to names the unknown stage {move.to!r}; use a stage, @same or @before")
    for key, roles in (("by", move.by if not move.automatic else ()), ("tell", move.tell)):
        for role in roles:
            check_role(c, f"{place}.{key}", role)
    if not move.by:
        c.fault(f"{place}.by", "by names nobody; nobody could make this move")
    _asks(c, move)
    _happened(c, move)
    _follows(c, move)
    check_source(c, place, move.source)
    for name, arg in move.guards:
        _guard(c, move, name, arg)
    for name, arg in move.then:
        _effect(c, move, name, arg)
    _lost(c, move)


def _asks(c: Checker, move: Move) -> None:
    for key, codes in (("needs", move.needs), ("may", move.may)):
        for code in codes:
            if code not in c.definition.inputs:
                c.fault(f"{move.place}.{key}", f"asks for the unknown input {code!r}; describe it in [inputs.{code}]")


def _happened(c: Checker, move: Move) -> None:
    for name in unknown_places(move.happened):
        known = ", ".join(f"{{{place}}}" for place in PLACES)
        c.fault(f"{move.place}.happened", f"{{{name}}} is no place that can be named here; there are {known}")
    if move.happened == move.text and not move.automatic:
        c.fault(f"{move.place}.happened", "says what to do; write what has happened, as history tells it afterwards")


def _follows(c: Checker, move: Move) -> None:
    for said in (move.follows.sv, move.follows.en) if move.follows is not None else ():
        for _, name, _, _ in Formatter().parse(said):
            if name is not None and name not in c.definition.deadlines:
                c.fault(f"{move.place}.follows", f"{{{name}}} is no deadline; name one of the routine's in the braces")


def _lost(c: Checker, move: Move) -> None:
    """What goes to the cover is kept by an effect, read by the move's own guard, or nowhere."""
    d = c.definition
    kept = {part for _, arg in move.then for part in (arg, *arg.partition("="))}
    kept |= {role[6:] for r in d.contributions.values() if r.code in kept for role in (r.asks,) if role[:6] == "input:"}
    kept |= {rule.given_by for rule in d.deadlines.values()}
    lands = any(name == "next_step" for name, _ in move.guards)
    for key, codes in (("needs", move.needs), ("may", move.may)):
        for code in codes:
            item = d.inputs.get(code)
            if item is None or item.goes != "cover" or code in kept or (lands and item.type == "forum"):
                continue
            text = f"{code!r} goes to the cover and no effect keeps it, so it would be lost"
            c.fault(f"{move.place}.{key}", f'{text}; write then = ["remember:{code}"], or let it go to shared')


def converts(move: Move) -> bool:
    """The move takes the case to another routine, so its `to` is a stage there."""
    return any(word == "convert" for word, _ in move.then)


def check_source(c: Checker, place: str, source: str) -> None:
    if not source.strip():
        c.fault(f"{place}.source", 'source is empty; say where the rule comes from, or "ours"')


def _guard(c: Checker, move: Move, name: str, arg: str) -> None:
    d, place = c.definition, f"{move.place}.if"
    if name not in GUARDS:
        c.fault(place, f"unknown guard {name!r}; known: {', '.join(sorted(GUARDS))}")
        return
    subject = arg.lstrip("!").partition("=")[0]
    for reason in reasons_of(name, arg):
        if reason not in d.reasons:
            c.fault(place, f"guard {name} may refuse for {reason!r}; write its words in [reasons]")
    if name in TAKES and arg not in TAKES[name]:
        c.fault(place, f"guard {name} takes one of: {', '.join(a or 'nothing' for a in TAKES[name])}")
    if name in ("below", "reached") and subject not in c.counted:
        c.fault(place, f"guard {name} counts the unknown move {subject!r}")
    if name in ("below", "reached") and not arg.partition("=")[2].isdigit():
        c.fault(place, f"guard {name} needs a number: {name}:{subject}=2")
    if name == "meeting_near" and not subject.isdigit():
        c.fault(place, "guard meeting_near needs a number of days: meeting_near:30")
    if name in ("passed", "in_time", "later_than_due") and subject not in d.deadlines:
        c.fault(place, f"guard {name} names the unknown deadline {subject!r}")
    if name in ("owed", "nothing_owed", "settled", "last_to_give") and subject not in d.contributions:
        c.fault(place, f"guard {name} names the unknown contribution {subject!r}")
    if name == "fact" and subject not in c.kept:
        c.fault(place, f'guard fact asks for {subject!r}, which no move remembers (then = ["remember:{subject}"])')
    if name in ASKS_INPUT:
        _asked(c, move, "if", subject)
    if name == "answer_is" and subject in d.inputs:
        for option in sorted({*arg.partition("=")[2].split("|")} - dict(d.inputs[subject].options).keys()):
            c.fault(place, f"guard answer_is names {option!r}, which is no option of {subject!r}")
    if name == "watcher_reads":
        _asked(c, move, "if", subject)
    if name in ("later_than_due", "watcher_reads", "alike_long"):
        _asked(c, move, "if", arg.partition("=")[2])
    if name in ("convertible", "kind") and subject not in KINDS:
        c.fault(place, f"guard {name} names the unknown kind {subject!r}; known: {', '.join(KINDS)}")
    setting = SETTINGS_OF.get(name) or (arg if name in ("not_late", "enough_members") else "")
    if setting and setting not in d.settings:
        c.fault(place, f"guard {name} names the unknown setting {setting!r}; write it in [settings]")


def _effect(c: Checker, move: Move, name: str, arg: str) -> None:
    d, place = c.definition, f"{move.place}.then"
    subject, _, rest = arg.partition("=")
    if name not in EFFECTS:
        c.fault(place, f"unknown effect {name!r}; known: {', '.join(sorted(EFFECTS))}")
    elif name in NAMES_DEADLINE and subject not in d.deadlines:
        c.fault(place, f"effect {name} names the unknown deadline {subject!r}")
    elif name in NAMES_CONTRIBUTION and subject not in d.contributions:
        c.fault(place, f"effect {name} names the unknown contribution {subject!r}")
    elif name in ("hold", "owe_until", "owe_before") and rest not in d.deadlines:
        c.fault(place, f"effect {name} needs the deadline that ends it: {name}:{subject}=…")
    elif name in NAMES_INPUT:
        _asked(c, move, "then", subject)
    elif name in ("rearm", "extend", "agree_date"):
        _date_of(c, move, name, subject, rest)
    elif name in ("owe", "renew", "reword", "owe_urgent") and d.contributions[subject].rule.unit == "fixed":
        c.fault(place, f"the contribution {subject!r} has no date of its own; use owe_until:{subject}=DEADLINE")
    elif name in ("remember", "decide") and not rest.startswith("!"):
        _asked(c, move, "then", rest or subject)
    elif name == "outcome" and arg.startswith("="):
        _asked(c, move, "then", arg[1:])
    elif name == "task" and arg not in d.tasks and arg not in {s.task for s in d.stages.values()}:
        c.fault(place, f"effect task sets {arg!r}; write its words in [tasks]")
    elif name == "ball":
        check_holder(c, place, arg, ("counter_chair", "counter_preparer"))
    elif name == "unless_said":
        check_role(c, place, rest)
    elif name in ("convert", "spawn") and subject not in c.kinds:
        c.fault(place, f"effect {name} names the kind {subject!r}, for which there is no routine")


def _asked(c: Checker, move: Move, key: str, code: str) -> None:
    if code not in move.needs and code not in move.may:
        c.fault(
            f"{move.place}.{key}", f"uses the input {code!r} that the move does not ask for; add it to needs or may"
        )


def _date_of(c: Checker, move: Move, name: str, deadline: str, date: str) -> None:
    """A date that people name must be asked for here, or have been remembered."""
    place = f"{move.place}.then"
    if date and date not in (*move.needs, *move.may) and date not in c.kept:
        c.fault(place, f"effect {name} takes its date from {date!r}, which is neither asked for nor remembered")
    elif not date and (name != "rearm" or c.definition.deadlines[deadline].rule.unit == "fixed"):
        c.fault(place, f"effect {name} needs to know whose date it is: {name}:{deadline}=INPUT")


def check_holder(c: Checker, place: str, role: str, besides: Sequence[str] = ()) -> None:
    """Whoever has the ball is one function at a place (law 1): no word for the clock, for everybody or for the ball."""
    if role in WORDS - NAMED and role not in besides:
        c.fault(place, f"{role!r} is no function that has a list; write a place and a function: receiving.handler")
    else:
        check_role(c, place, role)


def check_role(c: Checker, place: str, role: str) -> None:
    d = c.definition
    if not known(role):
        c.fault(place, f"unknown function {role!r}; write a place and a function, for example receiving.handler")
    elif role in ("clock", "actor"):
        c.fault(place, f"{role!r} is nobody who can be asked or written to; write a place and a function")
    elif role.startswith("asked:") and role[6:] not in d.contributions:
        c.fault(place, f"{role!r} names an unknown contribution")
    elif role.startswith("input:") and role[6:] not in d.inputs:
        c.fault(place, f"{role!r} names an unknown input")
    elif role not in WORDS and ":" not in role:
        function = function_of(role.partition(".")[2]).partition("_of_")[0]
        if function not in d.functions:
            c.fault(place, f"the function {function!r} has no name to show; write it in [functions]")


def _inputs(c: Checker) -> None:
    asked = {code for m in (c.definition.opening, *c.definition.moves) for code in (*m.needs, *m.may)}
    for item in c.definition.inputs.values():
        place = f"inputs.{item.code}"
        if item.type not in TYPES:
            c.fault(f"{place}.type", f"unknown type {item.type!r}; known: {', '.join(sorted(TYPES))}")
        if item.unknown is not None and item.type == "text":
            c.fault(f"{place}.unknown", "a text says so in its own words; take unknown away")
        if item.none is not None and item.type != "measures":
            c.fault(f"{place}.none", "only measures are answered with none; take it away")
        for option in sorted({o for group in item.together for o in group} - dict(item.options).keys()):
            c.fault(f"{place}.together", f"together names {option!r}, which is none of its options")
        if item.chosen_by:
            _chosen(c, item)
        elif item.goes not in GOES:
            c.fault(f"{place}.goes", f"goes must be one of {', '.join(sorted(GOES))}")
        if item.type == "text" and item.goes == "cover":
            c.fault(f"{place}.goes", "free text may not go to the cover: more people read that than the matter")
        if item.code not in asked:
            c.fault(place, "no move asks for it; add it to a move's needs or may, or take it away")


def _chosen(c: Checker, item: Input) -> None:
    """Another answer says where it goes: a choice among compartments that is always made with it."""
    place, choice = f"inputs.{item.code}.goes", c.definition.inputs.get(item.chosen_by)
    options = dict(choice.options).keys() if choice is not None and choice.type == "choice" else frozenset[str]()
    if not options or not options <= GOES - {"cover"}:
        known = ", ".join(sorted(GOES - {"cover"}))
        c.fault(place, f"goes names {item.chosen_by!r}, which must be a choice with options among {known}")
    for move in c.definition.moves:
        if item.code in (*move.needs, *move.may) and item.chosen_by not in move.needs:
            c.fault(f"{move.place}.needs", f"asks for {item.code!r}, so it must need {item.chosen_by!r} as well")


def _reasons(c: Checker) -> None:
    """Words for what the engine itself may refuse: wrong function, wrong stage, wrong inputs."""
    for reason, why in _needed_reasons(c.definition):
        if reason not in c.definition.reasons:
            c.fault("reasons", f"there are no words for {reason!r}, {why}")


def _needed_reasons(d: Definition) -> Iterator[tuple[str, str]]:
    yield from ((reason, "which any move may be refused for") for reason in ALWAYS_REASONS)
    for kind in dict.fromkeys(item.type for item in d.inputs.values()):
        for reason in REASONS_OF_TYPE.get(kind, ()):
            yield reason, f"which an input of the type {kind} may be refused for"
    if any(item.unknown is not None for item in d.inputs.values()):
        yield "input_missing_or_unknown", "which an input that may be unknown is refused for"
    if any(item.none is not None for item in d.inputs.values()):
        yield "input_missing_or_none", "which an input that may be answered with none is refused for"
    if any(item.reaches_forum for item in d.inputs.values()):
        yield "identity_found", "which a text that goes to a forum may be refused for"
