"""`case show` and `case why`: what one function may know of one case, for people and for programs."""

from __future__ import annotations

import click
from rich.text import Text

from cases.case_json import case_json, deadline_json, owed_json
from cases.commands.asked import Asked, as_somebody, number_argument
from cases.commands.days import due
from cases.commands.page import case_page
from cases.commands.phrases import say
from cases.commands.terminal import answer, answer_json
from cases.dates import Explained, chosen, dates_of
from cases.owed_dates import Owed, owed_dates_of
from cases.reading import CaseView, view
from cases.wording import Wording, wording
from workflows.calendar import spoken
from workflows.in_words import said
from workflows.office_hours import local_date


def read(asked: Asked, number: str) -> tuple[CaseView, Wording, tuple[Explained, ...]]:
    """The case as the asking function may know it, its words and its dates."""
    seen = view(asked.record, asked.seer, number, asked.now)
    words = wording(asked.record, seen, asked.now)
    return seen, words, dates_of(seen, words) if "cover" in seen.compartments else ()


@click.command()
@number_argument
@as_somebody
def show(asked: Asked, number: str) -> None:
    """Show a case.

    Ladder, whose move it is, dates, what you may do now and what not and why, and what has happened.
    """
    seen, words, dates = read(asked, number)
    if asked.as_json:
        answer_json(case_json(seen, words, dates, today=local_date(asked.now)))
    else:
        answer(case_page(seen, words, dates, asked.language, local_date(asked.now)))


@click.command()
@number_argument
@click.argument("deadline", default="")
@as_somebody
def why(asked: Asked, number: str, deadline: str) -> None:
    """Explain a date of a case.

    Its start event, rule and source, the days counted and passed over, and what happens when it passes; so too of what
    somebody owes by a date. DEADLINE is its code (answer) or one instance of it (answer#1); without it all open dates
    are explained.
    """
    seen, words, dates = read(asked, number)
    every: tuple[Explained | Owed, ...] = (*dates, *owed_dates_of(seen, words))
    picked = chosen(every, deadline)
    if asked.as_json:
        answer_json([owed_json(d, words) if isinstance(d, Owed) else deadline_json(d, words) for d in picked])
        return
    told = [_owed(d, words, asked) if isinstance(d, Owed) else _explanation(d, asked) for d in picked]
    answer(Text("\n\n").join(told) if told else say("no_dates", asked.language))


def _explanation(found: Explained, asked: Asked) -> Text:
    text = Text().append(said(found.rule.text, asked.language), "bold").append(f"  {found.deadline.key}  ", "dim")
    if found.deadline.status == "open":
        text.append_text(due(found.deadline.due, asked.language, local_date(asked.now)))
    else:
        text.append(f"{spoken(found.deadline.due, asked.language)} ({say(found.deadline.status, asked.language)})")
    for line in found.lines(asked.language):
        text.append(f"\n  {line}")
    default = said(found.rule.default_text, asked.language)
    return text.append(f"\n  {say('otherwise', asked.language).capitalize()}: {default}.")


def _owed(found: Owed, words: Wording, asked: Asked) -> Text:
    part, language = found.part, asked.language
    text = Text().append(said(found.rule.text, language), "bold").append(f"  {part.key}  ", "dim")
    text.append(f"{words.names.post(part.asked, language)}, ")
    if found.living:
        text.append_text(due(part.due, language, local_date(asked.now)))
    else:
        text.append(f"{spoken(part.due, language)} ({say(part.status, language)})")
    for line in found.lines(language):
        text.append(f"\n  {line}")
    silence = said(found.rule.silence, language)
    return text.append(f"\n  {say('silence', language).capitalize()}: {silence}.")
