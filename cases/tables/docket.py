"""What the clock is still to do, and the letters it wrote."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from cases.tables.base import Table

STATUSES = ("waiting", "claimed", "handed_over", "done", "withheld", "overtaken", "parked")
_WAITING = text("status = 'waiting'")


class DocketRow(Table, table=True):
    """One letter or automatic step, written with the state that asks for it. `key` is unique for ever."""

    __tablename__ = "docket"
    __table_args__ = (
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint("kind in ('letter', 'step')", name="kind"),
        Index("ix_docket_due", "due_at", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_docket_case", "case_id", "status"),
    )
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    case_id: int = Field(foreign_key="cases.id")
    kind: str
    post: str
    due_at: datetime
    status: str
    reason: str = ""
    deadline: str
    revision: int
    notch: str
    move: str
    token: str = ""
    lease_until: datetime | None = None
    attempts: int = 0
    letter_id: int | None = Field(default=None, foreign_key="letter.id")
    settled_at: datetime | None = None


class Letter(Table, table=True):
    """One message to one address for one or more docket rows. Bytes and Message-ID live as long as the letter."""

    id: int | None = Field(default=None, primary_key=True)
    message_id: str = Field(unique=True)
    account: str
    address: str
    subject: str
    body: bytes
    written_at: datetime
    delivered_at: datetime | None = None


class Round(Table, table=True):
    """The last good round of each of the clock's duties."""

    duty: str = Field(primary_key=True)
    finished_at: datetime
    report: str
