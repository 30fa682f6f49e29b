"""`migrate`, `verify`, `key rotate` and `county diff`: what an operator does to keep an installation whole."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import cast

import click

from cases.commands.asked import installation, json_option
from cases.commands.export_check import lines_of_check
from cases.commands.refused import REFUSED, NotDone
from cases.commands.terminal import answer_json, progress
from cases.contents.key_rotation import left_to_rotate, rotate
from cases.copies.export_file import ExportError, check_export
from cases.database import Database
from cases.installation import bring_up_under, stands_at
from cases.organisation.seeding import differences
from cases.record import Record
from cases.soundness.published import Published, of_published, published_in
from cases.soundness.verify import Fault
from cases.soundness.verify import verify as verify_all
from workflows.calendar import Language


@click.command()
@json_option
@click.pass_context
def migrate(context: click.Context, as_json: bool) -> None:
    """Bring the database to this version's form.

    Safe to run again at any point, also after it was stopped.
    """
    here = installation(context)
    with closing(Database(here.database_url)) as database:
        before = stands_at(database)
        after = bring_up_under(database, here.rules)
    if as_json:
        answer_json({"before": before, "after": after})
    elif before == after:
        click.echo(f"The database is already at {after}.")
    else:
        click.echo(f"The database went from {before or 'empty'} to {after}.")


@click.command()
@click.option(
    "--export",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="An export instead, by itself: no record is needed.",
)
@click.option("--language", type=click.Choice(("sv", "en")), default="en", show_default=True, help="Of --export.")
@click.option(
    "--roots",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Also hold the logs against what the nights published, as it was kept elsewhere.",
)
@json_option
@click.pass_context
def verify(context: click.Context, file: Path | None, language: str, roots: Path | None, as_json: bool) -> None:
    """Check the whole record; exit 1 names the first bad row.

    Every chain of the history, the stored state beside it, who may read what, what the clock is still to do, papers,
    and the logs of reads and of administration as each night has sealed them.
    """
    if file is not None:
        _verify_export(file, cast(Language, language), as_json)
        return
    here = installation(context)
    now, record, told = here.now(), here.record, _told_by(roots) if roots is not None else ()
    with progress("Checking the record", _all_cases(record)) as tell:
        faults = verify_all(record, now, progress=tell)
    with record.database.read() as tx:
        faults += tuple(Fault("logs", log, text) for log, text in of_published(tx, told))
    rows = [{"check": f.check, "place": f.place, "text": f.text} for f in faults]
    if faults:
        message = "\n".join([f"{len(faults)} fault(s). The first: {faults[0]}", *map(str, faults[1:])])
        raise NotDone(REFUSED, "faults", message, {"faults": rows})
    if as_json:
        answer_json({"faults": rows})
    else:
        click.echo("The record is whole.")


def _told_by(folder: Path) -> tuple[Published, ...]:
    told = tuple(published_in(folder))
    if not told:
        raise click.BadParameter("No night's file in that folder tells of a log.", param_hint="--roots")
    return told


def _verify_export(file: Path, language: Language, as_json: bool) -> None:
    try:
        found = check_export(file)
    except ExportError as fault:
        raise NotDone(REFUSED, "export", str(fault)) from fault
    data = asdict(found)
    if found.faults:
        raise NotDone(REFUSED, "faults", "\n".join([f"{len(found.faults)} fault(s). The first:", *found.faults]), data)
    if as_json:
        answer_json(data)
        return
    click.echo("\n".join(lines_of_check(found, language)))


def _all_cases(record: Record) -> int:
    with record.database.read() as tx:
        return int(tx.value("SELECT COUNT(*) FROM cases"))


@click.group()
def key() -> None:
    """The keys that protect patient references.

    They stand in STEGEN_DATA_KEYS, newest first, and never in the database or a backup.
    """


@key.command("rotate")
@json_option
@click.pass_context
def rotate_keys(context: click.Context, as_json: bool) -> None:
    """Let the newest key take over.

    Put it first in STEGEN_DATA_KEYS and keep the old ones behind it until this has run. It can be stopped and run
    again.
    """
    record = installation(context).record
    with progress("Wrapping protected fields", left_to_rotate(record)) as tell:
        rotated = rotate(record, tell)
    data = {"key": rotated.newest, "rotated": rotated.done, "unreadable": list(rotated.unreadable)}
    if rotated.unreadable:
        message = f"{len(rotated.unreadable)} field(s) could not be opened. The first: {rotated.unreadable[0]}"
        raise NotDone(REFUSED, "unreadable", message, data)
    if as_json:
        answer_json(data)
    else:
        click.echo(f"{rotated.done} field(s) went over to key {rotated.newest}; older keys can be taken out.")


@click.group()
def county() -> None:
    """The county's folder beside the database.

    The folder fills an empty database once; from then on the database is master.
    """


@county.command("diff")
@json_option
@click.pass_context
def county_diff(context: click.Context, as_json: bool) -> None:
    """Show what the folder says otherwise; nothing is changed."""
    here = installation(context)
    found = differences(here.record.database, here.county)
    if as_json:
        answer_json({"differences": found})
        return
    for line in found:
        click.echo(line)
    click.echo(f"{len(found)} difference(s)." if found else "The folder says the same as the database.")
