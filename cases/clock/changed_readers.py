"""Whose letters are another's since their rows were claimed: a function ended, an absence began, a forum was paused.

Every such change raises the organisation's revision. As long as that stands where it stood at the claim nothing is
asked; once it has moved, one question about all that has not left yet answers for each of the letters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from cases.clock.claiming import address
from cases.clock.fates import Claimed, Outlook
from cases.clock.letters import Kept
from cases.clock.receivers import Receiver
from cases.database import Transaction
from cases.organisation.places import revision
from cases.record import Record


@dataclass(slots=True)
class ChangedReaders:
    """What one round knows of it. `asked_at` is the revision at which `_now` was asked."""

    asked_at: int = -1
    _now: dict[int, tuple[Receiver, ...]] = field(default_factory=dict)
    """Row -> who is to get it; nobody where none of them may know of the case any more."""

    def means_another(
        self, tx: Transaction, record: Record, letter: Kept, rest: Iterable[Kept], account: str, now: datetime
    ) -> bool:
        """Whether a row of this letter is not for that account at that address any more. `rest`: what leaves after
        it."""
        since = revision(tx)
        changed = [claimed.id for claimed, outlook in _claimed((letter,)) if outlook.world.org.revision != since]
        if not changed:
            return False
        if self.asked_at != since or not self._now.keys() >= set(changed):
            self._now, self.asked_at = _asked_anew(tx, record, (letter, *rest), now), since
        return not all(_among(self._now[row_id], account, letter.address) for row_id in changed)


def _asked_anew(
    tx: Transaction, record: Record, letters: Iterable[Kept], now: datetime
) -> dict[int, tuple[Receiver, ...]]:
    """The number of statements does not grow with that of letters."""
    world = record.world(tx, now)
    found, by_token = dict[int, tuple[Receiver, ...]](), defaultdict[str, dict[int, tuple[Claimed, Outlook]]](dict)
    for claimed, outlook in _claimed(letters):
        by_token[claimed.token][claimed.id] = (claimed, outlook)
    for token, together in by_token.items():
        addressed, _ = address(tx, record, tuple(together.values()), token, world, now)
        found |= dict.fromkeys(together, ()) | {claimed.id: claimed.receivers for claimed in addressed}
    return found


def _claimed(letters: Iterable[Kept]) -> Iterator[tuple[Claimed, Outlook]]:
    rows = (claimed for letter in letters for claimed in letter.rows)
    return ((claimed, claimed.outlook) for claimed in rows if claimed.outlook is not None)


def _among(receivers: Iterable[Receiver], account: str, where: str) -> bool:
    return any(receiver.account == account and receiver.address == where for receiver in receivers)
