"""Seals of the logs that stand beside the histories: one a log and night in which something was written."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from cases.tables.base import Table


class LogSeal(Table, table=True):
    """What one night sealed of one log. The database itself refuses to change or remove one."""

    __tablename__ = "log_seal"
    log: str = Field(primary_key=True)
    """`reads`, `administration` or `docket`."""
    night: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """1, 2, 3 … for each log; a night without lines has no number."""
    at: datetime
    lines: str
    """The numbers of its lines, as `1-40,42`."""
    until: int
    """The last of them."""
    head: bytes
    """Over all lines of the log up to there (32 bytes)."""
