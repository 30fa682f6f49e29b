"""What the clock is still to do, and the letters it wrote."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from cases.tables.base import Table

STATUSES = ("waiting", "claimed", "handed_over", "done", "withheld", "overtaken", "parked")
OUTCOMES = ("", "delivered", "refused", "deferred", "withheld")
_WAITING, _CLAIMED, _HANDED_OVER, _PARKED = (
    text(f"status = '{status}'") for status in ("waiting", "claimed", "handed_over", "parked")
)
_OPEN = text("outcome = ''")
_REFUSED, _TAKEN = (text(f"outcome = '{outcome}'") for outcome in ("refused", "delivered"))
_RETURNING = text("return_token <> ''")
ZERO, EMPTY = {"server_default": text("0")}, {"server_default": text("''")}
"""For columns that came later: what every row before them has."""


class DocketRow(Table, table=True):
    """One letter or automatic step, written with the state that asks for it. `key` is unique for ever."""

    __tablename__ = "docket"
    __table_args__ = (
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint("kind in ('letter', 'step')", name="kind"),
        Index("ix_docket_due", "due_at", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_docket_claimed", "token", "id", sqlite_where=_CLAIMED, postgresql_where=_CLAIMED),
        Index("ix_docket_handed_over", "token", "id", sqlite_where=_HANDED_OVER, postgresql_where=_HANDED_OVER),
        Index("ix_docket_parked", "due_at", "id", sqlite_where=_PARKED, postgresql_where=_PARKED),
        # Without the status: a row that is settled stays where it is in it.
        Index("ix_docket_case", "case_id"),
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
    """Of its claim; of its batch while an engine's queue holds it."""
    lease_until: datetime | None = None
    attempts: int = 0
    """Claims since the last one that ended with a recorded outcome: what kills its claimers is parked in the end."""
    deferrals: int = Field(default=0, sa_column_kwargs=ZERO)
    """Attempts that the mail server did not take for now; they decide how long the next one is put off."""
    deferred_since: datetime | None = None
    """The first of them: after five days the row is parked."""
    rank: int = Field(default=0, sa_column_kwargs=ZERO)
    """0: the function itself is written to. Else so many before it in the chain could not be reached."""
    account: str = Field(default="", sa_column_kwargs=EMPTY)
    """The one holder of the function whom a reminder of her own is for; "" for all of them."""
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
        Index("ix_letter_refused", "written_at", "id", sqlite_where=_REFUSED, postgresql_where=_REFUSED),
        Index("ix_letter_taken", "account", "address", "written_at", sqlite_where=_TAKEN, postgresql_where=_TAKEN),
        Index("ix_letter_return", "return_token", unique=True, sqlite_where=_RETURNING, postgresql_where=_RETURNING),
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
    """When the mail server took it. A letter that is `refused` all the same came back later."""
    return_token: str = Field(default="", sa_column_kwargs=EMPTY)
    """Stands in the envelope's sender alone, so that a letter that comes back finds its rows."""


class LetterRow(Table, table=True):
    """A docket row that a letter is about. A row has one letter for each person whom its function means today."""

    __tablename__ = "letter_row"
    __table_args__ = (Index("ix_letter_row_docket", "docket_id", "letter_id"),)
    letter_id: int = Field(primary_key=True, foreign_key="letter.id")
    docket_id: int = Field(primary_key=True, foreign_key="docket.id")


class Round(Table, table=True):
    """The last good round of each of the clock's duties, and the last one that broke off."""

    duty: str = Field(primary_key=True)
    finished_at: datetime | None = None
    report: str
    failed_at: datetime | None = None
    error: str = Field(default="", sa_column_kwargs=EMPTY)


class MailLine(Table, table=True):
    """The way to the mail server while it is broken, or has just come back; without a row all is well."""

    __tablename__ = "mail_line"
    name: str = Field(primary_key=True)
    since: datetime
    reason: str
    failures: int
    """In a row; 0 once the server takes letters again."""
    next_at: datetime
    """No letter is claimed before."""
    batch: int
    """How many letters may leave then."""


class DocketAct(Table, table=True):
    """What an operator did to a row by hand: who, when, why. Never changed."""

    __tablename__ = "docket_act"
    __table_args__ = (CheckConstraint("act in ('retry', 'release', 'drop')", name="act"),)
    id: int | None = Field(default=None, primary_key=True)
    docket_id: int = Field(foreign_key="docket.id", index=True)
    at: datetime
    account: str
    act: str
    reason: str


class OwnReminder(Table, table=True):
    """A reminder that somebody has chosen for herself in one of her functions, besides the routine's."""

    __tablename__ = "own_reminder"
    __table_args__ = (CheckConstraint("ahead in ('morning', 'day', 'week', 'monday')", name="ahead"),)
    account: str = Field(primary_key=True, foreign_key="person.account")
    post: str = Field(primary_key=True)
    ahead: str = Field(primary_key=True)
    since: date
    """The day on which it was chosen: nothing is sent for a day before."""
