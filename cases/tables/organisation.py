"""Places: parties and what is below them, forums with seats and meetings. Codes are the county's own keys."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Column, Index, Integer, text
from sqlmodel import Field

from cases.tables.base import Table


class Party(Table, table=True):
    __table_args__ = (CheckConstraint("kind in ('municipality', 'region')", name="kind"),)
    code: str = Field(primary_key=True)
    name: str
    kind: str
    connected: bool
    own_check: bool


class ClosedDay(Table, table=True):
    """A day on which one party is closed although the calendar calls it a working day."""

    __tablename__ = "closed_day"
    party: str = Field(primary_key=True, foreign_key="party.code")
    day: date = Field(primary_key=True)
    name: str


class Authority(Table, table=True):
    """`position` is its place in the county's own order, from 0: the first of a party answers for the principal."""

    code: str = Field(primary_key=True)
    name: str
    party: str = Field(foreign_key="party.code", index=True)
    position: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("0")))


class Arena(Table, table=True):
    code: str = Field(primary_key=True)
    name: str


class Operation(Table, table=True):
    code: str = Field(primary_key=True)
    name: str
    authority: str = Field(foreign_key="authority.code", index=True)
    arena: str = Field(foreign_key="arena.code", index=True)
    on_call: str
    valid_from: date | None = None
    valid_to: date | None = None


class Unit(Table, table=True):
    code: str = Field(primary_key=True)
    name: str
    operation: str = Field(foreign_key="operation.code", index=True)
    provider: bool
    heir: str | None = Field(default=None, foreign_key="unit.code")
    valid_from: date | None = None
    valid_to: date | None = None


class Forum(Table, table=True):
    __table_args__ = (CheckConstraint("state in ('active', 'paused', 'ended')", name="state"),)
    code: str = Field(primary_key=True)
    name: str
    rung: str
    arena: str | None = Field(default=None, foreign_key="arena.code")
    kind: str
    mandate_sv: str
    mandate_en: str
    valid_from: date
    valid_to: date | None = None
    state: str
    stand_in: str | None = Field(default=None, foreign_key="forum.code")
    chair_side: str


class ForumPause(Table, table=True):
    """A forum rests from a day to a day, both included (no last day: until further notice); who stands in meanwhile."""

    __tablename__ = "forum_pause"
    forum: str = Field(primary_key=True, foreign_key="forum.code")
    first: date = Field(primary_key=True)
    last: date | None = None
    stand_in: str | None = Field(default=None, foreign_key="forum.code")


class Seat(Table, table=True):
    forum: str = Field(primary_key=True, foreign_key="forum.code")
    operation: str = Field(primary_key=True, foreign_key="operation.code")
    side: str
    valid_from: date | None = None
    valid_to: date | None = None


class Meeting(Table, table=True):
    __table_args__ = (
        CheckConstraint("status in ('planned', 'provisional', 'held', 'cancelled')", name="status"),
        Index("ix_meeting_forum_day", "forum", "day"),
    )
    id: int | None = Field(default=None, primary_key=True)
    forum: str = Field(foreign_key="forum.code")
    day: date
    starts: str = ""
    ends: str = ""
    place: str = ""
    status: str
    source: str


class Rung(Table, table=True):
    code: str = Field(primary_key=True)
    position: int = Field(unique=True)
    name_sv: str
    name_en: str
    scope: str
    """`local`, `area` (several in an arena), `arena` (one in each), `county`."""


class GoverningDocument(Table, table=True):
    __tablename__ = "governing_document"
    code: str = Field(primary_key=True)
    name: str
    kind: str
    owner: str = Field(foreign_key="forum.code")
    dispute_clause: str = ""
    dispute_route: str = ""


class DocumentOwner(Table, table=True):
    """From that day on a document is that forum's; before the first such day its own `owner` holds."""

    __tablename__ = "document_owner"
    document: str = Field(primary_key=True, foreign_key="governing_document.code")
    first: date = Field(primary_key=True)
    owner: str = Field(foreign_key="forum.code")


class DocumentVersion(Table, table=True):
    __tablename__ = "document_version"
    document: str = Field(primary_key=True, foreign_key="governing_document.code")
    version: str = Field(primary_key=True)
    valid_from: date
    valid_to: date | None = None


class DocumentSection(Table, table=True):
    __tablename__ = "document_section"
    document: str = Field(primary_key=True, foreign_key="governing_document.code")
    version: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    title: str


class Category(Table, table=True):
    code: str = Field(primary_key=True)
    name_sv: str
    name_en: str


class Installation(Table, table=True):
    """One row: which county this database serves, and the revision that any change of its organisation raises."""

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
    id: int = Field(primary_key=True)
    county: str
    county_hash: str
    organisation_revision: int
    calendar_revision: str
    epoch: str
    """Drawn at creation; a restored copy is told from the living one by it."""
