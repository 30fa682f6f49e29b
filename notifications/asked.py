"""What the clock's commands are given and asked: an installation, an instant, an answer in JSON."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, cast

import click

from cases.record import Record
from notifications.delivery import Letterhead, Mailer
from notifications.mailbox import LocalMailbox
from notifications.smtp import MailServer
from workflows.office_hours import STOCKHOLM


class Secret(Protocol):
    def get_secret_value(self) -> str: ...


class ClockSettings(Protocol):
    """What the clock needs to know of an installation."""

    @property
    def base_url(self) -> str: ...
    @property
    def mail_from(self) -> str: ...
    @property
    def smtp_url(self) -> Secret: ...
    @property
    def training(self) -> bool: ...
    @property
    def data(self) -> Path: ...


class Installation(Protocol):
    """What the entry point hands to every command; the record is opened by the first one that asks for it."""

    @property
    def record(self) -> Record: ...
    @property
    def settings(self) -> ClockSettings: ...
    def now(self) -> datetime: ...
    def telephones_now(self) -> datetime:
        """What everybody's telephone shows, wherever a demo's or a test's clock has been put."""
        ...


def mailer_for(settings: ClockSettings) -> Mailer:
    """The way that letters leave this installation: its mail server, or the local mailbox. A training copy has no
    way out, also when it was copied with the address of a mail server."""
    letterhead = Letterhead(settings.base_url, settings.mail_from)
    url = settings.smtp_url.get_secret_value()
    return MailServer(url, letterhead) if url and not settings.training else LocalMailbox(letterhead)


class Instant(click.ParamType[datetime]):
    """An instant with its offset."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            instant = datetime.fromisoformat(str(value))
        except ValueError:
            instant = None
        if instant is None or instant.tzinfo is None:
            self.fail("write an instant with its offset, such as 2026-04-16T08:00:00+02:00", param, ctx)
        return instant


def moment(instant: datetime) -> str:
    return f"{instant.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"


def installation(context: click.Context) -> Installation:
    return cast(Installation, context.obj)
