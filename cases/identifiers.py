"""Finds what points at a person in a text: personal and coordination numbers, telephone numbers, mail addresses.

A lift is held until every finding has been looked at, so a miss costs more than a false alarm; what only looks like
an identifier is reported with `certain` false. A finding says where it stands and never repeats what stands there.

Personal numbers are found in any grouping whose pieces begin and end with the number and that keeps either the last
four together, or all pieces equally long: 19850709-9805, 85 07 09 98 05, 8.5.0.7.0.9-9.8.0.5. The form and the check
digit are those of the Swedish Tax Agency: YYMMDD, day plus 60 for a coordination number, Luhn over ten digits. The
`personnummer` package is the oracle of the tests; it is not used here because it reads the clock.
"""

import re
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import accumulate

from cases.number import NumberError, parse_number


class Kind(StrEnum):
    """What a finding is."""

    PERSONAL_NUMBER = "personal_number"
    COORDINATION_NUMBER = "coordination_number"
    TELEPHONE = "telephone"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Finding:
    """An identifier at text[start:end]; not `certain` when it only looks like one."""

    kind: Kind
    start: int
    end: int
    certain: bool


def find(text: str) -> tuple[Finding, ...]:
    """All findings in the order of the text, none overlapping another. Time grows with the length of the text only."""
    plain, place = _plain(text)
    found = [*_personal_numbers(plain), *_mail_addresses(plain), *_telephones(plain)]
    return tuple(
        Finding(finding.kind, place(finding.start), place(finding.end - 1) + 1, finding.certain)
        for finding in _settled(found, len(plain))
    )


def _settled(found: list[Finding], length: int) -> list[Finding]:
    """Where findings overlap, the certain one stays, then the one whose kind tells most, then the longer one."""
    taken, kept = bytearray(length), []
    for finding in sorted(found, key=_strength):
        start, end = finding.start, finding.end
        if taken.find(1, start, end) < 0:
            taken[start:end] = b"\1" * (end - start)
            kept.append(finding)
    return sorted(kept, key=lambda finding: finding.start)


_ORDER = {kind: place for place, kind in enumerate(Kind)}


def _strength(finding: Finding) -> tuple[bool, int, int]:
    return not finding.certain, _ORDER[finding.kind], finding.start - finding.end


# --- one plain spelling --------------------------------------------------------------------------------------------


def _plain(text: str) -> tuple[str, Callable[[int], int]]:
    """The text with every digit, dash and space in its ASCII form and without invisible characters, and a function
    from places in it to places in `text`."""
    plain = text.translate(_spellings())
    if len(plain) == len(text):
        return plain, lambda place: place
    dropped = [match.start() - count for count, match in enumerate(_invisible().finditer(text))]
    return plain, lambda place: place + bisect_right(dropped, place)


@cache
def _spellings() -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if not (character.isascii() and character.isprintable()):
            spelling = _spelling(character)
            if spelling != character:
                table[code] = spelling
    return table


@cache
def _invisible() -> re.Pattern[str]:
    return re.compile(f"[{''.join(re.escape(chr(code)) for code, to in _spellings().items() if to is None)}]")


def _spelling(character: str) -> str | None:
    """What a character stands for in an identifier; None when it is not seen."""
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category in ("Zl", "Zp") or character in "\n\v\f\x85":
        return "\n"
    if category == "Zs" or character == "\t":
        return " "
    if category in ("Cc", "Cf", "Mn", "Me"):
        return None
    if category == "Pd" or character == "\N{MINUS SIGN}":
        return "-"
    compatible = unicodedata.normalize("NFKC", character)
    return compatible if len(compatible) == 1 and compatible.isascii() else character
