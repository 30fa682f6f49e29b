"""What a clock that ran ahead has left behind is not believed: no lease, wait or finished duty of a time to come.

A machine whose clock was a day or a year ahead, or `stegen tick --now` with another year in it, writes instants that
silence what is due until they are reached. What it has sent and carried out stands; all else is asked anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from cases.record import Record

AHEAD = timedelta(hours=2)
"""How far before ours another machine's clock may be, or ours have been: an hour set by hand, and a little (ours)."""

FAR = timedelta(days=1)
"""An instant further ahead than this, given by hand, is asked about (ours)."""

LONGEST_TRY = timedelta(hours=8)
"""No attempt that failed is put off for longer; the longest wait between two is half of it (`waits.py`)."""

LONGEST_WAIT = timedelta(days=90)
"""Nothing that is due waits longer for an office to open, a date that was moved or the end of the summer (ours)."""

_AHEAD = "EXISTS (SELECT 1 FROM round r WHERE r.duty = 'docket' AND r.finished_at > :ahead)"
_TRIED = "d.reason = 'no_receiver' OR d.reason LIKE 'mail: %' OR d.reason LIKE 'failed:%'"
_PUT_OFF = f"""d.status = 'waiting' AND d.due_at <= :now AND d.not_before > CASE WHEN {_AHEAD} THEN :now
 WHEN {_TRIED} THEN :tried ELSE :longest END"""
ANY = f"SELECT 1 FROM docket d WHERE {_PUT_OFF} LIMIT 1"
DUE_AGAIN = f"""UPDATE docket SET not_before = NULL, deferred_since = CASE WHEN deferred_since > :ahead THEN NULL
 ELSE deferred_since END WHERE id IN (SELECT d.id FROM docket d WHERE {_PUT_OFF})"""


def believed(instant: datetime, now: datetime) -> bool:
    """Whether a right clock may have written that as its present instant."""
    return instant <= now + AHEAD


def put_right(record: Record, now: datetime) -> int:
    """Rows that are due and were put off by a clock far ahead are due again; how many."""
    with record.database.read() as tx:
        if tx.one(ANY, **_limits(now)) is None:
            return 0
    with record.database.write() as tx:
        return tx.run(DUE_AGAIN, **_limits(now))


def _limits(now: datetime) -> dict[str, datetime]:
    return {"now": now, "ahead": now + AHEAD, "tried": now + LONGEST_TRY, "longest": now + LONGEST_WAIT}
