"""How an account is entered: invitations, authenticators, recovery codes, counted guesses, forms kept meanwhile."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from cases.tables.base import Table

STATUSES = ("due", "claimed", "sent", "shown", "refused", "used", "revoked")
_OPEN = text("token_hash <> ''")
_TO_SEND = text("status in ('due', 'claimed')")


class Invitation(Table, table=True):
    """The newest invitation of an account. Its token is made when the letter is written, and kept as a hash alone."""

    __table_args__ = (
        CheckConstraint(f"status in {STATUSES}", name="status"),
        Index("ix_invitation_token", "token_hash", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_invitation_to_send", "next_at", sqlite_where=_TO_SEND, postgresql_where=_TO_SEND),
    )
    account: str = Field(primary_key=True, foreign_key="person.account")
    token_hash: str = ""
    """"" until there is a letter, and again once it is used or revoked."""
    asked_at: datetime
    ends_at: datetime
    status: str
    next_at: datetime
    """While due: not before; while claimed: whoever claimed it has lost it then."""
    attempts: int = 0
    answer: str = ""
    """What the mail server said, or why nothing was sent."""


class Authenticator(Table, table=True):
    """The app that shows an account's codes (RFC 6238). Its secret is sealed like a protected field."""

    account: str = Field(primary_key=True, foreign_key="person.account")
    wrapped_key: bytes
    nonce: bytes
    ciphertext: bytes
    key_id: str
    last_step: int
    """The time step of the last code that was taken: none is taken twice."""
    since: datetime


class RecoveryCode(Table, table=True):
    """Opens an account once without its authenticator; the row goes when it is used."""

    __tablename__ = "recovery_code"
    account: str = Field(primary_key=True, foreign_key="person.account")
    code_hash: str = Field(primary_key=True)


class Guess(Table, table=True):
    """How often something was tried in a stretch of time. `key` is a hash: what was typed may be anything."""

    key: str = Field(primary_key=True)
    tries: int
    ends_at: datetime = Field(index=True)


class KeptForm(Table, table=True):
    """What somebody sent after her sign-in had ended, sealed, until she has signed in again."""

    __tablename__ = "kept_form"
    account: str = Field(primary_key=True, foreign_key="person.account")
    wrapped_key: bytes
    nonce: bytes
    ciphertext: bytes
    key_id: str
    ends_at: datetime = Field(index=True)
