"""Which operations a unit has mostly reported about, and which clauses somebody's cases have mostly named: offered
first, so that nobody searches for the usual one."""

from __future__ import annotations

import json
from collections import Counter

from cases.database import Transaction
from workflows.clause import clause_named

LOOKED_AT = 100
"""Of the unit's cases; the cost of the form must not grow with their number."""

REPORTED = """SELECT c.receiving_operation FROM (SELECT s.case_id FROM sight s WHERE s.holder = :holder
 AND s.compartment = 'cover' AND s.ended_at IS NULL ORDER BY s.tab, s.next_date, s.number LIMIT :size) own
 JOIN cases c ON c.id = own.case_id
 WHERE c.raising_unit = :unit AND c.kind = 'deviation' AND c.receiving_operation <> ''"""
"""Through the grants of the unit itself, as its work list is read."""


def reported_before(tx: Transaction, unit: str) -> tuple[str, ...]:
    """Operations, the most reported first; equally often in the order of their codes."""
    rows = tx.all(REPORTED, holder=f"unit:{unit}", unit=unit, size=LOOKED_AT)
    counted = Counter(operation for (operation,) in rows)
    return tuple(sorted(counted, key=lambda operation: (-counted[operation], operation)))


NAMED = """SELECT c.facts FROM (SELECT s.case_id FROM sight s WHERE s.holder = :holder AND s.compartment = 'cover'
 AND s.ended_at IS NULL ORDER BY s.tab, s.next_date, s.number LIMIT :size) own
 JOIN cases c ON c.id = own.case_id WHERE c.facts LIKE '%"clause":%'"""


def clauses_before(tx: Transaction, holder: str) -> tuple[str, ...]:
    """Clauses (`DOCUMENT` or `DOCUMENT/NUMBER`) that the listed cases of a holder name, the most named first."""
    rows = tx.all(NAMED, holder=holder, size=LOOKED_AT)
    counted = Counter(clause_named(json.loads(facts)) for (facts,) in rows)
    return tuple(sorted((code for code in counted if code), key=lambda code: (-counted[code], code)))
