"""The newest data key takes over: the small keys of protected fields are wrapped anew, the ciphertext stays.

In batches, each its own transaction; a stop in between loses nothing, and running it again goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cases.record import Record
from cases.secrecy import Sealed, SecretUnreadable

BATCH = 200

LEFT = "SELECT COUNT(*) FROM protected WHERE key_id <> :newest"
OLD = """SELECT p.case_id, p.name, c.number, p.wrapped_key, p.nonce, p.ciphertext, p.key_id
 FROM protected p JOIN cases c ON c.id = p.case_id
 WHERE p.key_id <> :newest AND (p.case_id, p.name) > (:case_id, :name) ORDER BY p.case_id, p.name LIMIT :size"""
WRAPPED = """UPDATE protected SET wrapped_key = :wrapped, key_id = :new
 WHERE case_id = :case_id AND name = :name AND key_id = :old"""


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many fields the newest key has taken over, and why others could not be (`text` of each)."""

    newest: str
    done: int
    unreadable: tuple[str, ...]


def left_to_rotate(record: Record) -> int:
    """Fields that an older key still wraps."""
    with record.database.read() as tx:
        return int(tx.value(LEFT, newest=record.keyring.newest))


def rotate(record: Record, progress: Callable[[int], None] | None = None) -> Rotated:
    """Wrap every field with the newest key. A field whose key is missing is passed over and told."""
    newest, done, unreadable = record.keyring.newest, 0, list[str]()
    case_id, name, seen = 0, "", 0
    while True:
        with record.database.write() as tx:
            rows = tx.all(OLD, newest=newest, case_id=case_id, name=name, size=BATCH)
            for case_id, name, number, *stored in rows:
                wrapped, nonce, ciphertext = (bytes(part) for part in stored[:3])
                try:
                    sealed = record.keyring.rewrap(number, Sealed(wrapped, nonce, ciphertext, stored[3]))
                except SecretUnreadable as error:
                    unreadable.append(str(error))
                    continue
                done += tx.run(WRAPPED, wrapped=sealed.wrapped_key, new=sealed.key_id, case_id=case_id, name=name,
                               old=stored[3])  # fmt: skip
        seen += len(rows)
        if not rows:
            return Rotated(newest, done, tuple(unreadable))
        if progress is not None:
            progress(seen)
