"""Why not, as a plain sentence in each language: a fault with the routine's own words for it.

What fills a sentence is said in its language too: labels and options as the routine calls them, functions and places
by their names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from workflows.calendar import Language, spoken
from workflows.definition import Definition, Text
from workflows.general_words import general_words
from workflows.in_words import said
from workflows.naming import Names
from workflows.nouns import Door, Reason
from workflows.organisation import Organisation


@dataclass(frozen=True, slots=True)
class Post:
    """A function at a place, to be named in a sentence."""

    key: str


Fill = str | Text | Post
"""What stands in a sentence: as it is (a date, a number, a forum's name), in the reader's language, or a post."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A guard's no: the code of the routine's reason, what fills its text, the field it is about, the way on."""

    code: str
    fill: Mapping[str, Fill] = field(default_factory=dict)
    field: str = ""
    door: Door | None = None
    words: str = ""
    """The code of the text, where one reason is worded in several ways."""


def reason_of(definition: Definition, fault: Fault, org: Organisation) -> Reason:
    """The fault in words: the routine's own; the program's where the routine is older than the reason."""
    text = definition.reasons.get(fault.words or fault.code) or general_words(fault.code)
    names = Names(org.names, definition.functions)
    sv, en = (said(text, language).format_map(_filled(fault.fill, names, language)) for language in ("sv", "en"))
    return Reason(fault.code, _sentence(sv), _sentence(en), fault.field)


def _filled(fill: Mapping[str, Fill], names: Names, language: Language) -> _Lenient:
    return _Lenient({name: _word(value, names, language) for name, value in fill.items()})


def _word(value: Fill, names: Names, language: Language) -> str:
    if isinstance(value, Post):
        return names.post(value.key, language)
    if isinstance(value, Text):
        return said(value, language)
    return _day(value, language) if _DAY.fullmatch(value) else value


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""A date, as faults carry it; or what somebody wrote in place of one."""


def _day(text: str, language: Language) -> str:
    try:
        return spoken(date.fromisoformat(text), language)
    except ValueError:
        return text


_UNFILLED = re.compile(r" [^.!?]*\s\.(?=\s|$)")
"""A sentence after the first whose last word is missing: an ended case has no ball-holder to name."""


def _sentence(text: str) -> str:
    """With a capital where a name or a label came first; a label that is a question keeps its mark as the last."""
    told = _UNFILLED.sub("", text)
    return told[:1].upper() + told[1:].replace("?.", "?")


class _Lenient(dict[str, str]):
    """A routine may have more places in its words than a fault has to fill them with."""

    def __missing__(self, key: str) -> str:
        return "…"
