"""The letters' texts: plain files with words in braces, that the owner of a routine can read and change.

All files are checked when they are first read: a missing text, a word that nobody fills in, a broken brace. A letter
says the same twice, as text and as HTML, and both come from the same lines.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "templates"
LANGUAGES = ("sv", "en")

ITEM = frozenset("kind Kind number task whose step day date by why silence open link".split())
WORDS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys((
        "before", "after", "passed", "list", "turn", "still", "told", "asked", "answered", "late", "ended", "receipt",
        "redirected", "taken_over", "given_back", "glass", "remains",
    ), ITEM),
    "year": frozenset(("year", "forums", "parties")),
    "section": frozenset(("function", "items")),
    "office": frozenset(("function", "items")),
    "letter": frozenset(("count", "sections", "where")),
    "invitation": frozenset(("name", "account", "link", "date")),
    "given": frozenset(("name", "account", "address", "function", "date", "instead", "giver")),
    "rerouted": frozenset(("function", "address", "giver")),
}  # fmt: skip
"""Text -> the words that it may use."""


class TextFaults(Exception):
    """The letters' texts are not sound. Each line names a file, a line and what is wrong there."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join([str(self.__doc__), *self.faults]))


@dataclass(frozen=True, slots=True)
class Form:
    """A text to fill in."""

    subject: str
    lines: tuple[str, ...]

    def filled(self, words: Mapping[str, str]) -> tuple[str, str]:
        """Subject and text. A line with a word that is empty is left out."""
        return self.subject.format_map(words), "\n".join(line.format_map(words) for line in self.kept(words)).strip()

    def kept(self, words: Mapping[str, str]) -> list[str]:
        """The lines that have something to say, words still in braces."""
        return [line for line in self.lines if all(words[word] for word in _words_of(line))]


@cache
def forms(folder: Path = FOLDER) -> Mapping[tuple[str, str], Form]:
    """Every text by name and language. Raises TextFaults with all faults at once."""
    found: dict[tuple[str, str], Form] = {}
    faults: list[str] = []
    for name, allowed in WORDS.items():
        for language in LANGUAGES:
            path = folder / f"{name}.{language}.txt"
            try:
                text = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                faults.append(f"{path.name}: cannot be read ({error}); put the file back as UTF-8 text")
                continue
            faults += _faults(path.name, text, allowed)
            subject, _, rest = text.partition("\n")
            found[name, language] = Form(subject, tuple(rest.strip("\n").split("\n")))
    if faults:
        raise TextFaults(faults)
    return found


def _faults(name: str, text: str, allowed: frozenset[str]) -> Iterator[str]:
    lines = text.split("\n")
    if not lines[0].strip() or len(lines) < 3 or lines[1].strip():
        yield f"{name}:1: write the subject on the first line, leave the second empty, then the text"
    for number, line in enumerate(lines, 1):
        try:
            unknown = sorted(set(_words_of(line)) - allowed)
        except ValueError as error:
            yield f"{name}:{number}: {error}; a brace that is meant as a brace is written twice"
        else:
            known = ", ".join(f"{{{word}}}" for word in sorted(allowed))
            yield from (f"{name}:{number}: {{{word}}} is not filled in here; there are {known}" for word in unknown)


def _words_of(line: str) -> list[str]:
    """The words in braces. ValueError for a lone brace, and for anything but a bare word between two."""
    found = []
    for _, word, form, turned in string.Formatter().parse(line):
        if word is None:
            continue
        if form or turned or not word.isidentifier():
            raise ValueError(f"{{{word}}} must be one bare word")
        found.append(word)
    return found
