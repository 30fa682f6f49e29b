"""Why a case's date is what it is: a stored deadline told through the rule it was set under (law 2)."""

from __future__ import annotations

from workflows.attempt import World
from workflows.calendar import Language
from workflows.clocks import meetings_of, rule_of
from workflows.definition import Definition
from workflows.due import Pause
from workflows.nouns import Deadline
from workflows.why import Explanation, Pair, explain


def explain_deadline(deadline: Deadline, definition: Definition, world: World, language: Language) -> Explanation:
    """The sum behind a deadline's date, with today's calendar and meetings: for a living deadline the stored date.

    `language` is only for grounds of pauses, which the explanation keeps as plain words. Raises KeyError for a
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
        started_by=_event(deadline.started_by, definition),
    )


def _event(move: str, definition: Definition) -> str | Pair:
    """The words of the move that started the clock; a clock of the case's own beginning has none."""
    rows = definition.by_code.get(move, ())
    return (rows[0].text.sv, rows[0].text.en) if rows else ""


def _ground(code: str, definition: Definition, language: Language) -> str:
    rule = definition.deadlines.get(code)
    if rule is None:
        return code
    return rule.text.sv if language == "sv" else rule.text.en
