"""A move of several rows, where an answer in its own form decides which is taken: each way in its own words, and for
which answers a question must be answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from string import Formatter
from typing import Any

from web.case.opened import Opened
from web.choices import Group
from web.fields import Field
from workflows.definition import Definition, Move
from workflows.nouns import Offer

DECIDES = "answer_is"
"""The guard of a row that an answer opens."""

MOST = 3
"""Ways that are worth a button each; more are chosen among in the form."""


@dataclass(frozen=True, slots=True)
class Way:
    """One row of an offered move. `answers` are what its form begins with: the one answer that leads this way."""

    text: str
    answers: Mapping[str, str]


def ways(case: Opened, offer: Offer) -> tuple[Way, ...]:
    """The ways of an open move, each with words of its own; the move itself where there is one way, or too many, or
    where it has words for itself: then the way is chosen in its form, and nowhere else."""
    rows = tuple(_open_rows(case, offer))
    if case.w.knows(f"undecided.{offer.move}"):
        return (Way(case.offered(offer), {}),)
    told = tuple(Way(case.w.say(row.text), _answers(case.definition, row)) for row in rows)
    apart = all(_deciding(case.definition, row) for row in rows) and len({way.text for way in told}) == len(rows)
    return told if apart and 1 < len(rows) <= MOST else (Way(case.offered(offer), {}),)


def title(case: Opened, move: str, typed: Mapping[str, str]) -> str:
    """What the move is called with the answers that are given; as it is offered while none decides."""
    offer = case.offer(move)
    for row in _open_rows(case, offer) if offer is not None else ():
        code, options = _deciding(case.definition, row) or ("", ())
        if typed.get(code) in options:
            return case.w.say(row.text)
    return case.move_text(move)


def follows(case: Opened, move: str) -> str:
    """What follows from an open move, with the days of the dates that it speaks of; "" where the routine says nothing,
    or where such a date does not stand."""
    offer = case.offer(move)
    row = next(_open_rows(case, offer), None) if offer is not None and not offer.reasons else None
    if row is None or row.follows is None:
        return ""
    days = {d.code: case.w.day(d.due) for d in case.view.deadlines if d.status == "open"}
    said = case.w.say(row.follows)
    named = {name for _, name, _, _ in Formatter().parse(said) if name is not None}
    return said.format_map(days) if named <= days.keys() else ""


def only_open(case: Opened, move: str, field: Field) -> Field:
    """A question with options, with the answers that lead anywhere here and that this function may give; a single one
    is given."""
    offer = case.offer(move)
    asked = {a.code: a.rule for a in offer.asks} if offer is not None and not offer.reasons else {}
    if field.kind not in ("choice", "choices") or field.code not in asked:
        return field
    opened = {option for option, _ in asked[field.code].options}
    groups = (Group(g.name, tuple(o for o in g.options if o.value in opened)) for g in field.groups)
    return replace(field, groups=tuple(groups), value=field.value or (min(opened) if len(opened) == 1 else ""))


def needed_when(case: Opened, move: str, code: str) -> str:
    """The answers with which that question must be answered too, as they stand in the form; "" where something else
    than an answer decides it."""
    return _when(case, move, lambda row: code in row.needs)


def taken_when(case: Opened, move: str, code: str) -> str:
    """The answers with which that question may be answered at all; "" where it always may."""
    return _when(case, move, lambda row: code in (*row.needs, *row.may))


def _when(case: Opened, move: str, asks: Callable[[Move], bool]) -> str:
    offer = case.offer(move)
    labels: dict[str, str] = {}
    for row in _open_rows(case, offer) if offer is not None else ():
        deciding = _deciding(case.definition, row)
        if asks(row) and deciding is None:
            return ""
        if asks(row) and deciding is not None:
            rule = case.definition.inputs[deciding[0]]
            labels |= {option: case.w.say(text) for option, text in rule.options if option in deciding[1]}
    quoted = [case.w.t("form.quoted", text=label) for label in labels.values()]
    return case.w.t("form.or").join(filter(None, (", ".join(quoted[:-1]), *quoted[-1:])))


def taken_by(case: Opened, move: str, code: str) -> str:
    """`position=returns|parks`: the answers to one question without which that other one is not asked; "" where every
    way asks it, or where more than one question decides."""
    return _led_by(case, move, code, lambda row: code in (*row.needs, *row.may))


def needed_by(case: Opened, move: str, code: str) -> str:
    """The same for the answers that need it."""
    return _led_by(case, move, code, lambda row: code in row.needs)


def _led_by(case: Opened, move: str, code: str, asks: Callable[[Move], bool]) -> str:
    offer = case.offer(move)
    rows = tuple(_open_rows(case, offer)) if offer is not None else ()
    deciding = tuple(_deciding(case.definition, row) for row in rows if asks(row))
    questions = {found[0] if found is not None else "" for found in deciding}
    if len(questions) != 1 or questions & {"", code} or len(deciding) == len(rows):
        return ""
    options = {option: None for found in deciding if found is not None for option in found[1]}
    return f"{questions.pop()}={'|'.join(options)}"


def takes(case: Opened, move: str, given: Mapping[str, Any], code: str) -> bool:
    """Whether a way that these answers lead to takes an answer to that question."""
    for row in case.rows(move):
        decided = _deciding(case.definition, row)
        answer = given.get(decided[0], ()) if decided is not None else ()
        chosen = {answer} if isinstance(answer, str) else {*answer}
        if code in (*row.needs, *row.may) and (decided is None or chosen & {*decided[1]}):
            return True
    return False


def _open_rows(case: Opened, offer: Offer) -> Iterator[Move]:
    yield from (row for row in case.rows(offer.move) if f"{case.definition.key}:{row.place}" in offer.rows)


def _answers(definition: Definition, row: Move) -> dict[str, str]:
    code, options = _deciding(definition, row) or ("", ())
    return {code: options[0]} if len(options) == 1 else {}


def _deciding(definition: Definition, row: Move) -> tuple[str, tuple[str, ...]] | None:
    """(question, the answers that open this row), None for a row that no answer decides."""
    for word, arg in row.guards:
        if word == DECIDES:
            code, _, named = arg.lstrip("!").partition("=")
            wanted = named.split("|")
            options = tuple(o for o, _ in definition.inputs[code].options if (o in wanted) != arg.startswith("!"))
            return code, options
    return None
