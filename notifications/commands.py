"""The clock's commands: `tick` runs one round, `docket` shows what is still to do, `mailbox` what was written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from email import message_from_bytes
from email.policy import default as modern
from typing import Any, Protocol, cast

import click
from rich.table import Table
from rich.text import Text

from cases import docket
from cases.commands.terminal import answer, answer_json
from cases.docket import LISTINGS, Listed
from cases.letters_written import WrittenLetter, written_letters
from cases.receivers import NOBODY
from cases.record import Record
from notifications.delivery import Letterhead, Mailer
from notifications.mailbox import LocalMailbox
from notifications.round import Report, run_round
from notifications.smtp import MailServer
from workflows.office_hours import STOCKHOLM

FAULT = 1


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


class Installation(Protocol):
    """What the entry point hands to every command; the record is opened by the first one that asks for it."""

    @property
    def record(self) -> Record: ...
    @property
    def settings(self) -> ClockSettings: ...
    def now(self) -> datetime: ...


def mailer_for(settings: ClockSettings) -> Mailer:
    """The way that letters leave this installation: its mail server, or the local mailbox."""
    letterhead = Letterhead(settings.base_url, settings.mail_from)
    url = settings.smtp_url.get_secret_value()
    return MailServer(url, letterhead) if url else LocalMailbox(letterhead)


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


json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, complete.")


@click.command()
@click.option("--now", "at", type=Instant(), metavar="T", help="Take T for the present instant. Without it: now.")
@json_option
@click.pass_context
def tick(context: click.Context, at: datetime | None, as_json: bool) -> None:
    """Run one round of the clock: take the automatic steps that are due, send the letters that are due.

    Exit code 1 when something failed; the log says what, and the next round tries again.
    """
    here = _installation(context)
    report = run_round(here.record, at or here.now(), mailer_for(here.settings))
    if as_json:
        answer_json(asdict(report))
    else:
        answer(_told(report))
    context.exit(FAULT if report.failed else 0)


def _told(report: Report) -> str:
    counted = {name: count for name, count in asdict(report).items() if count}
    return ", ".join(f"{count} {name}" for name, count in counted.items()) or "Nothing was due."


@click.group("docket")
def docket_group() -> None:
    """What the clock is still to do: letters and automatic steps, with their times."""


@docket_group.command("list")
@click.option("--status", type=click.Choice(tuple(LISTINGS)), help="Only rows of this status.")
@click.option("--limit", type=click.IntRange(min=1, max=10_000), default=50, show_default=True, help="Rows a status.")
@json_option
@click.pass_context
def list_docket(context: click.Context, status: str | None, limit: int, as_json: bool) -> None:
    """List what is not finished: parked rows first, then claimed ones, then those that wait, by time.

    A row that waits for a living receiver says so.
    """
    record = _installation(context).record
    with record.database.read() as tx:
        rows = docket.listing(tx, status=status or "", limit=limit)
    if as_json:
        answer_json([_row_json(row) for row in rows])
    else:
        answer(_rows_table(rows) if rows else "Nothing is waiting.")


def _row_json(row: Listed) -> dict[str, Any]:
    times = {"due_at": row.due_at.isoformat(), "not_before": row.not_before.isoformat() if row.not_before else None}
    return row._asdict() | times


def _rows_table(rows: Sequence[Listed]) -> Table:
    table = Table("due", "status", "case", "what", "to", "reason", box=None, pad_edge=False, header_style="bold")
    for row in rows:
        what = f"{row.deadline} {row.notch}".strip() if row.kind == "letter" else f"{row.deadline} → {row.move}"
        reason = "without a living receiver" if row.reason == NOBODY else row.reason
        style = "red" if row.status == "parked" else ""
        table.add_row(_moment(row.due_at), Text(row.status, style), row.number, what, row.post, reason)
    return table


@click.group(invoke_without_command=True)
@click.pass_context
def mailbox(context: click.Context) -> None:
    """The letters that were written here; with a mail server, what was handed to it."""
    if context.invoked_subcommand is None:
        context.invoke(list_letters)


@mailbox.command("list")
@click.option("--limit", type=click.IntRange(min=1, max=10_000), default=50, show_default=True, help="Letters.")
@json_option
@click.pass_context
def list_letters(context: click.Context, limit: int = 50, as_json: bool = False) -> None:
    """List the letters, newest first."""
    letters = written_letters(_installation(context).record, limit)
    if as_json:
        answer_json([_letter_json(letter) for letter in letters])
        return
    table = Table("id", "written", "to", "subject", box=None, pad_edge=False, header_style="bold")
    for letter in letters:
        table.add_row(_handle(letter)[:8], _moment(letter.written_at), letter.address, letter.subject)
    answer(table if letters else "No letter was written yet.")


@mailbox.command("show")
@click.argument("letter_id", metavar="ID")
@json_option
@click.pass_context
def show_letter(context: click.Context, letter_id: str, as_json: bool) -> None:
    """Show one letter, named by its ID as `stegen mailbox list` shows it, or the beginning of it."""
    letters = written_letters(_installation(context).record, 10_000)
    found = [letter for letter in letters if _handle(letter).startswith(letter_id.lower())]
    if len(found) != 1:
        how_many = "no letter" if not found else f"{len(found)} letters"
        raise click.ClickException(f"{how_many} whose ID begins with {letter_id!r}. `stegen mailbox list` lists them.")
    if as_json:
        answer_json(_letter_json(found[0]) | {"text": _text(found[0])})
    else:
        answer(f"{found[0].address}\n{_moment(found[0].written_at)}\n{found[0].subject}\n\n{_text(found[0])}")


def _letter_json(letter: WrittenLetter) -> dict[str, Any]:
    return {"id": _handle(letter), "to": letter.address, "subject": letter.subject,
            "written_at": letter.written_at.isoformat(),
            "delivered_at": letter.delivered_at.isoformat() if letter.delivered_at else None}  # fmt: skip


def _handle(letter: WrittenLetter) -> str:
    """The left side of the Message-ID: no key of the database leaves the process."""
    return letter.message_id.strip("<>").partition("@")[0]


def _text(letter: WrittenLetter) -> str:
    body = message_from_bytes(letter.body, policy=modern).get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def _moment(instant: datetime) -> str:
    return f"{instant.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"


def _installation(context: click.Context) -> Installation:
    return cast(Installation, context.obj)


notification_commands: tuple[click.Command, ...] = (tick, docket_group, mailbox)
"""What stegen.py adds to the command."""
