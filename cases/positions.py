"""What kind of answer a forum gave, beside the words it gave it in: an opinion, notes, no consensus (law 4).

The kind is a choice and no text, so it is kept with the cover's facts; whoever reads the words must read it with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from cases.reading import Line
from workflows.definition import SEVERAL, Definition, Text

QUESTION = "position"
"""The question of the routine whose options are the kinds of answer."""

PROPOSES = "decide_presidium"
ADOPTS = "approve"
"""What one of the presidium has proposed is the forum's position when the other has approved it."""

TAKEN_BY = frozenset(("take_position", "decide_chair", PROPOSES, "outside_remit"))


def positions(lines: Iterable[Line], routines: Iterable[Definition]) -> Iterator[tuple[tuple[datetime, str], Text]]:
    """(instant, move) of each step by which a forum answered -> the kind of its answer in words.

    A proposal that its reader may not know of has none until it is adopted.
    """
    asked = next((d.inputs[QUESTION] for d in routines if QUESTION in d.inputs), None)
    words = dict(asked.options) if asked is not None else {}
    cover = [line for line in lines if line.compartment == "cover"]
    for place, line in enumerate(cover):
        if line.code in TAKEN_BY:
            kinds = [words[code] for code in _kinds(line, cover[place + 1 :]).split(SEVERAL) if code in words]
            if kinds:
                yield (line.at, line.code), Text(", ".join(k.sv for k in kinds), ", ".join(k.en for k in kinds))


def _kinds(line: Line, later: Sequence[Line]) -> str:
    """The options as the case keeps them, joined; "" where none is known."""
    if line.code != PROPOSES:
        return _fact(line, "outcome")
    after = next((n for n in later if n.code in (PROPOSES, ADOPTS)), None)
    adopted = _fact(after, "outcome") if after is not None and after.code == ADOPTS else ""
    return _fact(line, "proposal") or adopted


def _fact(line: Line, name: str) -> str:
    facts = line.outcome.get("cover", {}).get("facts") or {}
    return str(facts.get(name) or "")
