"""`stegen restore`: a backup becomes a record again, in an empty place, on either database.

Hashes are checked before anything is written. Papers and roots come first, each whole under its own name; the rows and
the standstill of the clock come in one transaction. So a restore that is stopped at any point leaves a place that is
still empty, and is simply run again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from cases.chain import root
from cases.clock.standstill import begin
from cases.contents.papers import Papers
from cases.copies.backup_file import (
    BackupError,
    Kept,
    Manifest,
    check,
    open_archive,
    paper_member,
    read_manifest,
    root_member,
    rows_of,
    wanted_members,
)
from cases.copies.forms import columns_of
from cases.copies.roots_aside import set_roots_aside
from cases.database import Database, Transaction, driver_errors_told
from cases.installation import MIGRATIONS, bring_up, stands_at
from cases.migrate import make_as_of
from cases.soundness.verify import all_heads

AT_ONCE = 2000

LOG_SEALS = "log_seal"
"""A backup from before migration 0017 has no such table, and its root is over the histories alone."""

Progress = Callable[[str, int], None]
"""Told what is under way, and how many members, papers or rows of it are done."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A backup that is whole: what it holds, and the seal that stands for it; `aside` is where a restore has put the
    nights' roots that it found and the backup does not hold."""

    manifest: Manifest
    seal: str
    aside: Path | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record lives: its database, its papers, the nights' roots; and which county the installation serves."""

    url: str
    papers: Path
    roots: Path
    county: str


def look(file: Path, tell: Progress, wanted: str = "") -> Looked:
    """Is it a backup, whole, of a version that this one knows, and the one whose seal is `wanted` (any, when that is
    empty)? Raises BackupError and OSError."""
    with open_archive(file) as archive:
        manifest, seal = read_manifest(archive)
        if wanted and wanted.lower() != seal:
            raise BackupError(f"The backup's seal is {seal}, not the one you gave. It is another one, or was changed.")
        _refuse_newer(manifest)
        _refuse_other_tables(manifest)
        check(archive, manifest, lambda done: tell("hashes", done))
    return Looked(manifest, seal)


def members(file: Path) -> int:
    """How many there are to look at. Raises BackupError and OSError."""
    with open_archive(file) as archive:
        return len(wanted_members(read_manifest(archive)[0]))


def restore(file: Path, place: Place, now: datetime, tell: Progress, wanted: str = "") -> Looked:
    """The backup's record in an empty place, its clock standing still.

    Raises BackupError: no whole backup, another seal than `wanted`, another county's, a newer version's, a place that
    is not empty (nothing is written), or histories that do not end as it says (nothing of it is kept). OSError and
    DatabaseError as they come.
    """
    found = look(file, tell, wanted)
    if found.manifest.county != place.county:
        raise BackupError(
            f"The backup is of the county {found.manifest.county}, this installation serves {place.county}. Set "
            "STEGEN_COUNTY to its folder."
        )
    with open_archive(file) as archive, closing(Database(place.url)) as database:
        _refuse_filled(database, Papers(place.papers), found.manifest)
        aside = set_roots_aside(place.roots, found.manifest)
        _bring_files(archive, place, found.manifest, tell)
        with driver_errors_told():
            make_as_of(place.url, found.manifest.revision)
        with database.write() as tx:
            _fill(tx, archive, found.manifest, tell)
            _refuse_other_root(tx, found.manifest, aside)
            begin(tx, f"restored from the backup {found.seal[:16]}", found.manifest.moment, now)
        bring_up(database)
    return replace(found, aside=aside)


def _refuse_newer(manifest: Manifest) -> None:
    known = {path.name.partition("_")[0] for path in MIGRATIONS.glob("[0-9]*_*.py")}
    if manifest.revision not in known:
        raise BackupError(
            f"The backup was made by Stegen {manifest.version}, whose database ({manifest.revision}) this version does "
            "not know. Install that version, or a later one."
        )


def _refuse_other_tables(manifest: Manifest) -> None:
    """Else a backup would pass from which a whole log was taken out, together with its line in the manifest."""
    own = columns_of(manifest.revision)
    brought = {table.name: frozenset(name for name, _ in table.columns) for table in manifest.tables}
    odd = sorted(name for name in own.keys() | brought.keys() if own.get(name) != brought.get(name))
    if odd:
        raise BackupError(
            f"The backup has not the tables and columns of a record at {manifest.revision} ({', '.join(odd)}): it was "
            "changed after it was made. Take another one."
        )


def _refuse_other_root(tx: Transaction, manifest: Manifest, aside: Path | None) -> None:
    """Before the record is brought to this version's form, which may seal its histories anew."""
    heads = all_heads(tx, logs=LOG_SEALS in (table.name for table in manifest.tables))
    if (root(heads).hex(), len(heads)) != (manifest.root, manifest.heads):
        moved = f" The nights' roots that it does not hold lie in {aside}." if aside is not None else ""
        raise BackupError(
            f"The histories and logs in the backup do not end in its root ({manifest.root}): it was changed after it "
            f"was made. Take another one.{moved}"
        )


def _refuse_filled(database: Database, papers: Papers, manifest: Manifest) -> None:
    stands = stands_at(database)
    if stands is not None:
        with database.read() as tx:
            filled = tx.value("SELECT county FROM installation") is not None
        if filled or stands != manifest.revision:
            raise BackupError(
                "There is a record here already. A backup is restored into an empty place only: name another one with "
                "STEGEN_DATA or STEGEN_DATABASE_URL, or move this one away."
            )
    strange = next((name for name in papers.stored() if name not in manifest.papers), None)
    if strange is not None:
        raise BackupError(f"There are other papers here already ({strange[:12]}…). Name an empty STEGEN_DATA.")


def _bring_files(archive: ZipFile, place: Place, manifest: Manifest, tell: Progress) -> None:
    """Papers by their hashes, and roots that are not here yet."""
    papers = Papers(place.papers)
    for done, name in enumerate(manifest.papers, 1):
        with archive.open(paper_member(name)) as stream:
            papers.bring_back(name, stream)
        tell("papers", done)
    place.roots.mkdir(parents=True, exist_ok=True)
    for name in manifest.roots:
        target = place.roots / name
        if not target.exists():
            part = target.with_suffix(".part")
            part.write_bytes(archive.read(root_member(name)))
            part.rename(target)


# --- rows ------------------------------------------------------------------------------------------------------------


def _fill(tx: Transaction, archive: ZipFile, manifest: Manifest, tell: Progress) -> None:
    for table in manifest.tables:
        later = _inserted(tx, archive, table, tell)
        _name_own_rows(tx, table, later)
        if tx.postgres:
            _count_on(tx, table)
    if tx.postgres:
        tx.run("ANALYZE")


def _inserted(tx: Transaction, archive: ZipFile, table: Kept, tell: Progress) -> list[list[Any]]:
    """Write all rows; those that name rows of the same table are answered, to be written whole once all are there."""
    names = [name for name, _ in table.columns]
    within = [names.index(name) for name in table.within]
    later: list[list[Any]] = []
    done, rows = 0, rows_of(archive, table)
    while batch := list(islice(rows, AT_ONCE)):
        for row in batch if within else ():
            if any(row[place] is not None for place in within):
                later.append(list(row))
                for place in within:
                    row[place] = None
        _write(tx, table, names, batch)
        done += len(batch)
        tell(table.name, done)
    return later


def _write(tx: Transaction, table: Kept, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    columns = ", ".join(f'"{name}"' for name in names)
    if not tx.postgres:
        tx.connection.executemany(
            f'INSERT INTO "{table.name}" ({columns}) VALUES ({", ".join("?" * len(names))})', rows
        )
        return
    with tx.connection.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def _name_own_rows(tx: Transaction, table: Kept, rows: Sequence[Sequence[Any]]) -> None:
    names = [name for name, _ in table.columns]
    sets = ", ".join(f'"{name}" = :{name}' for name in table.within)
    which = " AND ".join(f'"{name}" = :{name}' for name in table.key)
    wanted = (*table.within, *table.key)
    tx.many(
        f'UPDATE "{table.name}" SET {sets} WHERE {which}',
        [{name: value for name, value in zip(names, row, strict=True) if name in wanted} for row in rows],
    )


def _count_on(tx: Transaction, table: Kept) -> None:
    """PostgreSQL numbers new rows from where the old ones ended."""
    for name in _numbered(tx, table):
        tx.run(f"""SELECT setval(pg_get_serial_sequence('{table.name}', '{name}'),
 (SELECT COALESCE(MAX("{name}"), 0) + 1 FROM "{table.name}"), false)""")


def _numbered(tx: Transaction, table: Kept) -> Iterator[str]:
    for name, sort in table.columns:
        if sort == "int" and name in table.key:
            found = tx.value("SELECT pg_get_serial_sequence(:table, :name)", table=f'"{table.name}"', name=name)
            if found is not None:
                yield name
