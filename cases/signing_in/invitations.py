"""Invitations: a letter with a link that is used once, within a week, to choose a password.

The token in the link is made when the letter is written and kept as a hash; nobody can read it out of the record. A
newer invitation takes the place of the one before it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.database import Transaction
from cases.organisation.administration import By, note_act
from cases.record import Record
from cases.signing_in.guesses import LETTER, LETTERS, Guess, count
from cases.signing_in.passwords import hashed_password, store_password, words_about

LASTS = timedelta(days=7)
"""Long enough for a week away, short enough that an old mailbox opens nothing (ours)."""

TOKEN_BYTES = 32

ASK = """INSERT INTO invitation (account, token_hash, asked_at, ends_at, status, next_at, attempts, answer)
 SELECT p.account, '', :now, :ends, 'due', :now, 0, '' FROM person p WHERE p.account = :account AND NOT p.disabled"""
RENEWED = """ ON CONFLICT (account) DO UPDATE SET token_hash = '', asked_at = excluded.asked_at,
 ends_at = excluded.ends_at, status = excluded.status, next_at = excluded.next_at, attempts = 0, answer = ''"""
HAS_SIGNED_IN_HERE = """ AND (p.password_hash <> ''
 OR EXISTS (SELECT 1 FROM invitation i WHERE i.account = p.account AND i.status <> 'revoked'))"""
SHOW = """UPDATE invitation SET token_hash = :hash, status = 'shown' WHERE account = :account"""
REVOKE = """UPDATE invitation SET token_hash = '', status = 'revoked'
 WHERE account = :account AND status NOT IN ('used', 'revoked')"""
LIVING = """SELECT i.account, p.name FROM invitation i JOIN person p ON p.account = i.account
 WHERE i.token_hash = :hash AND i.token_hash <> '' AND i.ends_at > :now AND NOT p.disabled"""
USE = "UPDATE invitation SET token_hash = '', status = 'used' WHERE account = :account AND token_hash = :hash"
OF = "SELECT status, asked_at, ends_at, answer FROM invitation WHERE account = :account"


class NotInvited(Exception):
    """This invitation was used, is too old, or was replaced by a newer one. Ask for a new one."""


class CannotInvite(Exception):
    """There is no open account of that name. `stegen user list` shows those there are."""


@dataclass(frozen=True, slots=True)
class Invited:
    account: str
    name: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """`status`: due, claimed, sent, shown (on a terminal), refused (`answer` says why), used or revoked."""

    status: str
    asked_at: datetime
    ends_at: datetime
    answer: str


def invite(record: Record, account: str, now: datetime, *, by: By | None = None) -> None:
    """Ask for a letter of invitation; the clock's next round sends it. Raises CannotInvite."""
    with record.database.write() as tx:
        _ask(tx, account, now)
        note_act(tx, by, "invited", account)


def invite_here(record: Record, account: str, now: datetime, *, by: By | None = None) -> str:
    """An invitation without a letter: the token, for whoever asked to hand over. Raises CannotInvite."""
    token = new_token(record)
    with record.database.write() as tx:
        _ask(tx, account, now)
        tx.run(SHOW, account=account, hash=hash_of(token))
        note_act(tx, by, "invited", account)
    return token


def ask_again(record: Record, account: str, address: str, now: datetime) -> None:
    """Somebody says she has forgotten her password. The same happens, and takes as long, for whatever she wrote.

    Only who has signed in here before, or was invited, gets a letter: elsewhere an identity provider vouches for her,
    and a mailbox must not be enough. Raises TooManyTries.
    """
    account = account.strip().lower()
    count(record, now, Guess(LETTER, account), Guess(LETTERS, address))
    with record.database.write() as tx:
        tx.run(ASK + HAS_SIGNED_IN_HERE + RENEWED, account=account, now=now, ends=now + LASTS)


def revoke(record: Record, account: str, *, by: By | None = None) -> bool:
    """Whether there was one to take back."""
    with record.database.write() as tx:
        revoked = tx.run(REVOKE, account=account) == 1
        if revoked:
            note_act(tx, by, "invitation_revoked", account)
        return revoked


def invitation_of(record: Record, account: str) -> Invitation | None:
    with record.database.read() as tx:
        row = tx.one(OF, account=account)
    return Invitation(*row) if row is not None else None


def invited(record: Record, token: str, now: datetime) -> Invited:
    """Whom the link invites. Nothing changes by looking. Raises NotInvited."""
    with record.database.read() as tx:
        return _living(tx, token, now)


def accept(record: Record, token: str, password: str, now: datetime) -> str:
    """Choose a password and use the invitation up; the account. Raises NotInvited and WeakPassword."""
    with record.database.read() as tx:
        account = _living(tx, token, now).account
        own = words_about(tx, account)
    hashed = hashed_password(password, own)
    with record.database.write() as tx:
        if tx.run(USE, account=account, hash=hash_of(token)) != 1:
            raise NotInvited(NotInvited.__doc__)
        store_password(tx, account, hashed)
    return account


def new_token(record: Record) -> str:
    return record.random_bytes(TOKEN_BYTES).hex()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _ask(tx: Transaction, account: str, now: datetime) -> None:
    if not tx.run(ASK + RENEWED, account=account, now=now, ends=now + LASTS):
        raise CannotInvite(CannotInvite.__doc__)


def _living(tx: Transaction, token: str, now: datetime) -> Invited:
    row = tx.one(LIVING, hash=hash_of(token), now=now)
    if row is None:
        raise NotInvited(NotInvited.__doc__)
    return Invited(*row)
