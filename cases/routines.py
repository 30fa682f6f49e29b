"""The routine's versions that this record was kept under: written down when first used, and never changed (law 9).

A case is pinned to a version and its hash. The text of every version is kept with the record, so that a case keeps
its routine even when the file is gone.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache, partial
from itertools import zip_longest
from pathlib import PurePath

from cases.database import Database, DatabaseReadOnly, Transaction
from workflows.definition import Definition
from workflows.definition_file import Source, read
from workflows.definition_source import DefinitionFaults, Fault
from workflows.library import Library, ReadWhenAsked

KEPT = "SELECT key, hash, texts FROM workflow_version ORDER BY key"
KEPT_KINDS = "SELECT key, kind, texts FROM workflow_version ORDER BY key"
KEEP = """INSERT INTO workflow_version (key, kind, hash, texts, recorded_at)
 VALUES (:key, :kind, :hash, :texts, :at)
 ON CONFLICT (key) DO UPDATE SET hash = excluded.hash, texts = excluded.texts"""
RUNGS = "SELECT code FROM rung"
USED = "SELECT COUNT(*) FROM (SELECT 1 FROM cases WHERE definition = :key LIMIT 1) AS used"


class RoutineChanged(Exception):
    """A version of the routine that cases already follow has another text now. Put the file back as it was and make a
    new version of it instead."""

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        super().__init__(f"{self.__doc__} ({', '.join(keys)})")


def open_library(database: Database, files: Sequence[Source], now: datetime) -> Library:
    """The routines of the county's files, together with versions that only the record still knows.

    Looks before it writes: a record that knows these versions is opened while somebody else writes to it, and where
    nobody can. Raises DefinitionFaults when a file is not sound, and RoutineChanged when a used version is not what it
    was.
    """
    definitions = _checked(database, files)
    with database.read() as tx:
        kept = _kept(tx, definitions)
    fresh = [d for key, d in definitions.items() if key not in kept or kept[key][0] != d.hash]
    if fresh:
        # A record that cannot be written to begins no case either, so that it need not know of a version before one.
        with suppress(DatabaseReadOnly):
            _keep_all(database, fresh, definitions, files, now)
    gone = {key: texts for key, (_, texts) in kept.items() if key not in definitions}
    return Library({**_from_record(gone), **definitions})


def hold_against_kept(database: Database, files: Sequence[Source]) -> None:
    """Before a database is given another form: would it be opened with these routines? Writes nothing. Raises
    DefinitionFaults and RoutineChanged."""
    definitions = _checked(database, files)
    with database.read() as tx:
        _kept(tx, definitions)


def followed(tx: Transaction) -> dict[str, str]:
    """Versions that cases follow, and the hash of each: nobody may change a word of them."""
    return {key: stored for key, stored, _ in tx.all(KEPT) if tx.value(USED, key=key)}


def changed_files(tx: Transaction, definitions: Mapping[str, Definition], files: Sequence[Source]) -> Iterator[Fault]:
    """What RoutineChanged would be raised for, file by file: the first line of each that a version which cases already
    follow has in other words."""
    try:
        _kept(tx, definitions)
    except RoutineChanged as changed:
        kept = {key: json.loads(texts) for key, _, texts in tx.all(KEPT)}
        here = {PurePath(file.path).name: file for file in files}
        for key in changed.keys:
            for path, text in kept[key]:
                file = here.get(PurePath(path).name)
                if file is not None and file.text != text:
                    yield Fault(file.path, _first_other_line(file.text, text), "the file", _put_back(key))


def _put_back(key: str) -> str:
    name, _, version = key.rpartition(".v")
    return f"cases already follow {key} with another text; put it back, and make {name}.v{int(version) + 1} of yours"


def _first_other_line(text: str, kept: str) -> int:
    pairs = enumerate(zip_longest(text.splitlines(), kept.splitlines()), 1)
    return next((number for number, (new, old) in pairs if new != old), 1)


def kept_library(database: Database, texts: Mapping[str, str]) -> Library | None:
    """The routines as the record keeps them, when the county's files (name -> text) still say exactly that; else None.

    These very texts were checked when they were written down, so that nothing is checked again, and a routine is read
    when somebody asks for it.
    """
    with database.read() as tx:
        rows = [(key, kind, json.loads(kept)) for key, kind, kept in tx.all(KEPT_KINDS)]
    covered: set[str] = set()
    for key, _, parts in rows:
        if f"{key}.toml" in texts:
            named = {PurePath(path).name: text for path, text in parts}
            if any(texts.get(name) != text for name, text in named.items()):
                return None
            covered |= named.keys()
    if not covered or covered != texts.keys():
        return None
    definitions = ReadWhenAsked({key: partial(_read, tuple(map(tuple, parts))) for key, _, parts in rows})
    return Library(definitions, {key: kind for key, kind, _ in rows})


@lru_cache(maxsize=16)
def _read(parts: tuple[tuple[str, str], ...]) -> Definition:
    """A routine from the texts of the files it includes and, last, its own: read once, however often a process opens a
    record (a demo does it twice, tests hundreds of times). Raises DefinitionFaults."""
    *included, main = [Source(path, text, tomllib.loads(text)) for path, text in parts]
    faults: list[Fault] = []
    definition = read(main, included, faults)
    if faults:
        raise DefinitionFaults(faults)
    return definition


def _kept(tx: Transaction, definitions: Mapping[str, Definition]) -> dict[str, tuple[str, str]]:
    """Version -> (hash, texts) as the record has them. Raises RoutineChanged."""
    kept = {key: (stored, texts) for key, stored, texts in tx.all(KEPT)}
    changed = [key for key, d in definitions.items() if key in kept and kept[key][0] != d.hash]
    followed = [key for key in changed if tx.value(USED, key=key)]
    if followed:
        raise RoutineChanged(followed)
    return kept


def _keep_all(
    database: Database, fresh: Sequence[Definition], definitions: Mapping[str, Definition], files: Sequence[Source],
    now: datetime,
) -> None:  # fmt: skip
    with database.write() as tx:
        _kept(tx, definitions)  # a case may have begun since we looked
        for definition in fresh:
            _keep(tx, definition, files, now)


def _keep(tx: Transaction, definition: Definition, files: Sequence[Source], now: datetime) -> None:
    main = next(f for f in files if f.key == definition.key)
    parts = [f for name in main.data.get("includes", ()) for f in files if f.key == name]
    texts = json.dumps([[f.path, f.text] for f in [*parts, main]], ensure_ascii=False)
    tx.run(KEEP, key=definition.key, kind=definition.kind, hash=definition.hash, texts=texts, at=now)


def _from_record(gone: Mapping[str, str]) -> dict[str, Definition]:
    """Versions whose files are no longer in the county's folder, read from what the record kept."""
    return {key: _read(tuple(map(tuple, json.loads(texts)))) for key, texts in gone.items()}


def _checked(database: Database, files: Sequence[Source]) -> dict[str, Definition]:
    """The routines of the files; what the record keeps in these very words was checked when it was put in force.
    Raises DefinitionFaults."""
    from workflows.definition_check import check

    with database.read() as tx:
        rungs = frozenset(code for (code,) in tx.all(RUNGS))
        pinned = {key: stored for key, stored, _ in tx.all(KEPT)}
    return check(files, rungs=rungs, pinned=pinned)
