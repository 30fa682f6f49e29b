"""Letters that reach nobody, as a function may know of them, and invitations that came back, for an operator.

A letter that every address refused stands parked until somebody sees to it, one that nobody is there to get waits; both
belong to the party whose function was written to, and are shown to nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cases.clock.docket import Listed
from cases.clock.fates import REFUSED
from cases.clock.receivers import NOBODY
from cases.database import Transaction
from cases.functions import NotYourFunction, posts_of
from cases.record import Record
from cases.sight import READS, Seer, function_name, holders_of, house_of
from workflows.office_hours import local_date

MOST = 20
"""Cases that a front page names; more of them is the same news."""
LOOKED_AT = 1000
"""Stuck letters that are looked at for it, oldest first."""

_STUCK = """SELECT c.number, d.post, d.status FROM docket d JOIN cases c ON c.id = d.case_id
 WHERE {which} AND d.kind = 'letter' AND EXISTS (SELECT 1 FROM sight s WHERE s.case_id = d.case_id
 AND s.holder IN (:own, :beside) AND s.compartment = 'cover' AND s.ended_at IS NULL)
 ORDER BY d.due_at, d.id LIMIT :limit"""
PARKED = _STUCK.format(which="d.status = 'parked'")
WITHOUT_RECEIVER = _STUCK.format(which="d.status = 'waiting' AND d.due_at <= :now AND d.reason = :nobody")

INVITATIONS = """SELECT i.account, p.email, i.asked_at, i.answer, i.attempts FROM invitation i
 JOIN person p ON p.account = i.account WHERE i.status = 'refused' ORDER BY i.asked_at, i.account LIMIT :limit"""
INVITATION = "invitation"


@dataclass(frozen=True, slots=True)
class Unreached:
    """A case with a letter that reached nobody. `why`: `parked` (all addresses refused it) or `nobody` (nobody holds
    the function, stands in for it, or gets what falls from it)."""

    number: str
    post: str
    why: str


def unreached(record: Record, seer: Seer, now: datetime) -> tuple[Unreached, ...]:
    """At most MOST of them, oldest first, each case and function once: to functions of the seer's own party, forum or
    arena, about cases that she may know of. Raises NotYourFunction."""
    with record.database.read() as tx:
        if seer.post not in posts_of(tx, seer.account, local_date(now)):
            raise NotYourFunction(NotYourFunction.__doc__)
        # A reporter knows of her own reports only, and mends no addresses.
        function = function_name(seer.post)
        if function == "reporter" or "cover" not in READS.get(function, frozenset()):
            return ()
        org = record.organisation(tx, now)
        own, beside = holders_of(seer.post, org)
        house = house_of(seer.post, org)
        rows = [
            *tx.all(WITHOUT_RECEIVER, own=own, beside=beside, now=now, nobody=NOBODY, limit=LOOKED_AT),
            *tx.all(PARKED, own=own, beside=beside, limit=LOOKED_AT),
        ]
    found = [
        Unreached(number, post, "parked" if status == "parked" else "nobody")
        for number, post, status in rows
        if house_of(post, org) == house and function_name(post) != "reporter"
    ]
    return tuple(dict.fromkeys(found))[:MOST]


def refused_invitations(tx: Transaction, limit: int) -> tuple[Listed, ...]:
    """Invitations that no address took, or that came back, as an operator's list shows parked letters."""
    return tuple(
        Listed(
            f"{INVITATION}/{account}", "", INVITATION, address, asked_at, "parked",
            f"{REFUSED}{answer}; `stegen user invite {account}` writes another one", "", "", "", attempts, None,
        )
        for account, address, asked_at, answer, attempts in tx.all(INVITATIONS, limit=limit)
    )  # fmt: skip
