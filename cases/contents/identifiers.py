"""Finds what points at a person in a text: personal and coordination numbers, telephone numbers, mail addresses.

A lift is held until every finding has been looked at, so a miss costs more than a false alarm; what only looks like
an identifier is reported with `certain` false. A finding says where it stands and never repeats what stands there.
A certain number is not looked at by anybody: no text that holds one is kept (law 6).

A personal number is YYMMDD, for a coordination number with 60 added to the day, and four digits of which the last is
a check (Luhn over all ten), with or without century (the Swedish Tax Agency's form). It is found in any grouping
whose pieces begin and end with the number and that keeps the last four apart or all pieces equally long:
19850709-9805, 85 07 09 98 05, 8.5.0.7.0.9-9.8.0.5. The `personnummer` package is the oracle of the tests; it is not
used here because it reads the clock.
"""

import re
import unicodedata
from bisect import bisect_right
from calendar import isleap
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import cache
from itertools import accumulate
from typing import NamedTuple


class Kind(StrEnum):
    """What a finding is."""

    PERSONAL_NUMBER = "personal_number"
    COORDINATION_NUMBER = "coordination_number"
    TELEPHONE = "telephone"
    MAIL = "mail"


NUMBERS = frozenset((Kind.PERSONAL_NUMBER, Kind.COORDINATION_NUMBER))


class Finding(NamedTuple):
    """An identifier at text[start:end]; not `certain` when it only looks like one."""

    kind: Kind
    start: int
    end: int
    certain: bool


def find(text: str) -> tuple[Finding, ...]:
    """All findings in the order of the text, none overlapping another. Time grows with the length of the text only."""
    plain, place = _plain(text)
    found = list(_mail_addresses(plain))
    for first, last in _chains_of_digits(plain):
        numbers = list(_personal_numbers(plain, first, last))
        found += numbers
        if not (numbers and numbers[0].start == first and numbers[0].end == last):
            found += _mistyped_numbers(plain, first, last)
            found += _telephones(plain, first, last)
    settled = _settled(found, len(plain))
    if len(plain) == len(text):
        return tuple(settled)
    return tuple([Finding(kind, place(start), place(end - 1) + 1, sure) for kind, start, end, sure in settled])


def numbers(text: str) -> tuple[Finding, ...]:
    """The personal and coordination numbers that certainly stand in a text: the one rule of what is never kept in
    clear, whichever door the text comes by."""
    return tuple(found for found in find(text) if found.certain and found.kind in NUMBERS)


_CHAIN = re.compile(r"[0-9]++(?:[ .,:*+/_()-]{1,6}+[0-9]++)*+")
_BROKEN_LINE = re.compile(r"\n(?<=[0-9 ][0-9 +-]\n)(?=[ +-]{0,2}[0-9]{4}(?![0-9]))")


def _chains_of_digits(plain: str) -> Iterator[tuple[int, int]]:
    """Where digits follow each other with at most six signs between them, in which every number must lie."""
    for chain in _CHAIN.finditer(plain):
        if chain.end() - chain.start() >= 8:
            yield chain.span()


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

# Two planes hold every digit, dash and space; the rest of Unicode is ideographs, private use, and invisible tags.
_WRITTEN = (*range(0x20000), *range(0xE0000, 0xE0200))


def _plain(text: str) -> tuple[str, Callable[[int], int]]:
    """The text with every digit, dash and space in its ASCII form and without what is not seen, and a function from
    places in it to places in `text`."""
    plain = _BROKEN_LINE.sub(" ", text.translate(_spellings()))
    if len(plain) == len(text):
        return plain, lambda place: place
    unseen = re.finditer("\0", text.translate(_marks()))
    dropped = [match.start() - count for count, match in enumerate(unseen)]
    return plain, lambda place: place + bisect_right(dropped, place)


@cache
def _spellings() -> dict[int, str | None]:
    spelled = ((code, _spelling(chr(code))) for code in _WRITTEN)
    return {code: spelling for code, spelling in spelled if spelling != chr(code)}


@cache
def _marks() -> dict[int, str]:
    return {code: "\0" for code, spelling in _spellings().items() if spelling is None}


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

_PIECE = re.compile(r"[0-9]+")
_CENTURIES = frozenset({"18", "19", "20"})
_LAST_DAY = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_BORN = {
    f"{month:02}{day + shift:02}": kind
    for kind, shift in ((Kind.PERSONAL_NUMBER, 0), (Kind.COORDINATION_NUMBER, 60))
    for month, last_day in enumerate(_LAST_DAY, 1)
    for day in range(1, last_day + 1)
}
_LUHN_OF_TWO = {f"{pair:02}": sum(divmod(pair // 10 * 2, 10)) + pair % 10 for pair in range(100)}
_LUHN_OF_FOUR = {a + b: _LUHN_OF_TWO[a] + _LUHN_OF_TWO[b] for a in _LUHN_OF_TWO for b in _LUHN_OF_TWO}
_DATE_AND_FOUR = re.compile(r"(?:[68]|26|44|33|222|422|224|2222|1{6}|1{8})(?:4|22|13|31|1111)")
_DATE_AND_HOUR = re.compile(r"[^ ]+ +-? *(?:[01][0-9]|2[0-4])[.:-][0-5][0-9]")
_REST_OF_A_DATE = re.compile(r" ?[-./][0-9]{2}[-./][0-9]{2}(?![0-9])")
_START_OF_A_DATE = re.compile(r"[0-9]{2}[-./][0-9]{2}[-./][0-9]{4}(?![0-9])")


def _personal_numbers(plain: str, first: int, last: int) -> Iterator[Finding]:
    """Those whose date exists and whose check digit is right."""
    pieces = _PIECE.findall(plain, first, last)
    digits = "".join(pieces)
    lengths = list(map(len, pieces))
    if 1 < len(lengths) == lengths.count(lengths[0]) and lengths[0] < 10 and len(digits) not in (10, 12):
        return  # a row of small numbers; seen at once, since it may fill a whole page
    edges = list(accumulate(lengths, initial=0))
    piece_at = {edge: piece for piece, edge in enumerate(edges)}
    spans: list[tuple[int, int]] = []
    free = 0
    for edge in edges:
        for stop in (edge + 12, edge + 10) if digits[edge : edge + 2] in _CENTURIES else (edge + 10,):
            if edge < free or stop not in piece_at or digits[stop - 8 : stop - 4] not in _BORN:
                continue
            kind = _kind(digits[edge:stop])
            if kind and _holds_together(lengths, piece_at[edge], piece_at[stop], digits[edge] == "0"):
                spans = spans or [piece.span() for piece in _PIECE.finditer(plain, first, last)]
                start, end = spans[piece_at[edge]][0], spans[piece_at[stop] - 1][1]
                if not _is_a_date(plain, start, end):
                    yield Finding(kind, start, end, True)
                    free = stop


def _kind(number: str) -> Kind | None:
    """What ten or twelve digits are whose century, month and day may be right; None when they are no such number."""
    ten = number[-10:]
    if (_LUHN_OF_FOUR[ten[:4]] + _LUHN_OF_FOUR[ten[4:8]] + _LUHN_OF_TWO[ten[8:]]) % 10 or ten[6:9] == "000":
        return None
    if ten[2:6] in ("0229", "0289") and not isleap(int(number[:-8])):
        return None
    return _BORN[ten[2:6]]


def _holds_together(lengths: list[int], first: int, stop: int, starts_with_zero: bool) -> bool:
    """Whether a person may have written the pieces from `first` until `stop` as one number."""
    own = lengths[first:stop]
    if starts_with_zero and own[0] in (3, 4):
        return False  # 070-123 45 67 is a telephone number, whatever its digits add up to
    if own.count(own[0]) < len(own):
        return _DATE_AND_FOUR.fullmatch("".join(map(str, own))) is not None
    around = lengths[max(0, first - 1) : first] + lengths[stop : stop + 1]
    return len(own) == 1 or own[0] not in around  # else it is part of a longer row


def _is_a_date(plain: str, start: int, end: int) -> bool:
    """A meeting's date with its hour (2026-04-16 14.30), or with another date before or after it."""
    if " " in plain[start:end] and _DATE_AND_HOUR.fullmatch(plain, start, end):
        return True
    if _REST_OF_A_DATE.match(plain, end) and plain[end - 4 : end].isdigit():
        return True
    return plain[start - 1 : start] in ("-", ".", "/") and _START_OF_A_DATE.match(plain, max(0, start - 6)) is not None


_CENTURY = "(?:18|19|20)?"
_MONTH = "(?:0[1-9]|1[0-2])"
_DAY = "(?:0[1-9]|[12][0-9]|3[01]|6[1-9]|[78][0-9]|9[01])"
_LOOKS_LIKE_ONE = re.compile(
    r"(?<![0-9])(?:"
    rf"{_CENTURY}[0-9]{{2}}{_MONTH}{_DAY}(?: ?[+-] ?|[ ._/()]{{0,2}})"
    rf"|{_CENTURY}[0-9]{{2}}([./ -]){_MONTH}\1{_DAY}[+-]"
    rf"|{_CENTURY}[0-9]{{2}}(?:0[1-9]|1[0-9])[0-9]{{2}}[+-]"  # no such date; above month 19 it is an organisation
    r")[0-9]{4}(?![0-9])"
)
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-4])[0-5][0-9]")


def _mistyped_numbers(plain: str, first: int, last: int) -> Iterator[Finding]:
    """What has the form of a number and is none: a digit may be wrong."""
    for match in _LOOKS_LIKE_ONE.finditer(plain, first, last):
        number = "".join(_PIECE.findall(match[0]))
        if not (_is_an_instant(match[0], number) or _REST_OF_A_DATE.match(plain, match.end())):
            kind = Kind.COORDINATION_NUMBER if number[-6] in "6789" else Kind.PERSONAL_NUMBER
            yield Finding(kind, *match.span(), False)


def _is_an_instant(written: str, number: str) -> bool:
    """202604161430, 20260416-1430, 260416 1430; or ten digits that a telephone number may be."""
    if _CLOCK.fullmatch(number[-4:]) and (number[:-10] == "20" or written[-5] == " "):
        return True
    return len(written) == 10 and written[0] == "0"


# --- mail addresses ------------------------------------------------------------------------------------------------

_AT = re.compile(r"[@(\[](?:(?<=@)|(?<!@) ?(?:at|snabel-a) ?[)\]]) ?(?=\w)", re.IGNORECASE)
_NOT_LOCAL = re.compile(r"[^\w.+%'-]")
_DOMAIN = re.compile(r"(?:[\w-]{1,63}+\.){1,8}[^\W\d_]{2,24}")


def _mail_addresses(plain: str) -> Iterator[Finding]:
    for at in _AT.finditer(plain):
        domain = _DOMAIN.match(plain, at.end())
        if domain:
            before = plain[max(0, at.start() - 65) : at.start()].removesuffix(" ")
            foreign = _NOT_LOCAL.search(before[::-1])
            local = foreign.start() if foreign else len(before)
            if local:
                start = max(0, at.start() - 65) + len(before) - local
                yield Finding(Kind.MAIL, start, domain.end(), True)


# --- telephone numbers ---------------------------------------------------------------------------------------------

_SWEDISH_ABROAD = re.compile(
    r"(?:\+|(?<![0-9])00)[ ./-]{0,3}+46(?:[ ./)-]{0,3}+\(?0\)?)?(?:[ ./()-]{0,3}+[0-9]){6,9}(?![0-9])"
)
_ABROAD = re.compile(
    r"(?:(?<![0-9])\+(?!46)[1-9]|(?<![0-9+])467(?=[0-9]{8}(?![0-9])))(?:[ ./()-]{0,3}+[0-9]){7,13}(?![0-9])"
)
_MONEY = re.compile(r" ?(?:kr|sek|tkr|mkr|%)", re.IGNORECASE)
_DOMESTIC = re.compile(r"(?<![0-9])(?<![0-9][.-])(?=0(?:8|[1-9][0-9]))0(?:[ ./()-]{0,3}+[0-9]){7,9}(?![0-9])")
_DAY_FIRST = re.compile(r"08[-./][0-9]{2}[-./][0-9]{4}(?![0-9])")
_HOURS = re.compile(r"08[.-][0-9]{2}(?: ?- ?| )[0-9]{2}[.-][0-9]{2}(?![0-9])")
_ROW = re.compile(r"[0-9]{2}(?: [0-9]{2})+|[0-9]{4} [0-9]{4}")
_MOBILE = re.compile(r"07[02369]")
_AREAS_OF_THREE = frozenset(f"0{area}" for area in (*range(10, 15), 16, 18, 19, 20, 21, 23, 26, 31, 33, 35, 36))
_AREAS_OF_THREE |= {f"0{area}" for area in (40, 42, 44, 46, 54, 60, 63, 90)}


def _telephones(plain: str, first: int, last: int) -> Iterator[Finding]:
    start = max(0, first - 3)  # for the + or the bracket before the first digit
    for match in _SWEDISH_ABROAD.finditer(plain, start, last):
        yield Finding(Kind.TELEPHONE, *match.span(), True)
    for match in _ABROAD.finditer(plain, start, last):
        if not _MONEY.match(plain, match.end()):
            yield Finding(Kind.TELEPHONE, *match.span(), False)
    while domestic := _DOMESTIC.search(plain, start, last):
        start = _end_of_something_else(plain, domestic)
        if not start:
            start = domestic.end()
            yield Finding(Kind.TELEPHONE, domestic.start(), start, _is_domestic(domestic[0]))


def _end_of_something_else(plain: str, found: re.Match[str]) -> int:
    """Where a date with its day first, opening hours, or a row of numbers ends that looked like a number; else 0."""
    start = found.start()
    other = _DAY_FIRST.match(plain, start) or _HOURS.match(plain, start)
    if not other and plain[max(0, start - 2) : start].strip().isdigit():
        other = _ROW.fullmatch(found[0]) and found
    return other.end() if other else 0


def _is_domestic(written: str) -> bool:
    """Whether a number that begins with 0 has the pieces of a Swedish telephone number, or only its length."""
    pieces = _PIECE.findall(written)
    area = pieces[0]
    if _MOBILE.match(area) and sum(map(len, pieces)) == 10:
        return len(pieces) == 1 or len(area) in (3, 4)
    if len(pieces) == 1 or len(area) > 4:
        return False
    if written[len(area)] != " ":
        return True
    return area in _AREAS_OF_THREE or (area == "08" and len(pieces[1]) == 3)
