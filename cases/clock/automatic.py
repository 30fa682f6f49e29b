"""An automatic step of the routine: taken when its date has passed, together with the settling of its row."""

from __future__ import annotations

from datetime import datetime

from cases.acting import Refused, act_by_clock
from cases.clock.fates import Claimed
from cases.clock.relevance import judge
from cases.clock.settling import settle, settle_in
from cases.clock.situations import of_snapshot
from cases.database import Transaction
from cases.gather import gather
from cases.record import Record


def take_step(record: Record, claimed: Claimed, now: datetime) -> str:
    """Take a claimed step and settle its row, together or not at all; the row's status: `done`, `overtaken` when its
    date no longer holds, `waiting` when it may not be taken yet, `parked` when the routine refuses it.

    A refused step needs somebody to look at its case (law 8). Raises ClaimLost, or a DatabaseError; then nothing was
    written.
    """
    try:
        with record.database.write() as tx:
            return _take(tx, record, claimed, now)
    except Refused as refused:
        codes = ",".join(reason.code for reason in refused.refusal.reasons)
        settle(record, claimed, "parked", f"refused:{codes}", now)
        return "parked"


def _take(tx: Transaction, record: Record, claimed: Claimed, now: datetime) -> str:
    # The claim was a while ago, and an earlier step of the same round may have moved this very case.
    world = record.world(tx, now)
    found = gather(tx, claimed.case_id, world.org)
    definition = record.library.routine(found.definition).definition
    verdict = judge(claimed.row, of_snapshot(found.snapshot), definition, world, now)
    if verdict.status != "claimed":
        settle_in(tx, record, (claimed,), verdict.status, verdict.reason, now, not_before=verdict.not_before)
        return verdict.status
    act_by_clock(tx, record, claimed.case_id, claimed.row.move, now)
    settle_in(tx, record, (claimed,), "done", "", now)
    return "done"
