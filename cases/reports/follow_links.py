"""The token of a reporter's own link: kept as a hash, and sealed beside it only where a letter is to carry the link.

The sealed copy is a protected field of the case, so that it is opened by the installation's data keys alone, wrapped
anew with them, and erased with what the parties share. A letter is kept with a stand-in where its link's token belongs,
which is put in only as it leaves: nobody who reads letters, or a backup of them, can follow anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial

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


def stand_in(number: str, token: str) -> str:
    """What a kept letter about that case has instead of the token: as long, so that lines break where they will."""
    return number.ljust(len(token), "x")


def with_tokens(tx: Transaction, record: Record, body: bytes, cases: Mapping[int, str]) -> bytes:
    """A kept letter as it leaves, byte for byte the same every time. `cases` are the numbers of its cases, by id.
    Raises SecretUnreadable when the data key is missing."""
    for case_id, token in tokens_kept(tx, record, cases).items():
        body = _pattern(stand_in(cases[case_id], token)).sub(partial(_over, token), body)
    return body


_SOFT_BREAK = b"=\r\n"
"""Quoted-printable breaks a long line anywhere."""


def _pattern(text: str) -> re.Pattern[bytes]:
    return re.compile(b"(?:=\r\n)?".join(re.escape(sign).encode() for sign in text))


def _over(token: str, found: re.Match[bytes]) -> bytes:
    """The token's signs in the places of the stand-in's, each break where it was."""
    signs = token.encode()
    parts = []
    for part in found[0].split(_SOFT_BREAK):
        parts.append(signs[: len(part)])
        signs = signs[len(part) :]
    return _SOFT_BREAK.join(parts)
