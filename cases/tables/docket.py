"""What the clock is still to do, and the letters it wrote."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from cases.tables.base import Table

STATUSES = ("waiting", "claimed", "handed_over", "done", "withheld", "overtaken", "parked")
OUTCOMES = ("", "delivered", "refused", "deferred", "withheld")
_WAITING, _CLAIMED, _PARKED = (text(f"status = '{status}'") for status in ("waiting", "claimed", "parked"))
_OPEN = text("outcome = ''")


class DocketRow(Table, table=True):
    """One letter or automatic step, written with the state that asks for it. `key` is unique for ever."""

    __tablename__ = "docket"
    __table_args__ = (
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint("kind in ('letter', 'step')", name="kind"),
        Index("ix_docket_due", "due_at", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_docket_claimed", "token", "id", sqlite_where=_CLAIMED, postgresql_where=_CLAIMED),
        Index("ix_docket_parked", "due_at", "id", sqlite_where=_PARKED, postgresql_where=_PARKED),
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
    """Claims since the last one that ended with a recorded outcome."""
    not_before: datetime | None = None
    """Put off until then, although due; `reason` says why (office closed, mail server down, nobody to write to)."""
    settled_at: datetime | None = None


class Letter(Table, table=True):
    """One message to one address for one or more docket rows. Bytes and Message-ID live as long as the letter.

    `outcome` is "" while nobody knows whether it arrived; only such a letter is ever sent again as it is.
    """

    __table_args__ = (
        CheckConstraint(f"outcome in {OUTCOMES}", name="outcome"),
        Index("ix_letter_open", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )
    id: int | None = Field(default=None, primary_key=True)
    message_id: str = Field(unique=True)
    account: str
    address: str
    subject: str
    body: bytes
    written_at: datetime
    outcome: str = ""
    answer: str = ""
    """What the mail server said, or why nothing was sent."""
    delivered_at: datetime | None = None


class LetterRow(Table, table=True):
    """A docket row that a letter is about. A row has one letter for each person whom its function means today."""

    __tablename__ = "letter_row"
    letter_id: int = Field(primary_key=True, foreign_key="letter.id")
    docket_id: int = Field(primary_key=True, foreign_key="docket.id", index=True)


class Round(Table, table=True):
    """The last good round of each of the clock's duties."""

    duty: str = Field(primary_key=True)
    finished_at: datetime
    report: str
