"""When each ended case of a list ended, and how it did: the words of the row of its routine that ended it.

One statement for a whole page of a list. The line that ended a case is of its cover, so whoever lists it may know it; a
row that tells of a hidden mark, or of what a forum decided within its walls, is not told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cases.lists.worklist import PAGE, Item
from cases.record import Record
from workflows.answering import decides
from workflows.definition import Text
from workflows.happened import filled
from workflows.office_hours import local_date
from workflows.opening import OPEN

_NUMBERS = ", ".join(f":n{place}" for place in range(PAGE))

# As the record writes it (chain.canonical). A case that was reopened has ended anew: the newest line comes last.
ENDED = f"""SELECT c.number, e.at, e.code, e.outcome FROM cases c
 JOIN event e ON e.case_id = c.id AND e.compartment = 'cover' AND e.outcome LIKE '%"status":"ended"%'
 WHERE c.number IN ({_NUMBERS}) ORDER BY c.number, e.seq"""

PLAINLY = Text("Ärendet avslutades", "The case ended")
ENTERED = Text("Ärendet lades in i efterhand som avslutat", "The case was entered afterwards, already ended")


@dataclass(frozen=True, slots=True)
class Ending:
    """`day` is None for a case that was entered as ended: on which day it did is told in its history, if it is."""

    how: Text
    day: date | None


def endings_of(record: Record, items: Sequence[Item]) -> Mapping[str, Ending]:
    """Number -> how it ended, for the ended ones of up to fifty listed cases."""
    ended = [item.number for item in items if item.status == "ended"]
    if not ended:
        return {}
    numbers = {f"n{place}": ended[place] if place < len(ended) else "" for place in range(PAGE)}
    with record.database.read() as tx:
        lines = tx.all(ENDED, **numbers)
    return {
        number: Ending(ENTERED, None) if code == OPEN else Ending(_how(record, json.loads(outcome)), local_date(at))
        for number, at, code, outcome in lines
    }  # fmt: skip


def _how(record: Record, outcome: Mapping[str, str]) -> Text:
    key, _, place = outcome.get("rule", "").partition(":")
    taken = next((row for row in record.library.definition(key).moves if row.place == place), None)
    return filled(taken.happened) if taken is not None and not taken.asks_for_mark and not decides(taken) else PLAINLY
