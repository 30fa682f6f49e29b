"""What kind of answer a forum gave, beside the words it gave it in: an opinion, notes, no consensus (law 4).

The kind is a choice and no text, so it is kept with the cover's facts; whoever reads the words must read it with them:
in the forum from the day on which it decides, elsewhere when the answer is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from cases.reading import Line
from workflows.answering import ANEW, DECIDED
from workflows.definition import SEVERAL, Definition, Text

QUESTION = "position"
"""The question of the routine whose options are the kinds of answer."""

SENDS = "deliver"


def positions(lines: Iterable[Line], routines: Iterable[Definition]) -> Iterator[tuple[tuple[datetime, str], Text]]:
    """(instant, move) of each step by which a forum answered, or sent its answer -> the kind of answer in words.

    A decision that its reader may not know of has none until it is sent.
    """
    asked = next((d.inputs[QUESTION] for d in routines if QUESTION in d.inputs), None)
    words = dict(asked.options) if asked is not None else {}
    for line in lines:
        if line.compartment == "cover":
            kinds = [words[code] for code in _kinds(line).split(SEVERAL) if code in words]
            if kinds:
                yield (line.at, line.code), Text(", ".join(k.sv for k in kinds), ", ".join(k.en for k in kinds))


def _kinds(line: Line) -> str:
    """The options as the case keeps them, joined; "" where none is known. What is sent later within its stage (what
    changes, of a systemic issue) is no answer of a forum's."""
    cover = line.outcome.get("cover", {})
    facts = cover.get("facts") or {}
    if line.code in ANEW:
        waits = facts.get(DECIDED)
        # A decision that waits, and that this reader may not know of, has taken no row that she is told of.
        told = facts.get("outcome") if "rule" in line.outcome else ""
        return str((waits.get("outcome") if waits else told) or "")
    return str(facts.get("outcome") or "") if line.code == SENDS and "stage" in cover else ""
