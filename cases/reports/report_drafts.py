"""Reports that are being written by somebody signed in: kept as she types, for her alone, until sent or too old.

Sealed, since nobody can know what stands in a text that its writer has not looked through. They belong to no case, so
that no disposal concerns them: sending takes a draft away in the same transaction, and age takes the others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cases.answers import GIVE_BACK, TAKE
from cases.contents.secrecy import Sealed
from cases.record import Record
from cases.sight import Seer

KEPT_FOR = timedelta(days=30)
"""routine.md A1.1."""

MOST = 20
"""Drafts of one person; the oldest goes when she begins another one (ours)."""

LARGEST = 100_000
"""Characters of a draft; the form's own texts are far below."""

SAVE = """INSERT INTO report_draft (account, key, post, wrapped_key, nonce, ciphertext, key_id, saved_at)
 VALUES (:account, :key, :post, :wrapped_key, :nonce, :ciphertext, :key_id, :now) ON CONFLICT (account, key)
 DO UPDATE SET wrapped_key = excluded.wrapped_key, nonce = excluded.nonce, ciphertext = excluded.ciphertext,
 key_id = excluded.key_id, saved_at = excluded.saved_at WHERE report_draft.post = excluded.post"""
OLD = "DELETE FROM report_draft WHERE saved_at < :long_ago"
BEYOND = """DELETE FROM report_draft WHERE account = :account AND key NOT IN
 (SELECT key FROM report_draft WHERE account = :account ORDER BY saved_at DESC, key LIMIT :most)"""
DROP = "DELETE FROM report_draft WHERE account = :account AND key = :key"
OF_POST = """SELECT key, saved_at, wrapped_key, nonce, ciphertext, key_id FROM report_draft
 WHERE account = :account AND post = :post AND saved_at >= :long_ago ORDER BY saved_at DESC, key"""


class DraftTooLarge(Exception):
    """The draft is longer than any report. Shorten it, or send a part of it as a file."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody has filled in so far; `key` is the form's."""

    key: str
    saved_at: datetime
    fields: Mapping[str, str]


def save_draft(record: Record, seer: Seer, key: str, fields: Mapping[str, str], now: datetime) -> bool:
    """Keep what is filled in; False when the form has been sent meanwhile, by a page left open elsewhere.

    Raises DraftTooLarge.
    """
    if sum(map(len, fields.values())) > LARGEST:
        raise DraftTooLarge(DraftTooLarge.__doc__)
    sealed = record.keyring.seal(place(seer.account, key), json.dumps(dict(fields)))
    with record.database.write() as tx:
        # As sending does: while it is under way, this waits, and then finds the key taken.
        if not tx.run(TAKE, account=seer.account, key=key, fingerprint="", at=now):
            return False
        tx.run(OLD, long_ago=now - KEPT_FOR)
        tx.run(
            SAVE,
            account=seer.account, key=key, post=seer.post, now=now, key_id=sealed.key_id,
            wrapped_key=sealed.wrapped_key, nonce=sealed.nonce, ciphertext=sealed.ciphertext,
        )  # fmt: skip
        tx.run(BEYOND, account=seer.account, most=MOST)
        tx.run(GIVE_BACK, account=seer.account, key=key)
    return True


def drafts_of(record: Record, seer: Seer, now: datetime) -> tuple[Draft, ...]:
    """This person's drafts in this function, the newest first. Raises SecretUnreadable when the data key is missing."""
    with record.database.read() as tx:
        rows = tx.all(OF_POST, account=seer.account, post=seer.post, long_ago=now - KEPT_FOR)
    return tuple(_opened(record, seer, *row) for row in rows)


def draft_of(record: Record, seer: Seer, key: str, now: datetime) -> Draft | None:
    return next((draft for draft in drafts_of(record, seer, now) if draft.key == key), None)


def drop_draft(record: Record, seer: Seer, key: str) -> None:
    """She wants it no more."""
    with record.database.write() as tx:
        tx.run(DROP, account=seer.account, key=key)


def _opened(record: Record, seer: Seer, key: str, saved_at: datetime, *sealed: Any) -> Draft:
    wrapped, nonce, ciphertext, key_id = sealed
    kept = Sealed(bytes(wrapped), bytes(nonce), bytes(ciphertext), key_id)
    return Draft(key, saved_at, json.loads(record.keyring.open(place(seer.account, key), kept)))


def place(account: str, key: str) -> str:
    return f"report-draft/{account}/{key}"
