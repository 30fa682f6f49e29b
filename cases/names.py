"""Posts and places in words: `handler@unit:hsv-molndal` is "handläggare vid Hemsjukvården, Mölndal".

One statement for all the places of a page; functions are called what the routine calls them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cases.database import Transaction
from workflows.calendar import Language
from workflows.definition import Text
from workflows.in_words import said
from workflows.organisation import function_of, holder_of

AT_ONCE = 40
"""Places that one statement looks up; a page seldom has more."""

_TABLES = ("unit", "operation", "authority", "arena", "forum")
_WANTED = ", ".join(f":c{number}" for number in range(AT_ONCE))
NAMES = " UNION ALL ".join(f"SELECT '{t}:' || code, name FROM {t} WHERE code IN ({_WANTED})" for t in _TABLES)

SIDES = {"municipal": Text("kommunsidan", "the municipal side"), "regional": Text("regionsidan", "the regional side")}
COUNTY = Text("länet", "the county")
AT, IN = Text("vid", "at"), Text("i", "in")
"""A handler is at a unit, a chair in a forum."""

_KEY = re.compile(r"[a-z_.]+@(?:county|(?:unit|operation|authority|arena|forum):[\w-]+)")


@dataclass(frozen=True, slots=True)
class Names:
    """The names that one page needs. A place that is not among them is called by its code."""

    places: Mapping[str, str]
    functions: Mapping[str, Text]

    def place(self, holder: str, language: Language) -> str:
        """`forum:lgs`, `county`; a bare code of a forum or operation in a reason's door is looked for as well."""
        if holder == "county":
            return said(COUNTY, language)
        bare = (self.places.get(f"{table}:{holder}") for table in ("forum", "operation", "unit"))
        return self.places.get(holder) or next(filter(None, bare), holder.partition(":")[2] or holder)

    def function(self, name: str, language: Language) -> str:
        """`preparer.municipal` is the preparer of the municipal side."""
        plain, _, side = name.partition(".")
        known = self.functions.get(plain)
        called = said(known, language) if known else plain.replace("_", " ")
        return f"{called} ({said(SIDES[side], language)})" if side in SIDES else called

    def post(self, key: str, language: Language) -> str:
        """A function at a place; "" for none, and the function alone for those of the whole county."""
        if not key:
            return ""
        called, holder = self.function(function_of(key), language), holder_of(key)
        if holder == "county":
            return called
        at = IN if holder.startswith(("forum:", "arena:")) else AT
        return f"{called} {said(at, language)} {self.place(holder, language)}"

    def spelled(self, text: str, language: Language) -> str:
        """The same text with every post in it in words: reasons are written with posts as they are stored."""
        return _KEY.sub(lambda found: self.post(found.group(), language), text)


def names_of(tx: Transaction, places: Iterable[str], functions: Mapping[str, Text]) -> Names:
    """The names of these places: holders (`unit:x`), posts (`handler@unit:x`), texts with posts in them, or bare codes
    with commas between them."""
    codes = sorted({code for place in places for code in _codes(place)} - {"", "county"})
    found: dict[str, str] = {}
    for start in range(0, len(codes), AT_ONCE):
        batch = codes[start : start + AT_ONCE]
        padded = {f"c{number}": batch[number] if number < len(batch) else "" for number in range(AT_ONCE)}
        found.update(tx.all(NAMES, **padded))
    return Names(found, functions)


def _codes(place: str) -> Iterable[str]:
    keys = _KEY.findall(place)
    if keys:
        return (holder_of(key).partition(":")[2] for key in keys)
    return (code.rpartition(":")[2] for code in place.split(",")) if " " not in place else ()
