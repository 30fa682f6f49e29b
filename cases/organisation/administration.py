"""The log of administration: every act of an administrator, written with it in one transaction, and never changed.

Acts on the docket are kept beside their rows (docket_acts); reading the log joins both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cases.chain import canonical
from cases.contents.kept_in_clear import refuse_numbers
from cases.database import Transaction
from cases.record import Record

ADD = """INSERT INTO administration_act (at, account, act, about, facts, reason)
 VALUES (:at, :account, :act, :about, :facts, :reason)"""
NEWEST = """SELECT at, account, act, about, facts, reason FROM administration_act WHERE at < :before
 UNION ALL SELECT a.at, a.account, 'docket_' || a.act, d.key, '{}', a.reason FROM docket_act a
 JOIN docket d ON d.id = a.docket_id WHERE a.at < :before ORDER BY 1 DESC, 3, 4 LIMIT :limit"""


VOUCHED = "identity"
"""What an identity provider knows a colleague by, which may be her own number: it is no text about anybody."""


@dataclass(frozen=True, slots=True)
class By:
    """Who does it, when, and why. `account` is "" for a command on the machine itself."""

    account: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Administered:
    """One act: `act` is a word of tables.administration.ACTS, or `docket_` and what was done to a row; `about` the
    account, unit, post, half-year or docket row that it was done to; `facts` what was set."""

    at: datetime
    account: str
    act: str
    about: str
    facts: Mapping[str, Any]
    reason: str


def note_act(tx: Transaction, by: By | None, act: str, about: str, **facts: Any) -> None:
    """In the transaction of the act itself; nothing for one that nobody did (a county's folder, a story).

    Raises NumberInText, so that the act is not done either: the log is for good, and no case's disposal reaches it.
    """
    if by is not None:
        plain = {name: _plain(value) for name, value in facts.items() if value not in ("", None)}
        said = (value for name, value in plain.items() if isinstance(value, str) and name != VOUCHED)
        refuse_numbers((by.reason, about, *said))
        tx.run(
            ADD, at=by.at, account=by.account, act=act, about=about, facts=canonical(plain), reason=by.reason.strip()
        )


def acts(record: Record, before: datetime, limit: int) -> tuple[Administered, ...]:
    """The newest acts before an instant, newest first."""
    with record.database.read() as tx:
        rows = tx.all(NEWEST, before=before, limit=limit)
    return tuple(
        Administered(_instant(at), account, act, about, json.loads(facts), reason)
        for at, account, act, about, facts, reason in rows
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _instant(at: Any) -> datetime:
    """SQLite forgets the type of a column in a union."""
    return at if isinstance(at, datetime) else datetime.fromisoformat(f"{at}+00:00")
