"""A forum that would be left without a process leader: what is sent there reaches nobody, unless another answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from cases.database import Transaction
from workflows.organisation import function_of, holder_of

ACTIVE = """SELECT stand_in FROM forum WHERE code = :forum AND state = 'active'
 AND (valid_to IS NULL OR valid_to >= :day)"""
LEADS = """SELECT 1 FROM holding h JOIN person p ON p.account = h.account WHERE h.function = 'process_leader'
 AND h.holder = :holder AND NOT p.disabled AND h.valid_from <= :day AND (h.valid_to IS NULL OR h.valid_to >= :day)
 AND (h.account <> :account OR h.valid_from > :last)"""


@dataclass(frozen=True, slots=True)
class Leaderless:
    """`stand_in` is the code of the forum that answers instead, "" for none; `last` the last day with a leader."""

    forum: str
    stand_in: str
    last: date


def left_without(tx: Transaction, account: str, post: str, last: date, today: date) -> Leaderless | None:
    """The active forum that nobody leads after that function's last day; None where somebody does, or for another
    function."""
    holder, day = holder_of(post), max(last + timedelta(days=1), today)
    kind, _, forum = holder.partition(":")
    if function_of(post) != "process_leader" or kind != "forum":
        return None
    active = tx.one(ACTIVE, forum=forum, day=day)
    if active is None or tx.one(LEADS, holder=holder, account=account, day=day, last=last) is not None:
        return None
    return Leaderless(forum, str(active[0] or ""), last)
