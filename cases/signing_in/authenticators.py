"""The second step: an authenticator's codes, each taken once, and recovery codes for a lost telephone.

Handlers and above need it; a reporter, who reads nothing but her own reports, does not (domain.md section 3).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime

from cases.contents.secrecy import Sealed
from cases.database import Transaction
from cases.organisation.administration import By, note_act
from cases.record import Record
from cases.signing_in.guesses import CODE, Guess, count, forgive
from cases.signing_in.one_time_codes import DIGITS, matching_step
from workflows.organisation import function_of

WITHOUT = frozenset(("reporter",))
"""Functions that sign in with a password alone."""

CODES = 8
CODE_BYTES = 10
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: nothing in it is read as something else. Sixteen characters are eighty bits."""

READ_AS = str.maketrans("OIL", "011")
GROUP = 4

STORED = "SELECT wrapped_key, nonce, ciphertext, key_id, last_step FROM authenticator WHERE account = :account"
ADD = """INSERT INTO authenticator (account, wrapped_key, nonce, ciphertext, key_id, last_step, since)
 VALUES (:account, :wrapped_key, :nonce, :ciphertext, :key_id, :step, :now)"""
TAKE = "UPDATE authenticator SET last_step = :step WHERE account = :account AND last_step < :step"
KEEP_CODE = "INSERT INTO recovery_code (account, code_hash) VALUES (:account, :hash)"
USE_CODE = "DELETE FROM recovery_code WHERE account = :account AND code_hash = :hash"
LEFT = "SELECT COUNT(*) FROM recovery_code WHERE account = :account"


class WrongCode(Exception):
    """The code is not right, or was used already. Wait for the next one, or take a recovery code."""


def needs_code(posts: Iterable[str]) -> bool:
    """Whether somebody with these functions signs in in two steps."""
    return any(function_of(post) not in WITHOUT for post in posts)


def has_authenticator(record: Record, account: str) -> bool:
    with record.database.read() as tx:
        return tx.one(STORED, account=account) is not None


def recovery_codes_left(record: Record, account: str) -> int:
    with record.database.read() as tx:
        return int(tx.value(LEFT, account=account))


def set_up(
    record: Record, account: str, secret: bytes, code: str, now: datetime, *, telephone: datetime | None = None
) -> tuple[str, ...]:
    """Keep the authenticator that has just shown `code`; answers the recovery codes, which are told once. `telephone`
    is what a telephone's clock shows, where `now` is on a clock that has been moved (a demo's).

    Raises WrongCode, TooManyTries, and Conflict when the account has an authenticator already.
    """
    guess = Guess(CODE, account)
    count(record, now, guess)
    step = matching_step(secret, _plain(code), telephone or now)
    if step is None:
        raise WrongCode(WrongCode.__doc__)
    sealed = record.keyring.seal(place(account), secret.hex())
    codes = _new_codes(record)
    with record.database.write() as tx:
        tx.run(ADD, account=account, wrapped_key=sealed.wrapped_key, nonce=sealed.nonce, ciphertext=sealed.ciphertext,
               key_id=sealed.key_id, step=step, now=now)  # fmt: skip
        _keep_codes(tx, account, codes)
    forgive(record, now, guess)
    return codes


def check(record: Record, account: str, typed: str, now: datetime, *, telephone: datetime | None = None) -> None:
    """Take a code of the authenticator, or a recovery code; each is taken once. `telephone` as in `set_up`.

    Raises WrongCode, TooManyTries, and SecretUnreadable when the data key is missing.
    """
    guess = Guess(CODE, account)
    count(record, now, guess)
    plain = _plain(typed)
    shown_at = telephone or now
    taken = _take(record, account, plain, shown_at) if _is_code(plain) else _use_recovery(record, account, plain)
    if not taken:
        raise WrongCode(WrongCode.__doc__)
    forgive(record, now, guess)


def new_recovery_codes(record: Record, account: str) -> tuple[str, ...]:
    """New recovery codes instead of all earlier ones."""
    codes = _new_codes(record)
    with record.database.write() as tx:
        _keep_codes(tx, account, codes)
    return codes


def forget(record: Record, account: str, *, by: By | None = None) -> None:
    """The account has no authenticator any more and no recovery codes; its sign-ins end. The next one sets up anew."""
    with record.database.write() as tx:
        for table in ("authenticator", "recovery_code", "sign_in"):
            tx.run(f"DELETE FROM {table} WHERE account = :account", account=account)
        note_act(tx, by, "code_reset", account)


def _take(record: Record, account: str, code: str, now: datetime) -> bool:
    with record.database.read() as tx:
        row = tx.one(STORED, account=account)
    if row is None:
        return False
    wrapped, nonce, ciphertext, key_id, _ = row
    sealed = Sealed(bytes(wrapped), bytes(nonce), bytes(ciphertext), key_id)
    secret = bytes.fromhex(record.keyring.open(place(account), sealed))
    step = matching_step(secret, code, now)
    if step is None:
        return False
    with record.database.write() as tx:
        return tx.run(TAKE, account=account, step=step) == 1


def _use_recovery(record: Record, account: str, code: str) -> bool:
    with record.database.write() as tx:
        return tx.run(USE_CODE, account=account, hash=_hash(account, code)) == 1


def _new_codes(record: Record) -> tuple[str, ...]:
    return tuple(_spelled(record.random_bytes(CODE_BYTES)) for _ in range(CODES))


def _keep_codes(tx: Transaction, account: str, codes: Iterable[str]) -> None:
    tx.run("DELETE FROM recovery_code WHERE account = :account", account=account)
    tx.many(KEEP_CODE, [{"account": account, "hash": _hash(account, _plain(code))} for code in codes])


def _spelled(chance: bytes) -> str:
    number = int.from_bytes(chance, "big")
    text = "".join(ALPHABET[number >> shift & 31] for shift in range(0, 8 * CODE_BYTES, 5))
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def _plain(typed: str) -> str:
    """A code as it was meant: without spaces and dashes, in capitals, O for 0."""
    return re.sub(r"[\s–-]", "", typed).upper().translate(READ_AS)


def _is_code(plain: str) -> bool:
    return len(plain) == DIGITS and plain.isascii() and plain.isdecimal()


def _hash(account: str, plain: str) -> str:
    return hashlib.sha256(f"{account}\0{plain}".encode("utf-8", "replace")).hexdigest()


def place(account: str) -> str:
    """What the secret is sealed for: nobody else's row opens with it."""
    return f"authenticator/{account}"
