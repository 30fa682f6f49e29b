"""A routine drawn for the eyes of those who decide: as text for the terminal, and as a state diagram for the docs.

Complete by design: every stage, move, deadline, contribution and setting of the definition stands in the drawing.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import ContributionRule, DeadlineRule, Definition, Move, Stage
from workflows.in_words import (
    Language,
    guard_in_words,
    notches_in_words,
    pick,
    role_in_words,
    roles_in_words,
    rule_in_words,
    said,
    start_in_words,
)

WAITS = ("Så länge en planerad åtgärd återstår", "While a planned measure is not done")

_PLAIN = str.maketrans('":;#{}', "'–,№()")
"""Signs that mean something to Mermaid, and what stands for them."""


def draw(definition: Definition, language: Language = "sv") -> str:
    """The whole routine as plain text, from its first stage to its ends; lines are as long as their words."""
    lines = [f"{said(definition.title, language)}  ·  {definition.key}  ·  {definition.hash[:12]}", ""]
    told: set[str] = set()
    for stage in in_order(definition):
        lines += [*_stage(stage, definition, language, told), ""]
    lines += [*_anywhere(definition, language), *_contributions(definition, language), *_settings(definition, language)]
    return "\n".join(lines).rstrip() + "\n"


def in_order(d: Definition) -> list[Stage]:
    """From the first stage outward, as a case meets them; what only other routines lead to, and the ends, come last."""
    found = [d.initial]
    for code in found:
        found += dict.fromkeys(m.to for m in d.from_stage[code] if m.to in d.stages and m.to not in found)
    stages = [d.stages[code] for code in dict.fromkeys((*found, *d.stages))]
    return sorted(stages, key=lambda stage: stage.status == "ended")


def _stage(stage: Stage, d: Definition, language: Language, told: set[str]) -> Iterator[str]:
    yield f"{stage.id}  {said(stage.title, language)}  ({stage.code})"
    if stage.status == "ended":
        yield f"    {pick(('Ärendet är avslutat.', 'The case has ended.'), language)}"
        if stage.until_done:
            yield f"    {pick(WAITS, language)}: {_title(d.stages[stage.until_done], language)}"
    else:
        ball, task = role_in_words(stage.ball, d, language), said(stage.task_text, language)
        yield f"    {pick(('Bollen', 'Ball'), language)}: {ball}"
        yield f"    {pick(('Att göra', 'To do'), language)}: {task}"
    covering = sorted(d.covering[stage.code], key=lambda rule: rule.code != stage.date)
    for rule in covering:
        yield from _deadline(rule, d, language, told)
    for move in d.from_stage[stage.code]:
        if "*" not in move.sources:
            yield from _move(move, d, language)


def _deadline(rule: DeadlineRule, d: Definition, language: Language, told: set[str]) -> Iterator[str]:
    """In full where it first stands; a promise over several stages is only named in the later ones."""
    head = f"    ⏱ {said(rule.text, language)} ({rule.code}): "
    if rule.code in told:
        yield head + pick(("samma datum som ovan", "the same date as above"), language)
        return
    told.add(rule.code)
    counted = rule_in_words(rule.rule, language)
    if rule.urgent is not None:
        counted += f"; {pick(('skyndsamt', 'urgent'), language)} {rule_in_words(rule.urgent, language)}"
    yield f"{head}{counted}, {pick(('från', 'from'), language)} {start_in_words(rule, d, language)} [{rule.source}]"
    yield f"        {pick(('När det passerat', 'When it has passed'), language)}: {_passed(rule, d, language)}"
    if rule.notches:
        yield f"        {pick(('Påminnelser', 'Reminders'), language)}: {notches_in_words(rule.notches, d, language)}"


def _passed(rule: DeadlineRule, d: Definition, language: Language) -> str:
    """What happens by itself, in the words of the clock's own rows for the stages that the date covers."""
    steps = []
    for default in rule.defaults:
        nth = pick((f"arbetsdag {default.after} efter", f"working day {default.after} after"), language)
        when = nth if default.after else pick(("dagen efter", "the day after"), language)
        summer = pick((", aldrig 1 juli–10 augusti", ", never 1 July–10 August"), language) if default.quiet else ""
        rows = [m for m in d.by_code[default.move] if m.automatic and rule.covers & {*m.sources}]
        words = "/".join(dict.fromkeys(said(m.text, language) for m in rows))
        steps.append(f"{when}{summer}: {words}")
    return said(rule.default_text, language) + (f" ({'; '.join(steps)})" if steps else "")


def _move(move: Move, d: Definition, language: Language) -> Iterator[str]:
    code = "" if move.automatic else f" ({move.code})"
    yield f"    → {_target(move, d, language)}: {said(move.text, language)}{code} [{move.source}]"
    parts = [f"{pick(('av', 'by'), language)} {roles_in_words(move.by, d, language)}"]
    if move.guards:
        conditions = "; ".join(guard_in_words(name, arg, d, language) for name, arg in move.guards)
        parts.append(f"{pick(('om', 'if'), language)} {conditions}")
    for words, codes in ((("fyller i", "fills in"), move.needs), (("kan fylla i", "may fill in"), move.may)):
        if codes:
            parts.append(f"{pick(words, language)} {', '.join(said(d.inputs[code].label, language) for code in codes)}")
    if move.tell:
        parts.append(f"{pick(('besked till', 'word to'), language)} {roles_in_words(move.tell, d, language)}")
    yield from (f"        {part}" for part in parts)


def _target(move: Move, d: Definition, language: Language) -> str:
    if move.to in d.stages:
        return _title(d.stages[move.to], language)
    if move.to == "@same":
        return pick(("kvar", "stays"), language)
    if move.to == "@before":
        return pick(("dit det var förut", "to where it was before"), language)
    kind = next(arg.partition("=")[0] for word, arg in move.then if word == "convert")
    return f"{kind}: {move.to}"


def _title(stage: Stage, language: Language) -> str:
    return f"{stage.id} {said(stage.title, language)}"


def _anywhere(d: Definition, language: Language) -> Iterator[str]:
    moves = [move for move in d.moves if "*" in move.sources]
    if moves:
        yield pick(("I alla skeden", "At every stage"), language)
        for move in moves:
            yield from _move(move, d, language)
        yield ""


def _contributions(d: Definition, language: Language) -> Iterator[str]:
    if d.contributions:
        yield pick(("Bidrag som andra är skyldiga", "Contributions that others owe"), language)
        for rule in d.contributions.values():
            yield from _contribution(rule, d, language)
        yield ""


def _contribution(rule: ContributionRule, d: Definition, language: Language) -> Iterator[str]:
    due, asked = rule_in_words(rule.rule, language), role_in_words(rule.asks, d, language)
    yield f"    ◇ {said(rule.text, language)} ({rule.code}): {asked}, {due} [{rule.source}]"
    yield f"        {pick(('Om inget kommer', 'If nothing comes'), language)}: {said(rule.silence, language)}"
    if rule.notches:
        yield f"        {pick(('Påminnelser', 'Reminders'), language)}: {notches_in_words(rule.notches, d, language)}"


def _settings(d: Definition, language: Language) -> Iterator[str]:
    if d.settings:
        yield pick(("Rutinens egna tal", "The routine's own numbers"), language)
        yield from (f"    {code} = {value}" for code, value in d.settings.items())


def mermaid(definition: Definition, language: Language = "sv") -> str:
    """The routine as a Mermaid `stateDiagram-v2`: stages, moves between them, dates and contributions as notes."""
    d = definition
    lines = ["stateDiagram-v2", f"    [*] --> {d.initial}"]
    lines += [f'    state "{_plain(f"{s.id} {said(s.title, language)}")}" as {s.code}' for s in d.stages.values()]
    lines += list(dict.fromkeys(line for move in d.moves for line in _arrows(move, d, language)))
    for stage in d.stages.values():
        lines += _note(stage, d, language)
        if stage.until_done:
            lines.append(f"    {stage.code} --> {stage.until_done}: {_plain(pick(WAITS, language))}")
    lines += [f"    {s.code} --> [*]" for s in d.stages.values() if s.status == "ended"]
    always = [rule for rule in d.contributions.values() if not rule.covers.isdisjoint(("*", "open"))]
    lines += [
        f"    %% {pick(('i alla skeden', 'at every stage'), language)}: {said(rule.text, language)}" for rule in always
    ]
    return "\n".join(lines) + "\n"


def _arrows(move: Move, d: Definition, language: Language) -> Iterator[str]:
    words = _plain(said(move.text, language))
    if "*" in move.sources:
        yield f"    %% {pick(('i alla skeden', 'at every stage'), language)}: {words} ({move.code})"
        return
    for stage in move.sources:
        if move.to == "@before":
            back = [s for s in d.stages if any(m.to == stage for m in d.from_stage[s])]
            yield from (f"    {stage} --> {target}: {words}" for target in back)
        elif move.to in d.stages or move.to == "@same":
            yield f"    {stage} --> {stage if move.to == '@same' else move.to}: {words}"
        else:
            yield f"    {stage} --> [*]: {words} ({_target(move, d, language)})"


def _note(stage: Stage, d: Definition, language: Language) -> Iterator[str]:
    dates = [f"⏱ {said(rule.text, language)}, {rule_in_words(rule.rule, language)}" for rule in d.covering[stage.code]]
    owed = [f"◇ {said(rule.text, language)}" for rule in d.contributions.values() if stage.code in rule.covers]
    if dates or owed:
        yield f"    note right of {stage.code}"
        yield from (f"        {_plain(line)}" for line in (*dates, *owed))
        yield "    end note"


def _plain(words: str) -> str:
    return words.translate(_PLAIN)
