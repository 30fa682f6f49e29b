"""A backup's file: one zip with every table in a portable form, the papers, the nights' roots, and what it all must be.

    tables/NAME.jsonl   a row a line, as a JSON array in the order of the manifest's columns
    papers/SHA256       as they lie on disk
    roots/DAY.txt       what each night published
    manifest.json       written last: versions, columns, counts and SHA-256 of everything else

The same rows are the same bytes whichever database they come from, so that a backup restores into either. Its *seal* is
the SHA-256 of the manifest, and stands for the whole.
"""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Literal
from zipfile import BadZipFile, ZipFile

FORMAT = "stegen-backup/1"
MANIFEST = "manifest.json"
CHUNK = 2**20

Sort = Literal["text", "int", "bool", "bytes", "day", "instant"]


class BackupError(Exception):
    """A backup could not be made or read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A table in a backup: its columns as (name, sort), its key, and the columns that name rows of the table itself."""

    name: str
    columns: tuple[tuple[str, Sort], ...]
    key: tuple[str, ...]
    within: tuple[str, ...]
    rows: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `papers` are sizes by hash, `roots` hashes by file name, `keys` the names of the data keys
    that its protected fields need; `root` and `heads` are those of `chain.root` at that moment."""

    format: str
    version: str
    revision: str
    county: str
    taken_at: str
    root: str
    heads: int
    cases: int
    keys: tuple[str, ...]
    tables: tuple[Kept, ...]
    papers: Mapping[str, int]
    roots: Mapping[str, str]

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.taken_at)


def written(manifest: Manifest) -> bytes:
    return json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()


def read_manifest(archive: ZipFile) -> tuple[Manifest, str]:
    """(manifest, seal). Raises BackupError for what is none, or is of a later format."""
    try:
        text = archive.read(MANIFEST)
        told = json.loads(text)
        if told["format"] != FORMAT:
            raise BackupError(
                f"The file's format is {told['format']}, this version reads {FORMAT}. Install the version of Stegen "
                "that made it."
            )
        tables = tuple(_kept(table) for table in told.pop("tables"))
        manifest = Manifest(**{**told, "keys": tuple(told["keys"]), "tables": tables})
        manifest.moment.astimezone(UTC)
    except (KeyError, TypeError, ValueError, AttributeError, BadZipFile, zlib.error) as fault:
        raise BackupError(_NO_BACKUP) from fault
    _refuse_odd_names(manifest)
    return manifest, sha256(text).hexdigest()


_NO_BACKUP = "The file is no whole backup of Stegen: it was cut short, or is something else. Take another one."
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PAPER = re.compile(r"[0-9a-f]{64}")
_ROOT = re.compile(r"\d{4}-\d{2}-\d{2}\.txt")
_SORTS = ("text", "int", "bool", "bytes", "day", "instant")


def _kept(told: Mapping[str, Any]) -> Kept:
    columns = tuple((name, sort) for name, sort in told["columns"])
    return Kept(told["name"], columns, tuple(told["key"]), tuple(told["within"]), told["rows"], told["sha256"])


def _refuse_odd_names(manifest: Manifest) -> None:
    """Names go into statements and paths: only those that Stegen gives are let in."""
    names = [table.name for table in manifest.tables]
    names += [name for table in manifest.tables for name, _ in table.columns]
    names += [name for table in manifest.tables for name in (*table.key, *table.within)]
    sound = all(_NAME.fullmatch(name) for name in names)
    sound &= all(sort in _SORTS for table in manifest.tables for _, sort in table.columns)
    sound &= all(map(_PAPER.fullmatch, manifest.papers)) and all(map(_ROOT.fullmatch, manifest.roots))
    if not sound:
        raise BackupError(_NO_BACKUP)


def open_archive(file: Path) -> ZipFile:
    """Raises BackupError for a file that is cut or no zip, and OSError for one that cannot be opened."""
    try:
        return ZipFile(file)
    except (BadZipFile, ValueError) as fault:
        raise BackupError(_NO_BACKUP) from fault


def table_member(name: str) -> str:
    return f"tables/{name}.jsonl"


def paper_member(name: str) -> str:
    return f"papers/{name}"


def root_member(name: str) -> str:
    return f"roots/{name}"


def wanted_members(manifest: Manifest) -> dict[str, str]:
    """Each member with the hash that it must have."""
    return {
        **{table_member(table.name): table.sha256 for table in manifest.tables},
        **{paper_member(name): name for name in manifest.papers},
        **{root_member(name): digest for name, digest in manifest.roots.items()},
    }


def check(archive: ZipFile, manifest: Manifest, tell: Callable[[int], None]) -> None:
    """Read everything once and hold it against the manifest. Raises BackupError naming the first that differs."""
    for done, (member, digest) in enumerate(wanted_members(manifest).items(), 1):
        try:
            with archive.open(member) as stream:
                found = digest_of(stream)
        except (KeyError, BadZipFile, zlib.error, EOFError) as fault:
            raise BackupError(f"{member} in the backup is missing or damaged. Take another backup.") from fault
        if found != digest:
            raise BackupError(f"{member} in the backup is not what was written there. Take another backup.")
        tell(done)


def digest_of(stream: IO[bytes]) -> str:
    digest = sha256()
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


# --- rows ----------------------------------------------------------------------------------------------------------


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


_OUT: Mapping[str, Callable[[Any], Any]] = {
    "bytes": lambda value: b64encode(value).decode(), "day": date.isoformat, "instant": _instant, "bool": bool,
}  # fmt: skip
_IN: Mapping[str, Callable[[Any], Any]] = {
    "bytes": b64decode, "day": date.fromisoformat, "instant": datetime.fromisoformat,
}  # fmt: skip


_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Made once: a new encoder for each of a million rows takes half of the time."""


def lines_of(rows: Sequence[Sequence[Any]], columns: Sequence[tuple[str, Sort]]) -> bytes:
    """Rows as a backup holds them, each with its end of line."""
    writers = [(place, _OUT[sort]) for place, (_, sort) in enumerate(columns) if sort in _OUT]
    lines = [_ENCODE(_converted(row, writers)) for row in rows]
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")


def rows_of(archive: ZipFile, table: Kept) -> Iterator[list[Any]]:
    """A table's rows as the database takes them. Raises BackupError for a line that is none."""
    readers = [(place, _IN[sort]) for place, (_, sort) in enumerate(table.columns) if sort in _IN]
    with archive.open(table_member(table.name)) as stream:
        for number, line in enumerate(stream, 1):
            try:
                row = _converted(json.loads(line), readers)
                if len(row) != len(table.columns):
                    raise ValueError(f"{len(row)} columns")
            except (TypeError, ValueError, IndexError, RecursionError) as fault:
                where = f"{table_member(table.name)}, line {number}"
                raise BackupError(f"{where}, in the backup is no row ({fault}). Take another backup.") from fault
            yield row


def _converted(row: Sequence[Any], how: Sequence[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    plain = list(row)
    for place, convert in how:
        if plain[place] is not None:
            plain[place] = convert(plain[place])
    return plain
