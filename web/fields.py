"""From a move's inputs to the fields of its form, and from what was sent back to values the rules can judge.

Nothing is checked here: a value of the wrong sort goes to the rules as it was typed, and they say what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from web.choices import Choices, Group
from web.words import Words
from workflows.definition import NONE, SEVERAL, Definition, Input

SHORT = 200
"""A text with a limit of so many characters fits in one line."""

MEASURE_ROWS = 2
"""Rows that a form of measures begins with; a button adds one."""

MOST_MEASURES = 12

PARTS = ("what", "owner", "date")


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form. `value` is what was typed, as text; `rows` are the measures' own."""

    code: str
    kind: str
    label: str
    help: str = ""
    required: bool = True
    depends: bool = False
    """Whether it is needed by what else is chosen."""
    when: str = ""
    """The answers that need it, or of an optional one that take it, in words; "" where they cannot be told."""
    taken_by: str = ""
    needed_by: str = ""
    """The answers without which it is not asked, and those that need it: `question=answer|answer`; "" where no one
    question decides."""
    limit: int = 0
    search_at: str = ""
    """The address that searches among more than is offered; "" where all is offered."""
    search: str = ""
    search_for: str = "place"
    """What is searched for: `place` or `clause`."""
    found: bool = False
    follows: str = ""
    """The question of the same form whose answer decides what can be chosen here."""
    blank: str = ""
    """What holds when nothing is chosen, in words; "" where that is nothing."""
    settled: bool = False
    """Whether the case has an answer already: another one may be given, and none is no answer."""
    groups: tuple[Group, ...] = ()
    value: str = ""
    rows: tuple[Mapping[str, str], ...] = ()
    none: str = ""
    """The words for "none is needed", where measures may be answered so."""
    errors: tuple[str, ...] = ()

    @property
    def spoken(self) -> str:
        """The value as people read it: the label of what was chosen, else the text itself."""
        labels = {o.value: o.label for group in self.groups for o in group.options}
        if self.kind == "choices":
            return ", ".join(labels[value] for value in self.chosen if value in labels)
        return labels.get(self.value, self.value)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The options of one answer."""
        return tuple(self.value.split(SEVERAL)) if self.value else ()

    @property
    def lines(self) -> bool:
        """Whether the text needs several lines."""
        return self.kind == "text" and not 0 < self.limit <= SHORT


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form asks for: codes in order, and which must be answered."""

    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    some: tuple[str, ...] = ()
    """Those of `may` that some answers need."""

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.needs, *self.may)))


def fields(
    definition: Definition, asked: Asked, typed: Mapping[str, str], choices: Choices, w: Words,
    errors: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Field, ...]:  # fmt: skip
    """The form's questions with what was typed in them and what is wrong with it."""
    found = (
        _field(definition.inputs[code], code in asked.needs, typed, choices, w, tuple((errors or {}).get(code, ())))
        for code in asked.codes
    )
    return tuple(replace(field, depends=field.code in asked.some) for field in found)


def _field(
    rule: Input, required: bool, typed: Mapping[str, str], choices: Choices, w: Words, errors: tuple[str, ...]
) -> Field:
    return Field(
        code=rule.code,
        kind=rule.type,
        label=w.say(rule.label),
        help=w.say(rule.help) if rule.help else "",
        required=required,
        limit=rule.max,
        groups=tuple(choices.of(rule)),
        value=SEVERAL.join(_several(rule, typed)) if rule.type == "choices" else typed.get(rule.code, ""),
        rows=tuple(_rows(rule.code, typed)) if rule.type == "measures" else (),
        none=w.say(rule.none) if rule.none else "",
        errors=errors,
    )


def values(definition: Definition, codes: Iterable[str], typed: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, as the rules take it: dates, yes and no, numbers, measures. What is blank is left out."""
    found: dict[str, Any] = {}
    for code in codes:
        rule = definition.inputs[code]
        value = _answer(rule, typed)
        if value not in (None, "", []):
            found[code] = value
    return found


def _answer(rule: Input, typed: Mapping[str, str]) -> Any:
    """One field's value; measures and several options are put together from fields of their own."""
    if rule.type == "measures":
        return _measures(rule.code, typed)
    return _several(rule, typed) if rule.type == "choices" else _value(rule.type, typed.get(rule.code, ""))


def _value(kind: str, text: str) -> Any:
    text = text.replace("\r\n", "\n")
    if not text.strip():
        return None
    plain = text.strip()
    if kind == "date":
        return _date(plain)
    if kind == "yes_no":
        return {"yes": True, "no": False}.get(plain, plain)
    if kind == "number":
        return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 12 else plain
    return text if kind == "text" else plain


def _several(rule: Input, typed: Mapping[str, str]) -> list[str]:
    """The ticked options: each is a box of its own, so that they travel from page to page like any other field."""
    return [option for option, _ in rule.options if typed.get(f"{rule.code}-{option}")]


def _date(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _measures(code: str, typed: Mapping[str, str]) -> list[dict[str, Any]] | str:
    """The rows that something stands in; without one, whether none is needed."""
    found = [
        {"what": row["what"].strip(), "owner": row["owner"], "date": _date(row["date"].strip())}
        for row in _rows(code, typed)
        if row["what"].strip() or row["date"].strip()
    ]
    return found or (NONE if typed.get(code) == NONE else [])


def _rows(code: str, typed: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    wanted = typed.get(f"{code}-rows", "")
    count = int(wanted) if wanted.isascii() and wanted.isdecimal() else MEASURE_ROWS
    more = 1 if typed.get("more") == code else 0
    for number in range(min(max(count, MEASURE_ROWS) + more, MOST_MEASURES)):
        yield {part: typed.get(f"{code}-{number}-{part}", "") for part in PARTS}
