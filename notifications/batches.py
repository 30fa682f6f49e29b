"""Letters by way of an engine's queue: which rows go together, and what the worker that gets them does.

The docket stays the only one that knows what is to do: a batch is claimed, sent and settled exactly as a round does it.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from cases.clock import letters, mail_line
from cases.clock.claiming import claim, new_token
from cases.clock.fates import ClaimLost
from cases.clock.handing_over import batch_of, hand_over, is_left
from cases.clock.standstill import is_still
from cases.clock.taking_back import let_go, take_back
from cases.database import Transaction
from cases.record import Record
from notifications.delivery import Mailer, Send
from notifications.people import batches, letters_in
from notifications.round import A_MOMENT, LEASE, MORNING, TRIES, WORKING, late_after, send_over_line
from notifications.sending import Outbox

log = logging.getLogger(__name__)

TOGETHER = 20
"""Rows in a batch, more or less: enough to be worth a connection, few enough to be shared by workers (ours)."""

SOON = timedelta(minutes=1)
"""When what stayed held through all tries is due again: the next round or the one after it takes it (ours)."""

BUSY = "case_busy"
"""The reason of a row whose case somebody was moving when its job came."""

Queue = Callable[[Transaction, str, int | None], None]
"""Writes a job in the caller's transaction: the name of its batch, and the turn it leaves in (`mail_line`)."""


def hand_over_held(outbox: Outbox, turn: int | None, queue: Queue) -> bool:
    """Everything that the outbox holds goes to the queue, each batch in a transaction of its own; what one person is to
    get is in one of them."""
    rows, outbox.held = outbox.held, []
    for batch in batches(rows, TOGETHER):
        try:
            hand_over(outbox.record, batch, outbox.now + LEASE, lambda tx, key: queue(tx, key, turn))
        except ClaimLost:
            log.warning("Some rows were taken over by another round before they were handed over.")
        else:
            outbox.tally["handed_over"] += len(batch)
            outbox.has_left(letters_in(batch))
    return True


def carry_out(
    record: Record, now: datetime, mailer: Mailer, name: str, turn: int | None, *,
    stopwatch: Callable[[], float] = time.monotonic,
) -> Counter[str]:  # fmt: skip
    """Claim a batch by its name and send its letters; the counts are a round's. What cannot be claimed, or may not
    while the line is broken, waits again; nothing when the batch has gone elsewhere."""
    tally: Counter[str] = Counter()
    batch = batch_of(record, name)
    if not batch:
        return tally
    if not is_still(record) and _may_leave(record, turn):
        late = late_after(WORKING, stopwatch)
        outbox = Outbox(record, now, mailer, tally, late, room=turn)
        send_over_line(outbox, turn, partial(_send_batch, outbox, batch))
    reason = _why_not(record)
    tally["waiting"] += take_back(record, batch, now, LEASE, reason) + let_go(record, batch, now + SOON, reason)
    return tally


def _may_leave(record: Record, turn: int | None) -> bool:
    """Over a broken line goes the one batch whose turn it is; what was queued before the line broke waits."""
    with record.database.read() as tx:
        outage = mail_line.outage(tx)
    return outage is None or outage.failures == 0 or turn == outage.batch


def _why_not(record: Record) -> str:
    with record.database.read() as tx:
        outage = mail_line.outage(tx)
    return f"{letters.MAIL}{outage.reason}" if outage is not None else BUSY


def _send_batch(outbox: Outbox, batch: str, send: Send) -> None:
    record = outbox.record
    for attempt in range(TRIES):
        if attempt:
            time.sleep(A_MOMENT)
        claimed = claim(record, outbox.now, LEASE, MORNING, new_token(record), batch=batch)
        outbox.tally.update(claimed.settled)
        outbox.held += claimed.rows
        if not is_left(record, batch):
            break
    outbox.send_held(send)
