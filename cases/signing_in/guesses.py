"""Guessing is slow: each try is counted before it is judged, in the database, for an account and for an address.

Counted first, so that fifty guesses at once are no more than five: what is over the limit is never judged. An account
that does not exist is counted like one that does.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.database import Transaction
from cases.record import Record

ADD = """INSERT INTO guess (key, tries, ends_at) VALUES (:key, :amount, :ends) ON CONFLICT (key) DO UPDATE SET
 tries = CASE WHEN guess.ends_at <= :now THEN :amount ELSE guess.tries + :amount END,
 ends_at = CASE WHEN guess.ends_at <= :now THEN excluded.ends_at ELSE guess.ends_at END RETURNING tries, ends_at"""
TAKE_BACK = "UPDATE guess SET tries = CASE WHEN tries > :amount THEN tries - :amount ELSE 0 END WHERE key = :key"
CLEAR = "DELETE FROM guess WHERE key = :key"
OLD = "DELETE FROM guess WHERE ends_at < :long_ago"
KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many tries in a stretch of time that begins with the first of them."""

    name: str
    most: int
    within: timedelta


ACCOUNT = Limit("account", 5, timedelta(minutes=15))
CODE = Limit("code", 5, timedelta(minutes=15))
"""One-time codes: five of a million in fifteen minutes, three of which are right at a time."""
ADDRESS = Limit("address", 100, timedelta(minutes=15))
"""Generous: a whole municipality can come from one address."""
LETTER = Limit("letter", 3, timedelta(hours=1))
LETTERS = Limit("letters", 30, timedelta(hours=1))
"""Invitations that are asked for: for one account, and from one address. All limits are ours."""


class TooManyTries(Exception):
    """Too many tries. Wait until `until`, then try again; nothing that was tried meanwhile was looked at."""

    def __init__(self, until: datetime) -> None:
        super().__init__(TooManyTries.__doc__)
        self.until = until


@dataclass(frozen=True, slots=True)
class Guess:
    """One try, or `amount` of what the limit counts at once (kibibytes of a file)."""

    limit: Limit
    whose: str
    amount: int = 1

    @property
    def key(self) -> str:
        """A hash, because people type passwords into the wrong field."""
        return hashlib.sha256(f"{self.limit.name}\0{self.whose}".encode("utf-8", "replace")).hexdigest()


def count(record: Record, now: datetime, *guesses: Guess) -> None:
    """Count one try against each limit. Raises TooManyTries; then none is counted, so that a lock ends by itself."""
    with record.database.write() as tx:
        for guess in guesses:
            row = tx.one(ADD, key=guess.key, amount=guess.amount, ends=now + guess.limit.within, now=now)
            tries, ends_at = row if row is not None else (0, now)
            if tries > guess.limit.most:
                raise TooManyTries(ends_at)


def forgive(record: Record, now: datetime, own: Guess, shared: Guess | None = None) -> None:
    """The try was right: `own` begins anew, and `shared` by many is as if it had not been made."""
    with record.database.write() as tx:
        tx.run(CLEAR, key=own.key)
        if shared is not None:
            give_back(tx, shared)
        tx.run(OLD, long_ago=now - KEPT_FOR)


def give_back(tx: Transaction, guess: Guess) -> None:
    """As if it had not been counted, in the caller's transaction."""
    tx.run(TAKE_BACK, key=guess.key, amount=guess.amount)


def forget_old(record: Record, now: datetime) -> int:
    """Take away what was counted in a stretch of time that ended a day ago; how many counts went."""
    with record.database.write() as tx:
        return tx.run(OLD, long_ago=now - KEPT_FOR)
