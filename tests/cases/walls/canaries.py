"""Words that nobody could write by chance, each put into one secret place of the world, and how they are found again.

A canary is found raw, in any case of letters, and inside anything that was encoded in base64 on its way out.
"""

import base64
import binascii
import dataclasses
import json
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_SOUND = re.compile(r"zq[bcdfghjklmnpqrstvwxz]{10}|20\d\d-[0-9a-z]{7}")
"""A planted word, or a case number: both are secrets of whoever may not know of the case."""

_ENCODED = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")


@dataclass(frozen=True, slots=True)
class Canary:
    """One planted word. `places` are the compartments it stands in: whoever reads one of them may know it."""

    word: str
    case: str
    places: frozenset[str]
    what: str


def new_word(seed: str) -> str:
    """Twelve letters that no Swedish word, hash or name holds; the same for the same seed."""
    return "zq" + "".join(random.Random(seed).choices("bcdfghjklmnpqrstvwxz", k=10))


def plain(value: Any) -> Any:
    """Everything that a value holds, in lists, texts and numbers: what a page or an answer could show of it."""
    if value is None or isinstance(value, str | int | float):
        return value
    if dataclasses.is_dataclass(value):
        return {name: plain(getattr(value, name)) for name in _names_of(type(value))}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return str(value)


@lru_cache
def _names_of(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def words_in(value: Any) -> frozenset[str]:
    """Every word of the planted kind, and every case number, that the value gives away."""
    text = json.dumps(plain(value), ensure_ascii=False)
    found = _sounds(text)
    for run in _ENCODED.findall(text):
        for start in range(4):
            found |= _sounds(_decoded(run[start:]))
    return frozenset(found)


def _sounds(text: str) -> set[str]:
    # Nearly all that was decoded has not even the first two letters, which is seen in no time.
    folded = text.casefold()
    return set(_SOUND.findall(folded)) if "zq" in folded or "20" in folded else set()


def _decoded(run: str) -> str:
    whole = run.rstrip("=")
    whole = whole[: len(whole) // 4 * 4]
    try:
        return base64.b64decode(whole, validate=True).decode("latin-1")
    except binascii.Error:
        return ""
