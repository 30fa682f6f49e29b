"""What a case's docket depends on, gathered for many cases at once: cover, dates, and what is owed."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cases.database import Transaction
from cases.gather import CASE, CONTRIBUTIONS, DEADLINES, cover_of, deadline_of
from workflows.nouns import Contribution, Cover, Deadline, Snapshot
from workflows.organisation import Organisation

AT_ONCE = 40
"""Cases that one statement fetches by their keys."""

CLAIMED = "IN (SELECT case_id FROM docket WHERE token = :token AND status = 'claimed')"
THESE = f"IN ({', '.join(f':c{number}' for number in range(AT_ONCE))})"
VERSIONS = f"SELECT id, version FROM cases WHERE id {THESE}"
LOCKED, SHARED = " ORDER BY id FOR NO KEY UPDATE", " ORDER BY id FOR SHARE"
"""In one order, so that two who lock the same cases never wait for each other. What only writes docket rows shares the
lock: it keeps moves out, and other workers in."""


class Situation(NamedTuple):
    """One case as its docket sees it; dates and what is owed by their keys."""

    cover: Cover
    deadlines: Mapping[str, Deadline]
    contributions: Mapping[str, Contribution]


log = logging.getLogger(__name__)

Rows = list[tuple[Any, ...]]


def of_batch(tx: Transaction, token: str, org: Organisation) -> dict[int, Situation]:
    """The cases of all rows claimed under that token, in three statements. A case that the organisation no longer
    fits is left out, so that it cannot stop the others."""
    cases, deadlines, owed = (tx.all(statement, token=token) for statement in _for_many(CLAIMED))
    return _built(cases, deadlines, owed, org)


def of_cases(
    tx: Transaction, case_ids: Iterable[int], org: Organisation, *, shared: bool = False
) -> dict[int, Situation]:
    """These cases. On PostgreSQL they stay locked until the transaction ends, as with every decision."""
    ids, found = sorted(set(case_ids)), dict[int, Situation]()
    cases_of, deadlines_of, owed_of = _for_many(THESE)
    lock = (SHARED if shared else LOCKED) if tx.postgres else ""
    for batch in _padded(ids):
        cases = tx.all(cases_of + lock, **batch)
        found |= _built(cases, tx.all(deadlines_of, **batch), tx.all(owed_of, **batch), org)
    return found


def as_they_stand(tx: Transaction, known: Mapping[int, Situation], org: Organisation) -> dict[int, Situation]:
    """Cases that were gathered before, as they stand now: the same object where nobody has moved the case since. Every
    change of a cover, a date or a debt is a line of the cover and counts its version up (apply.py). On PostgreSQL they
    stay locked, shared, until the transaction ends."""
    ids, lock = sorted(known), SHARED if tx.postgres else ""
    versions = dict(row for batch in _padded(ids) for row in tx.all(VERSIONS + lock, **batch))
    same = {case_id: case for case_id, case in known.items() if versions.get(case_id) == case.cover.version}
    return same | of_cases(tx, known.keys() - same.keys(), org, shared=True)


def of_snapshot(snapshot: Snapshot) -> Situation:
    return Situation(snapshot.cover, {d.key: d for d in snapshot.deadlines}, {c.key: c for c in snapshot.contributions})


def _padded(ids: Sequence[int]) -> Iterator[dict[str, int]]:
    for start in range(0, len(ids), AT_ONCE):
        batch = ids[start : start + AT_ONCE]
        yield {f"c{number}": batch[number] if number < len(batch) else 0 for number in range(AT_ONCE)}


def _for_many(which: str) -> tuple[str, str, str]:
    """The statements that gather one case, for many."""
    one = (CASE, "id"), (DEADLINES, "case_id"), (CONTRIBUTIONS, "case_id")
    cases, deadlines, owed = (statement.replace(f"{key} = :id", f"{key} {which}") for statement, key in one)
    with_case = "SELECT case_id, "
    return cases, with_case + deadlines.removeprefix("SELECT "), with_case + owed.removeprefix("SELECT ")


def _built(cases: Rows, deadlines: Rows, owed: Rows, org: Organisation) -> dict[int, Situation]:
    dates: dict[int, dict[str, Deadline]] = defaultdict(dict)
    for case_id, *date in deadlines:
        dates[case_id][date[0]] = deadline_of(tuple(date))
    owes: dict[int, dict[str, Contribution]] = defaultdict(dict)
    for case_id, *debt in owed:
        owes[case_id][debt[0]] = Contribution(*debt)
    found = {}
    for row in cases:
        try:
            found[int(row[0])] = Situation(cover_of(row, org), dates[row[0]], owes[row[0]])
        except (KeyError, ValueError):
            log.exception("The case %s cannot be read; its docket rows wait. Run `stegen verify`.", row[1])
    return found
