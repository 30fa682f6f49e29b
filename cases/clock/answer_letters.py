"""The letters that brought the parties a forum's newest answer: which were taken by a mail server, and came back."""

from __future__ import annotations

from cases.database import Transaction
from workflows.nouns import SentLetter
from workflows.office_hours import local_date

SENT = """SELECT d.key, d.post, l.delivered_at, l.outcome FROM docket d LEFT JOIN letter_row r ON r.docket_id = d.id
 LEFT JOIN letter l ON l.id = r.letter_id WHERE d.case_id = :id AND d.notch = :notch ORDER BY d.id"""
"""With the rows whose letters have not left: they say which answer is the newest."""

NOTCH = "told:deliver"
"""The word at once that an answer has been sent."""


def answer_letters(tx: Transaction, case_id: int) -> tuple[SentLetter, ...]:
    """Those that a mail server took, by function and day; a case that climbs has an answer at each step, and the newest
    counts, also while none of its letters has been taken."""
    rows = tx.all(SENT, id=case_id, notch=NOTCH)
    newest = max((_line(key) for key, *_ in rows), default=0)
    return tuple(
        SentLetter(post, local_date(at), outcome != "delivered")
        for key, post, at, outcome in rows
        if at is not None and _line(key) == newest
    )


def _line(key: str) -> int:
    """The line of the cover's history that a word at once came with: `2026-K7QM4TX/deliver/v12/…` is 12."""
    return int(key.split("/")[2].removeprefix("v"))
