"""Cases that belong together. A link opens no sight: each end is shown to those who know of both."""

from __future__ import annotations

from datetime import datetime

from cases.database import Transaction

LINK = """INSERT INTO case_link (case_id, other_id, kind, at) VALUES (:one, :other, :kind, :at)
 ON CONFLICT DO NOTHING"""


def link_cases(tx: Transaction, one: int, other: int, kind: str, now: datetime) -> bool:
    """`kind` is `related`, `split`, `pattern`, `merged` or `converted`; `other` came out of `one` or it named it.

    False when the two were linked already.
    """
    return tx.run(LINK, one=one, other=other, kind=kind, at=now) == 1
