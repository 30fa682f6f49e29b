"""Letters as they were written: what a demo's mailbox shows, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.policy import default as modern

from cases.database import Transaction
from cases.record import Record
from cases.reports.follow_links import with_tokens

NEWEST = """SELECT message_id, address, subject, body, written_at, delivered_at, id, account FROM letter
 ORDER BY written_at DESC, id DESC LIMIT :size"""
CASES = """SELECT DISTINCT c.id, c.number FROM letter_row r JOIN docket d ON d.id = r.docket_id
 JOIN cases c ON c.id = d.case_id WHERE r.letter_id = :id"""


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """One message to one address; `body` is the whole message as it was, or would have been, handed over."""

    message_id: str
    address: str
    subject: str
    body: bytes
    written_at: datetime
    delivered_at: datetime | None


def plain_text(body: bytes) -> str:
    """What somebody reads who reads a letter as text; "" without such a part."""
    part = message_from_bytes(body, policy=modern).get_body(("plain",))
    return str(part.get_content()) if part is not None else ""


def written_letters(record: Record, size: int) -> tuple[WrittenLetter, ...]:
    """At most `size` letters. Only for installations with invented people: a letter is nobody else's business.
    Links are in them, for there the mailbox is where a letter is read."""
    with record.database.read() as tx:
        return tuple(
            WrittenLetter(message_id, address, subject, _read(tx, record, letter_id, account, bytes(body)), *moments)
            for message_id, address, subject, body, *moments, letter_id, account in tx.all(NEWEST, size=size)
        )


def _read(tx: Transaction, record: Record, letter_id: int, account: str, body: bytes) -> bytes:
    return body if account else with_tokens(tx, record, body, dict(tx.all(CASES, id=letter_id)))
