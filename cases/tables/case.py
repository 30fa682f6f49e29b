"""A case as it stands now: its cover, compartments, dates, what others owe, and who may read which compartment."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlmodel import Field

from cases.tables.base import Table

_LIVING = text("status <> 'ended'")
_SILENT = text("status <> 'ended' and (ball = '' or next_task = '' or next_date is null)")


class Case(Table, table=True):
    """The cover: the fold of its cover history. `version` is that history's length."""

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint("status in ('open', 'watched', 'ended')", name="status"),
        # Law 1 as the last guard: no case falls silent, whatever code wrote it.
        CheckConstraint(
            "status = 'ended' or (ball <> '' and next_task <> '' and next_date is not null)", name="never_silent"
        ),
        # Which open cases follow a version of a routine, however many cases there are.
        Index("ix_cases_followed", "definition", "id", sqlite_where=_LIVING, postgresql_where=_LIVING),
        # Always empty, so that the count on the work list costs nothing however many cases there are.
        Index("ix_cases_silent", "id", sqlite_where=_SILENT, postgresql_where=_SILENT),
    )
    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    kind: str
    definition: str
    definition_hash: str
    status: str
    stage: str
    rung: str
    forums: str
    """Codes with commas between them, the lead first."""
    lead_forum: str
    ball: str
    next_task: str
    next_date: date | None = None
    urgent: bool
    raising_unit: str
    raising_operation: str = Field(foreign_key="operation.code")
    receiving_unit: str
    receiving_operation: str
    concerned: str
    opened: date
    event_date: date | None = None
    before: str
    tally: str
    facts: str
    version: int
    moved_at: datetime


class Compartment(Table, table=True):
    """One history of a case with its own sequence and hash chain; work in one never moves another's version."""

    __table_args__ = ({"sqlite_with_rowid": False},)
    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    name: str = Field(primary_key=True)
    version: int
    head: bytes


class Event(Table, table=True):
    """A history line. It seals a commitment to its texts, never the texts; only ever added."""

    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    compartment: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    at: datetime
    actor: str
    code: str
    outcome: str
    commitment: bytes
    head: bytes


class EventText(Table, table=True):
    """The erasable part of a history line: its words and names with the salt. Disposal removes the row."""

    __tablename__ = "event_text"
    __table_args__ = (
        ForeignKeyConstraint(["case_id", "compartment", "seq"], ["event.case_id", "event.compartment", "event.seq"]),
    )
    case_id: int = Field(primary_key=True)
    compartment: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    salt: bytes
    body: str


class Deadline(Table, table=True):
    __table_args__ = (
        CheckConstraint("status in ('open', 'met', 'missed', 'withdrawn')", name="status"),
        Index("ix_deadline_open_due", "due", "case_id", sqlite_where=text("status = 'open'"),
              postgresql_where=text("status = 'open'")),
        # A case's dates lie side by side, and a move writes to one place where it would write to two.
        {"sqlite_with_rowid": False},
    )  # fmt: skip
    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    key: str = Field(primary_key=True)
    code: str
    clock: str
    started_by: str
    start: date
    due: date
    status: str
    revision: int
    pauses: str
    named: date | None = None
    extended_to: date | None = None
    extended_on: date | None = None
    party: str
    forum: str
    hasty: bool


class Contribution(Table, table=True):
    __table_args__ = (
        CheckConstraint("status in ('owed', 'given', 'silent', 'withdrawn')", name="status"),
        Index("ix_contribution_owed_due", "due", "case_id", sqlite_where=text("status = 'owed'"),
              postgresql_where=text("status = 'owed'")),
    )  # fmt: skip
    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    key: str = Field(primary_key=True)
    code: str
    asked: str = Field(index=True)
    due: date
    status: str
    forum: str
    revision: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})


_LINKED = text("follow_hash <> ''")
_OPEN, _ENDED = text("ended_at is null"), text("ended_at is not null")
_LISTED = text("ended_at is null and compartment = 'cover'")
_GLASS = text("ground = 'glass'")


class Grant(Table, table=True):
    """A compartment opened to a holder from an instant to an instant. Cover grants are also the lists' index."""

    __tablename__ = "sight"
    __table_args__ = (
        Index("uq_sight_open", "case_id", "holder", "compartment", unique=True, sqlite_where=_OPEN,
              postgresql_where=_OPEN),
        # Nobody asks for ended grants but the nightly check; the open ones are found by their key.
        Index("ix_sight_ended", "case_id", sqlite_where=_ENDED, postgresql_where=_ENDED),
        Index("ix_sight_list", "holder", "tab", "next_date", "number", sqlite_where=_LISTED,
              postgresql_where=_LISTED),
        Index("ix_sight_glass", "holder", "ended_at", sqlite_where=_GLASS, postgresql_where=_GLASS),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="cases.id")
    number: str
    holder: str
    compartment: str
    ground: str
    """`state`: follows from where the case is; `act`: opened by somebody's explicit act; `glass`: for an administrator,
    with its end from the beginning."""
    opened_at: datetime
    ended_at: datetime | None = None
    tab: str
    next_date: date | None = None


class Report(Table, table=True):
    """Who reported a case: that person follows it by her own account, or by a link that is stored hashed."""

    __table_args__ = (
        # Else one reporter's link would open another one's report.
        Index("uq_report_follow_hash", "follow_hash", unique=True, sqlite_where=_LINKED, postgresql_where=_LINKED),
    )
    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    account: str = Field(index=True)
    """"" for a report that came by the unit's link."""
    follow_hash: str
    address: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """Where a reporter without an account gets the answer's letter; "" for none."""
    language: str = Field(default="", sa_column_kwargs={"server_default": text("''")})


class InnerMark(Table, table=True):
    """What one authority alone knows of a case (a serious event it handles in its own order)."""

    __tablename__ = "inner_mark"
    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    authority: str = Field(primary_key=True)
    mark: str = Field(primary_key=True)
    at: datetime


class CaseLink(Table, table=True):
    """Two cases that belong together: `split`, `pattern`, `merged`. Each end is shown to those who see both."""

    __tablename__ = "case_link"
    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    other_id: int = Field(primary_key=True, foreign_key="cases.id", index=True)
    kind: str
    at: datetime


class RegistryNumber(Table, table=True):
    """A party's own registry number for a case, seen by itself."""

    __tablename__ = "registry_number"
    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    authority: str = Field(primary_key=True, foreign_key="authority.code")
    number: str
