"""Case numbers: `2026-K7QM4TX`, a year and seven characters of which the last is a check.

Six random characters say nothing about how many cases there are or who has them. The check covers the year as well:
read as elements of GF(32) the eleven characters make a word that is divisible by (x - 4). The weight of a
character is a power of 4, and the powers of 4 repeat only after 31 places, so every mistyped character and every
swap of two characters, neighbours or not, leaves a remainder.
"""

from collections.abc import Callable
from enum import StrEnum

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no I, L or O, which are read as 1, 1 and 0, and no U."""

_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_YEAR_LENGTH = 4
_RANDOM_LENGTH = 6
_LENGTH = _YEAR_LENGTH + _RANDOM_LENGTH + 1
_MODULUS = 0b101111  # x^5 + x^3 + x^2 + x + 1, irreducible over GF(2)

# What eye and hand mix up, and the spaces and dashes that a mail program or a phone puts in on its own.
_SPACES = " \t\r\n\u00a0\u2007\u2009\u202f\u200b\u2060\ufeff"
_DASHES = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2212"
_AS_MEANT = str.maketrans("OIL", "011", _SPACES + _DASHES)


class NumberFault(StrEnum):
    """What is wrong with a text that should be a case number."""

    LENGTH = "length"
    YEAR = "year"
    CHARACTER = "character"
    CHECK = "check"


class NumberError(ValueError):
    """The text is not a case number; `fault` says which way, the message what to do."""

    def __init__(self, fault: NumberFault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


def new_number(year: int, random_bytes: Callable[[int], bytes]) -> str:
    """A number for a case of `year` (four digits), its six characters drawn from `random_bytes(count)`."""
    if not 1000 <= year <= 9999:
        raise NumberError(NumberFault.YEAR, f"A case number needs a year of four digits, not {year}.")
    drawn = int.from_bytes(random_bytes(4), "big")
    tail = "".join(ALPHABET[drawn >> 5 * place & 31] for place in range(_RANDOM_LENGTH))
    return f"{year}-{tail}{_check_character(f'{year}{tail}')}"


def parse_number(text: str) -> str:
    """The number as it is stored, from what somebody wrote: any case, O for 0, I or L for 1, spaces, any dash.

    Raises NumberError.
    """
    word = text.upper().translate(_AS_MEANT)
    if len(word) != _LENGTH:
        raise NumberError(
            NumberFault.LENGTH,
            f"A case number is a year and seven characters, like 2026-K7QM4TX; this has {len(word)} characters, "
            f"not {_LENGTH}. Write the whole number.",
        )
    year, tail = word[:_YEAR_LENGTH], word[_YEAR_LENGTH:]
    if not (year.isascii() and year.isdigit() and year[0] != "0"):
        raise NumberError(NumberFault.YEAR, "A case number begins with its year in four digits, like 2026-K7QM4TX.")
    if strange := sorted(set(tail) - _VALUE.keys()):
        raise NumberError(
            NumberFault.CHARACTER,
            f"{', '.join(map(repr, strange))} never stands in a case number. Compare with the letter or the page.",
        )
    if _remainder(word):
        raise NumberError(
            NumberFault.CHECK,
            f"{year}-{tail} is mistyped: a character is wrong, or two have changed places. Compare it once more.",
        )
    return f"{year}-{tail}"


def _check_character(ten: str) -> str:
    return ALPHABET[_TIMES_FOUR[_remainder(ten)]]


def _remainder(word: str) -> int:
    rest = 0
    for character in word:
        rest = _TIMES_FOUR[rest] ^ _VALUE[character]
    return rest


def _times_two(value: int) -> int:
    doubled = value << 1
    return doubled ^ _MODULUS if doubled > 31 else doubled


_TIMES_FOUR = tuple(_times_two(_times_two(value)) for value in range(32))
