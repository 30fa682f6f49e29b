"""A report by a unit's link, from somebody without an account: taken for her unit, which checks and completes it.

She reads nothing. What she gets is a receipt, and a link of her own with which she follows this one case. Whoever has
a photo of the paper on the wall can do as much, so that all that comes this way is counted, for the link and for the
address: reports, steps of the form, and files, which are kept from the step at which they are chosen.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from cases.answers import Acted, once
from cases.contents.enclosures import NAMED
from cases.database import Transaction
from cases.record import Record
from cases.reports.reporting import Follower, NewCase, asked_for, begin
from cases.reports.unit_links import opened, opened_in
from cases.sight import Seer
from cases.signing_in.guesses import Guess, Limit, count, give_back

BY_LINK = Limit("report_link", 30, timedelta(hours=1))
"""Reports through one link: a whole ward on its worst day, and far from what a program could send (ours)."""
BY_ADDRESS = Limit("report_address", 60, timedelta(hours=1))
"""Reports by link from one address: a whole municipality can come from one (ours)."""
STEPS_BY_LINK = Limit("report_link_steps", 240, timedelta(hours=1))
STEPS_BY_ADDRESS = Limit("report_steps", 300, timedelta(hours=1))
"""Steps of the form: searches, reviews, sendings. They cost work; what they may store is counted below (ours)."""

KIB = 1024
FILES_BY_LINK = Limit("report_link_files", 100, timedelta(hours=1))
FILES_BY_ADDRESS = Limit("report_address_files", 200, timedelta(hours=1))
SIZE_BY_LINK = Limit("report_link_size", 150 * KIB, timedelta(hours=1))
SIZE_BY_ADDRESS = Limit("report_address_size", 300 * KIB, timedelta(hours=1))
"""Files, and their kibibytes: one report with the five largest files is 125 MiB (ours)."""
UNSENT_BY_LINK = Limit("report_link_unsent", 512 * KIB, timedelta(days=3))
UNSENT = Limit("report_unsent", 5 * 1024 * KIB, timedelta(days=3))
"""Kibibytes of files that no report was sent with yet, through one link and through all. The stretch is longer than the
night's sweep lets such a file lie, so that never more than twice as much of them stands on the disk (ours)."""


def count_report(record: Record, token: str, address: str, now: datetime) -> None:
    """One more report through this link, from this address. Raises TooManyTries before anything is written."""
    count(record, now, Guess(BY_LINK, token), Guess(BY_ADDRESS, address))


def count_step(record: Record, token: str, address: str, now: datetime) -> None:
    """One more step of the form through this link, from this address. Raises TooManyTries."""
    count(record, now, Guess(STEPS_BY_LINK, token), Guess(STEPS_BY_ADDRESS, address))


def count_file(record: Record, token: str, address: str, size: int, now: datetime) -> None:
    """One more file of so many bytes through this link, from this address. Raises TooManyTries before it is stored."""
    count(
        record, now, Guess(FILES_BY_LINK, token), Guess(FILES_BY_ADDRESS, address),
        Guess(SIZE_BY_LINK, token, _kibibytes(size)), Guess(SIZE_BY_ADDRESS, address, _kibibytes(size)),
        *_unsent(token, size),
    )  # fmt: skip


def report_by_link(record: Record, token: str, new: NewCase, follower: Follower, now: datetime, *, key: str) -> Acted:
    """Open a case for the unit whose link this is; its manager has it next, to check and complete.

    Raises NoSuchLink, Refused (all reasons), KeyReused or a DatabaseError; then nothing was written. ValueError without
    a key: the follower's token is made of it.
    """
    if not key:
        raise ValueError("A report by a link needs its form's key: the reporter's own link is made of it.")
    link = opened(record, token, now)
    request = [link.unit, *asked_for(new), follower.address]
    return once(
        record, f"unit-link/{link.id}", key, request, now, lambda tx: _report(tx, record, token, new, follower, now)
    )


def _report(tx: Transaction, record: Record, token: str, new: NewCase, follower: Follower, now: datetime) -> Acted:
    world = record.world(tx, now)
    link = opened_in(tx, world, token)
    named_first = {p.sha256: p.size for p in new.papers if tx.one(NAMED, sha=p.sha256) is None}
    acted = begin(tx, record, Seer("", link.post), new, world, now, follower=follower)
    for size in named_first.values():
        for guess in _unsent(token, size):
            give_back(tx, guess)
    return acted


def _unsent(token: str, size: int) -> tuple[Guess, Guess]:
    return Guess(UNSENT_BY_LINK, token, _kibibytes(size)), Guess(UNSENT, "", _kibibytes(size))


def _kibibytes(size: int) -> int:
    return -(-size // KIB)
