"""What a move asks for: is it there, and is it of the right sort. Faults name the field; of its value they say back
nothing but a code that nothing is known by, cut short."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from workflows.attempt import Attempt
from workflows.clause import fault_in, faults_of_kept
from workflows.definition import NONE, UNKNOWN, Input, Move
from workflows.fuzzy import before_calendar, no_such_day
from workflows.organisation import function_of, holder_of, post
from workflows.passing_on import HANDLING, is_function
from workflows.reasons import Fault, Fill
from workflows.returning import OF_A_FORUM
from workflows.roles import CARRYING_AT_FORUM, at_side

TEXT_LIMIT = 20_000
"""Characters in one text when the routine names no limit; a page of print has about 3 000."""

TYPES = frozenset(
    (
        "text",
        "date",
        "choice",
        "choices",
        "unit",
        "operation",
        "forum",
        "post",
        "lower_post",
        "own_post",
        "measures",
        "yes_no",
        "number",
        "clause",
        "case",
    )
)


EARLIEST, LATEST = date(2001, 1, 1), date(2043, 12, 31)
"""Days that can be named: the calendar knows a year before and two after them, for what is counted from there."""


def faults_of(attempt: Attempt, move: Move) -> Iterator[Fault]:
    """Missing inputs, inputs that the move does not take, and values of the wrong sort."""
    inputs = attempt.definition.inputs
    for code in move.needs:
        if attempt.given(code) is None:
            yield _missing(inputs[code])
    for code in attempt.inputs:
        if code not in inputs or (code not in move.needs and code not in move.may):
            known = inputs.get(code)
            yield Fault("input_unknown", {"input": known.label if known else code[:40]}, code[:40])
        elif attempt.given(code) is not None and inputs[code].instead(attempt.inputs[code]) is None:
            fault = SORTS[inputs[code].type](attempt, inputs[code], attempt.inputs[code])
            if fault:
                yield Fault(fault, {"input": inputs[code].label}, code)
            elif inputs[code].type in TOGETHER:
                yield from TOGETHER[inputs[code].type](attempt, inputs[code])
    yield from faults_of_kept(attempt, move)


def _missing(rule: Input) -> Fault:
    """What must be filled in; one that may be answered with "don't know", or that none is needed, says how."""
    for code, answer in ((UNKNOWN, rule.unknown), (NONE, rule.none)):
        if answer is not None:
            fill: dict[str, Fill] = {"input": rule.label, code: answer, "code": code}
            return Fault("input_missing", fill, rule.code, words=f"input_missing_or_{code}")
    return Fault("input_missing", {"input": rule.label}, rule.code)


def _text(attempt: Attempt, rule: Input, value: Any) -> str | None:
    if not isinstance(value, str):
        return "input_not_text"
    if len(value) > (rule.max or TEXT_LIMIT):
        return "input_too_long"
    if has_control(value):
        return "input_control"
    return _when(attempt, value) if rule.about_when else None


def _when(attempt: Attempt, value: str) -> str | None:
    """Free words are a time too; refused are only those that name a day which cannot have been."""
    if no_such_day(value):
        return "input_no_such_day"
    return "input_before_calendar" if before_calendar(value, attempt.today) else None


CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
"""Control characters but for line breaks and tabs, halves of characters, and marks that turn the reading direction:
with those a text can look like another."""


def has_control(text: str) -> bool:
    """Control characters other than line breaks and tabs, and marks that turn the reading direction."""
    return CONTROL.search(text) is not None


def _date(attempt: Attempt, rule: Input, value: Any) -> str | None:
    # A datetime is a date to Python, and cannot be compared with one.
    if type(value) is not date:
        return "input_not_date"
    return None if EARLIEST <= value <= LATEST else "input_date_range"


def _choice(attempt: Attempt, rule: Input, value: Any) -> str | None:
    return None if isinstance(value, str) and value in dict(rule.options) else "input_not_option"


def _choices(attempt: Attempt, rule: Input, value: Any) -> str | None:
    """One option, or a list of different ones."""
    if isinstance(value, str):
        return _choice(attempt, rule, value)
    sound = isinstance(value, (list, tuple)) and value and all(not _choice(attempt, rule, v) for v in value)
    return None if sound and len(set(value)) == len(value) else "input_not_option"


def _apart(attempt: Attempt, rule: Input) -> Iterator[Fault]:
    """What is chosen together and contradicts itself."""
    two = rule.apart(attempt.chosen(rule.code))
    if two is not None:
        yield Fault("input_apart", {"one": two[0], "other": two[1]}, rule.code)


def _unit(attempt: Attempt, rule: Input, value: Any) -> str | None:
    return None if isinstance(value, str) and value in attempt.world.org.open_units else "input_no_unit"


def _operation(attempt: Attempt, rule: Input, value: Any) -> str | None:
    return None if isinstance(value, str) and f"operation:{value}" in attempt.world.org.sides else "input_no_operation"


def _forum(attempt: Attempt, rule: Input, value: Any) -> str | None:
    return None if isinstance(value, str) and value in attempt.world.org.forums else "input_no_forum"


def _post(attempt: Attempt, rule: Input, value: Any) -> str | None:
    """A function that carries cases, at one of the places of this case: nobody outside it, nobody who can never be, and
    nobody who reads less than the cover (a reporter, a guest) is made to hold the ball."""
    cover = attempt.cover
    sides = [s for s in (cover.raising, cover.receiving) if s is not None]
    carrying = {at_side(function, side) for side in sides for function in HANDLING}
    carrying |= {post(function, f"forum:{code}") for code in cover.forums for function in CARRYING_AT_FORUM}
    return None if isinstance(value, str) and value in carrying else "input_no_post"


def _lower_post(attempt: Attempt, rule: Input, value: Any) -> str | None:
    """A function of this case, or of a forum that has had it; which of them it may be, a guard asks."""
    known = isinstance(value, str) and function_of(value) in OF_A_FORUM
    visited = attempt.cover.facts.get("visited", ())
    return None if known and holder_of(value) in {f"forum:{f}" for f in visited} else _post(attempt, rule, value)


def _own_post(attempt: Attempt, rule: Input, value: Any) -> str | None:
    """A function that carries cases, at any place of a party; whose side it is of, a guard asks."""
    return None if is_function(value, attempt.world.org) else "input_no_own_post"


def _clause(attempt: Attempt, rule: Input, value: Any) -> str | None:
    return fault_in(attempt, value)


def _case(attempt: Attempt, rule: Input, value: Any) -> str | None:
    """A case's number by its form; whether there is such a case, and whether the actor may know, the record asks."""
    return None if isinstance(value, str) and _CASE.fullmatch(value.strip()) else "input_no_case"


_CASE = re.compile("20[0-9]{2}-[0-9A-HJKMNP-TV-Z]{7}")


def _measures(attempt: Attempt, rule: Input, value: Any) -> str | None:
    """Rows of what, owner and date: `[{"what": text, "owner": post, "date": date}]`."""
    if not isinstance(value, (list, tuple)):
        return "input_not_measures"
    if not all(_is_measure(attempt, rule, row) for row in value):
        return "input_not_measures"
    if {row["owner"] for row in value} & _theirs(attempt):
        return "input_measure_theirs"
    return "input_measure_past" if any(row["date"] < attempt.today for row in value) else None


def _is_measure(attempt: Attempt, rule: Input, row: Any) -> bool:
    """Whether it has all three, each of its sort; whether the case knows the owner is asked by itself."""
    if not isinstance(row, dict) or set(row) != {"what", "owner", "date"} or not (row["what"] and row["owner"]):
        return False
    return not (_date(attempt, rule, row["date"]) or any(_text(attempt, rule, row[part]) for part in ("what", "owner")))


def _unknown_owners(attempt: Attempt, rule: Input) -> Iterator[Fault]:
    """Each owner that is no function of this case, as it was written."""
    for owner in dict.fromkeys(row["owner"] for row in attempt.inputs[rule.code]):
        if _post(attempt, rule, owner):
            yield Fault("input_measure_owner", {"owner": owner[:LONGEST_POST]}, rule.code)


LONGEST_POST = 80
"""Characters of what somebody wrote in place of a function that are said back."""


def _theirs(attempt: Attempt) -> frozenset[str]:
    """Functions of the side across from whoever acts: nobody promises on another party's behalf (law 7). One that both
    sides have is nobody else's."""
    sides = {"raising": attempt.cover.raising, "receiving": attempt.cover.receiving}
    across = sides.pop(attempt.other_side(attempt.cover))
    own = next(iter(sides.values()))
    held = [frozenset(at_side(f, s) for f in HANDLING) if s is not None else frozenset() for s in (across, own)]
    return held[0] - held[1]


def _yes_no(attempt: Attempt, rule: Input, value: Any) -> str | None:
    return None if isinstance(value, bool) else "input_not_yes_no"


def _number(attempt: Attempt, rule: Input, value: Any) -> str | None:
    return None if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else "input_not_number"


REASONS_OF_TYPE: dict[str, tuple[str, ...]] = {
    "text": ("input_not_text", "input_too_long", "input_control", "input_no_such_day", "input_before_calendar"),
    "date": ("input_not_date", "input_date_range"),
    "choice": ("input_not_option",), "choices": ("input_not_option", "input_apart"),
    "unit": ("input_no_unit",), "operation": ("input_no_operation",),
    "forum": ("input_no_forum",), "post": ("input_no_post",), "lower_post": ("input_no_post",),
    "own_post": ("input_no_own_post",),
    "measures": ("input_not_measures", "input_measure_owner", "input_measure_past", "input_measure_theirs"),
    "yes_no": ("input_not_yes_no",), "number": ("input_not_number",),
    "clause": ("input_no_clause", "input_clause_not_in_force", "input_clause_named"), "case": ("input_no_case",),
}  # fmt: skip
"""The reasons that each type may be refused for; a routine must have the words for the types it uses."""

Sort = Callable[[Attempt, Input, Any], str | None]
SORTS: dict[str, Sort] = {
    "text": _text, "date": _date, "choice": _choice, "choices": _choices, "unit": _unit,
    "operation": _operation, "forum": _forum, "post": _post, "lower_post": _lower_post,
    "own_post": _own_post, "measures": _measures,
    "clause": _clause, "case": _case, "yes_no": _yes_no, "number": _number,
}  # fmt: skip

TOGETHER: dict[str, Callable[[Attempt, Input], Iterator[Fault]]] = {"choices": _apart, "measures": _unknown_owners}
"""What is asked of several values together, once each is of its sort."""
