"""Addresses that take no letters: of a person, or of a function's mailbox. Whoever is written to there has not got her
letters, also where a colleague in the same function has hers, so that no deadline seems to be without a receiver.

An address is dead from a letter that was refused for good, or came back, until a later one is taken there or it is
corrected (`stegen user address`, `stegen user mailbox`, and the pages of people and of mailboxes).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from cases.clock.docket import Listed
from cases.clock.fates import REFUSED
from cases.database import Transaction
from cases.functions import Held

DEAD = """SELECT l.account, l.address, l.written_at, l.answer FROM letter l WHERE l.outcome = 'refused'
 AND (EXISTS (SELECT 1 FROM person p WHERE p.account = l.account AND p.email = l.address AND NOT p.disabled)
 OR EXISTS (SELECT 1 FROM function_mailbox b WHERE b.post = l.account AND b.address = l.address))
 AND NOT EXISTS (SELECT 1 FROM letter m WHERE m.account = l.account AND m.address = l.address
 AND m.outcome = 'delivered' AND m.written_at > l.written_at) ORDER BY l.written_at, l.id"""
REINVITED = "SELECT account FROM invitation WHERE status = 'refused'"
HELD = """SELECT account, function, holder, side FROM holding WHERE valid_from <= :today
 AND (valid_to IS NULL OR valid_to >= :today) AND account IN ({accounts}) ORDER BY account, function, holder"""
ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class DeadAddress:
    """`account` is the post itself (`receiver@operation:su`) where the address is that function's mailbox. `refused_at`
    and `answer` are those of the newest letter, in the mail server's own words."""

    account: str
    address: str
    refused_at: datetime
    answer: str

    @property
    def of_a_mailbox(self) -> bool:
        return "@" in self.account


def dead_addresses(tx: Transaction) -> tuple[DeadAddress, ...]:
    """All of them, each once, in the order in which they first refused a letter."""
    newest = {(account, address): (at, answer) for account, address, at, answer in tx.all(DEAD)}
    return tuple(DeadAddress(*whose, *said) for whose, said in newest.items())


def functions_behind(tx: Transaction, dead: tuple[DeadAddress, ...], today: date) -> dict[str, tuple[str, ...]]:
    """Account -> the functions whose letters go to its dead address today; a mailbox has its own alone."""
    found: dict[str, tuple[str, ...]] = {one.account: (one.account,) if one.of_a_mailbox else () for one in dead}
    people = {f"a{i}": one.account for i, one in enumerate(dead) if not one.of_a_mailbox}
    if people:
        among = ", ".join(f":{name}" for name in people)
        for account, *held in tx.all(HELD.format(accounts=among), today=today, **people):
            found[account] += (Held(*held).post,)
    return found


def listed(tx: Transaction, limit: int) -> tuple[Listed, ...]:
    """As an operator's list shows parked letters, at most `limit`; a refused invitation stands in that list itself."""
    invited = {account for (account,) in tx.all(REINVITED)}
    return tuple(
        Listed(
            f"{ADDRESS}/{one.account}", "", ADDRESS, one.address, one.refused_at, "parked", f"{REFUSED}{one.answer}",
            "", "", "", 0, None,
        )
        for one in [one for one in dead_addresses(tx) if one.account not in invited][:limit]
    )  # fmt: skip
