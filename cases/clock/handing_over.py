"""Rows on their way through an engine's queue: a batch stands in the docket, and the queue only knows its name.

What the queue forgets is missed by nobody: rows that no job has claimed by a set time wait again, and a job whose rows
have gone elsewhere finds nothing to do. `claim` and `take_back` take a batch by its token.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from cases.clock.claiming import new_token
from cases.clock.fates import Claimed, ClaimLost
from cases.database import Transaction
from cases.record import Record

HAND_OVER = """UPDATE docket SET status = 'handed_over', token = :batch, lease_until = :until,
 attempts = attempts - 1 WHERE id = :id AND token = :token AND status = 'claimed'"""
"""The claim that looked for what is due does not count among those in vain: the job's own will."""
BATCH_OF = "SELECT token FROM docket WHERE key = :key AND status = 'handed_over'"
LEFT = "SELECT 1 FROM docket WHERE token = :batch AND status = 'handed_over' LIMIT 1"


def hand_over(
    record: Record, rows: Sequence[Claimed], until: datetime, queue: Callable[[Transaction, str], object]
) -> None:
    """Claimed rows become one batch, named after its first row, for whichever worker the engine gives it to; after
    `until` they count as lost. `queue` writes the engine's job in the same transaction. Raises ClaimLost."""
    batch = new_token(record)
    with record.database.write() as tx:
        for claimed in rows:
            if tx.run(HAND_OVER, id=claimed.id, token=claimed.token, batch=batch, until=until) != 1:
                raise ClaimLost(ClaimLost.__doc__)
        queue(tx, rows[0].row.key)


def batch_of(record: Record, key: str) -> str:
    """The batch that a row is handed over in; "" when somebody has carried it out or taken it back."""
    with record.database.read() as tx:
        return str(tx.value(BATCH_OF, key=key) or "")


def is_left(record: Record, batch: str) -> bool:
    """Whether rows of a batch still wait for its job to claim them."""
    with record.database.read() as tx:
        return tx.value(LEFT, batch=batch) is not None
