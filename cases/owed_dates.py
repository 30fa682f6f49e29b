"""The date of whatever somebody owes, with its sum (laws 1 and 2): who was asked by which step, by which rule, no later
than which other date of the case. A date that is bound to a meeting follows it; any other is set once, and whoever gets
another one is asked anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from cases.dates import in_words, lines_of, other_day
from cases.reading import CaseView
from cases.wording import Wording
from workflows.answering import decides
from workflows.calendar import Language
from workflows.clocks import meetings_of
from workflows.definition import ContributionRule, Definition, Move, Text
from workflows.happened import UNTOLD, filled
from workflows.nouns import Contribution, Deadline
from workflows.office_hours import local_date
from workflows.why import Explanation, explain_owed

UNTIL = ("owe_until", "owe_before")
"""Effects of a routine by which something is owed by another date of the case: `owe_before:page_read=material`."""


@dataclass(frozen=True, slots=True)
class Owed:
    """What somebody owes, with its rule, the event by which it was asked for, and the sum step by step."""

    part: Contribution
    rule: ContributionRule
    asked_on: date
    started_by: Text
    why: Explanation

    @property
    def names(self) -> tuple[str, str]:
        return self.part.key, self.part.code

    @property
    def living(self) -> bool:
        return self.part.status == "owed"

    def lines(self, language: Language) -> list[str]:
        """The sum in sentences, for people."""
        return lines_of(self.why, self.other_day(), language)

    def other_day(self) -> Text | None:
        """What to say when today's calendar and meetings would give another day than the one it was asked by."""
        return other_day(self.why, self.part.due)


def owed_dates_of(view: CaseView, words: Wording) -> tuple[Owed, ...]:
    """All that is or was owed, as the view has it: by day. What no routine of the case has a rule for is left out."""
    return tuple(_owed_dates(view, words, dict(_asked(view, words))))


def _owed_dates(view: CaseView, words: Wording, asked: Mapping[str, tuple[datetime, Text]]) -> Iterator[Owed]:
    alike: dict[object, Owed] = {}
    for part in view.contributions:
        definition = next((d for d in words.routines if part.code in d.contributions), None)
        if definition is None or part.key not in asked:
            continue
        at, event = asked[part.key]
        # A round asks fifty for the same by the same day: their sum is done once.
        same = (part.code, part.due, part.forum, at)
        if same not in alike:
            alike[same] = owed_date(part, definition, words, local_date(at), event, view.deadlines)
        yield replace(alike[same], part=part)


def _asked(view: CaseView, words: Wording) -> Iterator[tuple[str, tuple[datetime, Text]]]:
    """Key -> when it was asked for, and the words of the very step that did. The last line that asked stands."""
    for line in view.lines:
        if line.compartment == "cover":
            yield from ((key, (line.at, words.line(line))) for key in line.asks)


def owed_date(
    part: Contribution,
    definition: Definition,
    words: Wording,
    asked_on: date,
    event: Text,
    deadlines: Iterable[Deadline] = (),
) -> Owed:
    """`event` is what asked for it on that day, `deadlines` the dates of the case, which may be its bound."""
    rule, days = definition.contributions[part.code], words.world.calendar.days_of(None)
    until, bound = _bound(part, definition, deadlines)
    forum = part.forum if rule.rule.unit == "meeting" else ""
    why = explain_owed(
        rule.rule, asked_on, days, until=until, bound=(bound.sv, bound.en) if bound is not None else "",
        meetings=meetings_of(forum, words.world),
    )  # fmt: skip
    return Owed(part, rule, asked_on, event, in_words(why, words, event))


def _bound(
    part: Contribution, definition: Definition, deadlines: Iterable[Deadline]
) -> tuple[date | None, Text | None]:
    """The other date of the case by which it is owed, and its words. A rule without a length of its own has its day
    from there alone."""
    codes = {code for move in definition.moves for code in _until(move, part.code)}
    met = next((d for d in deadlines if d.code in codes and d.due == part.due), None)
    named = definition.contributions[part.code].rule.unit == "fixed"
    if met is None:
        only = next(iter(codes)) if len(codes) == 1 else ""
        return (part.due, definition.deadlines[only].text if only else None) if named else (None, None)
    return part.due, definition.deadlines[met.code].text


def _until(move: Move, code: str) -> Iterator[str]:
    for word, arg in move.then:
        owed, _, until = arg.partition("=")
        if word in UNTIL and owed == code:
            yield until


def asking_event(code: str, part: Contribution, definition: Definition, words: Wording) -> Text:
    """What asked for it, where only the code of the step is at hand: in the words of a row that does ask for it. Never
    one whose words would tell of a hidden mark, or what a forum has decided and not sent."""
    rows = sorted(definition.by_code.get(code, ()), key=lambda row: row.asks_for_mark)
    asking = [row for row in rows if any(arg.partition("=")[0] == part.code for _, arg in row.then)] or rows
    if not asking:
        return words.done(code)
    return (UNTOLD.get(code) if decides(asking[0]) else None) or filled(asking[0].happened)
