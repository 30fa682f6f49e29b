"""Letters as they were written: what a demo's mailbox shows, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.policy import default as modern

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


def plain_text(body: bytes) -> str:
    """What somebody reads who reads a letter as text; "" without such a part."""
    part = message_from_bytes(body, policy=modern).get_body(("plain",))
    return str(part.get_content()) if part is not None else ""


def written_letters(record: Record, size: int) -> tuple[WrittenLetter, ...]:
    """At most `size` letters. Only for installations with invented people: a letter is nobody else's business."""
    with record.database.read() as tx:
        rows = tx.all(NEWEST, size=size)
    return tuple(WrittenLetter(i, a, s, bytes(b), w, d) for i, a, s, b, w, d in rows)
