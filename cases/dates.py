"""Every date of a case with its sum, step by step (law 2): what a page, `case why` and the API show of it.

An open date is explained as it is counted today. A met, missed or withdrawn one never changes any more, nor one that
has passed; where today's calendar, meetings and routine would give another day, the explanation ends by saying so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol, TypeVar

from cases.explaining import event_of, explain_deadline
from cases.reading import CaseView
from cases.wording import Wording
from workflows.calendar import Language, spoken
from workflows.definition import DeadlineRule, Definition, Text
from workflows.in_words import said
from workflows.nouns import Deadline
from workflows.why import Explanation, Fact, Step

STANDS = (
    "Datumet {day} sattes under en tidigare kalender, mötesplan eller rutin och ändras inte i efterhand.",
    "The date {day} was set under an earlier calendar, plan of meetings or routine and is not changed afterwards.",
)
OURS = ("länets eget val, som rutinägaren kan ändra", "the county's own choice, for the routine's owner to change")
"""What a routine's file calls `ours`, said to those who do not read it."""
_PAPER = re.compile(r"\b[A-Z]-\d{2}\b")
_ROW = re.compile(r"\broutine\.md ([A-Z]\w*(?:\.\w+| S\d\w*| B\d\w*)?)")
_CHOICE = re.compile(r"\bours\b")
_PRINCIPLE = re.compile(r"\bdomain\.md\b|\blaw \d")
WAITS = (
    "Kalendern, mötena eller rutinen har ändrats. {day} gäller tills datumet har räknats på nytt; "
    "ett datum som har passerat står kvar.",
    "The calendar, the meetings or the routine have changed. {day} holds until the date has been counted anew; "
    "a date that has passed stays.",
)


class NoSuchDeadline(LookupError):
    """The case has no such date. `stegen case show` lists its dates with their codes."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A deadline with its rule, the event that started it, and the sum step by step in both languages."""

    deadline: Deadline
    rule: DeadlineRule
    started_by: Text
    sv: Explanation
    en: Explanation

    @property
    def names(self) -> tuple[str, str]:
        """By which it is asked for: its key (`answer#1`) and its code (`answer`)."""
        return self.deadline.key, self.deadline.code

    @property
    def living(self) -> bool:
        return self.deadline.status == "open"

    def lines(self, language: Language) -> list[str]:
        """The sum in sentences, for people; which calendar it was counted by is told in JSON alone."""
        return lines_of(self.sv if language == "sv" else self.en, self.other_day(), language)

    def other_day(self) -> Text | None:
        """What to say when today's calendar and meetings would give another day than the stored one."""
        return other_day(self.sv, self.deadline.due, WAITS if self.living else STANDS)


def lines_of(sum_of: Explanation, other: Text | None, language: Language) -> list[str]:
    """A sum in sentences, for people, and what is to be said of another day than the stored one."""
    steps = tuple(_for_people(s, language) for s in sum_of.steps if s.kind != "calendar")
    return [*replace(sum_of, steps=steps).lines(language), *([said(other, language)] if other else [])]


def other_day(counted: Explanation, stored: date, words: tuple[str, str] = STANDS) -> Text | None:
    """`words` about the stored day, where counting gives another one; None where it gives the same."""
    if counted.result == stored:
        return None
    sv, en = words
    return Text(sv.format(day=spoken(stored, "sv")), en.format(day=spoken(stored, "en")))


def _for_people(step: Step, language: Language) -> Step:
    source = step.facts.get("source")
    if not isinstance(source, str):
        return step
    return replace(step, facts={**step.facts, "source": _source_in_words(source, language)})


PAPERS = Text("samverkans egna dokument ({papers})", "collaboration's own documents ({papers})")
ROWS = Text("rutinens rad {rows}", "row {rows} of the routine")
PRINCIPLES = Text("principerna som Stegen bygger på", "the principles that Stegen is built on")
BESIDES = Text("i övrigt ", "otherwise ")


def _source_in_words(source: str, language: Language) -> str:
    """A routine's files name sources by their numbers, with notes in English; what is neither a number nor a row, a
    principle nor the county's own choice is the county's own words and stays."""
    papers, rows = ", ".join(_PAPER.findall(source)), ", ".join(_ROW.findall(source))
    told = [said(PAPERS, language).format(papers=papers)] if papers else []
    told += [said(ROWS, language).format(rows=rows)] if rows else []
    told += [said(PRINCIPLES, language)] if _PRINCIPLE.search(source) else []
    told += (
        [f"{said(BESIDES, language) if told else ''}{said(Text(*OURS), language)}"] if _CHOICE.search(source) else []
    )
    return "; ".join(told) or source


def dates_of(view: CaseView, words: Wording) -> tuple[Explained, ...]:
    """Open dates first, by day, then the others. A date whose routine is gone is left out."""
    started: dict[str, Text] = {}
    for key, event in _starts(view, words):
        started.setdefault(key, event)
    found = []
    for deadline in sorted(view.deadlines, key=lambda d: (d.status != "open", d.due, d.key)):
        # A converted case keeps dates that only its earlier routine has a rule for.
        definition = next((d for d in words.routines if deadline.code in d.deadlines), None)
        if definition is not None:
            event = started.get(deadline.key) or event_of(deadline, definition) or words.done(deadline.started_by)
            found.append(explained(deadline, definition, words, event))
    return tuple(found)


def _starts(view: CaseView, words: Wording) -> Iterator[tuple[str, Text]]:
    """Each date with the words of the very move that set it; a code alone may stand for several rows of a routine."""
    for line in view.lines:
        if line.compartment == "cover":
            yield from ((deadline["key"], words.line(line)) for deadline in line.outcome.get("deadlines", ()))


class Told(Protocol):
    """A date with its sum: a deadline's, or that of what somebody owes (owed_dates.py)."""

    @property
    def names(self) -> tuple[str, str]: ...
    @property
    def living(self) -> bool: ...


AnyTold = TypeVar("AnyTold", bound=Told)


def chosen(found: Iterable[AnyTold], wanted: str) -> tuple[AnyTold, ...]:
    """By key (`answer#1`) or code (`answer`); "" for all that are open. Raises NoSuchDeadline."""
    every = tuple(found)
    if not wanted:
        return tuple(e for e in every if e.living)
    picked = tuple(e for e in every if wanted in e.names)
    if not picked:
        codes = ", ".join(dict.fromkeys(e.names[1] for e in every)) or "none"
        raise NoSuchDeadline(f"{NoSuchDeadline.__doc__} (asked for {wanted!r}; it has: {codes})")
    return picked


def explained(deadline: Deadline, definition: Definition, words: Wording, event: Text) -> Explained:
    sv, en = (
        in_words(explain_deadline(deadline, definition, words.world, lang), words, event) for lang in ("sv", "en")
    )
    return Explained(deadline, definition.deadlines[deadline.code], event, sv, en)


def in_words(why: Explanation, words: Wording, event: Text) -> Explanation:
    """Meetings are told by the forum's code, rules by a short source; people know them by names and in words."""
    return replace(why, steps=tuple(replace(s, facts=dict(_facts(s, words, event))) for s in why.steps))


def _facts(step: Step, words: Wording, event: Text) -> Iterator[tuple[str, Fact]]:
    for name, fact in step.facts.items():
        if name == "forum":
            yield name, words.names.place(f"forum:{fact}", "sv")
        else:
            yield name, OURS if name == "source" and fact == "ours" else fact
    if step.kind == "start":
        yield "event", (event.sv, event.en)
