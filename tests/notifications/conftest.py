"""Ways for letters to leave, inside this machine.

Fixtures
- `mailbox`: the local mailbox, in the record.
- `sink`: a real mail server on loopback that remembers what it was given, and answers as it is told to.
"""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from notifications.mailbox import LocalMailbox
from notifications.smtp import MailServer
from tests.notifications.clockwork import LETTERHEAD


@dataclass
class Sink:
    """`taken` holds (receiver, bytes) of every letter it said 250 to; `answers` what it says to a receiver instead."""

    taken: list[tuple[str, bytes]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    hangs_up: set[str] = field(default_factory=set)
    """Receivers whose letters it takes, and then breaks the line instead of saying so."""
    everybody: str = ""
    """What it says to every receiver, unless it says something to that one."""
    asked: int = 0
    """How many receivers it was asked about."""
    senders: list[str] = field(default_factory=list)
    """The envelopes' senders of the letters it took."""
    port: int = 0

    async def handle_RCPT(  # noqa: N802  aiosmtpd's own name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.asked += 1
        if address in self.answers or self.everybody:
            return self.answers.get(address, self.everybody)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.taken.append((envelope.rcpt_tos[0], envelope.content))
        self.senders.append(envelope.mail_from or "")
        if envelope.rcpt_tos[0] in self.hangs_up:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 OK"

    def mailer(self) -> MailServer:
        return MailServer(f"smtp://127.0.0.1:{self.port}", LETTERHEAD, seconds=10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def mailbox() -> LocalMailbox:
    return LocalMailbox(LETTERHEAD)


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening(Sink()) as found:
        yield found


@contextmanager
def listening(found: Sink) -> Iterator[Sink]:
    """It listens on a port of its own as long as the block runs."""
    found.port = free_port()
    controller = Controller(found, hostname="127.0.0.1", port=found.port)
    controller.start()
    try:
        yield found
    finally:
        controller.stop()
