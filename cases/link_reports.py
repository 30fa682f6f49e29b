"""A report by a unit's link, from somebody without an account: taken for her unit, which checks and completes it.

She reads nothing. What she gets is a receipt, and a link of her own with which she follows this one case.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from cases.answers import Acted, once
from cases.database import Transaction
from cases.guesses import Guess, Limit, count
from cases.record import Record
from cases.reporting import Follower, NewCase, asked_for, begin
from cases.sight import Seer
from cases.unit_links import opened, opened_in

BY_LINK = Limit("report_link", 30, timedelta(hours=1))
"""Reports through one link: a whole ward on its worst day, and far from what a program could send (ours)."""
BY_ADDRESS = Limit("report_address", 60, timedelta(hours=1))
"""Reports by link from one address: a whole municipality can come from one (ours)."""
LOOKED_UP = Limit("report_steps", 300, timedelta(hours=1))
"""Steps of the form from one address that write nothing but cost work: searches, reviews, files (ours)."""


def count_report(record: Record, token: str, address: str, now: datetime) -> None:
    """One more report through this link, from this address. Raises TooManyTries before anything is written."""
    count(record, now, Guess(BY_LINK, token), Guess(BY_ADDRESS, address))


def count_step(record: Record, address: str, now: datetime) -> None:
    """One more step of the form from this address. Raises TooManyTries."""
    count(record, now, Guess(LOOKED_UP, address))


def report_by_link(record: Record, token: str, new: NewCase, follower: Follower, now: datetime, *, key: str) -> Acted:
    """Open a case for the unit whose link this is; its manager has it next, to check and complete.

    Raises NoSuchLink, Refused (all reasons), KeyReused or a DatabaseError; then nothing was written.
    """
    link = opened(record, token, now)
    request = [link.unit, *asked_for(new), follower.address]
    return once(
        record, f"unit-link/{link.id}", key, request, now, lambda tx: _report(tx, record, token, new, follower, now)
    )


def _report(tx: Transaction, record: Record, token: str, new: NewCase, follower: Follower, now: datetime) -> Acted:
    world = record.world(tx, now)
    link = opened_in(tx, world, token)
    return begin(tx, record, Seer("", link.post), new, world, now, follower=follower)
