"""Heads are over the hash of an outcome, so that an export without it can be checked from its first line to its last"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

Link = Callable[[bytes, Any], bytes]
BATCH = 500
EVENT = sa.table(
    "event", sa.column("case_id", sa.Integer), sa.column("compartment", sa.String), sa.column("seq", sa.Integer),
    sa.column("at"), sa.column("actor", sa.String), sa.column("code", sa.String),
    sa.column("outcome", sa.String), sa.column("commitment", sa.LargeBinary), sa.column("head", sa.LargeBinary),
)  # fmt: skip
COMPARTMENT = sa.table(
    "compartment", sa.column("case_id", sa.Integer), sa.column("name", sa.String), sa.column("head", sa.LargeBinary)
)
CASES = sa.table("cases", sa.column("id", sa.Integer), sa.column("number", sa.String))
LINES = (
    sa.select(CASES.c.number, EVENT)
    .join_from(EVENT, CASES, CASES.c.id == EVENT.c.case_id)
    .where(EVENT.c.case_id > sa.bindparam("after"), EVENT.c.case_id <= sa.bindparam("until"))
    .order_by(EVENT.c.case_id, EVENT.c.compartment, EVENT.c.seq)
)
SET_LINE = (
    sa.update(EVENT)
    .where(EVENT.c.case_id == sa.bindparam("id"), EVENT.c.compartment == sa.bindparam("part"),
           EVENT.c.seq == sa.bindparam("place"))
    .values(head=sa.bindparam("new"))
)  # fmt: skip
SET_END = (
    sa.update(COMPARTMENT)
    .where(COMPARTMENT.c.case_id == sa.bindparam("id"), COMPARTMENT.c.name == sa.bindparam("part"),
           COMPARTMENT.c.head == sa.bindparam("old"))
    .values(head=sa.bindparam("new"))
)  # fmt: skip


def upgrade() -> None:
    _seal_anew(_link_1, _link_2)


def downgrade() -> None:
    _seal_anew(_link_2, _link_1)


def _seal_anew(before: Link, after: Link) -> None:
    """Only chains that are whole: a line that somebody has changed must stay as conspicuous as it was."""
    bind = op.get_bind()
    last = bind.execute(sa.select(sa.func.max(CASES.c.id))).scalar() or 0
    for start in range(0, last, BATCH):
        rows = bind.execute(LINES, {"after": start, "until": start + BATCH}).all()
        lines: list[dict[str, Any]] = []
        ends: list[dict[str, Any]] = []
        for (case, name), chain in groupby(rows, key=lambda row: (row.case_id, row.compartment)):
            kept = list(chain)
            heads = list(_heads(kept, after))
            if [bytes(row.head) for row in kept] == list(_heads(kept, before)):
                place = {"id": case, "part": name}
                lines += [place | {"place": row.seq, "new": new} for row, new in zip(kept, heads, strict=True)]
                ends.append(place | {"old": bytes(kept[-1].head), "new": heads[-1]})
        if lines:
            bind.execute(SET_LINE, lines)
            bind.execute(SET_END, ends)


def _heads(rows: list[Any], link: Link) -> Iterator[bytes]:
    head = bytes(32)
    for row in rows:
        head = link(head, row)
        yield head


def _link_1(previous: bytes, row: Any) -> bytes:
    return sha256(b"stegen/link/1\0" + previous + bytes(row.commitment) + _fields(row, row.outcome)).digest()


def _link_2(previous: bytes, row: Any) -> bytes:
    hashed = sha256(b"stegen/outcome/1\0" + row.outcome.encode()).digest()
    return sha256(b"stegen/link/2\0" + previous + bytes(row.commitment) + hashed + _fields(row)).digest()


def _fields(row: Any, *more: str) -> bytes:
    at: datetime = row.at if row.at.tzinfo is not None else row.at.replace(tzinfo=UTC)
    instant = at.astimezone(UTC).isoformat(timespec="microseconds")
    return "\0".join((row.number, row.compartment, str(row.seq), instant, row.actor, row.code, *more)).encode()
