"""Reading a mail server's report that a letter could not be delivered (RFC 3464), as it comes by mail.

Which letter it is about stands in the address that the report was sent to, the envelope's sender of ours, and nowhere
else: a Message-ID is known to whoever has read the letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import default as modern

from notifications.delivery import RETURNS

LARGEST = 5_000_000
"""Bytes of a report that are looked at; what follows is the letter itself, and nobody needs it."""

TOKEN = re.compile(re.escape(RETURNS) + r"([0-9a-f]{20})@")
SENT_TO = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To")
LONGEST_ANSWER = 300


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery report. `failed`: the letter will not arrive, with the server's words in `answer`; else it is only
    late, or has arrived. `token` is "" where the address says nothing."""

    token: str
    failed: bool
    answer: str


def read_bounce(data: bytes) -> Bounce | None:
    """None for a message that is no delivery report: an absence notice, an answer, anything else."""
    try:
        message = message_from_bytes(data[:LARGEST], policy=modern)
        parts = [part for part in message.walk() if part.get_content_type() == "message/delivery-status"]
    except RecursionError:
        # Hundreds of parts within each other: no mail server writes such a report, and the parser goes no deeper.
        return None
    if not parts:
        return None
    words = [answer for part in parts for answer in _failures(part)]
    answer = " ".join("; ".join(words).split())[:LONGEST_ANSWER]
    return Bounce(_token(message), bool(words), answer)


def _failures(report: Message) -> Iterator[str]:
    """A report has a block about itself and one for each receiver; `Action: failed` is final, whatever the status."""
    for block in report.get_payload() if report.is_multipart() else ():
        if isinstance(block, Message) and str(block.get("Action", "")).strip().lower() == "failed":
            status, said = str(block.get("Status", "")).strip(), str(block.get("Diagnostic-Code", ""))
            yield f"{status} {said.partition(';')[2].strip() or said.strip()}".strip() or "no reason given"


def _token(message: Message) -> str:
    addresses = " ".join(str(value) for name in SENT_TO for value in message.get_all(name, ()))
    found = TOKEN.search(addresses)
    return found[1] if found is not None else ""
