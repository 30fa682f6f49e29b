"""The sentences of a text, Swedish or English, so that whole ones can be left out and none is turned round by it.

Where it is not certain that a sentence ends, it goes on: then more stays together, and never less. A line's end is no
sentence's end, for people break lines where it suits them, in lists and in the middle of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_GAP = re.compile(r"(?<=[.!?…])\s+|\s*\n\s*\n\s*")
"""Blanks after a mark, or a blank line."""

_QUOTES, _OPENING = '"”“„»«', '"”“„»«('

_SHORTENED = re.compile(r"[^\W\d](\.|[^\W\d]*(\.[^\W\d]+)+\.)|\d{1,2}\.")
"""A letter, letters with dots between (t.ex., fr.o.m.), or a number as in a list: the dot is theirs."""

_ABBREVIATIONS = frozenset(
    "anm avd avs bil bl ca dnr dr dvs enl etc ev ex exkl fig fr förf ggr inkl jfr jmf kap lagr mfl mm mr mrs ms nr nuv"
    " obs osv pga proc prof prop ref resp sekt sid sk skr ss st tel tf tim tom ung uppl vs".split()
)


def sentences(text: str) -> Iterator[str]:
    """Each with one blank where there were several, or a line's end."""
    begin = 0
    for gap in _GAP.finditer(text):
        if _ends(text[begin : gap.start()], text[gap.end() :]):
            yield _plain(text[begin : gap.start()])
            begin = gap.end()
    if text[begin:].strip():
        yield _plain(text[begin:])


def is_made_of(given: str, own: str) -> bool:
    """Whether `given` is `own`, whole or without some of its sentences, wherever its lines are broken."""
    left, reached = _plain(given), {0}
    for sentence in sentences(own):
        reached |= {at + len(sentence) + 1 for at in reached if f"{left} ".startswith(f"{sentence} ", at)}
    return not left or len(left) + 1 in reached


def _plain(text: str) -> str:
    return " ".join(text.split())


def _ends(said: str, rest: str) -> bool:
    """Whether a sentence ends after `said`. What is quoted or in brackets stays whole, and with who said it; what a
    colon announces stays with it."""
    if not rest.lstrip(_OPENING)[:1].isupper() or not said.strip():
        return False
    if sum(map(said.count, _QUOTES)) % 2 or said.count("(") != said.count(")"):
        return False
    last = said.split()[-1].lstrip(_OPENING)
    if said.endswith((*_QUOTES, ":", ";", ",", "-", "–")) or _SHORTENED.fullmatch(last):
        return False
    return not (last.endswith(".") and last[:-1].lower() in _ABBREVIATIONS)
