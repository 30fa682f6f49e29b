"""What the reporter chose, as her report left it: choices are kept in the case's facts and not among its words, and
whoever checks the report begins from them (law 8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from web.case.opened import Opened
from workflows.clause import clause_named
from workflows.definition import Input

REPORT = "submit"
"""The step by which a report leaves its writer."""

KEPT = {"operation": "toward", "harm": "harm", "risk_goes_on": "risk_goes_on"}
"""A question of the report, and the fact that keeps its answer."""

CLAUSE = "document"
"""The question which agreement, preferably which section, was not followed or is read differently."""

OF_THE_SENDER = frozenset(("operation",))
"""What she proposed before her own side had looked: the other party is not told."""


def reported(case: Opened) -> Mapping[str, Any]:
    """Question -> answer in the newest report of this case, as far as this reader may know them."""
    reports = [line for line in case.view.lines if line.compartment == "cover" and line.code == REPORT]
    facts = reports[-1].outcome.get("cover", {}).get("facts", {}) if reports else {}
    return {code: facts[fact] for code, fact in KEPT.items() if facts.get(fact) is not None}


def spoken(case: Opened, code: str) -> tuple[str, str]:
    """(the question, what the reporter answered) in words; two empty ones where she did not."""
    value, rule = reported(case).get(code), _rule(case, code)
    if value is None or rule is None:
        return "", ""
    return case.w.say(rule.label), _in_words(case, rule, value)


def told(case: Opened, compartment: str) -> Iterator[tuple[str, str]]:
    """Her choices that belong with the report's words in a compartment: what her own side alone is told stands on the
    cover's line, all else with what the parties share."""
    for code in KEPT:
        question, answer = spoken(case, code)
        if answer and (compartment == "cover") == (code in OF_THE_SENDER):
            yield question, answer


def aside(case: Opened, code: str) -> str:
    """`Rapportören angav: Skada`, "" where she did not answer."""
    _, answer = spoken(case, code)
    return case.w.t("case.reported", what=answer) if answer else ""


def first_answers(case: Opened, move: str) -> dict[str, str]:
    """What the form that sends the report on begins with: what she chose, else what has been chosen since. Any other
    form begins with the clause that the case names."""
    cover, answers = case.view.cover, dict(reported(case))
    if not sends(case, move):
        return {CLAUSE: named} if (named := clause_named(cover.facts)) else {}
    facts = {code: cover.facts.get(fact, answers.get(code)) for code, fact in KEPT.items()}
    if cover.receiving is not None:
        # It has been at that operation, and came back.
        facts["operation"] = None
    facts[CLAUSE] = clause_named(cover.facts)
    facts["happened_on"] = cover.event_date
    return {code: _typed(value) for code, value in facts.items() if value not in (None, "")}


def receivers(case: Opened) -> tuple[str, ...]:
    """The operations to telephone when the risk goes on: the one that has the report or that she chose, and her own."""
    cover = case.view.cover
    there = cover.receiving.operation if cover.receiving is not None else str(cover.facts.get("toward") or "")
    return (there, cover.raising.operation)


def sends(case: Opened, move: str) -> bool:
    """Whether a move sends the report to the other side."""
    return any(word == "receiver" for row in case.rows(move) for word, _ in row.then)


def _rule(case: Opened, code: str) -> Input | None:
    return next((d.inputs[code] for d in case.said.routines if code in d.inputs), None)


def _in_words(case: Opened, rule: Input, value: Any) -> str:
    if isinstance(value, bool):
        return case.w.t("form.yes" if value else "form.no")
    if rule.type == "operation":
        return case.w.place(f"operation:{value}")
    return next((case.w.say(text) for option, text in rule.options if option == value), str(value))


def _typed(value: Any) -> str:
    """A kept answer as its field sends it."""
    return str(value) if not isinstance(value, bool) else "yes" if value else "no"
