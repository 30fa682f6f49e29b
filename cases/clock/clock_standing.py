"""How it stands with the clock at one moment: its duties, the line to the mail server, what is late and what is stuck.

What `/readyz`, the first page and `stegen docket status` show; every count here ends at a thousand.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from cases.clock.mail_line import Outage, outage
from cases.clock.receivers import NOBODY
from cases.clock.rounds import Duty, duties
from cases.clock.standstill import Restored, Standstill, restored, stands
from cases.database import Transaction

MOST = 1000
COUNTED = "SELECT COUNT(*) FROM (SELECT 1 FROM docket d WHERE {which} LIMIT :most) AS counted"
_DUE = "d.status = 'waiting' AND d.due_at <= :now AND (d.not_before IS NULL OR d.not_before <= :now)"
DUE = COUNTED.format(which=_DUE)
PARKED = COUNTED.format(which="d.status = 'parked'")
INVITATIONS = "SELECT COUNT(*) FROM invitation WHERE status = 'refused'"
WITHOUT_RECEIVER = COUNTED.format(which="d.status = 'waiting' AND d.due_at <= :now AND d.reason = :nobody")
OLDEST = f"SELECT d.due_at FROM docket d WHERE {_DUE} ORDER BY d.due_at, d.id LIMIT 1"


@dataclass(frozen=True, slots=True)
class Standing:
    """`due` counts what could be carried out now and has not been; `oldest_due` is the first of it. `parked` has the
    invitations that no address took, too. Counts stop at 1,000: more of either is the same news."""

    duties: tuple[Duty, ...]
    outage: Outage | None
    due: int
    oldest_due: datetime | None
    parked: int
    without_receiver: int
    still: Standstill | None = None
    """Why the clock stands still, if it does."""
    restored: Restored | None = None

    def of_the_copy(self, moment: datetime | None, now: datetime) -> bool:
        """Whether a moment that is told here was written before this record was restored, by another machine's clock:
        of what has happened since then it says nothing."""
        return moment is not None and self.restored is not None and self.restored.wrote(moment, now)


def standing(tx: Transaction, now: datetime) -> Standing:
    parked = int(tx.value(PARKED, most=MOST)) + int(tx.value(INVITATIONS))
    return Standing(
        duties(tx), outage(tx), int(tx.value(DUE, now=now, most=MOST)), tx.value(OLDEST, now=now), min(MOST, parked),
        int(tx.value(WITHOUT_RECEIVER, now=now, nobody=NOBODY, most=MOST)), stands(tx),
        restored(tx),
    )  # fmt: skip


def standing_json(found: Standing, now: datetime) -> dict[str, Any]:
    """In plain values; instants in UTC. `of_the_copy` names the moments beside it that are of the time before a
    restore."""
    line, still, back = found.outage, found.still, found.restored
    return {
        "duties": {duty.name: _plainly(found, now, duty, "finished_at", "failed_at") for duty in found.duties},
        "mail": _plainly(found, now, line, "since") if line is not None else None,
        "due": found.due, "oldest_due": _plain(found.oldest_due), "parked": found.parked,
        "without_receiver": found.without_receiver,
        "still": {"since": still.since.isoformat(), "taken_at": _plain(still.taken_at), "reason": still.reason}
        if still is not None else None,
        "restored": {"at": back.at.isoformat(), "shows": back.shows.isoformat()} if back is not None else None,
    }  # fmt: skip


def _plainly(found: Standing, now: datetime, told: Duty | Outage, *moments: str) -> dict[str, Any]:
    values = {key: _plain(value) for key, value in asdict(told).items() if key != "name"}
    return values | {"of_the_copy": [name for name in moments if found.of_the_copy(getattr(told, name), now)]}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
