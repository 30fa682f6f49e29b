"""`stegen docket`: what the clock is still to do, what stops it, and what an operator does about a row by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from cases.clock import dead_addresses, docket, docket_acts
from cases.clock.dead_addresses import DeadAddress
from cases.clock.docket import LISTINGS, Listed
from cases.clock.docket_acts import RowFault
from cases.clock.own_reminders import CHOICES, choose_reminders, chosen_reminders
from cases.clock.receivers import NOBODY
from cases.clock.unreached import refused_invitations
from cases.clock.vacancies import AHEAD, Vacancy, vacancies
from cases.commands.asked import Asked, as_somebody, json_option
from cases.commands.refused import REFUSED, NotDone
from cases.commands.terminal import answer, answer_json
from cases.record import Record
from notifications.asked import installation, moment
from workflows.office_hours import local_date


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

    A row that waits for a living receiver says so. Invitations that no address took, and addresses that take no
    letters, stand with what is parked.
    """
    record = installation(context).record
    with record.database.read() as tx:
        rows = docket.listing(tx, status=status or "", limit=limit)
        if status in (None, "parked"):
            rows = (*rows, *refused_invitations(tx, limit), *dead_addresses.listed(tx, limit))
    if as_json:
        answer_json([_row_json(row) for row in rows])
    else:
        answer(_rows_table(rows) if rows else "Nothing is waiting.")


def _row_json(row: Listed) -> dict[str, Any]:
    times = {"due_at": row.due_at.isoformat(), "not_before": row.not_before.isoformat() if row.not_before else None}
    return row._asdict() | times


def _rows_table(rows: Sequence[Listed]) -> Table:
    table = Table("due", "status", "key", "reason", box=None, pad_edge=False, header_style="bold")
    for row in rows:
        reason = "without a living receiver" if row.reason == NOBODY else row.reason
        until = f" (until {moment(row.not_before)})" if row.not_before else ""
        status = Text(row.status, "red" if row.status == "parked" else "")
        table.add_row(moment(row.due_at), status, Text(row.key, overflow="fold"), reason + until)
    return table


Act = Callable[[Record, str, str, str, datetime], None]

keys_argument = click.argument("keys", metavar="KEY…", nargs=-1)
reason_option = click.option("--reason", required=True, metavar="TEXT", help="Why. It is kept.")
as_option = click.option("--as", "account", required=True, metavar="ACCOUNT", help="Who: an administrator's account.")


@docket_group.command()
@keys_argument
@click.option("--parked", is_flag=True, help="All that is parked, besides the keys that are named.")
@as_option
@reason_option
@json_option
@click.pass_context
def retry(
    context: click.Context, keys: tuple[str, ...], parked: bool, account: str, reason: str, as_json: bool
) -> None:
    """Try parked or waiting rows again at once, also at addresses that refused them.

    For when what stopped them has been mended: an address, a mail server, a routine.
    """
    record = installation(context).record
    if parked:
        with record.database.read() as tx:
            keys = (*keys, *docket_acts.parked_keys(tx))
    _by_hand(context, docket_acts.retry, "waits again", keys, account, reason, as_json)


@docket_group.command()
@keys_argument
@as_option
@reason_option
@json_option
@click.pass_context
def release(context: click.Context, keys: tuple[str, ...], account: str, reason: str, as_json: bool) -> None:
    """Take claimed rows back from a worker that is dead, before its lease ends.

    With a row go all that stand in the same letter. If the worker lives after all, that letter may arrive twice, with
    the same Message-ID.
    """
    _by_hand(context, docket_acts.release, "waits again", keys, account, reason, as_json)


@docket_group.command()
@keys_argument
@as_option
@reason_option
@json_option
@click.pass_context
def drop(context: click.Context, keys: tuple[str, ...], account: str, reason: str, as_json: bool) -> None:
    """Withhold letters that nobody is to get; told in the history of their cases. The next reminder stands.

    An automatic step cannot be dropped: the case would lose what its routine promises.
    """
    _by_hand(context, docket_acts.drop, "is dropped", keys, account, reason, as_json)


def _by_hand(
    context: click.Context, act: Act, became: str, keys: Sequence[str], account: str, reason: str, as_json: bool
) -> None:
    """Each row in a transaction of its own; what was done stands, and the first fault is told."""
    here, done = installation(context), list[str]()
    who = account.removesuffix("/administrator")
    try:
        for key in dict.fromkeys(keys):
            act(here.record, who, key, reason, here.now())
            done.append(key)
    except RowFault as fault:
        raise NotDone(REFUSED, "docket_row", str(fault), {"done": done}) from fault
    if as_json:
        answer_json({"done": done})
    else:
        answer(*[f"{key} {became}." for key in done] or ["No row was named."])


@docket_group.command()
@click.option("--limit", type=click.IntRange(min=1, max=10_000), default=50, show_default=True, help="Acts.")
@json_option
@click.pass_context
def log(context: click.Context, limit: int, as_json: bool) -> None:
    """What was done to rows by hand, newest first: when, who, what, why."""
    with installation(context).record.database.read() as tx:
        found = docket_acts.acts(tx, limit)
    if as_json:
        answer_json([asdict(act) | {"at": act.at.isoformat()} for act in found])
        return
    table = Table("when", "who", "what", "key", "why", box=None, pad_edge=False, header_style="bold")
    for act in found:
        table.add_row(moment(act.at), act.account, act.act, Text(act.key, overflow="fold"), Text(act.reason))
    answer(table if found else "Nothing was done by hand yet.")


@docket_group.command("vacancies")
@click.option("--days", type=click.IntRange(0, 366), default=AHEAD.days, show_default=True, help="How far ahead.")
@json_option
@click.pass_context
def list_vacancies(context: click.Context, days: int, as_json: bool) -> None:
    """Deadlines without a living receiver, before they bite; exit 1 when there are any.

    Functions that nobody holds, people who leave or are away, forums that pause, addresses that take no letters: also
    the address of one of several in a function, who misses what her colleagues get.
    """
    here = installation(context)
    found, today = vacancies(here.record, here.now(), timedelta(days=days)), local_date(here.now())
    with here.record.database.read() as tx:
        dead = dead_addresses.dead_addresses(tx)
        behind = dead_addresses.functions_behind(tx, dead, today)
    if as_json:
        rows = [asdict(vacancy) | {"day": vacancy.day.isoformat()} for vacancy in found]
        answer_json([*rows, *_dead_json(dead, behind, today)])
    else:
        answer(_vacancies_table(found) if found else f"Somebody is there for every deadline of the next {days} days.")
        if dead:
            answer("", "Addresses that take no letters:", _dead_table(dead, behind), CORRECT)
    context.exit(REFUSED if found or dead else 0)


WHY = {
    "nobody": "nobody is there", "paused": "the forum pauses", "ended": "the forum has ended",
    "address": "the address takes no letters",
}  # fmt: skip


def _vacancies_table(found: Sequence[Vacancy]) -> Table:
    table = Table("day", "case", "deadline", "function", "why", box=None, pad_edge=False, header_style="bold")
    for vacancy in found:
        why = WHY.get(vacancy.why, vacancy.why)
        table.add_row(vacancy.day.isoformat(), vacancy.number, vacancy.deadline or "the ball", vacancy.post, why)
    return table


CORRECT = (
    "Correct each: `stegen user address ACCOUNT ADDRESS` (for a function's mailbox `stegen user mailbox FUNCTION "
    "ADDRESS`), or on the administrator's first page."
)

Behind = Mapping[str, tuple[str, ...]]


def _dead_json(dead: Sequence[DeadAddress], behind: Behind, today: date) -> list[dict[str, str]]:
    """One for each function behind the address, as a vacancy of no single case or deadline."""
    return [
        {
            "number": "", "deadline": "", "post": post, "day": today.isoformat(), "why": "dead_address",
            "account": one.account, "address": one.address, "answer": one.answer,
        }
        for one in dead for post in behind[one.account] or ("",)
    ]  # fmt: skip


def _dead_table(dead: Sequence[DeadAddress], behind: Behind) -> Table:
    table = Table("since", "account", "address", "functions", "answer", box=None, pad_edge=False, header_style="bold")
    for one in dead:
        functions = "a mailbox" if one.of_a_mailbox else ", ".join(behind[one.account]) or "none today"
        cells = (one.account, one.address, functions, one.answer)
        table.add_row(moment(one.refused_at), *(Text(cell, overflow="fold") for cell in cells))
    return table


@docket_group.command()
@click.option("--choose", metavar="WORDS", help=f"Comma separated, of {', '.join(CHOICES)}; empty for none.")
@as_somebody
def own(asked: Asked, choose: str | None) -> None:
    """Reminders of one's own, besides the routine's, in the function that acts: shown, or chosen anew."""
    if choose is not None:
        wanted = [word.strip() for word in choose.split(",") if word.strip()]
        try:
            chosen = choose_reminders(asked.record, asked.seer, wanted, asked.now)
        except ValueError as unknown:
            raise NotDone(REFUSED, "own_reminder", str(unknown)) from unknown
    else:
        with asked.record.database.read() as tx:
            chosen = chosen_reminders(tx, asked.seer)
    if asked.as_json:
        answer_json({"post": asked.seer.post, "own": list(chosen)})
    else:
        answer(f"{asked.seer.post}: {', '.join(chosen) or 'none'}")
