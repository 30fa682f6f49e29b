"""`stegen docket status`: how it stands with the clock, and which of it a restored copy has brought along."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import click
from rich.text import Text

from cases.clock.clock_standing import Standing, standing, standing_json
from cases.clock.mail_line import Outage
from cases.commands.asked import json_option
from cases.commands.terminal import answer, answer_json
from notifications.asked import installation, moment

OF_THE_COPY = " (the copy's, before the restore)"
"""Beside a moment that was written before this record was restored: of the time since then it says nothing."""


@click.command()
@json_option
@click.pass_context
def status(context: click.Context, as_json: bool) -> None:
    """How it stands with the clock: each duty's last round, the line to the mail server, what is parked.

    After a restore each moment that the copy has brought along is marked: it is of the time before, by the clock that
    the copied record had then.
    """
    here = installation(context)
    now = here.now()
    with here.record.database.read() as tx:
        found = standing(tx, now)
    if as_json:
        answer_json(standing_json(found, now))
    else:
        answer(*_restored(found), *_duties(found, now), *_stopped(found, now), _due(found))


def _restored(found: Standing) -> Iterator[str]:
    if found.restored is not None:
        yield f"Restored {moment(found.restored.at)} from a copy that shows {moment(found.restored.shows)}."


def _duties(found: Standing, now: datetime) -> Iterator[Text]:
    for duty in found.duties:
        last = moment(duty.finished_at) if duty.finished_at else "never"
        yield Text(f"{duty.name}: last good round {last}{_whose(found, duty.finished_at, now)}")
        if duty.error:
            what = "late" if duty.is_late else "broke off"
            whose = _whose(found, duty.failed_at, now)
            yield Text(f"  {what} {moment(duty.failed_at or now)}: {duty.error}{whose}", "red")


def _stopped(found: Standing, now: datetime) -> Iterator[Text]:
    if found.still is not None:
        since = moment(found.still.since)
        yield Text(f"The clock stands still since {since}: see `stegen docket go-on --help`", "red")
    if found.outage is not None:
        yield letters_wait(found.outage, _whose(found, found.outage.since, now))


def _due(found: Standing) -> str:
    oldest = f", the oldest since {moment(found.oldest_due)}" if found.oldest_due else ""
    counts = f"{found.due} due and unsent{oldest}; {found.parked} parked; {found.without_receiver} without a receiver."
    if found.still is None or found.still.taken_at is None:
        return counts
    return f"{counts} That is as the copy has it; how much of it had left before the restore is not known."


def _whose(found: Standing, at: datetime | None, now: datetime) -> str:
    return OF_THE_COPY if found.of_the_copy(at, now) else ""


def letters_wait(away: Outage, whose: str = "") -> Text:
    """Since when and why, and what comes next; `whose` stands beside the first moment."""
    back = f"next attempt {moment(away.next_at)}" if away.failures else "what waited is on its way"
    return Text(f"Letters wait since {moment(away.since)}{whose}: {away.reason}; {back}", "red")
