"""Cases that belong together. A link opens no sight: each end is shown to those who know of both."""

from __future__ import annotations

from datetime import datetime

from cases.database import Transaction

# Two cases that somebody called related may turn out to be more; what is more never becomes less.
LINK = """INSERT INTO case_link (case_id, other_id, kind, at) VALUES (:one, :other, :kind, :at)
 ON CONFLICT (case_id, other_id) DO UPDATE SET kind = excluded.kind, at = excluded.at
 WHERE case_link.kind = 'related' AND excluded.kind <> 'related'"""


LESS = """DELETE FROM case_link WHERE other_id = :new AND kind = 'related' AND case_id IN
 (SELECT case_id FROM case_link WHERE other_id = :old AND kind IN ('merged', 'pattern'))"""
STAYS = """DELETE FROM case_link WHERE other_id = :old AND kind IN ('merged', 'pattern')
 AND case_id IN (SELECT case_id FROM case_link WHERE other_id = :new)"""
MOVE = """UPDATE case_link SET other_id = :new, at = :at WHERE other_id = :old AND kind IN ('merged', 'pattern')"""


def move_members(tx: Transaction, old: int, new: int, now: datetime) -> int:
    """All members of one systemic issue belong to another from now on; how many did not belong to it before."""
    tx.run(LESS, old=old, new=new)
    tx.run(STAYS, old=old, new=new)
    return tx.run(MOVE, old=old, new=new, at=now)


def link_cases(tx: Transaction, one: int, other: int, kind: str, now: datetime) -> bool:
    """`kind` is `related`, `split`, `pattern`, `merged` or `converted`; `other` came out of `one` or it named it.

    False when the two were linked so already.
    """
    return tx.run(LINK, one=one, other=other, kind=kind, at=now) == 1
