"""Time goes by for a story: the clock's round is run at each instant at which something falls due, and never back.

A scheduler asks every minute what is due now; told in one breath, half a year would be a quarter of a million rounds in
which nothing happens. The docket knows at which instants there is something to do.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from cases.clock.receivers import NOBODY
from cases.record import Record

WAITING = "SELECT due_at, not_before, reason FROM docket WHERE status = 'waiting' AND due_at <= :until"


def passing(record: Record, run_round: Callable[[datetime], object]) -> Callable[[datetime], None]:
    """A function that takes time up to an instant, running `run_round` wherever a row of the docket falls due.

    What fell due in the very moment of the last call is carried out first. A row that waits for a living receiver is
    tried again whenever something else is due, not every hour.
    """
    now = datetime.min.replace(tzinfo=UTC)

    def pass_time(until: datetime) -> None:
        nonlocal now
        moment = _next(record, now, until)
        while moment is not None:
            run_round(moment)
            now = moment
            moment = _next(record, now, until, after=True)
        now = max(now, until)

    return pass_time


def _next(record: Record, since: datetime, until: datetime, *, after: bool = False) -> datetime | None:
    with record.database.read() as tx:
        rows = tx.all(WAITING, until=until)
    moments = (
        not_before if not_before is not None and reason != NOBODY else due_at for due_at, not_before, reason in rows
    )
    return min((m for m in moments if (since < m if after else since <= m) and m <= until), default=None)
