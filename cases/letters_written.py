"""Letters as they were written: what a demo's mailbox shows, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cases.record import Record

NEWEST = """SELECT message_id, address, subject, body, written_at, delivered_at FROM letter
 ORDER BY written_at DESC, id DESC LIMIT :size"""


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """One message to one address; `body` is the whole message as it was, or would have been, handed over."""

    message_id: str
    address: str
    subject: str
    body: bytes
    written_at: datetime
    delivered_at: datetime | None


def written_letters(record: Record, size: int) -> tuple[WrittenLetter, ...]:
    """At most `size` letters. Only for installations with invented people: a letter is nobody else's business."""
    with record.database.read() as tx:
        rows = tx.all(NEWEST, size=size)
    return tuple(WrittenLetter(i, a, s, bytes(b), w, d) for i, a, s, b, w, d in rows)
