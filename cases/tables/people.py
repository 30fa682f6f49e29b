"""People and the functions they hold, with validity in time; accounts, sessions, absences."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from cases.tables.base import Table

PROOFS = ("password", "code", "provider", "demo")
"""How somebody showed who she is: a password alone, with a code too, by an identity provider, or not at all."""

_IDENTIFIED = text("identity <> ''")


class Person(Table, table=True):
    __table_args__ = (
        CheckConstraint("language in ('sv', 'en')", name="language"),
        Index("ix_person_identity", "identity", unique=True, sqlite_where=_IDENTIFIED, postgresql_where=_IDENTIFIED),
    )
    account: str = Field(primary_key=True)
    name: str
    email: str
    language: str
    password_hash: str = ""
    disabled: bool = False
    identity: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """What an identity provider calls this person (employeeHsaId); "" for one who signs in here alone."""


class Holding(Table, table=True):
    """A person has a function at a holder (`unit:x`, `forum:y`, `county`) from a day to a day, both included."""

    __table_args__ = (
        Index("ix_holding_function_holder", "function", "holder"),
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="dates"),
    )
    id: int | None = Field(default=None, primary_key=True)
    account: str = Field(foreign_key="person.account", index=True)
    function: str
    holder: str
    side: str = ""
    acting: bool = False
    valid_from: date
    valid_to: date | None = None


class Absence(Table, table=True):
    """Away from a day to a day, both included; the substitute stands in for all functions meanwhile."""

    __table_args__ = (CheckConstraint("until >= since", name="dates"),)
    id: int | None = Field(default=None, primary_key=True)
    account: str = Field(foreign_key="person.account", index=True)
    since: date
    until: date
    substitute: str | None = Field(default=None, foreign_key="person.account", index=True)
    handed_over_at: datetime | None = None
    """When those who act meanwhile were told of what they have taken over: once, of a long absence only. Empty again
    when what waits has been given back."""


class FunctionMailbox(Table, table=True):
    """Where letters to a function go while somebody holds it: one address for all its holders."""

    __tablename__ = "function_mailbox"
    __table_args__ = (CheckConstraint("language in ('sv', 'en')", name="language"),)
    post: str = Field(primary_key=True)
    """`receiver@operation:su`."""
    address: str
    language: str


class SignIn(Table, table=True):
    """A session on the server. It acts in exactly one function; the cookie holds only the token, stored hashed."""

    __tablename__ = "sign_in"
    __table_args__ = (CheckConstraint(f"proof in {PROOFS}", name="proof"),)
    token_hash: str = Field(primary_key=True)
    account: str = Field(foreign_key="person.account", index=True)
    post: str
    started_at: datetime
    seen_at: datetime
    ends_at: datetime
    proof: str = Field(default="password", sa_column_kwargs={"server_default": text("'password'")})
