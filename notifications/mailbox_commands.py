"""`stegen mailbox`: the letters that were written here, and those that came back."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, BinaryIO

import click
from rich.table import Table

from cases.clock.letters_written import WrittenLetter, plain_text, written_letters
from cases.clock.returned_letters import came_back
from cases.commands.asked import json_option
from cases.commands.terminal import answer, answer_json
from notifications.asked import Installation, installation, moment
from notifications.bounces import LARGEST, read_bounce


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
    letters = written_letters(installation(context).record, limit)
    if as_json:
        answer_json([_letter_json(letter) for letter in letters])
        return
    table = Table("id", "written", "to", "subject", box=None, pad_edge=False, header_style="bold")
    for letter in letters:
        table.add_row(_handle(letter)[:8], moment(letter.written_at), letter.address, letter.subject)
    answer(table if letters else "No letter was written yet.")


@mailbox.command("show")
@click.argument("letter_id", metavar="ID")
@json_option
@click.pass_context
def show_letter(context: click.Context, letter_id: str, as_json: bool) -> None:
    """Show one letter, named by its ID as `stegen mailbox list` shows it, or the beginning of it."""
    letters = written_letters(installation(context).record, 10_000)
    found = [letter for letter in letters if _handle(letter).startswith(letter_id.lower())]
    if len(found) != 1:
        how_many = "no letter" if not found else f"{len(found)} letters"
        raise click.ClickException(f"{how_many} whose ID begins with {letter_id!r}. `stegen mailbox list` lists them.")
    if as_json:
        answer_json(_letter_json(found[0]) | {"text": plain_text(found[0].body)})
    else:
        letter = found[0]
        answer(f"{letter.address}\n{moment(letter.written_at)}\n{letter.subject}\n\n{plain_text(letter.body)}")


@mailbox.command()
@click.argument("files", metavar="FILE…", nargs=-1, type=click.File("rb"))
@json_option
@click.pass_context
def bounces(context: click.Context, files: Sequence[BinaryIO], as_json: bool) -> None:
    """Read delivery reports (RFC 3464) about letters that came back, from files or from standard input.

    For the mail server to pipe what arrives at STEGEN_MAIL_FROM's own name with `+r-…` behind it. The row of a letter
    that failed is parked, shown with its case, and the next receiver of the chain gets it. Other messages are passed
    over, so that the mail server never answers an answer.
    """
    here = installation(context)
    piped: Sequence[BinaryIO] = files or (sys.stdin.buffer,)
    told = [_read(here, file) for file in piped]
    if as_json:
        answer_json(told)
    else:
        answer(*[f"{entry['result']}: {entry['answer'] or 'nothing to do'}" for entry in told])


def _read(here: Installation, file: BinaryIO) -> dict[str, Any]:
    """What one message led to: `returned`, `late` (still on its way), `unknown` (no letter of ours), `no_report`."""
    bounce = read_bounce(file.read(LARGEST))
    if bounce is None:
        return {"result": "no_report", "answer": "", "parked": []}
    if not bounce.failed:
        return {"result": "late", "answer": bounce.answer, "parked": []}
    returned = came_back(here.record, bounce.token, bounce.answer, here.now())
    result = "returned" if returned.known else "unknown"
    return {"result": result, "answer": bounce.answer, "parked": list(returned.parked)}


def _letter_json(letter: WrittenLetter) -> dict[str, Any]:
    return {"id": _handle(letter), "to": letter.address, "subject": letter.subject,
            "written_at": letter.written_at.isoformat(),
            "delivered_at": letter.delivered_at.isoformat() if letter.delivered_at else None}  # fmt: skip


def _handle(letter: WrittenLetter) -> str:
    """The left side of the Message-ID: no key of the database leaves the process."""
    return letter.message_id.strip("<>").partition("@")[0]
