"""Why a case's date is what it is: a stored deadline told through the rule it was set under (law 2)."""

from __future__ import annotations

from workflows.answering import decides
from workflows.attempt import World
from workflows.calendar import Language
from workflows.clocks import meetings_of, rule_of
from workflows.definition import Definition, Move, Text
from workflows.due import Pause
from workflows.happened import UNTOLD, filled
from workflows.nouns import Deadline
from workflows.why import Explanation, Pair, explain


def explain_deadline(
    deadline: Deadline, definition: Definition, world: World, language: Language, row: Move | None = None
) -> Explanation:
    """The sum behind a deadline's date, with today's calendar and meetings: for a living deadline the stored date.

    `row` is the row of the routine that set the date, where a history line names it. `language` is only for grounds of
    pauses, which the explanation keeps as plain words. Raises KeyError for a
    deadline that the definition does not know (one set under another routine, before a conversion).
    """
    rule = definition.deadlines[deadline.code]
    return explain(
        rule_of(deadline, rule),
        deadline.start,
        world.calendar.days_of(deadline.party or None),
        pauses=[Pause(start, end, _ground(ground, definition, language)) for start, end, ground in deadline.pauses],
        named=deadline.named,
        extended_to=deadline.extended_to,
        extended_on=deadline.extended_on,
        meetings=meetings_of(deadline.forum, world),
        started_by=_event(deadline, definition) if row is None else _words(row),
    )


def event_of(deadline: Deadline, definition: Definition) -> Text | None:
    """What started the clock, where no history line names the very row; None for what is no move of the routine."""
    event = _event(deadline, definition)
    return Text(*event) if isinstance(event, tuple) else None


def _event(deadline: Deadline, definition: Definition) -> str | Pair:
    """The words of the move that started the clock; a clock of the case's own beginning has none.

    Where several rows share the move's code, those that can start this clock: a row that sets it, or that leads to the
    stage whose entry does. Never one whose words would tell of a hidden mark.
    """
    rows = sorted(definition.by_code.get(deadline.started_by, ()), key=lambda row: row.asks_for_mark)
    starts = definition.deadlines[deadline.code].starts
    able = [row for row in rows if _sets(row, deadline.code)] or [row for row in rows if row.to == starts] or rows
    # Whoever is not told which row was taken may not know what a forum has decided and not sent.
    told = UNTOLD.get(deadline.started_by) if not able or decides(able[0]) else None
    if told is not None:
        return told.sv, told.en
    return _words(able[0]) if able else ""


def _words(row: Move) -> Pair:
    told = filled(row.happened)
    return told.sv, told.en


def _sets(row: Move, code: str) -> bool:
    """`rearm` and `agree_date` name the date first; `hold` names the one that it starts after the one that it stops."""
    named = ((word, *arg.partition("=")[::2]) for word, arg in row.then)
    return any(
        (word in ("rearm", "agree_date") and first == code) or (word == "hold" and last == code)
        for word, first, last in named
    )


def _ground(code: str, definition: Definition, language: Language) -> str:
    rule = definition.deadlines.get(code)
    if rule is None:
        return code
    return rule.text.sv if language == "sv" else rule.text.en
