"""What each case of a list is about, in one line: the first words of what was reported, asked or put to the forum.

Read through the same grants as the case page: a function gets the words of compartments that it reads, and of the
others nothing. One statement for a whole page of a list.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cases.database import Transaction
from cases.lists.worklist import PAGE, Item
from cases.record import Record
from cases.sight import READS, Seer, function_name, holders_of

ABOUT = ("what", "question", "question_anew", "sentence", "pattern_text", "statement", "told_text")
"""The texts that say what a case is about, the best first."""

LENGTH = 90
"""Characters of a line."""

_NUMBERS = ", ".join(f":n{place}" for place in range(PAGE))
_WORDS = f"""SELECT c.number, t.body FROM cases c
 JOIN {{grant}}
 JOIN event e ON e.case_id = c.id AND e.compartment = {{compartment}} AND e.code IN ('open', 'submit', 'told', 'file')
 JOIN event_text t ON t.case_id = e.case_id AND t.compartment = e.compartment AND t.seq = e.seq
 WHERE c.number IN ({_NUMBERS}) ORDER BY c.number, e.at, e.seq"""
GRANTED = _WORDS.format(
    grant="""sight g ON g.case_id = c.id AND g.holder IN (:own, :beside) AND g.ended_at IS NULL
 AND (g.compartment = 'shared' AND :shared = 'yes' OR g.compartment LIKE 'file:%')""",
    compartment="g.compartment",
)
OWN = _WORDS.format(grant="report r ON r.case_id = c.id AND r.account = :account", compartment="'shared'")


def subjects_of(record: Record, seer: Seer, items: Sequence[Item], now: datetime) -> Mapping[str, str]:
    """Number -> a line, for those of up to fifty listed cases whose words the seer reads."""
    if not items:
        return {}
    with record.database.read() as tx:
        found: dict[str, str] = {}
        for number, body in _bodies(tx, record, seer, items, now):
            found.setdefault(number, _line(json.loads(body)["texts"]))
    return {number: line for number, line in found.items() if line}


def _bodies(tx: Transaction, record: Record, seer: Seer, items: Sequence[Item], now: datetime) -> list[tuple[Any, ...]]:
    numbers = {f"n{place}": items[place].number if place < len(items) else "" for place in range(PAGE)}
    function = function_name(seer.post)
    if function == "reporter":
        return tx.all(OWN, account=seer.account, **numbers)
    own, beside = holders_of(seer.post, record.organisation(tx, now))
    reads = READS.get(function, frozenset())
    if "file" not in reads:
        return []
    return tx.all(GRANTED, own=own, beside=beside, shared="yes" if "shared" in reads else "", **numbers)


def _line(texts: Mapping[str, Any]) -> str:
    said = next((str(texts[code]) for code in ABOUT if texts.get(code)), "")
    words = " ".join(said.split())
    return words if len(words) <= LENGTH else words[:LENGTH].rsplit(" ", 1)[0] + " …"
