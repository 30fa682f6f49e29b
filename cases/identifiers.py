"""Finds what points at a person in a text: personal and coordination numbers, telephone numbers, mail addresses.

A lift is held until every finding has been looked at, so a miss costs more than a false alarm; what only looks like
an identifier is reported with `certain` false. A finding says where it stands and never repeats what stands there.

Personal numbers are found in any grouping whose pieces begin and end with the number and that keeps either the last
four together, or all pieces equally long: 19850709-9805, 85 07 09 98 05, 8.5.0.7.0.9-9.8.0.5. The form and the check
digit are those of the Swedish Tax Agency: YYMMDD, day plus 60 for a coordination number, Luhn over ten digits. The
`personnummer` package is the oracle of the tests; it is not used here because it reads the clock.
"""

import re
import unicodedata
from bisect import bisect_right
from calendar import isleap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import accumulate, pairwise


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


# Two planes hold every digit, dash and space; the rest of Unicode is ideographs, private use, and invisible tags.
_WRITTEN = (*range(0x20000), *range(0xE0000, 0xE0200))


@cache
def _spellings() -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    for code in _WRITTEN:
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
    if character in "\N{MIDDLE DOT}\N{BULLET}\N{HYPHENATION POINT}\N{BULLET OPERATOR}\N{DOT OPERATOR}":
        return "."
    compatible = unicodedata.normalize("NFKC", character) if unicodedata.decomposition(character) else character
    return compatible if len(compatible) == 1 and compatible.isascii() else character


# --- personal and coordination numbers -----------------------------------------------------------------------------

_CHAIN = re.compile(r"[0-9]++(?:[ .+/_\n-]{1,4}+[0-9]++)*+")
_DIGITS = re.compile(r"[0-9]+")
_CENTURIES = frozenset({"18", "19", "20"})
_LAST_DAY = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_BORN = {
    f"{month:02}{day + shift:02}": kind
    for kind, shift in ((Kind.PERSONAL_NUMBER, 0), (Kind.COORDINATION_NUMBER, 60))
    for month, last_day in enumerate(_LAST_DAY, 1)
    for day in range(1, last_day + 1)
}
_LUHN = {f"{left}{right}": sum(divmod(2 * left, 10)) + right for left in range(10) for right in range(10)}
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-4])[0-5][0-9]")
_REST_OF_A_DATE = re.compile(r" ?[-./][0-9]{2}[-./][0-9]{2}(?![0-9])")
_START_OF_A_DATE = re.compile(r"[0-9]{2}[-./][0-9]{2}[-./]$")
_DATE_AND_FOUR = ((6, 4), (8, 4))
_SPLIT_DATE_AND_FOUR = ((2, 2, 2, 4), (4, 2, 2, 4))


def _personal_numbers(plain: str) -> Iterator[Finding]:
    for chain in _CHAIN.finditer(plain):
        if chain.end() - chain.start() >= 10:
            yield from _in_chain(plain, [piece.span() for piece in _DIGITS.finditer(plain, *chain.span())])


def _in_chain(plain: str, spans: list[tuple[int, int]]) -> Iterator[Finding]:
    digits = "".join([plain[start:end] for start, end in spans])
    edges = [0, *accumulate([end - start for start, end in spans])]
    piece_at = {edge: piece for piece, edge in enumerate(edges)}
    piece = 0
    while piece < len(spans):
        behind = piece + 1
        for length in (12, 10):
            stop = piece_at.get(edges[piece] + length)
            if stop is None:
                continue
            finding = _judged(plain, spans[piece:stop], digits[edges[piece] : edges[stop]])
            if finding:
                yield finding
                if finding.certain:
                    behind = stop
                    break
        piece = behind


def _judged(plain: str, spans: list[tuple[int, int]], number: str) -> Finding | None:
    kind = _born(number)
    right = kind is not None and _checks(number)
    if not right and len(spans) > 1 and spans[-1][1] - spans[-1][0] != 4:
        return None
    start, end = spans[0][0], spans[-1][1]
    pieces = tuple([end - start for start, end in spans])
    joints = tuple([plain[left[1] : right[0]] for left, right in pairwise(spans)])
    if right:
        found = _holds_together(number, pieces, joints) and not _is_a_date(plain, start, end, pieces, joints)
    else:
        found = _looks_like_one(number, kind, pieces, joints)
    return Finding(kind or Kind.PERSONAL_NUMBER, start, end, right) if found else None


def _born(number: str) -> Kind | None:
    kind = _BORN.get(number[-8:-4])
    if len(number) == 12 and (
        number[:2] not in _CENTURIES or (number[4:8] in ("0229", "0289") and not isleap(int(number[:4])))
    ):
        return None
    return kind


def _checks(number: str) -> bool:
    ten = number[-10:]
    total = _LUHN[ten[:2]] + _LUHN[ten[2:4]] + _LUHN[ten[4:6]] + _LUHN[ten[6:8]] + _LUHN[ten[8:]]
    return total % 10 == 0 and ten[6:9] != "000"


def _holds_together(number: str, pieces: tuple[int, ...], joints: tuple[str, ...]) -> bool:
    if any("\n" in joint for joint in joints) and pieces not in _DATE_AND_FOUR:
        return False
    if number[0] == "0" and pieces[0] in (3, 4):
        return False  # 070-123 45 67 is a telephone number, whatever its digits add up to
    return len(set(pieces)) == 1 or 4 in accumulate(reversed(pieces))


def _is_a_date(plain: str, start: int, end: int, pieces: tuple[int, ...], joints: tuple[str, ...]) -> bool:
    """A meeting's date with its hour (2026-04-16 14.30), or two dates one after the other."""
    if pieces[-2:] == (2, 2) and joints[-1] in (".", "-") and " " in joints[-2]:
        clock = plain[end - 5 : end - 3] + plain[end - 2 : end]
        return not any(" " in joint for joint in joints[:-2]) and _CLOCK.fullmatch(clock) is not None
    if pieces[-1] == 4 and _REST_OF_A_DATE.match(plain, end):
        return True
    return pieces == (4, 2, 2, 4) and _START_OF_A_DATE.search(plain, max(0, start - 6), start) is not None


def _looks_like_one(number: str, kind: Kind | None, pieces: tuple[int, ...], joints: tuple[str, ...]) -> bool:
    joint = joints[-1] if joints else ""
    if kind is None:  # the date is mistyped too; from month 20 on it is the number of an organisation
        return pieces in _DATE_AND_FOUR and joint in ("-", "+") and number[-8] in "01"
    if _CLOCK.fullmatch(number[-4:]) and (number[:-10] == "20" or joint == " "):
        return False  # 202604161430, 20260416-1430, 260416 1430
    if pieces in _DATE_AND_FOUR:
        return "\n" not in joint
    if pieces in _SPLIT_DATE_AND_FOUR:
        return joint in ("-", "+")
    return pieces == (12,) or (pieces == (10,) and number[0] != "0")


# --- mail addresses ------------------------------------------------------------------------------------------------

_AT = re.compile(r"(?<=[\w+%'-]) ?(?:@|[(\[] ?(?:at|snabel-a) ?[)\]]) ?(?=\w)", re.IGNORECASE)
_NOT_LOCAL = re.compile(r"[^\w.+%'-]")
_DOMAIN = re.compile(r"(?:[\w-]{1,63}+\.){1,8}[^\W\d_]{2,24}")


def _mail_addresses(plain: str) -> Iterator[Finding]:
    for at in _AT.finditer(plain):
        domain = _DOMAIN.match(plain, at.end())
        if domain:
            before = plain[max(0, at.start() - 64) : at.start()]
            foreign = _NOT_LOCAL.search(before[::-1])
            local = foreign.start() if foreign else len(before)
            yield Finding(Kind.MAIL, at.start() - local, domain.end(), True)


# --- telephone numbers ---------------------------------------------------------------------------------------------

_SWEDISH_ABROAD = re.compile(
    r"(?:\+|(?<![0-9])00)[ ./-]{0,3}+46(?:[ ./-]{0,3}+\(?0\)?)?(?:[ ./()-]{0,3}+[0-9]){7,9}(?![0-9])"
)
_ABROAD = re.compile(
    r"(?:(?<![0-9])\+(?!46)[1-9]|(?<![0-9+])467(?=[0-9]{8}(?![0-9])))(?:[ ./()-]{0,3}+[0-9]){7,13}(?![0-9])"
    r"(?! ?(?:kr|sek|tkr|mkr|%))",
    re.IGNORECASE,
)
_DOMESTIC = re.compile(r"(?<![0-9])(?<![0-9][.-])\(?(?=0(?:8|[1-9][0-9]))0(?:[ ./()-]{0,3}+[0-9]){7,9}(?![0-9])")
_DAY_FIRST = re.compile(r"08[-./][0-9]{2}[-./][0-9]{4}(?![0-9])")
_HOURS = re.compile(r"08[.-][0-9]{2}(?: ?- ?| )[0-9]{2}[.-][0-9]{2}(?![0-9])")
_MOBILE = re.compile(r"07[02369]")
_AREA_OF_THREE = frozenset(
    "010 011 013 016 018 019 020 021 023 026 031 033 035 036 040 042 044 046 054 060 063 090".split()
)


def _telephones(plain: str) -> Iterator[Finding]:
    for match in _SWEDISH_ABROAD.finditer(plain):
        yield Finding(Kind.TELEPHONE, *match.span(), True)
    for match in _ABROAD.finditer(plain):
        yield Finding(Kind.TELEPHONE, *match.span(), False)
    start = 0
    while match := _DOMESTIC.search(plain, start):
        if _is_something_else(plain, match):
            start = match.start() + 1
        else:
            yield Finding(Kind.TELEPHONE, *match.span(), _is_domestic(match[0]))
            start = match.end()


def _is_something_else(plain: str, match: re.Match[str]) -> bool:
    """A date with its day first, opening hours, a row of numbers, or the number of a case."""
    if _DAY_FIRST.match(plain, match.start()) or _HOURS.match(plain, match.start()):
        return True
    row = re.fullmatch(r"[0-9]{2}(?: [0-9]{2})+", match[0])
    return row is not None and plain[: match.start()][-2:-1].isdigit() and plain[match.start() - 1] == " "


def _is_domestic(written: str) -> bool:
    pieces = _DIGITS.findall(written)
    area = pieces[0]
    if _MOBILE.match(area) and sum(map(len, pieces)) == 10:
        return len(pieces) == 1 or len(area) in (3, 4)
    if len(pieces) == 1 or len(area) > 4:
        return False
    if " " not in written[: written.index(pieces[1], len(area))]:
        return True
    return area in _AREA_OF_THREE or (area == "08" and len(pieces[1]) == 3)
