"""What belongs to a case's matter beside its history: forum files, papers, findings, the patient reference, reads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from cases.tables.base import Table


class ForumFileRevision(Table, table=True):
    """A revision of what may go to a forum: written in the shared compartment, reviewed, read by both sides, sent."""

    __tablename__ = "forum_file_revision"
    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    revision: int = Field(primary_key=True)
    event_seq: int
    """The line of the shared compartment that holds its words."""
    written_at: datetime
    reviewed_at: datetime | None = None
    read_raising_at: datetime | None = None
    read_receiving_at: datetime | None = None
    sent_to: str = ""


class Finding(Table, table=True):
    """A place in a text that may point out a person. What was found is never stored, only where and of which kind."""

    __table_args__ = (CheckConstraint("status in ('open', 'cleared')", name="status"),)
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="cases.id", index=True)
    revision: int
    field: str
    kind: str
    starts: int
    ends: int
    certain: bool
    status: str
    cleared_by: str = ""


class Document(Table, table=True):
    """A stored paper in one compartment; its name stands in the erasable text of its history line."""

    __table_args__ = (UniqueConstraint("handle"),)
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="cases.id", index=True)
    handle: str
    compartment: str
    event_seq: int
    sha256: str = Field(index=True)
    size: int
    media_type: str
    added_at: datetime


class Protected(Table, table=True):
    """A protected field, encrypted with the case's own key, which is wrapped by an installation key."""

    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    name: str = Field(primary_key=True)
    wrapped_key: bytes
    nonce: bytes
    ciphertext: bytes
    key_id: str


class ReadLog(Table, table=True):
    """Reads of protected fields, granted and denied. Beside the chains; never shown to the other party."""

    __tablename__ = "read_log"
    __table_args__ = (Index("ix_read_log_at", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    case_id: int = Field(foreign_key="cases.id", index=True)
    account: str
    post: str
    what: str
    reason: str
    result: str


class Answered(Table, table=True):
    """A form or request that was answered: the same key again has no second effect and gets the same answer."""

    account: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: str
    answer: str
    at: datetime


class WorkflowVersion(Table, table=True):
    """The routine's versions that cases were started under, with their exact text: a case keeps its own."""

    __tablename__ = "workflow_version"
    key: str = Field(primary_key=True)
    kind: str
    hash: str
    texts: str
    """JSON list of [path, text], includes first."""
    recorded_at: datetime
