"""Words as they are searched: small letters, inflections taken off, and one word for what has several names.

Both databases keep these very words, so that a search finds the same in both (design.md section 2). Stems are
Snowball's Swedish ones, and what Snowball leaves on (the definite form in -an) is taken off before.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

WORD = re.compile(r"[0-9a-zåäöéü]+(?:-[0-9a-zåäöéü]+)*")
LONGEST = 40
"""Characters of a word that are kept: beyond that two words are one."""

SAME = {
    "ök": "överenskommelse", "öks": "överenskommelse", "ssk": "sjuksköterska", "vc": "vårdcentral",
    "avd": "avdelning", "hsjv": "hemsjukvård", "medicinlista": "läkemedelslista",
    "medicin": "läkemedel", "epikris": "utskrivningsmeddelande", "hemtjänst": "hemvård",
}  # fmt: skip
"""Words with one meaning -> the one that is kept for both (ours, for the owner of the routine to add to)."""

PHRASES = {
    "sip": "samordnad individuell plan", "vgr": "västra götalandsregionen", "mas": "medicinskt ansvarig sjuksköterska",
    "mar": "medicinskt ansvarig rehabilitering", "sas": "socialt ansvarig samordnare",
    "ivo": "inspektionen för vård och omsorg", "su": "sahlgrenska universitetssjukhuset",
    "hsl": "hälso och sjukvårdslagen", "vvg": "vårdsamverkan västra götaland",
}  # fmt: skip
"""A short name -> what it is short for. A text with either is found by both."""

FEWEST_LETTERS = 3
"""Letters by which the beginning of a word is found; fewer begin too many."""

MACHINE = frozenset(("sha256", "finding", "from", "to", "unit"))
"""Texts of a history line that are for machines."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A word of a search: all stems from `begin` on that sort before `end`, byte by byte, and beside them `stem` as it
    stands, "" where that is among them; and how both are recognised among fresh words, each of which stands between two
    blanks."""

    begin: str
    end: str
    pattern: str
    stem: str = ""

    @property
    def whole(self) -> str:
        """The pattern of the stem as it stands."""
        return f"% {self.stem} %" if self.stem else self.pattern


@cache
def _swedish() -> Any:
    from snowballstemmer import stemmer

    return stemmer("swedish")


def terms(text: str) -> frozenset[str]:
    """Every stem that a text is found by."""
    words = _words(text)
    plain = [stem for word in words for stem in _parts(word)]
    found = set(plain) | {_joined(word) for word in words if "-" in word}
    for short, long in _phrases():
        if short in found:
            found.update(long)
        elif found.issuperset(long) and any(
            tuple(plain[start : start + len(long)]) == long for start in _starts(plain, long[0])
        ):
            found.add(short)
    return frozenset(found)


def _starts(plain: list[str], first: str) -> Iterator[int]:
    return (place for place, stem in enumerate(plain) if stem == first)


def terms_of(texts: Mapping[str, Any]) -> frozenset[str]:
    """The stems of a history line's texts: plain ones, and what measures say."""
    found: set[str] = set()
    for code, value in texts.items():
        if code not in MACHINE:
            for text in _plain(value):
                found.update(terms(text))
    return frozenset(found)


def asked(query: str) -> tuple[str, ...]:
    """The stems that a search asks for, each once."""
    return tuple(dict.fromkeys(stem for word in _words(query) for stem in _parts(word)))


def wanted(query: str) -> tuple[Wanted, ...]:
    """What a search looks for: every word that begins like one that was typed, as it was typed, for Swedish writes
    words together and `läkemedel` is to find `läkemedelslista`; and every other form of the whole word, by its stem. So
    `Annas` finds Anna, and not `annan`. A word of one or two letters is meant as it stands, and so is an abbreviation:
    `mar` asks for a function and not for March."""
    typed = (SAME.get(part, part)[:LONGEST] for word in _words(query) for part in word.split("-") if part)
    return tuple(dict.fromkeys(map(_wanted, typed)))


def _wanted(word: str) -> Wanted:
    stem = _stem(word)
    if len(word) < FEWEST_LETTERS or any(stem == short for short, _ in _phrases()):
        return Wanted(stem, f"{stem}\x01", f"% {stem} %")
    end = word[:-1] + chr(ord(word[-1]) + 1)
    return Wanted(word, end, f"% {word}%", "" if stem.startswith(word) else stem)


def _plain(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, date):
        # As the history keeps it; an index that is built anew reads it there.
        yield value.isoformat()
    elif isinstance(value, (list, tuple)):
        for row in value:
            yield from _plain(row.get("what", "") if isinstance(row, Mapping) else row)


def _words(text: str) -> list[str]:
    return WORD.findall(unicodedata.normalize("NFC", text).lower())


@lru_cache(maxsize=65536)
def _parts(word: str) -> tuple[str, ...]:
    """The stems of a word; a compound with a hyphen has one for each part."""
    return tuple(_stem(SAME.get(part, part)) for part in word.split("-") if part)


def _joined(word: str) -> str:
    """`nosam-möte` is found by `nosammöte` too."""
    return _stem(word.replace("-", ""))


@cache
def _phrases() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((_stem(short), tuple(_stem(word) for word in long.split())) for short, long in PHRASES.items())


def _stem(word: str) -> str:
    plain = word[:-1] if len(word) > 5 and word.endswith("an") else word
    return str(_swedish().stemWord(plain))[:LONGEST]
