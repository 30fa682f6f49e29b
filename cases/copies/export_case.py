"""An export's case.json, held against the lines of its chains: what they prove, what they contradict, what they cannot.

The history that people read must be the sealed lines, word for word where the words are opened. What no line can prove
is told, so that nobody takes it for proved: words that only the other side's export opens, and the state of the case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from cases.case_json import HIDDEN_TEXTS

PROVED = frozenset(("number", "versions", "compartments", "history", "papers"))
"""Keys of case.json that the lines answer for; of the others only the line knows, and it may be withheld."""

Place = tuple[str, int]
Paper = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Told:
    """What a sealed line tells: `texts` is None where the reader cannot open them, or they were disposed of; `outcome`
    is empty where she may not know it."""

    at: datetime
    actor: str
    code: str
    outcome: Mapping[str, Any]
    by: str
    texts: Mapping[str, Any] | None


def of_case(
    case: Mapping[str, Any], lines: Mapping[Place, Told], papers: Mapping[str, Paper]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(what is not proved, what is otherwise). `papers` are (size, SHA-256) by name in the export. Raises KeyError,
    TypeError, ValueError and AttributeError for a case.json of another shape."""
    history = {(line["compartment"], line["seq"]): line for line in case["history"]}
    told = (_of_versions(case, lines), _of_lines(case, history, lines), _of_papers(case, lines, papers))
    return tuple(_unproved(case, history, lines, papers)), tuple(chain.from_iterable(told))


def _of_versions(case: Mapping[str, Any], lines: Mapping[Place, Told]) -> Iterator[str]:
    counted = {name: sum(place[0] == name for place in lines) for name in {place[0] for place in lines}}
    for name in sorted(case["versions"].keys() | counted.keys()):
        if case["versions"].get(name) != counted.get(name):
            yield f"{name}: has {counted.get(name, 0)} line(s), the case has version {case['versions'].get(name)}"


def _of_lines(
    case: Mapping[str, Any], history: Mapping[Place, Mapping[str, Any]], lines: Mapping[Place, Told]
) -> Iterator[str]:
    if len(history) != len(case["history"]):
        yield "history: a line stands there twice"
    for place in sorted(lines):
        where, line, said = _where(place), lines[place], history.get(place)
        if said is None or (said["move"], said["actor"], _moment(said["at"])) != (line.code, line.actor, _second(line)):
            yield f"{where}: case.json tells it otherwise, or not at all"
        elif said["by"] != line.by:
            yield f"{where}: case.json names somebody else"
        elif line.texts is not None and _shown(line.texts) != said["texts"]:
            yield f"{where}: case.json has other words than were sealed"


def _of_papers(case: Mapping[str, Any], lines: Mapping[Place, Told], papers: Mapping[str, Paper]) -> Iterator[str]:
    """Each paper is that of a line, and each line's paper that was told of is here."""
    brought = {line.outcome["handle"]: line for line in lines.values() if line.code == "paper"}
    rows = {paper["handle"]: paper for paper in case["papers"]}
    for name in sorted(papers):
        row, line, (size, hashed) = rows.get(_handle(name)), brought.get(_handle(name)), papers[name]
        if row is None or line is None:
            yield f"{name}: no line tells of it"
        elif not size == row["size"] == line.outcome["size"] or row["type"] != line.outcome["type"]:
            yield f"{name}: is not of the size or sort that was sealed"
        elif line.texts is not None and line.texts.get("sha256") != hashed:
            yield f"{name}: is not the paper that was sealed"
    here = {_handle(name) for name in papers}
    for place, line in sorted(lines.items()):
        if line.code == "paper" and line.texts is not None and line.outcome["handle"] not in here:
            yield f"{_where(place)}: its paper is not among the files"


def _unproved(
    case: Mapping[str, Any], history: Mapping[Place, Mapping[str, Any]], lines: Mapping[Place, Told],
    papers: Mapping[str, Paper],
) -> Iterator[str]:  # fmt: skip
    for place, said in sorted(history.items()):
        line = lines.get(place)
        if line is None:
            yield f"{_where(place)}: all of it"
        elif line.texts is None and said["texts"]:
            yield f"{_where(place)}: its words"
    opened = {line.outcome["handle"] for line in lines.values() if line.code == "paper" and line.texts is not None}
    yield from (f"{name}: its content" for name in sorted(papers) if _handle(name) not in opened)
    others = sorted(case.keys() - PROVED)
    yield f"case.json: names and sentences of the history{''.join(f', {key}' for key in others)}"


def _shown(texts: Mapping[str, Any]) -> dict[str, Any]:
    return {code: text for code, text in texts.items() if code not in HIDDEN_TEXTS}


def _handle(name: str) -> str:
    return name.split("/")[1]


def _where(place: Place) -> str:
    return f"{place[0]} line {place[1]}"


def _second(line: Told) -> datetime:
    return line.at.replace(microsecond=0)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
