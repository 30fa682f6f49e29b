"""How many papers one person may store in a day, and how many one compartment of a case holds.

A sign-in that somebody else has got hold of, or a program gone wrong, is not to fill the disk that all parties share.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from cases.contents.papers import PaperRefused, RefusalReason
from cases.database import Transaction
from cases.record import Record
from cases.signing_in.guesses import Guess, Limit, count

BY_PERSON = Limit("papers", 100, timedelta(days=1))
"""Papers of one account: many times what anybody sends in a day, and 2.5 GB at most (ours)."""

IN_ONE = 200
"""Papers in one compartment of a case (ours). Each is counted by itself: a limit that two sides shared would tell one
of them what the other keeps."""

KEPT = "SELECT COUNT(*) FROM document WHERE case_id = :id AND compartment = :compartment"


def count_paper(record: Record, account: str, now: datetime) -> None:
    """One more paper of this person, before it is stored, so that one too many never reaches the disk. Raises
    TooManyTries with the instant from which it may be sent again."""
    count(record, now, Guess(BY_PERSON, account))


def refuse_beyond(tx: Transaction, case_id: int, compartment: str) -> None:
    """Raises PaperRefused for one paper more than a compartment holds."""
    if tx.value(KEPT, id=case_id, compartment=compartment) >= IN_ONE:
        raise PaperRefused(
            RefusalReason.TOO_MANY,
            f"The case holds {IN_ONE} papers here already. Put several into one PDF, or link to where they are kept.",
        )
