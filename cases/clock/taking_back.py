"""Taking back what was let go of: rows whose lease ran out, or that a queue has lost, wait again as they were."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from cases.clock.claiming import BATCH, known, new_token, take
from cases.clock.fates import MOST_ATTEMPTS, Claimed, Fate, seen_anew, write
from cases.record import Record
from workflows.attempt import World

LEASE_ENDED = "lease_ended"

AT_ONCE = 1000
"""Rows in one transaction."""

_ENDED = "(d.lease_until < :now OR d.lease_until > :ahead)"
"""Also of a claim by a clock that was far ahead: no lease that is given now lasts so long."""
EXPIRED = f"d.status = 'claimed' AND {_ENDED}"
LOST = f"d.status = 'handed_over' AND {_ENDED}"
"""What no job has claimed: the queue forgot it, or is too long."""


LET_GO = """UPDATE docket SET status = 'waiting', reason = :reason, not_before = :soon, token = '', lease_until = NULL
 WHERE id IN (SELECT id FROM docket WHERE token = :batch AND status = 'handed_over' ORDER BY id{lock})"""
"""Without asking for the cases: whether a row still holds is asked when it is claimed next."""


LEAVE = """UPDATE docket SET status = 'waiting', token = '', lease_until = NULL, attempts = attempts - 1
 WHERE id = :id AND token = :token AND status = 'claimed'"""


def leave(record: Record, rows: Sequence[Claimed]) -> None:
    """Rows that were claimed to see whose they are, and that nothing was done with, wait as they did before."""
    for start in range(0, len(rows), AT_ONCE):
        with record.database.write() as tx:
            tx.many(LEAVE, [{"id": row.id, "token": row.token} for row in rows[start : start + AT_ONCE]])


def rescue(record: Record, now: datetime, lease: timedelta) -> int:
    """Take back all rows whose claimers have let their lease run out, and those that a queue has lost; how many. A row
    that was claimed too often without any outcome is parked, the others wait again as they were. All of them, for what
    one person was to get in one letter may stand anywhere among them."""
    rescued = 0
    while taken := _take_back(record, (EXPIRED, LOST), now, lease, LEASE_ENDED):
        rescued += taken
    return rescued


def take_back(record: Record, batch: str, now: datetime, lease: timedelta, reason: str) -> int:
    """What nobody has claimed of a batch waits again as it was; how many rows."""
    return _take_back(record, (BATCH,), now, lease, reason, batch)


def let_go(record: Record, batch: str, soon: datetime, reason: str) -> int:
    """What is left of a batch because somebody holds its cases waits until `soon`, unseen; how many rows. One that
    somebody writes to in this moment is hers, and stays until its lease ends."""
    with record.database.write() as tx:
        lock = " FOR NO KEY UPDATE SKIP LOCKED" if tx.postgres else ""
        return tx.run(LET_GO.format(lock=lock), batch=batch, soon=soon, reason=reason)


def _take_back(
    record: Record, which: Iterable[str], now: datetime, lease: timedelta, reason: str, batch: str = ""
) -> int:
    token = new_token(record)
    with record.database.write() as tx:
        if not sum(take(tx, rows_of, token, now, now + lease, AT_ONCE, counted=0, batch=batch) for rows_of in which):
            return 0
        world = record.world(tx, now)
        rows, fates = known(tx, token, world)
        fates += [_rescued(record, claimed, world, now, reason) for claimed in rows]
        write(tx, fates, now)
    return len(fates)


def _rescued(record: Record, claimed: Claimed, world: World, now: datetime, reason: str) -> Fate:
    fate = Fate(claimed, "waiting", reason, None, claimed.attempts)
    if claimed.attempts >= MOST_ATTEMPTS:
        fate = Fate(claimed, "parked", "no_outcome", None, claimed.attempts)
    return seen_anew(record, fate, claimed, claimed.case, world, now)
