"""Why a case's date is what it is: a stored deadline told through the rule it was set under (law 2)."""

from __future__ import annotations

from cases.wording import Wording
from workflows.calendar import Language
from workflows.clocks import rule_of
from workflows.definition import Definition, DeadlineRule
from workflows.due import Pause
from workflows.nouns import Deadline
from workflows.why import Explanation, explain


def explain_deadline(deadline: Deadline, said: Wording, language: Language) -> Explanation | None:
    """The sum behind a deadline's date, with today's calendar and meetings: for a living deadline the stored date.

    `language` is only for the grounds of pauses, which an explanation keeps as plain words. None for a deadline of a
    routine that the case never followed.
    """
    rule = deadline_rule(deadline.code, said)
    if rule is None:
        return None
    event = said.move(deadline.started_by)
    return explain(
        rule_of(deadline, rule),
        deadline.start,
        said.world.calendar.days_of(deadline.party or None),
        pauses=[Pause(start, end, _ground(ground, said, language)) for start, end, ground in deadline.pauses],
        named=deadline.named,
        extended_to=deadline.extended_to,
        extended_on=deadline.extended_on,
        meetings=said.meetings.get(deadline.forum, ()),
        started_by=(event.sv, event.en),
    )


def deadline_rule(code: str, said: Wording) -> DeadlineRule | None:
    """The rule of a deadline, in the routine the case follows now or in one it followed before."""
    definitions: tuple[Definition, ...] = said.routines
    return next((d.deadlines[code] for d in definitions if code in d.deadlines), None)


def _ground(code: str, said: Wording, language: Language) -> str:
    rule = deadline_rule(code, said)
    if rule is None:
        return code
    return rule.text.sv if language == "sv" else rule.text.en
