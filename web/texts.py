"""The interface's own words in Swedish and English, from texts.toml; the routine's words come from its definition."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from workflows.calendar import Language

FILE = Path(__file__).parent / "texts.toml"


class Texts:
    """The interface's own words, `section.name` in both languages. A word that is missing is a fault, never a blank."""

    def __init__(self, path: Path) -> None:
        self._words = _words_of(path)

    def say(self, key: str, language: Language, **fill: object) -> str:
        text = self._words[key][0 if language == "sv" else 1]
        return text.format_map({name: str(value) for name, value in fill.items()}) if fill else text

    def has(self, key: str) -> bool:
        return key in self._words

    def keys(self) -> Iterator[str]:
        return iter(self._words)


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
