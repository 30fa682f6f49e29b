"""A workflow file as it was handed in, the places in it, and what can be wrong there.

A place is written in the file's own words, `stages.arrived.ball` or `moves[12].submit.from`; `line_of` finds its line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Source:
    """One workflow file as config hands it over: its path for messages, its exact text, and the parsed data."""

    path: str
    text: str
    data: Mapping[str, Any]

    @property
    def key(self) -> str:
        return f"{self.data.get('name', '?')}.v{self.data.get('version', '?')}"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file: where (file, line, place in the file's own words) and what to do."""

    path: str
    line: int
    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.place}: {self.text}"


class DefinitionFaults(Exception):
    """A routine cannot be used as it stands. All faults are listed; none of the files is in force."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(f) for f in self.faults))


def fault_in(source: Source, place: str, text: str) -> Fault:
    """A fault at a place; "" is the file as a whole."""
    return Fault(source.path, line_of(source.text, place), place or "the file", text)


def line_of(text: str, place: str) -> int:
    """The line of a place: of its own key, else of the table it belongs to; 1 when the file does not show it."""
    lines = [line.strip() for line in text.splitlines()]
    section, _, rest = place.partition(".")
    if section.startswith("moves["):
        wanted = int(section[6:].split("]")[0])
        heads = [number for number, line in enumerate(lines, 1) if line == "[[moves]]"]
        return _inside(lines, heads[wanted], rest.partition(".")[2]) if wanted < len(heads) else 1
    code, _, key = rest.partition(".")
    if f"[{section}.{code}]" in lines:
        return _inside(lines, lines.index(f"[{section}.{code}]") + 1, key)
    if f"[{section}]" in lines:
        return _inside(lines, lines.index(f"[{section}]") + 1, rest)
    return next(_with_key(lines, 0, section), 1)


def _inside(lines: Sequence[str], head: int, key: str) -> int:
    """The line of `key` in the table that begins at line `head`: written whole (`options.yes`) or its first part."""
    found = (next(_with_key(lines, head, name), None) for name in (key, key.partition(".")[0]) if name)
    return next((line for line in found if line is not None), head)


def _with_key(lines: Sequence[str], head: int, key: str) -> Iterator[int]:
    for number in range(head, len(lines)):
        if lines[number].startswith("[") and lines[number].endswith("]"):
            return
        if lines[number].split("=")[0].strip() == key:
            yield number + 1
