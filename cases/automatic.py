"""An automatic step of the routine: taken when its date has passed, in one transaction with the row that asked for it."""

from __future__ import annotations

from datetime import datetime

from cases import docket
from cases.acting import Refused, act_by_clock
from cases.answers import Acted
from cases.database import Transaction
from cases.docket import Claimed
from cases.gather import gather
from cases.record import Record
from cases.relevance import judge
from cases.situations import of_snapshot


def take_step(record: Record, claimed: Claimed, now: datetime) -> Acted | None:
    """Take a claimed step and settle its row, together or not at all; None when its date no longer holds.

    A step that the routine refuses is parked with the reasons: its case needs somebody to look at it (law 8).
    Raises ClaimLost, or a DatabaseError; then nothing was written.
    """
    try:
        with record.database.write() as tx:
            return _take(tx, record, claimed, now)
    except Refused as refused:
        codes = ",".join(reason.code for reason in refused.refusal.reasons)
        docket.settle(record, claimed, "parked", f"refused:{codes}", now)
        return None


def _take(tx: Transaction, record: Record, claimed: Claimed, now: datetime) -> Acted | None:
    # The claim was a while ago, and an earlier step of the same round may have moved this very case.
    world = record.world(tx, now)
    found = gather(tx, claimed.case_id, world.org)
    definition = record.library.routine(found.definition).definition
    verdict = judge(claimed.row, of_snapshot(found.snapshot), definition, world, now)
    if verdict.status != "claimed":
        docket.settle_in(tx, record, (claimed,), verdict.status, verdict.reason, now, not_before=verdict.not_before)
        return None
    acted = act_by_clock(tx, record, claimed.case_id, claimed.row.move, now)
    docket.settle_in(tx, record, (claimed,), "done", "", now)
    return acted
