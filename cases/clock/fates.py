"""What becomes of a claimed row: carried out, put off, set aside, given back, each with its reason and what follows.

Worked out here, written by whoever claims (`claiming.py`), settles (`settling.py`) or takes back (`taking_back.py`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from cases.clock.docket import ADD, Added, added_values, successor
from cases.clock.receivers import Receiver, has_chain
from cases.clock.relevance import Verdict, following, judge
from cases.clock.situations import Situation
from cases.clock.waits import FIRST
from cases.database import Transaction
from cases.record import Record
from workflows.attempt import World
from workflows.nouns import DocketRow

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
"""Claims without any recorded outcome after which a row is parked: it fails, or kills its worker (ours)."""

AGAIN_AFTER = FIRST
"""How soon a row that failed for a fault of ours is tried again."""

FAILED = "failed:"
"""How the reason begins when a row could not be carried out for a fault of ours; the fault's name follows."""

REFUSED = "refused: "
"""How the reason begins when no address of a function takes its letters; the mail server's words follow."""

SETTLE = """UPDATE docket SET status = :status, reason = :reason, settled_at = :at, not_before = :not_before,
 attempts = :attempts, deferrals = :deferrals, deferred_since = :deferred_since, token = '', lease_until = NULL
 WHERE id = :id AND token = :token AND status = 'claimed'"""


class ClaimLost(Exception):
    """The lease ran out and somebody else has the row now. What became of it is theirs to say."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that is ours until its lease ends: only `token` can settle it."""

    id: int
    case_id: int
    token: str
    attempts: int
    deferrals: int
    deferred_since: datetime | None
    rank: int
    account: str
    row: DocketRow


class Outlook(NamedTuple):
    """What a claim worked out of a row in that world: the next notch of its date and function."""

    world: World
    following: DocketRow | None
    announces: bool = False
    """A letter of the moment at which a step of its own date is taken: that step does not make it needless."""


@dataclass(frozen=True, slots=True)
class Claimed(Taken):
    """A row to carry out, with its case as it was at the claim and those to write to."""

    case: Situation
    receivers: tuple[Receiver, ...] = ()
    outlook: Outlook | None = None
    partly: bool = False
    """Some of them get their letters in a later turn, so that those of this one do not settle it."""

    def to(self, receivers: tuple[Receiver, ...], outlook: Outlook) -> Claimed:
        """The same row with those to write to; `replace` takes several times as long, and a morning has thousands."""
        return Claimed(
            self.id, self.case_id, self.token, self.attempts, self.deferrals, self.deferred_since, self.rank,
            self.account, self.row, self.case, receivers, outlook,
        )  # fmt: skip


class Fate(NamedTuple):
    """What becomes of a row. Without `deferred` its earlier deferrals stand as they were."""

    taken: Taken
    status: str
    reason: str
    not_before: datetime | None = None
    attempts: int = 0
    adds: tuple[Added, ...] = ()
    deferred: datetime | None = None
    """When the mail server did not take it once more."""


def seen_anew(record: Record, fate: Fate, claimed: Claimed, case: Situation, world: World, now: datetime) -> Fate:
    """A fate once the case as it stands now is known: what waits must still hold, what is over has a next notch."""
    if fate.status != "waiting":
        return with_next(record, _with_instead(fate, claimed, now), claimed, case, world)
    verdict = verdict_on(record, claimed, case, world, now)
    if verdict.status != "overtaken":
        return fate
    return fate._replace(status="overtaken", reason=verdict.reason, not_before=None, adds=notches_of(verdict))


def _with_instead(fate: Fate, claimed: Claimed, now: datetime) -> Fate:
    refused = fate.status == "parked" and fate.reason.startswith(REFUSED)
    if not refused or not has_chain(claimed.row.post, claimed.account):
        return fate
    return fate._replace(adds=(successor(claimed.row, claimed.rank, now),))


def with_next(record: Record, fate: Fate, claimed: Claimed, case: Situation, world: World) -> Fate:
    """The same, with the notch that follows on the claimed one, if any."""
    notch = _following(record, claimed, case, world)
    return fate._replace(adds=(*fate.adds, Added(notch))) if notch is not None else fate


def _following(record: Record, claimed: Claimed, case: Situation, world: World) -> DocketRow | None:
    outlook = claimed.outlook
    if outlook is not None and outlook.world is world and case is claimed.case:
        return outlook.following
    try:
        return following(claimed.row, case, record.library.routine(case.cover.definition).definition, world)
    except Exception:
        log.exception("The notch after %s cannot be worked out. `stegen verify` will miss it.", claimed.row.key)
        return None


def verdict_on(record: Record, claimed: Claimed, case: Situation, world: World, now: datetime) -> Verdict:
    """Whether the row still holds; one that cannot be weighed is put off, and parked when it was tried too often."""
    try:
        return judge(claimed.row, case, record.library.routine(case.cover.definition).definition, world, now)
    except Exception as error:
        # One row that cannot be weighed must not stop the others; it is tried again, then parked.
        log.exception("The docket row %s cannot be weighed.", claimed.row.key)
        status = "parked" if claimed.attempts >= MOST_ATTEMPTS else "waiting"
        return Verdict(status, FAILED + type(error).__name__, now + AGAIN_AFTER)


def notches_of(verdict: Verdict) -> tuple[Added, ...]:
    """Notches that went by while nobody asked are kept beside the newest, so that nothing vanishes without a reason."""
    passed = tuple(Added(row, "overtaken", verdict.reason) for row in verdict.newer[:-1])
    return passed + tuple(Added(row) for row in verdict.newer[-1:])


def write(tx: Transaction, fates: Sequence[Fate], now: datetime) -> int:
    """Settle rows and write what follows them; how many of them were still ours."""
    ours = tx.many(SETTLE, [_columns_of(fate, now) for fate in fates])
    tx.many(ADD, [row for fate in fates for row in _added_by(fate, now)])
    return ours


def _columns_of(fate: Fate, now: datetime) -> dict[str, Any]:
    """The row's new columns, as SETTLE takes them."""
    waits, taken = fate.status == "waiting", fate.taken
    return {"id": taken.id, "token": taken.token, "status": fate.status, "reason": fate.reason,
            "at": None if waits else now, "not_before": fate.not_before if waits else None, "attempts": fate.attempts,
            "deferrals": taken.deferrals + (fate.deferred is not None),
            "deferred_since": taken.deferred_since or fate.deferred}  # fmt: skip


def _added_by(fate: Fate, now: datetime) -> Iterable[dict[str, Any]]:
    """The columns of the rows that follow it, as ADD takes them."""
    return (added_values(fate.taken.case_id, added, now) for added in fate.adds)
