"""The ways to a report beside an account: a unit's printed link, and drafts that are kept while somebody writes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from cases.tables.base import Table

_LIVING = text("revoked_at is null")


class UnitLink(Table, table=True):
    """A unit's link to the report form. Its token is shown once, to whoever makes it, and kept as a hash alone."""

    __tablename__ = "unit_link"
    __table_args__ = (
        # One living link a unit: whoever revokes it knows that no other paper still opens the form.
        Index("uq_unit_link_living", "unit", unique=True, sqlite_where=_LIVING, postgresql_where=_LIVING),
    )
    id: int | None = Field(default=None, primary_key=True)
    unit: str = Field(foreign_key="unit.code")
    token_hash: str = Field(unique=True)
    made_at: datetime
    made_by: str
    made_as: str
    """The post that made it."""
    revoked_at: datetime | None = None
    revoked_as: str = ""


class ReportDraft(Table, table=True):
    """A report that is being written by somebody signed in: sealed for her, until it is sent or too old."""

    __tablename__ = "report_draft"
    account: str = Field(primary_key=True, foreign_key="person.account")
    key: str = Field(primary_key=True)
    """The form's own key, so that sending the form takes its draft away in the same transaction."""
    post: str
    wrapped_key: bytes
    nonce: bytes
    ciphertext: bytes
    key_id: str
    saved_at: datetime = Field(index=True)
