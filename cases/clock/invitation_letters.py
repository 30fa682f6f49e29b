"""The letters of invitations: claimed by a round of the clock, handed over, and closed with what became of them.

Unlike a case's letters they are written anew at each attempt, with a new token: a link that nobody received must not
lie in the record. The token's hash is the claim's own mark, so that a claim that was lost settles nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.clock.letters import RETURN_BYTES, Tidings
from cases.clock.ran_ahead import LONGEST_TRY
from cases.clock.waits import given_up, wait
from cases.database import Transaction
from cases.record import Record
from cases.signing_in.invitations import hash_of, new_token

LEASE = timedelta(minutes=15)
"""Whoever claimed a letter and said nothing for so long has lost it (ours)."""

_OPEN = "status IN ('due', 'claimed') AND (next_at <= :now OR next_at > :too_far)"
"""A time further ahead than any wait was written by a clock that ran ahead."""
NEXT = f"""SELECT i.account, p.name, p.email, p.language, i.ends_at, i.asked_at FROM invitation i
 JOIN person p ON p.account = i.account WHERE {_OPEN} AND i.ends_at > :now AND NOT p.disabled
 ORDER BY i.next_at LIMIT 1"""
CLAIM = f"""UPDATE invitation SET status = 'claimed', token_hash = :hash, next_at = :until, attempts = attempts + 1
 WHERE account = :account AND {_OPEN}"""
SENT = "UPDATE invitation SET status = 'sent', answer = '' WHERE token_hash = :hash AND status = 'claimed'"
REFUSED = """UPDATE invitation SET status = 'refused', token_hash = '', answer = :answer
 WHERE token_hash = :hash AND status = 'claimed'"""
PUT_OFF = """UPDATE invitation SET status = 'due', token_hash = '', next_at = :next_at, answer = :answer
 WHERE token_hash = :hash AND status = 'claimed'"""
TRIED = "SELECT account, attempts, asked_at FROM invitation WHERE token_hash = :hash AND status = 'claimed'"
KEEP = """INSERT INTO letter (message_id, account, address, subject, body, written_at, outcome, answer, delivered_at,
 return_token) VALUES (:message_id, :account, :address, :subject, :body, :now, :outcome, :answer, :delivered,
 :return_token)"""
CAME_BACK = """UPDATE invitation SET status = 'refused', token_hash = '', answer = :answer WHERE account = :account
 AND status = 'sent' AND :message_id LIKE '<invitation.' || substr(token_hash, 1, 32) || '@%'"""


@dataclass(frozen=True, slots=True)
class Due:
    """A letter that this round is to send; `token` stands in its link and nowhere else."""

    account: str
    name: str
    address: str
    language: str
    ends_at: datetime
    asked_at: datetime
    token: str
    return_token: str
    """Of its envelope: by it a letter that comes back is known."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What the record keeps of a letter that was handed over."""

    message_id: str
    subject: str
    body: bytes


def claim_next(record: Record, now: datetime) -> Due | None:
    """The letter that has waited longest, for this round alone; None when none is due."""
    token = new_token(record)
    with record.database.write() as tx:
        row = tx.one(NEXT + (" FOR UPDATE OF i SKIP LOCKED" if tx.postgres else ""), now=now, too_far=now + LONGEST_TRY)
        if row is None:
            return None
        account, name, address, language, ends_at, asked_at = row
        tx.run(CLAIM, account=account, hash=hash_of(token), until=now + LEASE, now=now,
               too_far=now + LONGEST_TRY)  # fmt: skip
    return Due(account, name, address, language, ends_at, asked_at, token, record.random_bytes(RETURN_BYTES).hex())


def settle(record: Record, due: Due, tidings: Tidings, copy: Copy | None, now: datetime) -> str:
    """Write down what became of an attempt: `sent`, `refused` for good, or `due` again later. "" when the claim was
    lost meanwhile: revoked, asked for anew, or taken over."""
    mark = hash_of(due.token)
    with record.database.write() as tx:
        row = tx.one(TRIED, hash=mark)
        if row is None:
            return ""
        account, attempts, asked_at = row
        if tidings.outcome == "delivered":
            tx.run(SENT, hash=mark)
            if copy is not None:
                tx.run(KEEP, message_id=copy.message_id, account=account, address=due.address, subject=copy.subject,
                       body=copy.body, now=now, outcome="delivered", answer=tidings.answer, delivered=now,
                       return_token=due.return_token)  # fmt: skip
            return "sent"
        if tidings.outcome == "refused" or given_up(asked_at, now):
            tx.run(REFUSED, hash=mark, answer=tidings.answer)
            return "refused"
        tx.run(PUT_OFF, hash=mark, answer=tidings.answer, next_at=now + wait(attempts, account))
        return "due"


def came_back(tx: Transaction, account: str, message_id: str, answer: str) -> bool:
    """A letter that was sent could not be delivered after all: its link opens nothing any more, for whoever reads what
    comes back could use it. False when it was none of the newest invitation."""
    return tx.run(CAME_BACK, account=account, message_id=message_id, answer=answer) == 1
