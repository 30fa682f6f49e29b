"""`case patient`: whom a case is about, for a handler who says why; and `log`: who has looked, for the auditor."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from cases.commands.asked import Asked, CaseNumber, as_somebody, number_argument
from cases.commands.inputs_given import text_of
from cases.commands.matter import answer_kept
from cases.commands.phrases import say
from cases.commands.refused import REFUSED, NotDone
from cases.commands.terminal import answer, answer_json
from cases.contents.patient import NoReference, set_patient, show_patient
from cases.organisation.read_log import BEGINNING, END, reads
from workflows.office_hours import STOCKHOLM


class Day(click.DateTime):
    """A day, and in plain words how it is written when it cannot be read."""

    name = "day"

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is no day. Write it as 2026-04-16.", param, ctx)


@click.command("patient")
@number_argument
@click.option("--reason", default="", help="Why you look; it is written down first.")
@click.option("--from", "file", metavar="FILE", help="Keep the reference in FILE instead; - is standard input.")
@as_somebody
def patient(asked: Asked, number: str, reason: str, file: str | None) -> None:
    """Show whom a case is about, or keep it.

    For the handlers of the two operations, at the local step only. Each look stands in the read log with its reason,
    also one that was refused. A reference is read from a file, so that it does not stay in the history of the shell.
    """
    if bool(reason) == bool(file):
        raise click.UsageError("Say why with --reason, or name a file with --from to keep what stands in it.")
    if file:
        set_patient(asked.record, asked.seer, number, text_of(file).strip(), asked.now)
        answer_kept({"number": number, "kept": True}, say("patient_kept", asked.language), asked)
        return
    try:
        told = show_patient(asked.record, asked.seer, number, reason, asked.now)
    except NoReference as nothing:
        raise NotDone(REFUSED, "no_reference", say("no_reference", asked.language)) from nothing
    answer_kept({"number": number, "patient": told}, told, asked)


@click.command("log")
@click.option("--since", type=Day(), default=None, help="From this day on.")
@click.option("--until", type=Day(), default=None, help="To this day, included.")
@click.option("--case", "number", type=CaseNumber(), default=None, help="Reads in this case alone.")
@click.option("--account", default="", help="Reads by this account alone.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="The newest so many.")
@as_somebody
def log(
    asked: Asked, since: datetime | None, until: datetime | None, number: str | None, account: str, limit: int
) -> None:
    """Show who has read protected fields, as an auditor.

    When, in which case and function, why, and whether it was shown or refused. Cases are numbers here.
    """
    found = reads(
        asked.record, asked.seer, asked.now, since=_day(since, BEGINNING), until=_day(until, END), number=number or "",
        account=account, limit=limit,
    )  # fmt: skip
    if asked.as_json:
        answer_json([{"at": _instant(r.at), "number": r.number, "account": r.account, "post": r.post, "what": r.what,
                      "reason": r.reason, "result": r.result} for r in found])  # fmt: skip
        return
    table = Table.grid(padding=(0, 2, 0, 0))
    for r in found:
        when = f"{r.at.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"
        table.add_row(Text(when, "dim"), Text(r.number, "bold"), Text(say(f"read_{r.result}", asked.language)),
                      Text(r.account), Text(r.post, "dim"), Text(r.reason))  # fmt: skip
    answer(table if found else say("empty", asked.language))


def _day(given: datetime | None, otherwise: date) -> date:
    return given.date() if given is not None else otherwise


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
