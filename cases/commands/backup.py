"""`backup` and `restore`: one file that holds a moment of the record, and the way back from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, cast

import click
from rich.console import Console
from rich.status import Status

from cases.clock.standstill import standing_still
from cases.commands.asked import json_option
from cases.commands.refused import REFUSED, WRONG, NotDone
from cases.commands.terminal import answer_json
from cases.contents.disposals_told import carried_on, undone, written
from cases.contents.secrecy import Keyring
from cases.copies.backup import back_up
from cases.copies.backup_file import BackupError, Manifest
from cases.copies.restore import Looked, Place, look
from cases.copies.restore import restore as restore_record
from cases.organisation.seeding import CountyData
from cases.record import Record
from cases.soundness.verify import verify

PAPERS, ROOTS = "papers", "roots"
"""Folders inside STEGEN_DATA."""

DISPOSED = "disposed.txt"
"""The nights' list of disposals, among the roots."""

ROOTS_ASIDE = (
    "Nights' roots that the backup does not hold lie in {folder} now: they show how far the lost record had come. Keep "
    "them where the copies of the roots are."
)

FORM = "stegen-{moment:%Y-%m-%dT%H%M%SZ}.zip"


class Installation(Protocol):
    """What the entry point hands over; the record is opened only once there is one."""

    @property
    def record(self) -> Record: ...
    @property
    def county(self) -> CountyData: ...
    @property
    def database_url(self) -> str: ...
    @property
    def data_folder(self) -> Path: ...
    def now(self) -> datetime: ...


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@click.pass_context
def backup(context: click.Context, file: Path, as_json: bool) -> None:
    """Write a backup of the record to FILE, while people work.

    One moment of the database, the papers, the nights' roots; no key. Where FILE is a folder the backup gets a name
    with its moment. It is whole when it has its name, and is never written over another file.
    """
    here = cast(Installation, context.obj)
    now = here.now()
    target = file / FORM.format(moment=now.astimezone(UTC)) if file.is_dir() else file
    if not target.parent.is_dir():
        raise NotDone(WRONG, "files", f"There is no folder {target.parent}. Make it first, or name another place.")
    with _faults_told(), _under_way("Copying") as tell:
        taken = back_up(here.database_url, here.data_folder / PAPERS, here.data_folder / ROOTS, target, now, tell)
    if as_json:
        answer_json({"file": str(taken.file), "bytes": taken.size, "seal": taken.seal, **_told(taken.manifest)})
        return
    kept = taken.manifest
    click.echo(
        f"{taken.file}: {kept.cases} case(s), {sum(t.rows for t in kept.tables)} rows, {len(kept.papers)} paper(s), "
        f"{taken.size / 2**20:.1f} MB.\nSeal {taken.seal}"
    )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only see whether the backup is whole; nothing is written.")
@click.option("--seal", default="", metavar="HEX", help="The seal that was printed when it was made.")
@click.option(
    "--disposed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The nights' list of disposals (roots/disposed.txt), as it was kept elsewhere.",
)
@json_option
@click.pass_context
def restore(context: click.Context, file: Path, check: bool, seal: str, disposed: Path | None, as_json: bool) -> None:
    """Make a record out of the backup FILE, in an empty place.

    The place is what the settings name, on either database. Hashes are checked first and the whole record afterwards.
    Whoever can write to the file can make its hashes fit: only the seal, kept elsewhere, shows that it is the same.
    Its clock stands still: `stegen docket go-on` lets it go on once somebody has said which letters have left already.
    """
    here = cast(Installation, context.obj)
    with _faults_told(), _under_way("Looking at the backup") as tell:
        if check:
            found = look(file, tell, seal)
        else:
            here.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            place = Place(here.database_url, here.data_folder / PAPERS, here.data_folder / ROOTS, here.county.code)
            found = restore_record(file, place, here.now(), tell, seal)
    if check:
        _answer_checked(found, as_json)
        return
    with _faults_told():
        _answer_restored(here, found, disposed, as_json)


def _answer_checked(found: Looked, as_json: bool) -> None:
    if as_json:
        answer_json({"seal": found.seal, **_told(found.manifest)})
    else:
        click.echo(f"The backup is whole. It shows {found.manifest.taken_at} with {found.manifest.cases} case(s).")


def _answer_restored(here: Installation, found: Looked, disposed: Path | None, as_json: bool) -> None:
    """Look the record through, as `verify` does."""
    kept = found.manifest
    # Before it is opened: what stops that (another county's routines, a missing key) stops no restore.
    click.echo("The record is restored, and its clock stands still. It is looked through now.", err=True)
    record = here.record
    faults = [str(fault) for fault in verify(record, here.now())]
    missing = _missing_keys(record.keyring, kept)
    back = _brought_back(here, disposed)
    data = {
        "seal": found.seal, **_told(kept), "missing_keys": missing, "faults": faults, "to_dispose": back,
        "set_aside": str(found.aside) if found.aside is not None else None,
    }  # fmt: skip
    if found.aside is not None:
        click.echo(ROOTS_ASIDE.format(folder=found.aside), err=True)
    if faults or missing:
        told = [f"the data key {key} is not in STEGEN_DATA_KEYS: what it seals cannot be read" for key in missing]
        message = "\n".join(["The record is restored, its clock stands still, but it is not sound:", *told, *faults])
        raise NotDone(REFUSED, "faults", message, data)
    for line in back or ():
        click.echo(f"Was disposed of after the backup, and is here again: {line}", err=True)
    if back is None:
        click.echo("No list of disposals was found: what was erased after the backup may be here again.", err=True)
    waiting = standing_still(record, here.now())
    if as_json:
        answer_json(data | {"letters": waiting.letters if waiting else 0, "steps": waiting.steps if waiting else 0})
        return
    click.echo(f"The record of {kept.taken_at} is restored and whole: {kept.cases} case(s), root {kept.root}.")
    if waiting is not None:
        click.echo(
            f"Its clock stands still. {waiting.letters} letter row(s) and {waiting.steps} step(s) are due; see "
            "`stegen docket go-on --preview`."
        )


def _brought_back(here: Installation, disposed: Path | None) -> list[str] | None:
    """Disposals after the backup, a line each; None where nothing tells of them. A list that was kept elsewhere is
    carried on here: a later restore needs it too."""
    own = here.data_folder / ROOTS / DISPOSED
    file = disposed or own
    if not file.exists():
        return None
    try:
        told = file.read_text(encoding="ascii")
        back = written(undone(here.record, told)).splitlines()
    except ValueError as fault:
        raise BackupError(f"The record is restored, but {file} is no list of disposals ({fault}).") from fault
    own.write_text(carried_on(here.record, told, *([own.read_text(encoding="ascii")] if own.exists() else [])))
    return back


def _missing_keys(keyring: Keyring, kept: Manifest) -> list[str]:
    return [key for key in kept.keys if not keyring.knows(key)]


def _told(kept: Manifest) -> dict[str, Any]:
    return {
        "taken_at": kept.taken_at, "version": kept.version, "revision": kept.revision, "county": kept.county,
        "cases": kept.cases, "rows": sum(table.rows for table in kept.tables), "papers": len(kept.papers),
        "roots": len(kept.roots), "root": kept.root,
    }  # fmt: skip


@contextmanager
def _faults_told() -> Iterator[None]:
    try:
        yield
    except BackupError as fault:
        raise NotDone(REFUSED, "backup", str(fault)) from fault


@contextmanager
def _under_way(title: str) -> Iterator[Callable[[str, int], None]]:
    """What is being done, on a terminal only."""
    screen = Console(stderr=True, markup=False, highlight=False)
    if not screen.is_terminal:
        yield lambda what, done: None
        return
    with Status(title, console=screen) as status:
        yield lambda what, done: status.update(f"{title}: {what} {done}")
