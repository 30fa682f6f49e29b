"""`stegen docket stop` and `go-on`: the clock of a copy stands still, and goes on once somebody has looked."""

from __future__ import annotations

from datetime import datetime

import click

from cases.clock import standstill
from cases.clock.standstill import AheadOfNow, BadReason, NotStandingStill, Standstill
from cases.commands.asked import json_option
from cases.commands.refused import REFUSED, NotDone
from cases.commands.terminal import answer, answer_json
from notifications.asked import Instant, installation, moment

FAULTS = (AheadOfNow, BadReason, NotStandingStill)

as_option = click.option("--as", "account", required=True, metavar="ACCOUNT", help="Who: an administrator's account.")
reason_option = click.option("--reason", required=True, metavar="TEXT", help="Why. It is kept.")


@click.command("stop")
@as_option
@reason_option
@json_option
@click.pass_context
def stop(context: click.Context, account: str, reason: str, as_json: bool) -> None:
    """Stop the clock: no letter leaves and no step is taken until `go-on`.

    `stegen restore` does it by itself. By hand it is for a copy that was made another way (a database's own dump, an
    older state of the machine), before anything serves it.
    """
    here = installation(context)
    try:
        standstill.stop(here.record, _account(account), reason, here.now())
    except FAULTS as fault:
        raise NotDone(REFUSED, "standstill", str(fault)) from fault
    if as_json:
        answer_json({"still": True})
    else:
        answer("The clock stands still.")


@click.command("go-on")
@click.option("--sent-until", type=Instant(), metavar="T", help="Letters due until T have left before the restore.")
@click.option("--send-all", is_flag=True, help="All that is due leaves, also what people may have had already.")
@click.option("--preview", is_flag=True, help="Only show what waits.")
@click.option("--as", "account", metavar="ACCOUNT", help="Who: an administrator's account.")
@click.option("--reason", metavar="TEXT", help="Why. It is kept.")
@json_option
@click.pass_context
def go_on(
    context: click.Context, sent_until: datetime | None, send_all: bool, preview: bool, account: str | None,
    reason: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Let the clock of a restored copy go on.

    The clock sends within a minute of the due time, so what was due before the old clock stopped has left: give that
    moment to --sent-until, such as 2026-04-16T08:00:00+02:00. Automatic steps that are due are taken again: the record
    does not know of them.
    """
    here = installation(context)
    if preview:
        _show(standstill.standing_still(here.record, here.now()), as_json)
        return
    if account is None or reason is None or send_all == (sent_until is not None):
        raise click.UsageError(
            "Say who (--as), why (--reason), and which letters have left already: --sent-until T, or --send-all. "
            "--preview shows what waits."
        )
    try:
        counted = standstill.go_on(here.record, _account(account), reason, sent_until, here.now())
    except FAULTS as fault:
        raise NotDone(REFUSED, "standstill", str(fault)) from fault
    if as_json:
        answer_json({"still": False, "counted_as_sent": counted})
    else:
        answer(f"The clock goes on. {counted} letter row(s) count as sent.")


def _show(found: Standstill | None, as_json: bool) -> None:
    if as_json:
        answer_json(_told(found))
    elif found is None:
        answer("The clock goes; it does not stand still.")
    else:
        shows = f"; the copy shows {moment(found.taken_at)}" if found.taken_at else ""
        answer(
            f"The clock stands still since {moment(found.since)}{shows} ({found.reason}).",
            f"{found.letters} letter row(s) and {found.steps} step(s) are due. `stegen docket list` shows them.",
        )


def _told(found: Standstill | None) -> dict[str, object]:
    if found is None:
        return {"still": False}
    taken = found.taken_at.isoformat() if found.taken_at else None
    return {"still": True, "since": found.since.isoformat(), "taken_at": taken, "reason": found.reason,
            "letters": found.letters, "steps": found.steps}  # fmt: skip


def _account(text: str) -> str:
    return text.removesuffix("/administrator")
