"""The clock's commands: `tick` runs one round, `worker` the clock alone; those of docket and mailbox stand beside."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from functools import partial
from signal import SIGINT, SIGTERM, signal
from threading import Event
from types import ModuleType

import click
from rich.text import Text

from cases.clock.mail_line import Outage, outage
from cases.clock.ran_ahead import FAR, believed
from cases.clock.rounds import last_round
from cases.commands.asked import json_option
from cases.commands.refused import REFUSED, NotDone
from cases.commands.terminal import answer, answer_json
from notifications.asked import Installation, Instant, installation, mailer_for, moment
from notifications.batches import carry_out, hand_over_held
from notifications.clock import beating
from notifications.docket_commands import docket_group
from notifications.docket_status import letters_wait, status
from notifications.duties import Duties
from notifications.mailbox_commands import mailbox
from notifications.night import watch
from notifications.round import DUTY, HandOver, Report
from notifications.standstill_commands import go_on, stop
from notifications.texts import TextFaults, forms

log = logging.getLogger(__name__)

__all__ = ["docket_group", "keeping_time", "mailbox", "mailer_for", "notification_commands", "tick", "worker"]

FAULT = 1

DOCKET, PROCRASTINATE = "docket", "procrastinate"
RUNS = "The clock runs ({}; Ctrl-C ends it)."

ROOTS = "roots"
"""The folder, inside STEGEN_DATA, of the nights' published roots."""

LOOK_UP = 1.0
"""Seconds between looks at whether somebody wants the worker to end."""


@click.command()
@click.option("--night", is_flag=True, help="The night's watch instead: check the record, publish the root.")
@click.option("--now", "at", type=Instant(), metavar="T", help="Take T for the present instant. Without it: now.")
@click.option("--ahead", is_flag=True, help="T lies more than a day ahead of a clock that runs, and that is meant.")
@json_option
@click.pass_context
def tick(context: click.Context, at: datetime | None, ahead: bool, night: bool, as_json: bool) -> None:
    """Run one round of the clock: take the automatic steps that are due, send the letters that are due.

    For whoever keeps the time with a scheduler of the system instead of `stegen serve` or `stegen worker`. Exit code 1
    when something failed, or letters cannot leave; the log says what, and the next round tries again.
    """
    here = installation(context)
    if at is not None and not ahead:
        _refuse_far_ahead(here, at)
    now = at or here.now()
    if night:
        _watch(context, duties_of(here), now, as_json)
        return
    report = duties_of(here).minute(now)
    with here.record.database.read() as tx:
        away = outage(tx)
    if as_json:
        answer_json(asdict(report) | {"mail": away.reason if away is not None else ""})
    else:
        answer(*_told(report, away))
    context.exit(FAULT if report.failed or (away is not None and away.failures) else 0)


def _refuse_far_ahead(here: Installation, at: datetime) -> None:
    """Where people work by the machine's clock, a slip in a year must not take every step of that year. A demo and a
    test have put their clock somewhere themselves."""
    now = here.now()
    with here.record.database.read() as tx:
        last = last_round(tx, DUTY, now + FAR)
    if last is not None and believed(now, here.telephones_now()) and at > now + FAR:
        raise NotDone(
            REFUSED, "far_ahead",
            f"{moment(at)} lies far ahead of this installation's last round ({moment(last.at)}). A round there takes "
            "every step and sends every letter that falls due until then, for good. Correct T, try it on a copy "
            "(`stegen restore`, `stegen demo`), or say that it is meant with --ahead.",
        )  # fmt: skip


def _watch(context: click.Context, duties: Duties, now: datetime, as_json: bool) -> None:
    found = watch(duties.record, now, duties.roots)
    faults = [str(fault) for fault in found.faults]
    if as_json:
        answer_json({"faults": faults, "root": found.root, "heads": found.heads, "file": str(found.file)})
    else:
        whole = "The record is whole." if not faults else f"{len(faults)} fault(s). The first: {faults[0]}"
        answer(whole, f"The root over {found.heads} chain(s) stands in {found.file}.")
    context.exit(FAULT if faults else 0)


@click.command()
@click.option(
    "--engine",
    type=click.Choice((DOCKET, PROCRASTINATE)),
    default=DOCKET,
    show_default=True,
    help="What shares the letters out among workers.",
)
@click.pass_context
def worker(context: click.Context, engine: str) -> None:
    """Run the clock alone, until interrupted: for installations whose pages run in processes of their own.

    Any number of workers, beside `stegen serve` too, do no harm: each row is claimed by one of them. With the engine
    procrastinate (PostgreSQL only) each due letter goes to whichever worker is free.
    """
    here = installation(context)
    if engine == PROCRASTINATE:
        _share(here, _engine())
    else:
        _keep_time(here)
    click.echo("Ended.")


def _keep_time(here: Installation) -> None:
    stopped = Event()
    before = {number: signal(number, lambda *_: stopped.set()) for number in (SIGTERM, SIGINT)}
    try:
        with keeping_time(here):
            click.echo(RUNS.format(DOCKET))
            while not stopped.wait(LOOK_UP):
                continue
    finally:
        for number, handler in before.items():
            signal(number, handler)


def _engine() -> ModuleType:
    try:
        from notifications import engine
    except ImportError as missing:
        raise click.UsageError(f"The engine is not installed ({missing}). pip install 'stegen[engine]'") from missing
    return engine


def _share(here: Installation, engine: ModuleType) -> None:
    """The clock hands over what is due, and this process carries out what the engine gives it."""
    try:
        engine.prepare(here.record)
    except engine.NeedsPostgres as refused:
        raise click.UsageError(str(refused)) from refused
    mailer = mailer_for(here.settings)
    with keeping_time(here, partial(hand_over_held, queue=engine.queue())):
        click.echo(RUNS.format(PROCRASTINATE))
        engine.work(here.record, lambda name, turn: carry_out(here.record, here.now(), mailer, name, turn))


def duties_of(here: Installation, hand_over: HandOver | None = None) -> Duties:
    """Texts of letters with a fault are told before anything is claimed; all other letters leave."""
    if faults := forms().faults():
        log.error("%s", TextFaults(faults))
    return Duties(here.record, mailer_for(here.settings), here.settings.data / ROOTS, hand_over)


@contextmanager
def keeping_time(here: Installation, hand_over: HandOver | None = None) -> Iterator[None]:
    """The clock beats beside whatever runs in the block."""
    duties = duties_of(here, hand_over)
    with beating(
        lambda: duties.minute(here.now()), lambda: duties.hours(here.now()),
        left_out=lambda place: duties.left_out(place, here.now()),
    ):  # fmt: skip
        yield


def _told(report: Report, away: Outage | None) -> Iterator[str | Text]:
    if report.still:
        yield "The clock stands still: `stegen docket go-on --help`."
        return
    counted = {name: count for name, count in asdict(report).items() if count}
    if counted or away is None:
        yield ", ".join(f"{count} {name}" for name, count in counted.items()) or "Nothing was due."
    if away is not None:
        yield letters_wait(away)


docket_group.add_command(status)
docket_group.add_command(stop)
docket_group.add_command(go_on)

notification_commands: tuple[click.Command, ...] = (tick, worker, docket_group, mailbox)
"""What stegen.py adds to the command."""
