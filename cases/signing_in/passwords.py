"""Passwords of local accounts: hashed with argon2, long, and none of the commonest. Nothing else is asked of them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from cases.database import Transaction
from cases.record import Record

SHORTEST = 12
"""Characters. Composition rules make passwords worse, and length alone does not (NIST SP 800-63B 5.1.1.2)."""

LONGEST = 200
"""Characters: more would only cost time."""

COMMONEST = Path(__file__).parent / "commonest_passwords.txt"

HASHER = PasswordHasher()
"""argon2id with the library's present parameters; a hash made with earlier ones is renewed when its owner signs in."""

_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$bYuG3vIMVYigc7UbJirtmg$u9MdsOxafZkD64adxwyCEhbQwDbv1udkX4GDYJu7izw"
"""Checked where there is no account, so that the answer takes as long as for one that exists. Written down, because to
hash it anew would cost every start a tenth of a second; a test holds it to the present parameters."""

TRIMMED = re.compile(r"^[\W\d_]+|[\W\d_]+$")
REPEATED = re.compile(r"^(.{1,6}?)\1+$")

KNOWN = "SELECT password_hash FROM person WHERE account = :account AND NOT disabled"
STORE = "UPDATE person SET password_hash = :hash WHERE account = :account"
RENEW = "UPDATE person SET password_hash = :hash WHERE account = :account AND password_hash = :before"
ABOUT = "SELECT name, email FROM person WHERE account = :account"


class WeakPassword(ValueError):
    """That password is too easy to guess. `code` says why: short, long, common or own."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the password is refused: {code}")
        self.code = code


def stored_password(tx: Transaction, account: str) -> str:
    """The hash of an open account's password; "" where there is no account, or none that signs in here."""
    return str(tx.value(KNOWN, account=account) or "")


def fits(stored: str, password: str) -> bool:
    """Slow on purpose, so never inside a transaction; as slow where there is nothing to compare with."""
    try:
        return HASHER.verify(stored or _NOBODY, password[: LONGEST + 1]) and stored != ""
    except (VerificationError, InvalidHashError):
        return False


def renew_hash(record: Record, account: str, stored: str, password: str) -> None:
    """Hash a password that has just fitted anew, when the parameters have changed since it was hashed."""
    if HASHER.check_needs_rehash(stored):
        hashed = HASHER.hash(password)
        with record.database.write() as tx:
            tx.run(RENEW, hash=hashed, account=account, before=stored)


def hashed_password(password: str, own: tuple[str, ...] = ()) -> str:
    """The hash of a new password. `own` are words that its owner is known by. Raises WeakPassword."""
    plain = password.casefold().strip()
    if len(plain) < SHORTEST:
        raise WeakPassword("short")
    if len(password) > LONGEST:
        raise WeakPassword("long")
    bare = _bare(plain)
    if bare in {_bare(word.casefold()) for word in own if len(word) > 2}:
        raise WeakPassword("own")
    # What is left of a dull password without its repetitions and the digits around it is short, or on the list.
    repeats = REPEATED.match(plain)
    if repeats or len(bare) < 4 or plain in commonest() or bare in commonest():
        raise WeakPassword("common")
    return HASHER.hash(password)


def set_password(record: Record, account: str, password: str) -> None:
    """Give an account its password; whoever is signed in with the old one is so no longer.

    Raises WeakPassword, and LookupError for an account that there is not.
    """
    with record.database.read() as tx:
        hashed = hashed_password(password, words_about(tx, account))
    with record.database.write() as tx:
        store_password(tx, account, hashed)


def store_password(tx: Transaction, account: str, hashed: str) -> None:
    """Raises LookupError for an account that there is not."""
    if not tx.run(STORE, hash=hashed, account=account):
        raise LookupError(f"There is no account {account!r}.")
    tx.run("DELETE FROM sign_in WHERE account = :account", account=account)


def words_about(tx: Transaction, account: str) -> tuple[str, ...]:
    """What anybody who knows a person would try first."""
    name, email = tx.one(ABOUT, account=account) or ("", "")
    return (account, name, email, email.partition("@")[0], "stegen")


@cache
def commonest() -> frozenset[str]:
    lines = COMMONEST.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _bare(text: str) -> str:
    """Without the digits and signs that people put around a word."""
    return TRIMMED.sub("", text)
