"""What administrators did: who, when, what, about whom or what, and why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from cases.tables.base import Table

ACTS = (
    "person_added", "function_given", "function_ended", "absence_set", "absence_ended", "account_closed",
    "account_opened", "invited", "invitation_revoked", "code_reset", "identity_set", "unit_ended", "reads_reviewed",
    "mailbox_set", "mailbox_removed", "glass_broken", "glass_ended", "cases_migrated", "unit_added", "forum_changed",
    "seat_given", "seat_ended", "meeting_added", "meeting_moved", "meeting_cancelled", "day_closed",
    "clock_stopped", "clock_went_on", "document_given", "address_set",
)  # fmt: skip


class AdministrationAct(Table, table=True):
    """One act. The database itself refuses to change or remove one."""

    __tablename__ = "administration_act"
    __table_args__ = (CheckConstraint(f"act in {ACTS}", name="act"),)
    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    account: str
    """Who; "" for a command on the machine itself."""
    act: str
    about: str
    """The account, unit, post or half-year that it was done to."""
    facts: str
    """What was set, as canonical JSON."""
    reason: str
