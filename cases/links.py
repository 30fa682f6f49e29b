"""Cases that belong together. A link opens no sight: each end is shown to those who know of both.

Every link is told in a chain of its own of the case that it goes out from. Nobody reads that chain; it is there so that
a link that was made, moved or taken away behind the record's back is found.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cases.apply import write_history
from cases.database import Transaction
from cases.gather import HEADS, Head
from cases.record import Record
from cases.sight import Seer

COMPARTMENT = "links"

# Two cases that somebody called related may turn out to be more; what is more never becomes less.
LINK = """INSERT INTO case_link (case_id, other_id, kind, at) VALUES (:one, :other, :kind, :at)
 ON CONFLICT (case_id, other_id) DO UPDATE SET kind = excluded.kind, at = excluded.at
 WHERE case_link.kind = 'related' AND excluded.kind <> 'related'"""

MEMBERS = "SELECT case_id FROM case_link WHERE other_id = :old AND kind IN ('merged', 'pattern') ORDER BY case_id"
LESS = """DELETE FROM case_link WHERE other_id = :new AND kind = 'related' AND case_id IN
 (SELECT case_id FROM case_link WHERE other_id = :old AND kind IN ('merged', 'pattern'))"""
STAYS = """DELETE FROM case_link WHERE other_id = :old AND kind IN ('merged', 'pattern')
 AND case_id IN (SELECT case_id FROM case_link WHERE other_id = :new)"""
MOVE = """UPDATE case_link SET other_id = :new, at = :at WHERE other_id = :old AND kind IN ('merged', 'pattern')"""

KIND = "SELECT kind, at FROM case_link WHERE case_id = :one AND other_id = :other"
NUMBER = "SELECT number FROM cases WHERE id = :id"
STORED = """SELECT c.number, l.kind, l.at FROM case_link l JOIN cases c ON c.id = l.other_id WHERE l.case_id = :id"""
TOLD = f"SELECT at, outcome FROM event WHERE case_id = :id AND compartment = '{COMPARTMENT}' ORDER BY seq"


def link_cases(tx: Transaction, record: Record, seer: Seer, one: int, other: int, kind: str, now: datetime) -> bool:
    """`kind` is `related`, `split`, `pattern`, `merged` or `converted`; `other` came out of `one` or it named it.

    False when the two were linked so already.
    """
    if tx.run(LINK, one=one, other=other, kind=kind, at=now) != 1:
        return False
    _tell(tx, record, seer, one, {"other": tx.value(NUMBER, id=other), "kind": kind}, now)
    return True


def move_members(tx: Transaction, record: Record, seer: Seer, old: int, new: int, now: datetime) -> int:
    """All members of one systemic issue belong to another from now on; how many did not belong to it before."""
    members = [member for (member,) in tx.all(MEMBERS, old=old)]
    tx.run(LESS, old=old, new=new)
    tx.run(STAYS, old=old, new=new)
    moved = tx.run(MOVE, old=old, new=new, at=now)
    names = {"left": tx.value(NUMBER, id=old), "other": tx.value(NUMBER, id=new)}
    for member in members:
        kind, since = tx.one(KIND, one=member, other=new) or ("", now)
        _tell(tx, record, seer, member, {**names, "kind": kind, "since": since}, now)
    return moved


def of_links(tx: Transaction, case_id: int) -> Iterator[str]:
    """Links that go out from a case, where they are not as its chain of links tells."""
    told: dict[str, tuple[str, datetime]] = {}
    for at, outcome in tx.all(TOLD, id=case_id):
        said = json.loads(outcome)
        told.pop(said.get("left", ""), None)
        told[said["other"]] = (said["kind"], datetime.fromisoformat(said["since"]) if "since" in said else at)
    stored = {number: (kind, at) for number, kind, at in tx.all(STORED, id=case_id)}
    for number in sorted(told.keys() | stored.keys()):
        if told.get(number) != stored.get(number):
            yield f"the link to {number} is stored as {_said(stored.get(number))}, not {_said(told.get(number))}"


def _said(link: tuple[str, datetime] | None) -> str:
    return f"{link[0]} since {link[1]:%Y-%m-%d %H:%M}" if link is not None else "none"


def _tell(tx: Transaction, record: Record, seer: Seer, case_id: int, outcome: dict[str, Any], now: datetime) -> None:
    if tx.postgres:
        tx.one("SELECT 1 FROM cases WHERE id = :id FOR NO KEY UPDATE", id=case_id)
    heads = {name: Head(version, bytes(head)) for name, version, head in tx.all(HEADS, id=case_id)}
    line: tuple[str, str, dict[str, Any], dict[str, Any]] = (COMPARTMENT, "link", outcome, {})
    write_history(tx, record, case_id, tx.value(NUMBER, id=case_id), heads, seer.post, seer.account, now, [line])
