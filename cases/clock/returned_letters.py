"""Letters that came back: a mail server took one, and said later that it could not be delivered.

The row that was done is parked, shown with the case, and the next receiver of the chain gets what it said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cases.clock import invitation_letters
from cases.clock.docket import ADD, added_values, successor
from cases.clock.fates import REFUSED
from cases.clock.receivers import has_chain
from cases.clock.unreached import INVITATION
from cases.database import Transaction
from cases.record import Record
from workflows.nouns import DocketRow

LETTER = "SELECT id, account, message_id FROM letter WHERE return_token = :token AND return_token <> ''"
CAME_BACK = "UPDATE letter SET outcome = 'refused', answer = :answer WHERE id = :id AND outcome IN ('delivered', '')"
"""Also while it is still being handed over: the report may be here first."""
DONE_ROWS = """SELECT d.id, d.case_id, c.number, d.rank, d.account, d.key, d.kind, d.post, d.due_at, d.deadline,
 d.revision, d.notch, d.move FROM letter_row r JOIN docket d ON d.id = r.docket_id JOIN cases c ON c.id = d.case_id
 WHERE r.letter_id = :id AND d.status = 'done' AND NOT EXISTS (SELECT 1 FROM letter_row o JOIN letter l
 ON l.id = o.letter_id WHERE o.docket_id = d.id AND l.outcome = 'delivered') ORDER BY d.id"""
PARK = "UPDATE docket SET status = 'parked', reason = :reason, settled_at = :at WHERE id = :id AND status = 'done'"


@dataclass(frozen=True, slots=True)
class Returned:
    """What a letter's coming back led to. `known` is False for a token of no letter here, `parked` are the keys of the
    rows that nobody has now, or the invitation's; a row that a colleague got as well stays done."""

    known: bool
    account: str = ""
    parked: tuple[str, ...] = ()


def came_back(record: Record, token: str, answer: str, now: datetime) -> Returned:
    """Write down that a letter could not be delivered after all. The same news twice has one effect."""
    with record.database.write() as tx:
        row = tx.one(LETTER + (" FOR UPDATE" if tx.postgres else ""), token=token)
        if row is None:
            return Returned(known=False)
        letter_id, account, message_id = row
        if tx.run(CAME_BACK, id=letter_id, answer=answer) != 1:
            return Returned(known=True, account=account)
        if invitation_letters.came_back(tx, account, message_id, answer):
            return Returned(True, account, (f"{INVITATION}/{account}",))
        return Returned(True, account, tuple(_park(tx, letter_id, answer, now)))


def _park(tx: Transaction, letter_id: int, answer: str, now: datetime) -> list[str]:
    parked = []
    for row_id, case_id, _, rank, account, *columns in tx.all(DONE_ROWS, id=letter_id):
        row = DocketRow(*columns)
        tx.run(PARK, id=row_id, reason=REFUSED + answer, at=now)
        if has_chain(row.post, account):
            tx.run(ADD, **added_values(case_id, successor(row, rank, now), now))
        parked.append(row.key)
    return parked
