"""A conversation with a mail server that ends: the standard library's, with an end for each answer and for the whole.

The library's time-out is for each piece that arrives. A server that says a byte now and then, or never stops listing
what it knows, would hold the clock for as long as it likes.
"""

from __future__ import annotations

import smtplib
import socket
import time
from io import BufferedIOBase
from typing import Any

ANSWERS = 3
"""How many answers' time everything up to the first letter may take, and each letter (ours)."""

MOST_SAID = 65_536
"""Bytes of one answer; no mail server has so much to say."""


class _Ended(OSError):
    """Time is up, or too much was said."""


class _Lines(BufferedIOBase):
    """What the server says, line by line, as `smtplib` reads it; `until` is by when the answer must be whole."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock, self._heard, self._said = sock, b"", 0
        self.until = 0.0

    def answer_by(self, until: float) -> None:
        self.until, self._said = until, 0

    def readline(self, size: int | None = -1, /) -> bytes:
        most = MOST_SAID if size is None or size < 0 else size
        while b"\n" not in self._heard and len(self._heard) < most:
            piece = self._piece()
            if not piece:
                break
            self._heard += piece
        end = min(self._heard.find(b"\n") + 1 or len(self._heard), most)
        line, self._heard = self._heard[:end], self._heard[end:]
        self._said += len(line)
        if self._said > MOST_SAID:
            raise _Ended(f"it says more than {MOST_SAID} bytes at once")
        return line

    def _piece(self) -> bytes:
        usual = self._sock.gettimeout()
        try:
            self._sock.settimeout(_left(self.until))
            return self._sock.recv(4096)
        finally:
            self._sock.settimeout(usual)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise _Ended("no whole answer in time")
    return left


class Conversation(smtplib.SMTP):
    """`timeout` is for one answer; everything since `begin` may take three times as long."""

    _until = 0.0

    def begin(self) -> None:
        """Whoever sends a letter says so, and it has a time of its own."""
        self._until = time.monotonic() + ANSWERS * self.timeout

    def connect(self, *where: Any, **how: Any) -> tuple[int, bytes]:
        self.begin()
        return super().connect(*where, **how)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _Lines(self.sock)
        if self.file is not None:
            self.file.answer_by(min(self._until, time.monotonic() + self.timeout))
        return super().getreply()


class SecretConversation(Conversation, smtplib.SMTP_SSL):
    """TLS from the first byte."""
