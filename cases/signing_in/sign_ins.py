"""Who is at the page: sign-ins kept on the server, each acting in exactly one function.

The browser holds a random token and nothing else; the record holds only the token's hash, so that a copy of the
database opens no page. Every request asks anew: the account, its functions and both time limits as they are now.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from cases.database import Transaction
from cases.functions import NotYourFunction, posts_of
from cases.record import Record
from cases.sight import Seer
from cases.signing_in import authenticators
from cases.signing_in.authenticators import needs_code
from cases.signing_in.guesses import ACCOUNT, ADDRESS, Guess, count, forgive
from cases.signing_in.passwords import fits, hashed_password, renew_hash, store_password, stored_password, words_about
from workflows.office_hours import local_date

IDLE = timedelta(hours=1)
"""A sign-in that nobody uses ends after this long: ward computers are shared (ours)."""

LONGEST = timedelta(hours=10)
"""A sign-in ends after a long working day, used or not (ours)."""

HALFWAY = timedelta(minutes=10)
"""How long a password that fitted waits for its code (ours)."""

SEEN_EVERY = timedelta(minutes=1)
"""How exactly the last use is kept: a write for every page would cost more than the limit is worth."""

REMEMBERED = timedelta(hours=12)
"""How long an ended sign-in's row stays, so that a form sent too late can be kept for whoever wrote it."""

Proof = Literal["password", "code", "provider", "demo"]
"""How somebody showed who she is; a password alone is enough only for functions that need no code."""

STORED = """SELECT s.account, p.name, p.language, s.post, s.seen_at, s.ends_at, s.proof FROM sign_in s
 JOIN person p ON p.account = s.account WHERE s.token_hash = :hash AND NOT p.disabled"""
BEGIN = """INSERT INTO sign_in (token_hash, account, post, started_at, seen_at, ends_at, proof)
 VALUES (:hash, :account, :post, :started, :now, :ends, :proof)"""
BY_IDENTITY = "SELECT account FROM person WHERE identity = :identity AND identity <> '' AND NOT disabled"


class NotSignedIn(Exception):
    """Nobody is signed in here, or it has ended. Sign in again."""


class WrongSignIn(Exception):
    """The account and the password do not belong together, or the account is closed. Try again, or ask for an
    invitation."""


class UnknownIdentity(Exception):
    """The identity provider knows this person, and no account here does. Give one with `stegen user identity`."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person at the page. `post` is the one function she acts in, "" until she has chosen among `posts`."""

    account: str
    name: str
    language: str
    post: str
    posts: tuple[str, ...]
    proof: Proof

    @property
    def seer(self) -> Seer:
        return Seer(self.account, self.post)

    @property
    def whole(self) -> bool:
        """Whether she has shown all that her functions ask for; else her password fitted, and a code is due."""
        return self.proof != "password" or not needs_code(self.posts)


def sign_in(record: Record, account: str, password: str, address: str, now: datetime) -> str:
    """The token of a new sign-in, halfway when a code is due. `address` is where the request came from.

    WrongSignIn and TooManyTries say the same, after the same time, whether there is such an account or not.
    """
    account = account.strip().lower()
    own, shared = Guess(ACCOUNT, account), Guess(ADDRESS, address)
    count(record, now, own, shared)
    with record.database.read() as tx:
        stored = stored_password(tx, account)
    # Outside any transaction: the check is slow on purpose.
    if not fits(stored, password):
        raise WrongSignIn(WrongSignIn.__doc__)
    forgive(record, now, own, shared)
    renew_hash(record, account, stored, password)
    return begin(record, account, "", now, "password")


def begin(record: Record, account: str, post: str, now: datetime, proof: Proof) -> str:
    """Sign somebody in whom the caller has recognised; `post` "" takes her only function, or leaves the choice open.

    Raises NotYourFunction for a function that the account does not hold today.
    """
    token = record.random_bytes(32).hex()
    with record.database.write() as tx:
        tx.run("DELETE FROM sign_in WHERE ends_at < :then", then=now - REMEMBERED)
        tx.run("DELETE FROM kept_form WHERE ends_at <= :now", now=now)
        posts = posts_of(tx, account, local_date(now))
        halfway = proof == "password" and needs_code(posts)
        _keep(tx, token, account, _chosen(posts, post), now, now, now + (HALFWAY if halfway else LONGEST), proof)
    return token


def begin_by_identity(record: Record, identity: str, now: datetime) -> str:
    """Sign in whomever an identity provider has recognised. Raises UnknownIdentity."""
    with record.database.read() as tx:
        account = tx.value(BY_IDENTITY, identity=identity)
    if account is None:
        raise UnknownIdentity(UnknownIdentity.__doc__)
    return begin(record, account, "", now, "provider")


def resume(record: Record, token: str, now: datetime) -> SignedIn:
    """Who is signed in with this token, with the functions she holds now. Raises NotSignedIn.

    A sign-in that acts in a function which was lost since has ended.
    """
    with record.database.read() as tx:
        row = tx.one(STORED, hash=_hash(token))
        if row is None or now >= row[5] or now >= row[4] + IDLE:
            raise NotSignedIn(NotSignedIn.__doc__)
        account, name, language, post, seen_at, _, proof = row
        posts = posts_of(tx, account, local_date(now))
    if post and post not in posts:
        sign_out(record, token)
        raise NotSignedIn(NotSignedIn.__doc__)
    if now >= seen_at + SEEN_EVERY:
        with record.database.write() as tx:
            tx.run("UPDATE sign_in SET seen_at = :now WHERE token_hash = :hash", now=now, hash=_hash(token))
    return SignedIn(account, name, language, post, posts, proof)


def complete(record: Record, token: str, code: str, now: datetime, *, telephone: datetime | None = None) -> str:
    """The second step of a sign-in that is halfway: a code, for a new token. Raises NotSignedIn and what
    authenticators.check raises."""
    found = resume(record, token, now)
    authenticators.check(record, found.account, code, now, telephone=telephone)
    return renew(record, token, found.post, now, "code", now + LONGEST)


def set_up_and_complete(
    record: Record, token: str, secret: bytes, code: str, now: datetime, *, telephone: datetime | None = None
) -> tuple[str, tuple[str, ...]]:
    """The same with a new authenticator: a new token, and the recovery codes. Raises NotSignedIn and what
    authenticators.set_up raises."""
    found = resume(record, token, now)
    codes = authenticators.set_up(record, found.account, secret, code, now, telephone=telephone)
    return renew(record, token, found.post, now, "code", now + LONGEST), codes


def switch(record: Record, token: str, post: str, now: datetime) -> str:
    """Act in another of one's functions from now on, under a new token; the old one is worthless at once.

    Raises NotSignedIn and NotYourFunction.
    """
    resume(record, token, now)
    return renew(record, token, post, now)


def change_password(record: Record, account: str, old: str, new: str, now: datetime) -> None:
    """Every sign-in of the account ends, also the present one. Raises WrongSignIn, TooManyTries, WeakPassword."""
    guess = Guess(ACCOUNT, account)
    count(record, now, guess)
    with record.database.read() as tx:
        stored, own = stored_password(tx, account), words_about(tx, account)
    if not fits(stored, old):
        raise WrongSignIn(WrongSignIn.__doc__)
    forgive(record, now, guess)
    hashed = hashed_password(new, own)
    with record.database.write() as tx:
        store_password(tx, account, hashed)


def sign_out(record: Record, token: str) -> None:
    """End a sign-in; nothing happens when it has ended already."""
    with record.database.write() as tx:
        tx.run("DELETE FROM sign_in WHERE token_hash = :hash", hash=_hash(token))


def behind(tx: Transaction, token: str) -> Seer | None:
    """Who acts, or lately acted, in this sign-in; None for one that was ended on purpose, or that never was."""
    row = tx.one(STORED, hash=_hash(token))
    return Seer(row[0], row[3]) if row is not None else None


def renew(
    record: Record, token: str, post: str, now: datetime, proof: Proof | None = None, ends: datetime | None = None
) -> str:
    """The same sign-in under a new token, with what has changed. Raises NotSignedIn and NotYourFunction."""
    fresh = record.random_bytes(32).hex()
    lock = "SELECT account, started_at, ends_at, proof FROM sign_in WHERE token_hash = :hash"
    with record.database.write() as tx:
        row = tx.one(lock + (" FOR UPDATE" if tx.postgres else ""), hash=_hash(token))
        if row is None:
            raise NotSignedIn(NotSignedIn.__doc__)
        account, started_at, ends_at, proved = row
        chosen = _chosen(posts_of(tx, account, local_date(now)), post)
        tx.run("DELETE FROM sign_in WHERE token_hash = :hash", hash=_hash(token))
        _keep(tx, fresh, account, chosen, started_at, now, ends or ends_at, proof or proved)
    return fresh


def _keep(
    tx: Transaction, token: str, account: str, post: str, started: datetime, now: datetime, ends: datetime, proof: Proof
) -> None:
    tx.run(BEGIN, hash=_hash(token), account=account, post=post, started=started, now=now, ends=ends, proof=proof)


def _chosen(posts: tuple[str, ...], wanted: str) -> str:
    if wanted and wanted not in posts:
        raise NotYourFunction(NotYourFunction.__doc__)
    return wanted or (posts[0] if len(posts) == 1 else "")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
