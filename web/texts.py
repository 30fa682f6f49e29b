"""The interface's own words in Swedish and English, from texts.toml; the routine's words come from its definition."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from workflows.calendar import Language

FILE = Path(__file__).parent / "texts.toml"

MARKS = (".", "?", "!")
"""What ends a sentence."""


class Texts:
    """The interface's own words, `section.name` in both languages. A word that is missing is a fault, never a blank."""

    def __init__(self, path: Path) -> None:
        self._words = _words_of(path)

    def say(self, key: str, language: Language, **fill: object) -> str:
        """The text with its gaps filled; a sentence that ends with a gap takes the mark of what fills it, no second."""
        text = self._words[key][0 if language == "sv" else 1]
        told = {name: str(value) for name, value in fill.items()}
        return _marked_once(text, told).format_map(told) if fill else text

    def has(self, key: str) -> bool:
        return key in self._words

    def keys(self) -> Iterator[str]:
        return iter(self._words)


def closed(text: str) -> str:
    """A text as a sentence: with a full stop, unless it has a mark of its own already."""
    return text if text.endswith(MARKS) else f"{text}."


def _marked_once(text: str, told: Mapping[str, str]) -> str:
    for name, value in told.items():
        if value.endswith(MARKS):
            text = text.replace(f"{{{name}}}.", f"{{{name}}}")
    return text


@cache
def _words_of(path: Path) -> Mapping[str, tuple[str, str]]:
    """Read once in a process."""
    return dict(_flat("", tomllib.loads(path.read_text(encoding="utf-8"))))


def _flat(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    for name, value in table.items():
        if set(value) == {"sv", "en"}:
            yield prefix + name, (value["sv"], value["en"])
        else:
            yield from _flat(f"{prefix}{name}.", value)
