"""The docket: the table of what the clock is still to do, as it is written to and listed.

Rows are claimed (`claiming.py`), carried out by their claimer, and settled (`settling.py`); what a dead claimer held is
taken back (`taking_back.py`). The docket alone knows what is still to do: no scheduler, queue or mail server is ever
asked (design.md section 3).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from cases.clock.relevance import INSTEAD, TOLD_OF_GLASS, origin
from cases.database import Transaction
from workflows.nouns import DocketRow

IS_DUE = "d.status = 'waiting' AND d.due_at <= :now AND (d.not_before IS NULL OR d.not_before <= :now)"

ADD = """INSERT INTO docket (key, case_id, kind, post, due_at, status, reason, deadline, revision, notch, move, token,
 attempts, settled_at, rank, account) VALUES (:key, :case_id, :kind, :post, :due_at, :status, :reason, :deadline,
 :revision, :notch, :move, '', 0, :at, :rank, :account)
 ON CONFLICT (key) DO UPDATE SET status = excluded.status, reason = excluded.reason,
 due_at = excluded.due_at, settled_at = excluded.settled_at, not_before = NULL WHERE docket.status = 'overtaken'"""
"""A notch that was overtaken and is asked for again (the ball came back) is armed anew; one that was sent never is."""

LISTED = """SELECT d.key, c.number, d.kind, d.post, d.due_at, d.status, d.reason, d.deadline, d.notch, d.move,
 d.attempts, d.not_before FROM docket d JOIN cases c ON c.id = d.case_id WHERE {which} ORDER BY d.due_at, d.id
 LIMIT :limit"""
DUE = LISTED.format(which=IS_DUE)
LISTINGS = {
    "parked": LISTED.format(which="d.status = 'parked'"),
    "claimed": LISTED.format(which="d.status = 'claimed'"),
    "handed_over": LISTED.format(which="d.status = 'handed_over'"),
    "waiting": LISTED.format(which="d.status = 'waiting'"),
}
"""One statement a status, so that each finds its own index."""


class Added(NamedTuple):
    """A row to write besides the one that is settled."""

    row: DocketRow
    status: str = "waiting"
    reason: str = ""
    rank: int = 0


class Listed(NamedTuple):
    """A row of the docket as an operator sees it: cover words only. A tuple because thousands may be due at once."""

    key: str
    number: str
    kind: str
    post: str
    due_at: datetime
    status: str
    reason: str
    deadline: str
    notch: str
    move: str
    attempts: int
    not_before: datetime | None

    @property
    def tells_of_glass(self) -> bool:
        """A letter about an emergency opening: the one whom it is about never decides whether anybody hears of it."""
        return self.notch == TOLD_OF_GLASS

    @property
    def may_be_dropped(self) -> bool:
        """By an administrator's hand: a letter, but none that tells of what an administrator has done."""
        return self.kind == "letter" and not self.tells_of_glass


def due_rows(tx: Transaction, now: datetime, limit: int) -> tuple[Listed, ...]:
    """What is due and unsent at `now`, oldest first. The cost follows `limit`, never the number of cases."""
    return tuple(map(Listed._make, tx.all(DUE, now=now, limit=limit)))


def listing(tx: Transaction, *, status: str = "", limit: int = 50) -> tuple[Listed, ...]:
    """What is not finished, by status and time: parked first, then claimed, then waiting (`no_receiver` in `reason`
    is a row without a living receiver). `limit` counts for each status. Raises KeyError for other statuses."""
    wanted = [LISTINGS[status]] if status else LISTINGS.values()
    return tuple(Listed._make(row) for statement in wanted for row in tx.all(statement, limit=limit))


def successor(row: DocketRow, rank: int, now: datetime) -> Added:
    """The row by which the next receiver of the chain gets what a function's addresses did not take."""
    return Added(row._replace(key=f"{origin(row.key)}{INSTEAD}{rank + 1}", due_at=now), rank=rank + 1)


def added_values(case_id: int, added: Added, now: datetime, account: str = "") -> dict[str, Any]:
    """A new row's columns, as ADD takes them."""
    settled_at = None if added.status == "waiting" else now
    return added.row._asdict() | {"case_id": case_id, "status": added.status, "reason": added.reason,
                                  "rank": added.rank, "account": account, "at": settled_at}  # fmt: skip
