"""What every page has at hand: the record, a clock, and what differs between installations, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from cases.organisation.directory import Directories
from cases.record import Record
from web.serving.proxy import Network, networks
from web.serving.tally import Tally
from web.signing_in.identity_provider import IdentityProvider
from web.texts import Texts

Clock = Callable[[], datetime]

EXTENSION = "stegen"
LOOPBACK = ("127.0.0.1", "localhost")
THIS_MACHINE = ("127.0.0.0/8", "::1")


@dataclass(frozen=True, slots=True)
class Serving:
    """How this installation is reached. `secret_key` seals what a form carries from one page to the next."""

    base_url: str
    secret_key: str
    trusted_hosts: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    """Networks of our own proxies, whose word about a visitor's address is believed."""
    watchers: tuple[str, ...] = THIS_MACHINE
    """Networks from which `/readyz` and `/metrics` may be read."""

    contact: str = ""
    """Whom people turn to about the pages themselves; "" where nobody has been named."""

    training: bool = False
    """A copy to learn on: every page says so."""

    glass_minutes: int = 60
    """How long a case stays open to an administrator who has broken the glass."""

    @property
    def watching(self) -> tuple[Network, ...]:
        return networks(self.watchers)

    @property
    def secure(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def origin(self) -> str:
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def hosts(self) -> list[str]:
        """Names that a request may be addressed to; all others are refused, so that none reaches a link or letter."""
        own = urlsplit(self.base_url).hostname or ""
        return list(self.trusted_hosts) or (list(LOOPBACK) if own in LOOPBACK else [own])


@dataclass(frozen=True, slots=True)
class Desk:
    record: Record
    serving: Serving
    clock: Clock
    telephones: Clock
    """The clock that authenticators go by: the machine's own, also where `clock` has been moved."""
    directories: Directories
    texts: Texts
    demo: bool
    tally: Tally
    """How many requests each route has answered."""
    settings_told: Callable[[], Sequence[Any]]
    """What this installation is set to, without its secrets; each with name, value, origin and where that is."""
    provider: IdentityProvider | None = None
    """Who vouches for people besides us; None when all sign in here."""


def desk() -> Desk:
    """The desk of the application that answers this request."""
    found: Desk = current_app.extensions[EXTENSION]
    return found
