"""The log of reads: who has looked at a protected field, in which function, when, why, and whether it was shown.

It is for the auditor, who reads logs and no matter: cases are numbers here, and nothing opens them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from cases.functions import NotYourFunction, posts_of
from cases.record import Record
from cases.sight import Seer, function_name
from workflows.office_hours import STOCKHOLM, local_date

READS = """SELECT r.at, c.number, r.account, r.post, r.what, r.reason, r.result FROM read_log r
 JOIN cases c ON c.id = r.case_id WHERE r.at >= :since AND r.at < :until AND (:number = '' OR c.number = :number)
 AND (:account = '' OR r.account = :account) ORDER BY r.at DESC, r.id DESC LIMIT :limit"""
BEGINNING, END = date(2000, 1, 1), date(9999, 12, 30)


@dataclass(frozen=True, slots=True)
class Read:
    """One look. `result`: `shown`, `denied` (that function or step may not) or `nothing` (the case names nobody)."""

    at: datetime
    number: str
    account: str
    post: str
    what: str
    reason: str
    result: str


def reads(
    record: Record, seer: Seer, now: datetime, *, since: date = BEGINNING, until: date = END, number: str = "",
    account: str = "", limit: int = 100,
) -> tuple[Read, ...]:  # fmt: skip
    """Reads from one day to another, both included, newest first; of one case or one account when named.

    Raises NotYourFunction for everybody but an auditor.
    """
    with record.database.read() as tx:
        if function_name(seer.post) != "auditor" or seer.post not in posts_of(tx, seer.account, local_date(now)):
            raise NotYourFunction("The log of reads is for the auditor. Ask whoever holds that function.")
        first = datetime.combine(since, time.min, STOCKHOLM)
        after = datetime.combine(date.fromordinal(until.toordinal() + 1), time.min, STOCKHOLM)
        rows = tx.all(READS, since=first, until=after, number=number, account=account, limit=limit)
    return tuple(Read(*row) for row in rows)
