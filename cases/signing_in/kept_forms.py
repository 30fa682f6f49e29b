"""A form that was sent after its sign-in had ended: kept, sealed, for the person who wrote it, until she is back.

Not for whoever signs in next at the same computer: what she wrote may be about a patient.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.contents.secrecy import Sealed
from cases.record import Record
from cases.signing_in.sign_ins import behind

KEPT_FOR = timedelta(hours=12)
"""A working day (ours); then it is gone."""

LARGEST = 200_000
"""Characters of a form that is kept; a larger one is given back to be copied."""

KEEP = """INSERT INTO kept_form (account, wrapped_key, nonce, ciphertext, key_id, ends_at)
 VALUES (:account, :wrapped_key, :nonce, :ciphertext, :key_id, :ends) ON CONFLICT (account) DO UPDATE SET
 wrapped_key = excluded.wrapped_key, nonce = excluded.nonce, ciphertext = excluded.ciphertext,
 key_id = excluded.key_id, ends_at = excluded.ends_at"""
KEPT = """SELECT wrapped_key, nonce, ciphertext, key_id FROM kept_form WHERE account = :account AND ends_at > :now"""


@dataclass(frozen=True, slots=True)
class KeptForm:
    """Where it was sent, in which function it was written, and its fields by name."""

    path: str
    post: str
    fields: Mapping[str, str]


def keep(record: Record, token: str, path: str, fields: Mapping[str, str], now: datetime) -> bool:
    """Keep a form for the person whose ended sign-in sent it; False when nobody can tell whose that is."""
    if sum(map(len, fields.values())) > LARGEST:
        return False
    with record.database.write() as tx:
        tx.run("DELETE FROM kept_form WHERE ends_at <= :now", now=now)
        writer = behind(tx, token)
        if writer is None:
            return False
        text = json.dumps({"path": path, "post": writer.post, "fields": dict(fields)})
        sealed = record.keyring.seal(place(writer.account), text)
        parts = {"wrapped_key": sealed.wrapped_key, "nonce": sealed.nonce, "ciphertext": sealed.ciphertext}
        tx.run(KEEP, account=writer.account, key_id=sealed.key_id, ends=now + KEPT_FOR, **parts)
    return True


def kept_for(record: Record, account: str, now: datetime) -> KeptForm | None:
    """What waits for this person. Raises SecretUnreadable when the data key is missing."""
    with record.database.read() as tx:
        row = tx.one(KEPT, account=account, now=now)
    if row is None:
        return None
    wrapped, nonce, ciphertext, key_id = row
    text = record.keyring.open(place(account), Sealed(bytes(wrapped), bytes(nonce), bytes(ciphertext), key_id))
    return KeptForm(**json.loads(text))


def drop(record: Record, account: str) -> None:
    """She has it back, or wants it no more."""
    with record.database.write() as tx:
        tx.run("DELETE FROM kept_form WHERE account = :account", account=account)


def place(account: str) -> str:
    return f"kept-form/{account}"
