"""`stegen backup`: a copy of one moment of the record, made while people work.

What stands in it is one transaction's view. SQLite is copied first, in one step and at the disk's pace, because whoever
reads there keeps others from writing; PostgreSQL reads one snapshot. Papers are copied before and after that moment:
what it names was either there before, or is too young to be taken away. No key is in a backup.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import Boolean, Date, DateTime, Integer, LargeBinary, Table

from cases.chain import root
from cases.contents.papers import PaperMissing, Papers
from cases.copies.backup_file import (
    CHUNK,
    FORMAT,
    MANIFEST,
    BackupError,
    Kept,
    Manifest,
    Sort,
    digest_of,
    lines_of,
    paper_member,
    root_member,
    table_member,
    written,
)
from cases.database import Database, Transaction
from cases.installation import newest_revision, stands_at
from cases.soundness.verify import all_heads
from cases.tables import metadata

LEFT_OUT = {
    "sign_in": "a session that was ended after the backup would be open again",
    "guess": "counts of a few minutes",
    "mail_line": "how it stood with the mail server then",
    "standstill": "it belongs to the copy, not to what was copied",
}
"""Tables that no backup holds."""

FETCHED = 2000
LEVEL = 3
"""Of compression: most of the gain at a third of the time."""

COUNT = "SELECT COUNT(*) FROM cases"

Progress = Callable[[str, int], None]
"""Told what is being copied, and how many rows or papers of it are done."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A finished backup: its seal, and how large it came out."""

    file: Path
    seal: str
    size: int
    manifest: Manifest


def back_up(url: str, papers: Path, roots: Path, file: Path, now: datetime, tell: Progress) -> Taken:
    """Write a backup to `file`, whole or not at all.

    Raises BackupError when there is no record of this version, when `file` exists already, or when another backup is
    being written to it; OSError and DatabaseError as they come. Nothing but a `.part` file may be left of a killed one,
    and the next one to the same name takes it over.
    """
    if file.exists():
        raise BackupError(f"{file} exists already. A backup is never written over another file: name a new one.")
    with closing(Database(url)) as database:
        _refuse_other_versions(database)
        with _arriving(file) as part:
            manifest = _written_to(part, database, Papers(papers), roots, now, tell)
    return Taken(file, sha256(written(manifest)).hexdigest(), file.stat().st_size, manifest)


def _refuse_other_versions(database: Database) -> None:
    stands, newest = stands_at(database), newest_revision()
    if stands is None:
        raise BackupError("There is no record here. Set STEGEN_DATA or STEGEN_DATABASE_URL to the one you mean.")
    if stands != newest:
        raise BackupError(
            f"The database stands at {stands}, this version needs {newest}. Take the backup with the version that "
            "serves it, or run `stegen migrate` first."
        )


@contextmanager
def _arriving(file: Path) -> Iterator[Path]:
    """The name under which the file grows; it gets its own once it is on the disk for good."""
    part = file.with_name(f".{file.name}.part")
    handle = os.open(part, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(
                f"Another backup is being written to {file}. Wait for it, or name another file."
            ) from None
        try:
            os.ftruncate(handle, 0)
            yield part
            os.fsync(handle)
            if file.exists():
                raise BackupError(f"{file} was made by somebody else meanwhile. Name another file.")
            part.rename(file)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    finally:
        os.close(handle)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _written_to(part: Path, database: Database, papers: Papers, roots: Path, now: datetime, tell: Progress) -> Manifest:
    with ZipFile(part, "w", ZIP_DEFLATED, allowZip64=True, compresslevel=LEVEL) as archive:
        copied: dict[str, int] = {}
        _copy_papers(archive, papers, copied, tell)
        with _moment(database, part) as tx:
            tables = tuple(_copy_table(archive, tx, table, tell) for table in kept_tables())
            heads = all_heads(tx)
            manifest = Manifest(
                FORMAT, version("stegen"), newest_revision(), str(tx.value("SELECT county FROM installation") or ""),
                now.astimezone(UTC).isoformat(), root(heads).hex(), len(heads), int(tx.value(COUNT)), _keys(tx), tables,
                copied, {},
            )  # fmt: skip
        _copy_papers(archive, papers, copied, tell)
        manifest = replace(manifest, roots=_copy_roots(archive, roots))
        archive.writestr(MANIFEST, written(manifest))
    return manifest


# --- one moment of the database --------------------------------------------------------------------------------------


@contextmanager
def _moment(database: Database, part: Path) -> Iterator[Transaction]:
    """One view of everything, that nobody who works has to wait for."""
    if database.postgres:
        with database.read() as tx:
            yield tx
        return
    copy = part.with_suffix(".db")
    os.close(os.open(copy, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
    with closing(sqlite3.connect(copy, detect_types=sqlite3.PARSE_DECLTYPES, isolation_level=None)) as own:
        own.execute("PRAGMA journal_mode=OFF").fetchone()
        # Without a name it is gone with this process, however that ends.
        copy.unlink()
        with database.read() as tx:
            _copy_whole(tx, own, copy)
        yield Transaction(own.cursor(), postgres=False)


def _copy_whole(tx: Transaction, own: sqlite3.Connection, copy: Path) -> None:
    """In one step: it would begin anew at each write of somebody else's."""
    try:
        tx.connection.backup(own)
    except sqlite3.Error as fault:
        raise BackupError(
            f"The database could not be copied into {copy.parent} ({fault}). Free some space there, as much as the "
            "database takes and the backup besides, or name a file on another disk."
        ) from fault


def kept_tables() -> tuple[Kept, ...]:
    """What a backup holds, in an order in which rows find those that they name."""
    return tuple(_described(table) for table in metadata.sorted_tables if table.name not in LEFT_OUT)


def _described(table: Table) -> Kept:
    own = (column.name for column in table.columns for key in column.foreign_keys if key.column.table is table)
    key = tuple(column.name for column in table.primary_key.columns)
    return Kept(table.name, tuple((c.name, _sort(c.type)) for c in table.columns), key, tuple(own))


def _sort(type_: object) -> Sort:
    inner = getattr(type_, "impl_instance", type_)
    known: tuple[tuple[type, Sort], ...] = (
        (Boolean, "bool"), (Integer, "int"), (LargeBinary, "bytes"), (DateTime, "instant"), (Date, "day"),
    )  # fmt: skip
    return next((sort for kind, sort in known if isinstance(inner, kind)), "text")


def _copy_table(archive: ZipFile, tx: Transaction, table: Kept, tell: Progress) -> Kept:
    digest, rows = sha256(), 0
    with archive.open(table_member(table.name), "w", force_zip64=True) as out:
        for batch in _batches(tx, table):
            lines = lines_of(batch, table.columns)
            digest.update(lines)
            out.write(lines)
            rows += len(batch)
            tell(table.name, rows)
    return replace(table, rows=rows, sha256=digest.hexdigest())


def _batches(tx: Transaction, table: Kept) -> Iterator[list[tuple[object, ...]]]:
    """Rows in the order of their keys, by the bytes of texts whatever language the database sorts by. PostgreSQL keeps
    them on its side until they are fetched."""
    columns, sorts = ", ".join(f'"{name}"' for name, _ in table.columns), dict(table.columns)
    by_bytes = ' COLLATE "C"' if tx.postgres else ""
    order = ", ".join(f'"{name}"{by_bytes if sorts[name] == "text" else ""}' for name in table.key)
    statement = f'SELECT {columns} FROM "{table.name}" ORDER BY {order}'
    if not tx.postgres:
        cursor = tx.connection.execute(statement)
        while batch := cursor.fetchmany(FETCHED):
            yield batch
        return
    tx.run(f"DECLARE copied NO SCROLL CURSOR FOR {statement}")
    while batch := tx.all(f"FETCH {FETCHED} FROM copied"):
        yield batch
    tx.run("CLOSE copied")


def _keys(tx: Transaction) -> tuple[str, ...]:
    """The names of the data keys that something in the record is sealed with."""
    tables = (table.name for table in metadata.sorted_tables if "key_id" in table.columns)
    return tuple(sorted({key for name in tables for (key,) in tx.all(f"SELECT DISTINCT key_id FROM {name}")}))


# --- files -----------------------------------------------------------------------------------------------------------


def _copy_papers(archive: ZipFile, papers: Papers, copied: dict[str, int], tell: Progress) -> None:
    """Papers that have not been copied yet. One that is gone since it was listed has been disposed of; one that is
    damaged is left out, and `verify` names it here as in the restored record."""
    for name in papers.stored():
        if name in copied:
            continue
        try:
            with papers.open(name) as paper:
                if digest_of(paper) != name:
                    continue
                paper.seek(0)
                copied[name] = _copy(archive, paper_member(name), paper)
        except PaperMissing:
            continue
        tell("papers", len(copied))


def _copy(archive: ZipFile, member: str, stream: BinaryIO) -> int:
    told = ZipInfo(member)
    told.compress_type = ZIP_STORED
    size = 0
    with archive.open(told, "w", force_zip64=True) as out:
        while chunk := stream.read(CHUNK):
            size += out.write(chunk)
    return size


def _copy_roots(archive: ZipFile, folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in sorted(folder.glob("[0-9]*-*-*.txt")) if folder.is_dir() else ():
        content = file.read_bytes()
        archive.writestr(root_member(file.name), content)
        found[file.name] = sha256(content).hexdigest()
    return found
