"""A routine's own words in plain language, Swedish and English: who, on what condition, by which date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from workflows.definition import DeadlineRule, Definition, Move, Notch, Text
from workflows.due import Rule

Language = Literal["sv", "en"]

GUARDS_IN_WORDS: Mapping[str, tuple[str, str]] = {
    "below": ("{it} gjord färre än {value} gånger", "{it} made fewer than {value} times"),
    "reached": ("{it} gjord minst {value} gånger", "{it} made at least {value} times"),
    "passed": ("datumet {it} har passerat", "the date {it} has passed"),
    "in_time": ("datumet {it} har inte passerat", "the date {it} has not passed"),
    "same_party": ("samma part", "the same party"),
    "other_party": ("en annan part", "another party"),
    "across": ("en annan part än avsändarens", "another party than the sender's"),
    "unit_of_receiver": ("en enhet hos mottagaren", "a unit of the receiver"),
    "fact": ("{it}{of} sedan tidigare", "{it}{of} from before"),
    "decided": ("svaret som ska skickas: {value}", "the answer to be sent: {value}"),
    "answer_sent": ("organets svar är skickat", "the forum's answer is sent"),
    "answer_is": ("{it}: {value}", "{it}: {value}"),
    "kind": ("ärendet är {it}", "the case is {it}"),
    "own_check": ("egen kontroll {value}", "{value} own check"),
    "nothing_owed": ("inget {it} väntas in", "no {it} is waited for"),
    "owed": ("{it} väntas in", "{it} is waited for"),
    "own_words": ("{it} är sidans egna ord", "{it} is in the side's own words"),
    "alike_long": ("båda synsätten är ungefär lika långa", "both views are about equally long"),
    "last_to_give": ("ingen annan är skyldig {it}", "nobody else owes {it}"),
    "own_operation": (
        "den som beslutar leder inte en berörd verksamhet",
        "whoever decides leads none of the operations",
    ),
    "care_named": ("vården under tiden har ett namn", "the care meanwhile has a name"),
    "care_stands": ("vården under tiden står fast", "the care meanwhile stands"),
    "in_remit": ("frågan ryms i uppdraget", "the question is within the remit"),
    "single_event_ceiling": ("en enskild händelse går inte högre", "a single event goes no higher"),
    "file_ready": ("underlaget är granskat och läst av båda", "the forum file is reviewed and read by both"),
    "no_identity": ("ingen person pekas ut", "no person is pointed out"),
    "next_step": ("lägsta behöriga steg, ett i taget", "the lowest competent step, one at a time"),
    "ladder_goes_on": ("det finns ett högre steg{of}", "there is a higher step{of}"),
    "toward_owner": ("{value}", "{value}"),
    "living_group": ("gruppen är aktiv och har inte redan ärendet", "the group is active and has not the case already"),
    "seated": ("en berörd verksamhet sitter i organet", "an operation of the case sits in the forum"),
    "beside": ("gruppen finns vid sidan av stegen", "the group is beside the ladder"),
    "below_forum": ("funktionen hör till ett lägre steg", "the function is of a lower step"),
    "with_lower_forum": ("det ligger hos ett lägre organ{of}", "it lies with a lower forum{of}"),
    "watcher_reads": (
        "den som stämmer av får läsa vad ärendet väntar på",
        "whoever checks may read what is waited for",
    ),
    "letter_stands": ("ett brev har stått i fem arbetsdagar{of}", "a letter has stood for five working days{of}"),
    "has_answer": ("{it} har fått svaret", "{it} has the answer"),
    "once_per_ground": ("en gång per grund", "once for each ground"),
    "first_here": ("första gången i organet", "for the first time in the forum"),
    "meeting_near": ("möte inom {it} dagar", "a meeting within {it} days"),
    "not_late": ("inom {value} månader", "within {value} months"),
    "last_step": ("sista steget{of}", "the last step{of}"),
    "step_can_answer": ("organet kan svara", "the forum can answer"),
    "step_blocked": ("organet kan inte svara", "the forum cannot answer"),
    "in_future": ("{it} ligger framåt", "{it} lies ahead"),
    "happened": ("{it} har varit", "{it} has been"),
    "behind_us": ("{it} ligger inte framåt", "{it} does not lie ahead"),
    "later_than_due": ("{value} är senare än {it}", "{value} is later than {it}"),
    "settled": ("inget {it} väntas in", "no {it} is waited for"),
    "is_urgent": ("skyndsamt{of}", "urgent{of}"),
    "telephoned": ("det som är skyndsamt har ringts först", "what is urgent was telephoned first"),
    "marked": ("egen märkning {it}", "one's own mark {it}"),
    "measures_left": ("åtgärder återstår{of}", "measures are left{of}"),
    "enough_members": ("minst {value} ärenden", "at least {value} cases"),
    "convertible": ("länet har en rutin för {it}", "the county has a routine for {it}"),
    "unit_named": ("mottagarens enhet är utsedd", "the receiving unit is named"),
    "over_ball": (
        "den har ärendet eller står över den som har det",
        "they have the case or stand above whoever has it",
    ),
    "same_side": ("till en annan funktion på samma sida", "to another function of the same side"),
    "can_go_on": ("den som tar över kan ta nästa steg", "whoever takes over can take the next step"),
    "was_sent": ("ärendet har varit hos den andra parten", "the case has been with the other party"),
}
"""What each guard asks. `{it}` is what it is about, `{value}` the wanted answer, `{of}` an argument of its own."""

KINDS_IN_WORDS: Mapping[str, tuple[str, str]] = {
    "deviation": ("avvikelse", "a deviation"), "dispute": ("tvist", "a dispute"),
    "systemic_issue": ("systemfel", "a systemic issue"),
}  # fmt: skip
ARGUMENTS: Mapping[str, tuple[str, str]] = {
    "on": ("finns", "with"), "off": ("finns inte", "without"),
    "there": ("nästa steg är dokumentets ägare", "the next step is the document's owner"),
    "step": ("dokumentets ägare ligger längre upp", "the document's owner lies further up"),
}  # fmt: skip
PLACES: Mapping[str, tuple[str, str]] = {
    "raising": ("hos den som väckte", "of the raising side"), "receiving": ("hos mottagaren", "of the receiving side"),
    "both": ("hos båda", "of both sides"), "counterpart": ("hos den andra sidan", "of the other side"),
    "principals": ("hos varje huvudman", "of every principal"), "forum": ("i organet", "of the forum"),
    "other_forums": ("i den andra arenans organ", "of the other arena's forum"),
    "lower_forum": ("i det lägre organet", "of the lower forum"),
    "owner": ("hos ägaren", "of the owner"), "referred": ("i gruppen", "of the group"),
    "arena": ("i arenan", "of the arena"), "arenas": ("i varje arena", "of every arena"),
    "county": ("i länet", "of the county"),
}  # fmt: skip
ROLES: Mapping[str, tuple[str, str]] = {
    "ball": ("den som har bollen", "whoever has the ball"), "named": ("den utsedda", "the one named"),
    "named_other": ("den utsedda på andra sidan", "the one named on the other side"),
    "clock": ("klockan", "the clock"), "actor": ("den som gör det", "whoever does it"),
    "counter_chair": ("den andra ordföranden", "the other chair"),
    "counter_preparer": ("den andra sidans beredare", "the other side's preparer"),
    "measure_owner": ("åtgärdens ägare", "the measure's owner"), "asked": ("den tillfrågade", "the one asked"),
    "input": ("den som anges", "the one given"),
}  # fmt: skip
FACTS: Mapping[str, tuple[str, str]] = {
    "by_link": ("rapport genom enhetens länk", "a report by the unit's link"),
    "decided": ("ett svar som inte är skickat", "an answer that is not sent"),
    "members": ("medlemmar", "members"), "owner": ("dokumentets ägare", "the document's owner"),
}  # fmt: skip
"""What the record itself lets a case remember."""

SIDES_OF = {"raising": ("den väckande sidan", "the raising side"), "receiving": ("den andra sidan", "the other side")}
UNITS = {
    "working": ("arbetsdagar", "working days"),
    "calendar": ("dagar", "calendar days"),
    "months": ("månader", "months"),
}


ONE_OF = {
    "working": ("arbetsdag", "working day"),
    "calendar": ("dag", "calendar day"),
    "months": ("månad", "month"),
}


def said(text: Text, language: Language) -> str:
    return text.sv if language == "sv" else text.en


def within(sentence: str) -> str:
    """The same inside another sentence: a small letter first, unless the word is written in capitals."""
    second = sentence[1:2]
    return sentence[:1].lower() + sentence[1:] if second.islower() or second.isspace() else sentence


def amount(count: int, unit: str, language: Language) -> str:
    """`1 arbetsdag`, `3 arbetsdagar`."""
    return f"{count} {pick((ONE_OF if count == 1 else UNITS)[unit], language)}"


def pick(pair: tuple[str, str], language: Language) -> str:
    return pair[0] if language == "sv" else pair[1]


def role_in_words(role: str, definition: Definition, language: Language) -> str:
    """`receiving.unit_manager` -> "enhetschef hos mottagaren"; "asked:word" names what was asked for."""
    word, _, arg = role.partition(":")
    if word in ROLES:
        about = definition.contributions.get(arg)
        return pick(ROLES[word], language) + (f" ({said(about.text, language)})" if about else "")
    place, _, function = role.partition(".")
    name, _, of = function.partition("_of_")
    text = definition.functions.get(name)
    words = said(text, language) if text is not None else name
    side = f", {pick(SIDES_OF[of], language)}" if of in SIDES_OF else ""
    return f"{words} {pick(PLACES[place], language)}{side}"


def roles_in_words(roles: Iterable[str], definition: Definition, language: Language) -> str:
    return ", ".join(role_in_words(role, definition, language) for role in roles)


def guard_in_words(name: str, arg: str, definition: Definition, language: Language) -> str:
    """A condition in words; one that asks for the opposite begins with "inte" / "not"."""
    no = arg.startswith("!") or arg == "no"
    subject, _, value = arg.lstrip("!").partition("=")
    it = _subject(name, subject, definition, language)
    answer = _answer(subject, value, definition, language)
    about = answer if name == "fact" else it
    of = f" ({about})" if about and arg != "no" else ""
    words = pick(GUARDS_IN_WORDS[name], language).format(it=it, value=answer, of=of)
    return f"{pick(('inte', 'not'), language)} {words}" if no else words


ASK_OF_OWED = ("owed", "nothing_owed", "settled", "last_to_give")
"""Guards that ask about what somebody owes."""


def _subject(name: str, code: str, d: Definition, language: Language) -> str:
    """What a guard is about, by its words: a date, contribution, input, kind, move, or what a case remembers."""
    if name in ("kind", "convertible") and code in KINDS_IN_WORDS:
        return pick(KINDS_IN_WORDS[code], language)
    if name in ("passed", "in_time", "later_than_due") and code in d.deadlines:
        return said(d.deadlines[code].text, language).lower()
    if name in ASK_OF_OWED and code in d.contributions:
        return said(d.contributions[code].text, language).lower()
    if name in ("answer_is", "in_future", "happened", "behind_us", "own_words") and code in d.inputs:
        return f"”{said(d.inputs[code].label, language)}”"
    if name in ("below", "reached"):
        rows = [m for m in d.moves if m.code == code or ("count", code) in m.then]
        return _either(rows, language) or code
    if name == "has_answer":
        return pick(SIDES_OF[code], language)
    return _remembered(code, d, language) if name == "fact" else code


def _remembered(code: str, d: Definition, language: Language) -> str:
    """A fact by the question that it answers, or by the moves that set it."""
    every = (d.opening, *d.moves)
    asked = [arg.partition("=")[2] or arg for m in every for word, arg in m.then
             if word == "remember" and arg.partition("=")[0] == code and "=!" not in arg]  # fmt: skip
    asked += [name for m in every for name in _outcome_of(m)] if code == "outcome" else []
    labels = (f"”{said(d.inputs[name].label, language)}”" for name in asked if name in d.inputs)
    setting = (m for m in every for word, arg in m.then if word == "remember" and arg.startswith(f"{code}=!"))
    known = FACTS.get(code)
    return "/".join(dict.fromkeys(labels)) or _either(setting, language) or (pick(known, language) if known else code)


def _outcome_of(row: Move) -> Iterator[str]:
    """The inputs that say how the case ended: at once, or when the answer is sent."""
    for word, arg in row.then:
        if (word, arg[:1]) == ("outcome", "="):
            yield arg[1:]
        elif word == "decide" and arg.startswith("outcome=") and not arg.startswith("outcome=!"):
            yield arg.removeprefix("outcome=")


def _answer(code: str, value: str, d: Definition, language: Language) -> str:
    """The answer a guard wants: an option by its label, a date by its input, a setting's number."""
    if not value:
        number = d.settings.get(code)
        return str(number) if number is not None else pick(ARGUMENTS.get(code, ("", "")), language)
    if value in d.inputs:
        return f"”{said(d.inputs[value].label, language)}”"
    named = {code} | ({name for m in d.moves for name in _outcome_of(m)} if code == "outcome" else set())
    labels = {option: text for name in named & d.inputs.keys() for option, text in d.inputs[name].options}
    return "/".join(said(labels[v], language) if v in labels else v for v in value.split("|"))


def rule_in_words(rule: Rule, language: Language) -> str:
    """`60 dagar`, `3 arbetsdagar`, `en angiven dag`, or the meeting with what decides when there is none."""
    if rule.unit in UNITS:
        near = amount(rule.awaited or 0, "calendar", language)
        awaited = pick((f", eller den dag då något väntas, om den kommer före eller högst {near} efter",
                        f", or the day on which something is awaited, if it comes before or at most {near} after"),
                       language)  # fmt: skip
        return amount(rule.count, rule.unit, language) + (awaited if rule.awaited is not None else "")
    if rule.unit == "fixed":
        return pick(("en angiven dag", "a named day"), language)
    material = pick((f"materialdagen, {rule.lead} arbetsdagar före nästa möte",
                     f"the material date, {rule.lead} working days before the next meeting"), language)  # fmt: skip
    day = material if rule.at == "material" else pick(("nästa möte", "the next meeting"), language)
    within = ""
    if rule.limit is not None:
        span = amount(rule.limit, rule.limit_unit, language)
        within = pick((f" inom {span}", f" within {span}"), language)
        if rule.limit_of:
            within += pick((" från att organet fick ärendet", " of the forum's having the case"), language)
    return f"{day}{within}, {pick(('annars', 'else'), language)} {rule_in_words(rule.instead, language)}"


def notches_in_words(notches: Iterable[Notch], definition: Definition, language: Language) -> str:
    """`−10 enhetschef hos mottagaren; +1 …` in working days of the receiver."""
    return "; ".join(f"{_signed(n.at)} {roles_in_words(n.to, definition, language)}" for n in notches)


def start_in_words(rule: DeadlineRule, definition: Definition, language: Language) -> str:
    """What starts the clock: a stage by its title, a move by its code, or a remembered date."""
    if rule.counts_from:
        item = definition.inputs.get(rule.counts_from)
        return said(item.label, language) if item is not None else rule.counts_from
    stage = definition.stages.get(rule.starts)
    if stage is not None:
        return f"{stage.id} {said(stage.title, language)}"
    rows = [m for m in definition.by_code.get(rule.starts, ()) if _sets(m, rule.code)]
    return _either(rows or definition.by_code.get(rule.starts, ()), language)


def _sets(row: Move, deadline: str) -> bool:
    """Whether the row starts that clock: `rearm:more`, `hold:answer=question`."""
    return any(word in ("rearm", "agree_date", "hold") and deadline in arg.split("=") for word, arg in row.then)


def _either(rows: Iterable[Move], language: Language) -> str:
    """The buttons of several rows, each once."""
    return "/".join(dict.fromkeys(f"”{said(row.text, language)}”" for row in rows))


def _signed(number: int) -> str:
    return f"−{-number}" if number < 0 else f"+{number}" if number else "0"
