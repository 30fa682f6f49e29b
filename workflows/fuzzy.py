"""Dates kept as they were said: "hösten 2018", "april 2022", "tidigast november 2021" (X-18, A-17, B-08, B-16).

The words stay untouched; beside them stands the span of days that they can mean, for order and search. Nothing is
counted from a fuzzy date. What is not understood is `unknown`, never an error: the words still say it to a person.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from workflows.calendar import MONTHS, WEEKDAYS

Precision = Literal["day", "week", "month", "season", "year", "earliest", "latest", "unknown"]
Span = tuple[date, date, Precision]
"""First day, last day, and the unit that was spoken of."""

LONGEST = 120
"""Characters; longer texts are accounts, not dates, and are not searched for one."""

COARSER: tuple[Precision, ...] = ("day", "week", "month", "season", "year")
SEASONS: Mapping[str, int] = {
    **dict.fromkeys(("våren", "vår", "våras", "spring"), 3),
    **dict.fromkeys(("sommaren", "sommar", "somras", "summer"), 6),
    **dict.fromkeys(("hösten", "höst", "höstas", "autumn", "fall"), 9),
    **dict.fromkeys(("vintern", "vinter", "vintras", "winter"), 12),
}
"""First month of three. A winter belongs to the year of its January: vintern 2020 is December 2019 to February 2020."""

EARLIEST = ("tidigast", "inte före", "från och med", "fr.o.m", "at the earliest", "earliest", "not before")
LATEST = ("senast", "inte efter", "till och med", "t.o.m", "at the latest", "latest", "no later than", "by")
PARTS: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(("början av", "i början av", "tidigt", "early", "the beginning of", "beginning of"), (0, 1)),
    **dict.fromkeys(("mitten av", "i mitten av", "mid", "the middle of", "middle of"), (1, 2)),
    **dict.fromkeys(("slutet av", "i slutet av", "sent", "late", "the end of", "end of"), (2, 3)),
}
"""Which thirds of a span are meant."""

FILLERS = (
    *("någon gång", "omkring", "ungefär", "kring", "cirka", "ca", "runt", "sedan", "under", "den", "år", "i", "på"),
    *("sometime", "around", "about", "circa", "since", "during", "the", "year", "in", "on", "of"),
)


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """`earliest` to `latest` is what `text` can mean; None is open to that side, and both are for unknown words.

    Precision `earliest` has only its first day, `latest` only its last; the others have both.
    """

    text: str
    earliest: date | None
    latest: date | None
    precision: Precision

    @property
    def order(self) -> tuple[date, date]:
        """Sorts by the first possible day, the narrower span first; what has no day comes last."""
        known = self.earliest or self.latest
        return (known or date.max, self.latest or date.max)


def parse_fuzzy(text: str, today: date | None = None) -> Fuzzy:
    """What a Swedish or English phrase can mean.

    `today` gives meaning to words that need it: "i går", "i höstas", "förra veckan", a day or month without a year.
    Such a day or month is the latest one that has begun; after "tidigast" and "senast" the first that has not ended.
    """
    said = _plain(text)
    bound, rest = _bound(said)
    read = _Reader(today, ahead=bound is not None)
    span = read.range(rest) if len(text) <= LONGEST else None
    if span is None:
        return Fuzzy(text, None, None, "unknown")
    first, last, precision = span
    if bound == "earliest":
        return Fuzzy(text, first, None, "earliest")
    if bound == "latest":
        return Fuzzy(text, None, last, "latest")
    return Fuzzy(text, first, last, precision)
