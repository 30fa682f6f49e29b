"""What delivering a letter means, whoever does it: the local mailbox, or a mail server."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Protocol

from cases.clock.letters import Tidings

DELIVERED = Tidings("delivered")

RETURNS = "+r-"
"""Between the sender's own name and a letter's token in the envelope: `stegen+r-0a1b…@example.org`."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message for one address, and where it is to come back to when it cannot be delivered."""

    message: bytes
    address: str
    sender: str


Send = Callable[[Parcel], Tidings]
"""Hands one message over to one address. Raises Unreachable or NoAnswer; then it should not be called again."""


class Unreachable(Exception):
    """Nothing was handed over: the mail server cannot be reached or used. The message says what to look at."""


class NoAnswer(Exception):
    """The letter was handed over, and the line broke before the server's answer: nobody knows whether it arrived."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What all letters of an installation share: where the pages are, and who the letters are from."""

    base_url: str
    sender: str

    @property
    def address(self) -> str:
        """The bare address of the sender."""
        return parseaddr(self.sender)[1]

    @property
    def domain(self) -> str:
        """The right side of every Message-ID."""
        return self.address.rpartition("@")[2]

    def return_address(self, token: str) -> str:
        """The envelope's sender: the token in it tells which letter came back."""
        name, _, domain = self.address.rpartition("@")
        return f"{name}{RETURNS}{token}@{domain}"


class Mailer(Protocol):
    """A way for letters to leave."""

    @property
    def letterhead(self) -> Letterhead: ...

    def session(self) -> AbstractContextManager[Send]:
        """Open the way once for many letters. Raises Unreachable, before anything is claimed."""
        ...
