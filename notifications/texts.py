"""The letters' texts: plain files with words in braces, that the owner of a routine can read and change.

All files are checked when they are first read: a missing text, a word that nobody fills in, a broken brace. What needs
a text with a fault waits until it is mended; all other letters leave. A letter says the same twice, as text and as
HTML, and both come from the same lines.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "templates"
LANGUAGES = ("sv", "en")

ITEM = frozenset(
    "kind Kind number task own theirs whose step day date by why silence default also ended open link".split()
)
WORDS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys((
        "before", "after", "passed", "list", "turn", "still", "told", "asked", "answered", "late", "ended", "receipt",
        "redirected", "taken_over", "given_back", "glass", "remains", "since",
    ), ITEM),
    "year": frozenset(("year", "forums", "parties")),
    "section": frozenset(("function", "items")),
    "office": frozenset(("function", "items")),
    "letter": frozenset(("count", "sections", "where")),
    "invitation": frozenset(("name", "account", "link", "date")),
    "given": frozenset(("name", "account", "address", "function", "date", "instead", "giver")),
    "rerouted": frozenset(("function", "name", "account", "address", "giver")),
}  # fmt: skip
"""Text -> the words that it may use."""

AROUND, AROUND_WORDS = "letter.html", frozenset(("language", "title", "heading", "body"))
"""The page around the part of a letter that is HTML, and its words."""

Key = tuple[str, str]
"""A text's name, and its language."""


class TextFaults(Exception):
    """The letters' texts have faults; mend the files that are named. What needs one of them waits until then."""

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


class Forms:
    """Every text by name and language. One with a fault raises TextFaults for whoever asks for it, and for no other."""

    def __init__(self, sound: Mapping[Key, Form], faults: Mapping[Key, Sequence[str]]) -> None:
        self._sound, self._faults = sound, faults

    def __getitem__(self, key: Key) -> Form:
        if key in self._faults:
            raise TextFaults(self._faults[key])
        return self._sound[key]

    def faults(self, *names: str) -> tuple[str, ...]:
        """Of these texts, or of all of them; each once."""
        return tuple(dict.fromkeys(
            fault for (name, _), found in self._faults.items() if not names or name in names for fault in found
        ))  # fmt: skip


def forms(folder: Path | None = None) -> Forms:
    """Read once when all are sound; else at each question, so that a text that is mended is used at once."""
    place = folder or FOLDER
    found = _SOUND.get(place) or _read(place)
    if not found.faults():
        _SOUND[place] = found
    return found


_SOUND: dict[Path, Forms] = {}


def _read(folder: Path) -> Forms:
    sound: dict[Key, Form] = {}
    faults: dict[Key, list[str]] = {}
    around = list(_faults_around(folder / AROUND))
    for name, allowed in WORDS.items():
        for language in LANGUAGES:
            path = folder / f"{name}.{language}.txt"
            text, unread = _text_of(path)
            found = unread or [*_faults(path.name, text, allowed), *(around if name == "letter" else ())]
            if found:
                faults[name, language] = found
            subject, _, rest = text.partition("\n")
            sound[name, language] = Form(subject, tuple(rest.strip("\n").split("\n")))
    return Forms(sound, faults)


def _text_of(path: Path) -> tuple[str, list[str]]:
    try:
        return path.read_text(encoding="utf-8"), []
    except (OSError, UnicodeDecodeError) as error:
        return "", [f"{path.name}: cannot be read ({error}); put the file back as UTF-8 text"]


def _faults_around(path: Path) -> Iterator[str]:
    text, unread = _text_of(path)
    yield from unread
    page = string.Template(text)
    unknown = sorted(set(page.get_identifiers()) - AROUND_WORDS) if page.is_valid() else ["$"]
    known = ", ".join(f"${word}" for word in sorted(AROUND_WORDS))
    yield from (f"{path.name}: {word} is not filled in here; there are {known}" for word in unknown)


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
