"""Posts and places in words: `handler@unit:hsv-molndal` is "handläggare vid Hemsjukvården, Mölndal".

Functions are called what the routine calls them, places what the county calls them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from workflows.calendar import Language
from workflows.definition import Text
from workflows.in_words import said
from workflows.organisation import function_of, holder_of

SIDES = {"municipal": Text("kommunsidan", "the municipal side"), "regional": Text("regionsidan", "the regional side")}
COUNTY = Text("länet", "the county")
AT, IN = Text("vid", "at"), Text("i", "in")
"""A handler is at a unit, a chair in a forum."""

POST = re.compile(r"[a-z_.]+@(?:county|(?:unit|operation|authority|arena|forum):[\w-]+)")
"""A post as it is stored, wherever it stands in a text."""


@dataclass(frozen=True, slots=True)
class Names:
    """What places and functions are called. A place that is not among them is called by its code."""

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
        """The same text with every post in it in words."""
        return POST.sub(lambda found: self.post(found.group(), language), text)
