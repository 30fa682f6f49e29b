"""The clock's commands: `tick` runs one round, `worker` the clock alone; `docket` and `mailbox` are beside."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import click

from cases.commands.asked import json_option
from cases.commands.terminal import answer, answer_json
from notifications.asked import Instant, installation, mailer_for
from notifications.docket_commands import docket_group
from notifications.mailbox_commands import mailbox
from notifications.round import Report, run_round

__all__ = ["docket_group", "mailbox", "mailer_for", "notification_commands", "tick"]

FAULT = 1


@click.command()
@click.option("--now", "at", type=Instant(), metavar="T", help="Take T for the present instant. Without it: now.")
@json_option
@click.pass_context
def tick(context: click.Context, at: datetime | None, as_json: bool) -> None:
    """Run one round of the clock: take the automatic steps that are due, send the letters that are due.

    Exit code 1 when something failed; the log says what, and the next round tries again.
    """
    here = installation(context)
    report = run_round(here.record, at or here.now(), mailer_for(here.settings))
    if as_json:
        answer_json(asdict(report))
    else:
        answer(_told(report))
    context.exit(FAULT if report.failed else 0)


def _told(report: Report) -> str:
    counted = {name: count for name, count in asdict(report).items() if count}
    return ", ".join(f"{count} {name}" for name, count in counted.items()) or "Nothing was due."


notification_commands: tuple[click.Command, ...] = (tick, docket_group, mailbox)
"""What stegen.py adds to the command."""
