"""What a move came to, or why it was not made: for people in one glance, for programs in JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches

from rich.text import Text

from cases.acting import Stale
from cases.answers import Acted
from cases.case_json import acted_json, refusal_json, stale_json
from cases.commands.asked import Asked
from cases.commands.days import due, moment
from cases.commands.page import door_words
from cases.commands.phrases import say
from cases.commands.refused import REFUSED, NotDone
from cases.commands.terminal import answer, answer_json
from cases.wording import Wording, bare_wording, places_in
from workflows.calendar import Language
from workflows.definition import Definition
from workflows.definition import Text as Words
from workflows.in_words import said
from workflows.nouns import Cover, Door, Refusal
from workflows.office_hours import local_date

NOT_OPTION = "input_not_option"


def answer_acted(acted: Acted, definition: Definition, asked: Asked, how: str) -> None:
    """`how` is the phrase that it begins with. A move may lead into another routine, whose words then hold."""
    decision = acted.decision
    if decision is not None:
        definition = asked.record.library.routine(decision.cover.definition).definition
    words = bare_wording(asked.record, definition, [decision.cover.ball] if decision else [], asked.now)
    if asked.as_json:
        answer_json(acted_json(acted, words))
        return
    language = asked.language
    text = Text.assemble((f"{say(how if decision else 'again', language)}: ", "green"), (acted.number, "bold"))
    text.append(f"\n{say('now', language)}: {said(definition.stages[acted.stage].title, language)}")
    if decision is not None and decision.cover.next_date is not None:
        _next_step(text, decision.cover, words, asked)
    answer(text)


def _next_step(text: Text, cover: Cover, words: Wording, asked: Asked) -> None:
    language = asked.language
    text.append(f"\n{say('ball', language)}: {words.names.post(cover.ball, language)}")
    text.append(f"\n{say('task', language)}: {said(words.task(cover.stage, cover.next_task), language)}")
    if cover.next_date is not None:
        text.append(f"\n{say('by', language)}: ").append_text(due(cover.next_date, language, local_date(asked.now)))


def refused_move(refusal: Refusal, definition: Definition, stage: str, asked: Asked) -> NotDone:
    """Every reason at once and the next door, functions and places in words."""
    words = bare_wording(asked.record, definition, places_in(refusal.reasons, refusal.next_door), asked.now, stage)
    reasons = " ".join(words.reason(reason, asked.language) for reason in refusal.reasons)
    text = f"{say('refused', asked.language)}. {reasons}"
    text += "".join(f" {told}." for told in _options(refusal, definition, asked.language))
    if refusal.next_door is not None:
        text += f" {say('way_on', asked.language)}: {door_words(refusal.next_door, words, asked.language)}."
    return NotDone(REFUSED, "refused", text, refusal_json(refusal, words))


def _options(refusal: Refusal, definition: Definition, language: Language) -> Iterator[str]:
    """The codes that a choice is typed as, with their words, of each one that was answered by something else."""
    fields = dict.fromkeys(reason.field for reason in refusal.reasons if reason.code == NOT_OPTION)
    for rule in (definition.inputs[field] for field in fields if field in definition.inputs):
        codes = ", ".join(f"{code} ({said(words, language)})" for code, words in rule.options)
        yield f"{say('options', language).format(code=rule.code)} {codes}"


def unknown_move(
    refusal: Refusal, definition: Definition, known: Mapping[str, Words], number: str, asked: Asked
) -> NotDone:
    """A move that the routine does not have: what was probably meant, and where the moves stand; no other door.
    `known` are the moves offered here, in the words of the very rows that are open to the actor, with their codes."""
    near = get_close_matches(refusal.move, known, n=1)
    doors = (Door(code, sv=f"{known[code].sv} ({code})", en=f"{known[code].en} ({code})") for code in near)
    told = replace(refusal, next_door=next(doors, None))
    answered = refused_move(told, definition, "", asked)
    look = say("moves_stand", asked.language).format(number=number)
    return NotDone(REFUSED, "refused", f"{answered.message} {look}", {**answered.data, "text": answered.message})


def stale_page(stale: Stale, definition: Definition, asked: Asked) -> NotDone:
    """Which function did what, and when; the name of the person is nobody's business here."""
    words, language = bare_wording(asked.record, definition, [stale.post], asked.now), asked.language
    what = f"{words.names.post(stale.post, language)}, {moment(stale.at)}: {said(words.done(stale.move), language)}"
    text = f"{say('stale', language)}: {what}. {say('look_again', language)} (version {stale.version})."
    return NotDone(REFUSED, "stale", text, stale_json(stale, words))
