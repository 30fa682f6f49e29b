"""From rows to the snapshot that a decision reads. Runs inside the caller's transaction."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from cases.database import Transaction
from cases.revisions import revisions_of
from workflows.answering import DECIDED
from workflows.nouns import Contribution, Cover, Deadline, DocketRow, ForumFile, Grant, Snapshot
from workflows.organisation import Organisation, Side

CASE = """SELECT id, number, kind, definition, definition_hash, status, stage, rung, forums, ball, next_task, next_date,
 urgent, raising_unit, raising_operation, receiving_unit, receiving_operation, concerned, opened, event_date, before,
 tally, facts, version FROM cases WHERE id = :id"""

LOCKED = CASE + " FOR UPDATE"

DEADLINES = """SELECT key, code, clock, started_by, start, due, status, revision, pauses, named, extended_to,
 extended_on, party, forum, hasty FROM deadline WHERE case_id = :id ORDER BY key"""

CONTRIBUTIONS = (
    "SELECT key, code, asked, due, status, forum, revision FROM contribution WHERE case_id = :id ORDER BY key"
)

WAITING = """SELECT key, kind, post, due_at, deadline, revision, notch, move FROM docket
 WHERE case_id = :id AND status = 'waiting' ORDER BY id"""

GRANTS = "SELECT holder, compartment FROM sight WHERE case_id = :id AND ended_at IS NULL AND ground = 'state'"

HEADS = "SELECT name, version, head FROM compartment WHERE case_id = :id"

MARKS = "SELECT mark FROM inner_mark WHERE case_id = :id AND authority = :authority"


FORUMS_LINES = """SELECT e.code, t.body FROM event e JOIN event_text t ON t.case_id = e.case_id
 AND t.compartment = e.compartment AND t.seq = e.seq
 WHERE e.case_id = :id AND e.compartment = :compartment ORDER BY e.seq"""


class Head(NamedTuple):
    """Where one compartment's history ends."""

    version: int
    head: bytes


class Gathered(NamedTuple):
    """A snapshot with what applying a decision needs besides: the case's key, its pinned routine, its heads."""

    case_id: int
    definition: str
    definition_hash: str
    snapshot: Snapshot
    heads: dict[str, Head]


def gather(tx: Transaction, case_id: int, org: Organisation, authority: str = "", *, lock: bool = True) -> Gathered:
    """All that one decision reads. On PostgreSQL the case's row is locked until the transaction ends."""
    row = tx.one(LOCKED if lock and tx.postgres else CASE, id=case_id)
    if row is None:
        raise LookupError(f"no case row {case_id}")
    cover = cover_of(row, org)
    revisions = revisions_of(tx, case_id, cover, org)
    snapshot = Snapshot(
        cover=cover,
        deadlines=tuple(deadline_of(r) for r in tx.all(DEADLINES, id=case_id)),
        contributions=tuple(Contribution(*r) for r in tx.all(CONTRIBUTIONS, id=case_id)),
        docket=tuple(DocketRow(*r) for r in tx.all(WAITING, id=case_id)),
        grants=frozenset(Grant(*r) for r in tx.all(GRANTS, id=case_id)),
        file=revisions[0].file if revisions else ForumFile(),
        sent=next((one.file for one in revisions if one.file.sent_to), ForumFile()),
        findings=revisions[0].findings if revisions else 0,
        earlier=tuple(one.file for one in revisions[1:] if one.ready),
        unsent=_unsent(tx, case_id, cover),
        marks=frozenset(m for (m,) in tx.all(MARKS, id=case_id, authority=authority)) if authority else frozenset(),
    )
    heads = {name: Head(version, bytes(head)) for name, version, head in tx.all(HEADS, id=case_id)}
    return Gathered(case_id, row[3], row[4], snapshot, heads)


def _unsent(tx: Transaction, case_id: int, cover: Cover) -> tuple[tuple[str, dict[str, Any]], ...]:
    """What a forum has written of its own, while it has decided and not sent: asked of such cases alone."""
    if DECIDED not in cover.facts:
        return ()
    lines = tx.all(FORUMS_LINES, id=case_id, compartment=f"forum:{cover.forum}")
    return tuple((code, _plain(body)["texts"]) for code, body in lines)


def cover_of(row: tuple[Any, ...], org: Organisation) -> Cover:
    """The cover out of a row of CASE."""
    receiving = _side(row[15], row[16], org)
    raising = _side(row[13], row[14], org)
    assert raising is not None  # the column has no null and points to an operation
    return Cover(
        number=row[1], kind=row[2], definition=row[3], status=row[5], stage=row[6], rung=row[7],
        forums=listed(row[8]), ball=row[9], next_task=row[10], next_date=row[11], urgent=bool(row[12]),
        raising=raising, receiving=receiving, concerned=listed(row[17]), opened=row[18], event_date=row[19],
        before=row[20], tally=_plain(row[21]), facts=_plain(row[22]), version=row[23],
    )  # fmt: skip


_DECODER = json.JSONDecoder()


def _plain(text: str) -> dict[str, Any]:
    """What `canonical` wrote; it begins and ends without blanks, and `json.loads` takes twice as long for any."""
    found: dict[str, Any] = _DECODER.raw_decode(text)[0]
    return found


def deadline_of(row: tuple[Any, ...]) -> Deadline:
    return Deadline(
        key=row[0], code=row[1], clock=row[2], started_by=row[3], start=row[4], due=row[5], status=row[6],
        revision=row[7], pauses=_pauses(row[8]), named=row[9], extended_to=row[10], extended_on=row[11], party=row[12],
        forum=row[13], hasty=bool(row[14]),
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _pauses(text: str) -> tuple[tuple[date, date, str], ...]:
    """Kept, because nearly every date has none."""
    return tuple((date.fromisoformat(a), date.fromisoformat(b), g) for a, b, g in json.loads(text))


def listed(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def _side(unit: str, operation: str, org: Organisation) -> Side | None:
    if unit:
        return org.sides[unit]
    return org.sides[f"operation:{operation}"] if operation else None
