"""Settling: its claimer says what became of a row, with the claim's own token, and what follows it is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from cases.clock import situations
from cases.clock.fates import MOST_ATTEMPTS, REFUSED, Claimed, ClaimLost, Fate, seen_anew, write
from cases.clock.waits import given_up, wait
from cases.database import Transaction
from cases.record import Record


def settle(
    record: Record, claimed: Claimed, status: str, reason: str, now: datetime, *, not_before: datetime | None = None
) -> None:
    """Say what became of a claimed row, in a transaction of its own. Raises ClaimLost."""
    with record.database.write() as tx:
        settle_in(tx, record, (claimed,), status, reason, now, not_before=not_before)


def settle_in(
    tx: Transaction, record: Record, rows: Sequence[Claimed], status: str, reason: str, now: datetime, *,
    not_before: datetime | None = None, failed: bool = False, deferred: bool = False,
) -> Counter[str]:  # fmt: skip
    """Say what became of claimed rows and write what follows each, in the caller's transaction; how many went to
    which status. What follows is the next notch, and the next receiver of the chain when a function was refused.

    `waiting` gives rows back until `not_before`; those whose date was met or moved meanwhile are overtaken instead.
    With `failed` one that has failed too often is parked; with `deferred` each is put off for longer than the last
    time, and parked after five days. Raises ClaimLost when a row is not ours any more.
    """
    world = record.world(tx, now)
    known = {c.case_id: c.case for c in rows if c.row.kind == "letter"}
    cases = situations.as_they_stand(tx, known, world.org)
    fates, tries = [], max((claimed.deferrals for claimed in rows), default=0) + 1
    for claimed in rows:
        fate = Fate(claimed, status, reason, not_before, claimed.attempts if failed else 0)
        if failed and claimed.attempts >= MOST_ATTEMPTS:
            fate = fate._replace(status="parked")
        if deferred:
            fate = _deferred(fate, claimed, tries, now)
        if claimed.case_id in cases:
            fate = seen_anew(record, fate, claimed, cases[claimed.case_id], world, now)
        fates.append(fate)
    if write(tx, fates, now) != len(fates):
        raise ClaimLost(ClaimLost.__doc__)
    return Counter(fate.status for fate in fates)


def _deferred(fate: Fate, claimed: Claimed, tries: int, now: datetime) -> Fate:
    """What was in one letter comes back together: one person gets one letter of it again."""
    if claimed.deferred_since is not None and given_up(claimed.deferred_since, now):
        return fate._replace(status="parked", reason=f"{REFUSED}for five days: {fate.reason}")
    return fate._replace(not_before=now + wait(tries, now.isoformat()), deferred=now)
