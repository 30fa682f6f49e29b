"""When the clock stands still because the record is a restored copy, and who let it go on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from cases.tables.base import Table

_STANDS = text("ended_at is null")


class Standstill(Table, table=True):
    """While one has not ended, no letter leaves and no step is taken. It belongs to this copy: no backup holds it."""

    __table_args__ = (Index("ix_standstill_stands", "id", sqlite_where=_STANDS, postgresql_where=_STANDS),)
    id: int | None = Field(default=None, primary_key=True)
    since: datetime
    taken_at: datetime | None = None
    """The moment that the restored copy shows; None when somebody stopped the clock by hand."""
    reason: str
    """The backup's seal, or why somebody stopped the clock."""
    ended_at: datetime | None = None
    ended_by: str = ""
    ended_because: str = ""
    sent_until: datetime | None = None
    """Letters that fell due until then count as sent before the restore; None when all were to go."""
