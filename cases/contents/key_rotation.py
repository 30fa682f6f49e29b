"""The newest data key takes over: the small keys of protected fields are wrapped anew, the ciphertext stays.

In batches, each its own transaction; a stop in between loses nothing, and running it again goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cases.contents.secrecy import Sealed, SecretUnreadable
from cases.record import Record
from cases.reports import report_drafts
from cases.signing_in import authenticators, kept_forms

BATCH = 200

LEFT = """SELECT (SELECT COUNT(*) FROM protected WHERE key_id <> :newest)
 + (SELECT COUNT(*) FROM authenticator WHERE key_id <> :newest)
 + (SELECT COUNT(*) FROM kept_form WHERE key_id <> :newest)
 + (SELECT COUNT(*) FROM report_draft WHERE key_id <> :newest)"""
OLD = """SELECT p.case_id, p.name, c.number, p.wrapped_key, p.nonce, p.ciphertext, p.key_id
 FROM protected p JOIN cases c ON c.id = p.case_id
 WHERE p.key_id <> :newest AND (p.case_id, p.name) > (:case_id, :name) ORDER BY p.case_id, p.name LIMIT :size"""
WRAPPED = """UPDATE protected SET wrapped_key = :wrapped, key_id = :new
 WHERE case_id = :case_id AND name = :name AND key_id = :old"""

OF_ACCOUNTS: Mapping[str, Callable[[str], str]] = {"authenticator": authenticators.place, "kept_form": kept_forms.place}
"""Tables with one sealed field an account, and what each field is sealed for."""

OLD_OF = """SELECT account, wrapped_key, nonce, ciphertext, key_id FROM {table}
 WHERE key_id <> :newest AND account > :account ORDER BY account LIMIT :size"""
WRAPPED_OF = """UPDATE {table} SET wrapped_key = :wrapped, key_id = :new
 WHERE account = :account AND ciphertext = :ciphertext AND key_id = :old"""

OLD_DRAFTS = """SELECT account, key, wrapped_key, nonce, ciphertext, key_id FROM report_draft
 WHERE key_id <> :newest AND (account, key) > (:account, :key) ORDER BY account, key LIMIT :size"""
WRAPPED_DRAFT = """UPDATE report_draft SET wrapped_key = :wrapped, key_id = :new
 WHERE account = :account AND key = :key AND ciphertext = :ciphertext AND key_id = :old"""


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
    told = progress or _nobody
    done, unreadable = _of_cases(record, told)
    for table in OF_ACCOUNTS:
        more, faults = _of_accounts(record, table)
        done, unreadable = done + more, unreadable + faults
    more, faults = _of_drafts(record)
    done, unreadable = done + more, unreadable + faults
    return Rotated(record.keyring.newest, done, tuple(unreadable))


def _nobody(_seen: int) -> None:
    """Nobody watches."""


def _of_cases(record: Record, progress: Callable[[int], None]) -> tuple[int, list[str]]:
    newest, done, unreadable = record.keyring.newest, 0, list[str]()
    case_id, name, seen = 0, "", 0
    while True:
        with record.database.write() as tx:
            rows = tx.all(OLD, newest=newest, case_id=case_id, name=name, size=BATCH)
            for case_id, name, number, *stored in rows:
                sealed = _rewrapped(record, number, stored, unreadable)
                if sealed is not None:
                    done += tx.run(WRAPPED, wrapped=sealed.wrapped_key, new=sealed.key_id, case_id=case_id, name=name,
                                   old=stored[3])  # fmt: skip
        seen += len(rows)
        if not rows:
            return done, unreadable
        progress(seen)


def _of_accounts(record: Record, table: str) -> tuple[int, list[str]]:
    newest, done, unreadable, account = record.keyring.newest, 0, list[str](), ""
    while True:
        with record.database.write() as tx:
            rows = tx.all(OLD_OF.format(table=table), newest=newest, account=account, size=BATCH)
            for account, *stored in rows:
                sealed = _rewrapped(record, OF_ACCOUNTS[table](account), stored, unreadable)
                if sealed is not None:
                    done += tx.run(WRAPPED_OF.format(table=table), wrapped=sealed.wrapped_key, new=sealed.key_id,
                                   account=account, ciphertext=stored[2], old=stored[3])  # fmt: skip
        if not rows:
            return done, unreadable


def _of_drafts(record: Record) -> tuple[int, list[str]]:
    newest, done, unreadable, account, key = record.keyring.newest, 0, list[str](), "", ""
    while True:
        with record.database.write() as tx:
            rows = tx.all(OLD_DRAFTS, newest=newest, account=account, key=key, size=BATCH)
            for account, key, *stored in rows:
                sealed = _rewrapped(record, report_drafts.place(account, key), stored, unreadable)
                if sealed is not None:
                    done += tx.run(WRAPPED_DRAFT, wrapped=sealed.wrapped_key, new=sealed.key_id, account=account,
                                   key=key, ciphertext=stored[2], old=stored[3])  # fmt: skip
        if not rows:
            return done, unreadable


def _rewrapped(record: Record, place: str, stored: Sequence[Any], unreadable: list[str]) -> Sealed | None:
    """The field under the newest key; None, and why in `unreadable`, when its own key is missing."""
    wrapped, nonce, ciphertext = (bytes(part) for part in stored[:3])
    try:
        return record.keyring.rewrap(place, Sealed(wrapped, nonce, ciphertext, stored[3]))
    except SecretUnreadable as error:
        unreadable.append(str(error))
        return None
