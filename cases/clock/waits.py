"""How long something that did not work is left alone before it is tried again, and when it is given up."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

FIRST, LONGEST = timedelta(minutes=5), timedelta(hours=4)
"""Between attempts at one letter: growing from the first to the longest (ours; RFC 5321 4.5.4.1 asks for 30 minutes
at least, with sooner ones in the beginning)."""

GIVEN_UP_AFTER = timedelta(days=5)
"""Mail servers try for four to five days (RFC 5321 4.5.4.1); until then nothing that may still work is parked."""

SPREAD = 0.2
"""How far a wait may be off its middle, so that what failed together does not come back together."""


def wait(tries: int, key: str, first: timedelta = FIRST, longest: timedelta = LONGEST) -> timedelta:
    """The wait after so many tries in vain (1 after the first): doubled each time up to `longest`, each within a
    fifth of that. The same question gets the same answer."""
    doubled = first * 2 ** min(tries - 1, 30) if tries > 0 else first
    digest = hashlib.sha256(f"{key} {tries}".encode()).digest()
    lot = int.from_bytes(digest[:4], "big") / 2**32
    return min(doubled, longest) * (1 - SPREAD + 2 * SPREAD * lot)


def given_up(since: datetime, now: datetime) -> bool:
    """Whether something that was first tried in vain at `since` is not to be tried again."""
    return now - since >= GIVEN_UP_AFTER
