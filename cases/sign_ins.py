"""Who is at the page: sign-ins kept on the server, each acting in exactly one function.

The browser holds a random token and nothing else; the record holds only the token's hash, so that a copy of the
database opens no page. Every request asks anew: the account, its functions and both time limits as they are now.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from cases.database import Transaction
from cases.functions import NotYourFunction, posts_of
from cases.record import Record
from cases.sight import Seer
from workflows.office_hours import local_date

IDLE = timedelta(hours=1)
"""A sign-in that nobody uses ends after this long: ward computers are shared (ours)."""

LONGEST = timedelta(hours=10)
"""A sign-in ends after a long working day, used or not (ours)."""

SEEN_EVERY = timedelta(minutes=1)
"""How exactly the last use is kept: a write for every page would cost more than the limit is worth."""

SHORTEST_PASSWORD = 12

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash("nobody has this password")
"""Checked where there is no account, so that the answer takes as long as for one that exists."""

STORED = """SELECT s.account, p.name, p.language, s.post, s.seen_at, s.ends_at FROM sign_in s
 JOIN person p ON p.account = s.account WHERE s.token_hash = :hash AND NOT p.disabled"""
BEGIN = """INSERT INTO sign_in (token_hash, account, post, started_at, seen_at, ends_at)
 VALUES (:hash, :account, :post, :started, :now, :ends)"""
KNOWN = "SELECT password_hash FROM person WHERE account = :account AND NOT disabled"


class NotSignedIn(Exception):
    """Nobody is signed in here, or it has ended. Sign in again."""


class WrongSignIn(Exception):
    """The account and the password do not belong together, or the account is closed. Try again, or ask for an
    invitation."""


class WeakPassword(ValueError):
    """A password needs at least 12 characters. Several words in a row are easy to remember."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person at the page. `post` is the one function she acts in, "" until she has chosen among `posts`."""

    account: str
    name: str
    language: str
    post: str
    posts: tuple[str, ...]

    @property
    def seer(self) -> Seer:
        return Seer(self.account, self.post)


def set_password(record: Record, account: str, password: str) -> None:
    """Give an account its password; whoever is signed in with the old one is so no longer.

    Raises WeakPassword, and LookupError for an account that there is not.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise WeakPassword(WeakPassword.__doc__)
    hashed = _HASHER.hash(password)
    with record.database.write() as tx:
        if not tx.run("UPDATE person SET password_hash = :hash WHERE account = :account", hash=hashed, account=account):
            raise LookupError(f"There is no account {account!r}.")
        tx.run("DELETE FROM sign_in WHERE account = :account", account=account)


def sign_in(record: Record, account: str, password: str, now: datetime) -> str:
    """The token of a new sign-in. WrongSignIn says the same, after the same time, whatever was wrong."""
    with record.database.read() as tx:
        stored = str(tx.value(KNOWN, account=account) or "")
    # Outside any transaction: the check is slow on purpose.
    if not _fits(stored, password):
        raise WrongSignIn(WrongSignIn.__doc__)
    return begin(record, account, "", now)


def begin(record: Record, account: str, post: str, now: datetime) -> str:
    """Sign somebody in whom the caller has recognised; `post` "" takes her only function, or leaves the choice open.

    Raises NotYourFunction for a function that the account does not hold today.
    """
    token = record.random_bytes(32).hex()
    with record.database.write() as tx:
        tx.run("DELETE FROM sign_in WHERE ends_at < :now", now=now)
        chosen = _chosen(posts_of(tx, account, local_date(now)), post)
        _keep(tx, token, account, chosen, now, now, now + LONGEST)
    return token


def resume(record: Record, token: str, now: datetime) -> SignedIn:
    """Who is signed in with this token, with the functions she holds now. Raises NotSignedIn.

    A function that was lost since is no longer acted in: `post` is then "".
    """
    with record.database.read() as tx:
        row = tx.one(STORED, hash=_hash(token))
        if row is None or now >= row[5] or now >= row[4] + IDLE:
            raise NotSignedIn(NotSignedIn.__doc__)
        account, name, language, post, seen_at, _ = row
        posts = posts_of(tx, account, local_date(now))
    if now >= seen_at + SEEN_EVERY:
        with record.database.write() as tx:
            tx.run("UPDATE sign_in SET seen_at = :now WHERE token_hash = :hash", now=now, hash=_hash(token))
    return SignedIn(account, name, language, post if post in posts else "", posts)


def switch(record: Record, token: str, post: str, now: datetime) -> str:
    """Act in another of one's functions from now on, under a new token; the old one is worthless at once.

    Raises NotSignedIn and NotYourFunction.
    """
    fresh = record.random_bytes(32).hex()
    with record.database.write() as tx:
        row = tx.one("SELECT account, started_at, ends_at FROM sign_in WHERE token_hash = :hash", hash=_hash(token))
        if row is None or now >= row[2]:
            raise NotSignedIn(NotSignedIn.__doc__)
        account, started_at, ends_at = row
        chosen = _chosen(posts_of(tx, account, local_date(now)), post)
        tx.run("DELETE FROM sign_in WHERE token_hash = :hash", hash=_hash(token))
        _keep(tx, fresh, account, chosen, started_at, now, ends_at)
    return fresh


def sign_out(record: Record, token: str) -> None:
    """End a sign-in; nothing happens when it has ended already."""
    with record.database.write() as tx:
        tx.run("DELETE FROM sign_in WHERE token_hash = :hash", hash=_hash(token))


def _keep(
    tx: Transaction, token: str, account: str, post: str, started: datetime, now: datetime, ends: datetime
) -> None:
    tx.run(BEGIN, hash=_hash(token), account=account, post=post, started=started, now=now, ends=ends)


def _chosen(posts: tuple[str, ...], wanted: str) -> str:
    if wanted and wanted not in posts:
        raise NotYourFunction(NotYourFunction.__doc__)
    return wanted or (posts[0] if len(posts) == 1 else "")


def _fits(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored or _NOBODY, password) and stored != ""
    except (VerificationError, InvalidHashError):
        return False


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
