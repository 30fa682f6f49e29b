"""Letters through a mail server, with the standard library: one connection a round, one receiver a letter.

`smtp://` turns to TLS as soon as the server offers it (STARTTLS), `smtps://` is TLS from the first byte. A password
never travels in clear text but inside this machine.
"""

from __future__ import annotations

import logging
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from cases.clock.letters import Tidings
from notifications.conversation import Conversation, SecretConversation
from notifications.delivery import DELIVERED, Letterhead, NoAnswer, Parcel, Send, Unreachable

log = logging.getLogger(__name__)

PORTS = {"smtp": 587, "smtps": 465}
SECONDS = 30
"""How long any single answer of the server is waited for, from its first byte to its last."""

HERE = frozenset(("localhost", "127.0.0.1", "::1"))
GO_ON, REFUSES, DEFERS, NEVER, CLOSING = 354, 300, 400, 500, 421
"""Answers of a mail server (RFC 5321 4.2): send the message; all above is a no; for now; for good; and goodbye."""

TROUBLE = (OSError, smtplib.SMTPException)
"""What goes wrong with a line or a server. A host, a name or a password that cannot be written down for it is a
ValueError besides."""

LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class MailServer:
    """`url` as in STEGEN_SMTP_URL; `trust` are the certificates that are believed, without it the system's own."""

    url: str = field(repr=False)
    letterhead: Letterhead
    trust: ssl.SSLContext | None = None
    seconds: float = SECONDS

    @contextmanager
    def session(self) -> Iterator[Send]:
        server = self._connected(urlsplit(self.url))
        try:
            yield lambda parcel: _handed_over(server, parcel)
        finally:
            _part(server)

    def _connected(self, url: SplitResult) -> Conversation:
        try:
            server = self._opened(url)
        except (*TROUBLE, ValueError) as error:
            raise Unreachable(
                f"the mail server {url.hostname} cannot be reached ({_said(error)}); check STEGEN_SMTP_URL"
            ) from error
        try:
            self._greet(server, url)
        except (*TROUBLE, ValueError) as error:
            server.close()
            raise Unreachable(
                f"the mail server {url.hostname} does not let us in ({_said(error)}); check STEGEN_SMTP_URL"
            ) from error
        except Unreachable:
            server.close()
            raise
        return server

    def _opened(self, url: SplitResult) -> Conversation:
        host, port = url.hostname or "", url.port or PORTS[url.scheme]
        name = self.letterhead.domain
        if url.scheme == "smtps":
            return SecretConversation(host, port, local_hostname=name, timeout=self.seconds, context=self._trust())
        return Conversation(host, port, local_hostname=name, timeout=self.seconds)

    def _greet(self, server: Conversation, url: SplitResult) -> None:
        server.ehlo_or_helo_if_needed()
        if url.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=self._trust())
            server.ehlo()
        if url.username:
            if not isinstance(server.sock, ssl.SSLSocket) and url.hostname not in HERE:
                raise Unreachable(
                    f"the mail server {url.hostname} offers no TLS, and a password is not sent without it; "
                    "write smtps:// in STEGEN_SMTP_URL, or name another server"
                )
            server.login(unquote(url.username), unquote(url.password or ""))

    def _trust(self) -> ssl.SSLContext:
        return self.trust or ssl.create_default_context()


def _part(server: Conversation) -> None:
    server.begin()
    try:
        server.quit()
    except TROUBLE as error:
        log.info("The mail server was gone before we said goodbye (%s); every letter's outcome is known.", _said(error))
        server.close()


def _handed_over(server: Conversation, parcel: Parcel) -> Tidings:
    """One letter to one receiver. Up to the message itself a broken line is no harm: nothing was handed over yet."""
    server.begin()
    try:
        code, words = server.mail(parcel.sender)
        if code >= REFUSES:
            raise Unreachable(f"the mail server takes no letters from {parcel.sender} ({_told(code, words)})")
        code, words = server.rcpt(parcel.address)
        if code >= REFUSES:
            return _declined(server, code, words)
        code, words = server.docmd("DATA")
        if code != GO_ON:
            return _declined(server, code, words)
    except TROUBLE as error:
        raise Unreachable(f"the line to the mail server broke ({_said(error)})") from error
    try:
        server.send(_dotted(parcel.message))
        code, words = server.getreply()
    except TROUBLE as error:
        raise NoAnswer(f"the line broke after the letter ({_said(error)})") from error
    return DELIVERED if code < REFUSES else _declined(server, code, words)


def _dotted(message: bytes) -> bytes:
    """The message as it travels: a line that begins with a dot gets a second one, and a single dot ends it."""
    body = LEADING_DOT.sub(b"..", message)
    return body + (b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n")


def _declined(server: Conversation, code: int, words: bytes | str) -> Tidings:
    """4xx may do later, 5xx never will; 421 also ends the conversation, and so does an answer that is none."""
    text = _told(code, words)
    if code == CLOSING or code < DEFERS:
        raise Unreachable(f"the mail server said {text}")
    try:
        server.rset()
    except TROUBLE as error:
        raise Unreachable(f"the line to the mail server broke after {text} ({_said(error)})") from error
    return Tidings("refused" if code >= NEVER else "deferred", text)


def _told(code: int, words: bytes | str) -> str:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(said.split())}"


def _said(error: Exception) -> str:
    if isinstance(error, UnicodeError):
        # Its own words show a letter of the password.
        return "it has a letter that cannot be sent to a mail server"
    return " ".join(str(error).split()) or type(error).__name__
