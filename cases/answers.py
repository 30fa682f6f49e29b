"""The same form or `Idempotency-Key` twice has one effect and the same answer, also when both arrive at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.chain import canonical
from cases.database import Transaction
from cases.record import Record
from workflows.nouns import Decision

# Taking the key is the first thing a transaction does: a twin waits here until the first has committed or given up.
TAKE = """INSERT INTO answered (account, key, fingerprint, answer, at) VALUES (:account, :key, :fingerprint, '', :at)
 ON CONFLICT (account, key) DO NOTHING"""
ANSWER = "SELECT fingerprint, answer FROM answered WHERE account = :account AND key = :key"
GIVE_BACK = "DELETE FROM answered WHERE account = :account AND key = :key"
KEEP = "UPDATE answered SET answer = :answer WHERE account = :account AND key = :key"


class KeyReused(Exception):
    """That idempotency key was used for something else. Use a new key for a new request."""


@dataclass(frozen=True, slots=True)
class Acted:
    """What a move came to: the cover's new version, and the decision (None when an earlier answer was repeated)."""

    number: str
    version: int
    stage: str
    decision: Decision | None = None


def once(
    record: Record, account: str, key: str, request: list[Any], now: datetime, go: Callable[[Transaction], Acted]
) -> Acted:
    """Carry out `go` in one write transaction. With a key, the same request again gets the first one's answer.

    Raises KeyReused when the key was used for another request, and whatever `go` raises; then nothing was written and
    the key is free again.
    """
    with record.database.write() as tx:
        return once_in(tx, record, account, key, request, now, go)


def once_in(
    tx: Transaction, record: Record, account: str, key: str, request: list[Any], now: datetime,
    go: Callable[[Transaction], Acted],
) -> Acted:  # fmt: skip
    """The same in a transaction that is under way."""
    if not key:
        return go(tx)
    marks = record.keyring.marks(_one_text(request))
    if not tx.run(TAKE, account=account, key=key, fingerprint=marks[0], at=now):
        return _repeated(tx, account, key, marks)
    acted = go(tx)
    answer = canonical({"number": acted.number, "version": acted.version, "stage": acted.stage})
    tx.run(KEEP, account=account, key=key, answer=answer)
    return acted


def _repeated(tx: Transaction, account: str, key: str, marks: tuple[str, ...]) -> Acted:
    row = tx.one(ANSWER, account=account, key=key)
    if row is None or row[0] not in marks:
        raise KeyReused(KeyReused.__doc__)
    return Acted(**json.loads(row[1]))


def _one_text(request: list[Any]) -> str:
    """One text for one request, whatever was filled in: it is asked for before anybody has checked the values."""
    return json.dumps(_plain(request), sort_keys=True, default=lambda value: [type(value).__name__, str(value)])


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, (list, tuple)) else value
