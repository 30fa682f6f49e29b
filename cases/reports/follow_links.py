"""The token of a reporter's own link: kept as a hash, and sealed beside it only where a letter is to carry the link.

The sealed copy is a protected field of the case, so that it is opened by the installation's data keys alone, wrapped
anew with them, and erased with what the parties share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cases.contents.secrecy import Sealed
from cases.database import Transaction
from cases.record import Record

KEEP = """INSERT INTO protected (case_id, name, wrapped_key, nonce, ciphertext, key_id)
 VALUES (:id, 'follow', :wrapped, :nonce, :ciphertext, :key_id)"""
KEPT = """SELECT c.number, p.wrapped_key, p.nonce, p.ciphertext, p.key_id FROM protected p
 JOIN cases c ON c.id = p.case_id WHERE p.case_id = :id AND p.name = 'follow'"""


def keep_token(tx: Transaction, record: Record, case_id: int, number: str, token: str) -> None:
    """Keep the token for the letters to come, in the caller's transaction."""
    sealed = record.keyring.seal(number, token)
    tx.run(
        KEEP, id=case_id, wrapped=sealed.wrapped_key, nonce=sealed.nonce, ciphertext=sealed.ciphertext,
        key_id=sealed.key_id,
    )  # fmt: skip


def tokens_kept(tx: Transaction, record: Record, case_ids: Iterable[int]) -> Mapping[int, str]:
    """Case -> token, for the cases that have one. Raises SecretUnreadable when the data key is missing."""
    found = {}
    for case_id in sorted(set(case_ids)):
        row = tx.one(KEPT, id=case_id)
        if row is not None:
            number, wrapped, nonce, ciphertext, key_id = row
            sealed = Sealed(bytes(wrapped), bytes(nonce), bytes(ciphertext), key_id)
            found[case_id] = record.keyring.open(number, sealed)
    return found
