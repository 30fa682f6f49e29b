"""Workflow files as somebody who is writing them hands them in: read, checked, every fault told at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from cases.database import DatabaseError
from cases.installation import changed_since, followed_in
from workflows.definition import Definition
from workflows.definition_check import check
from workflows.definition_source import DefinitionFaults, Fault, Source

LINE = re.compile(r"\(at line (\d+)")


def routines_in(folder: Path, record: str = "") -> Mapping[str, Definition]:
    """All routines of a folder by key, held against those that the record at the address `record` has cases of.

    Raises DefinitionFaults; a file that is no TOML is told with the others.
    """
    inner = folder / "workflows"
    paths = sorted((inner if inner.is_dir() else folder).glob("*.toml"))
    if not paths:
        raise click.UsageError(f"There is no workflow file in {folder}. Name a county's folder or its workflows.")
    sources, faults = _read(paths)
    county = _county_around(paths[0].parent)
    code, rungs = str(county.get("code", "")), frozenset(str(r["code"]) for r in county.get("rung", ()) if "code" in r)
    pinned = _followed(record, code) if record else None
    try:
        found = check(sources, rungs=rungs, pinned=pinned or {}) if sources else {}
        faults += changed_since(record, code, found, sources) if pinned is not None else ()
    except DefinitionFaults as wrong:
        raise DefinitionFaults([*faults, *wrong.faults]) from wrong
    if faults:
        raise DefinitionFaults(faults)
    return found


def _followed(record: str, county: str) -> Mapping[str, str] | None:
    """The versions that cases follow. A routine can be checked while its record cannot be read (None); whoever checks
    it is told what was left out."""
    try:
        return followed_in(record, county)
    except DatabaseError as error:
        click.echo(f"Not held against the record, which cannot be read now: {error}", err=True)
        return None


def _county_around(folder: Path) -> Mapping[str, Any]:
    """The county whose workflows these are, by its `county.toml`; nothing where there is none that can be read."""
    for place in (folder.parent, folder):
        try:
            return tomllib.loads((place / "county.toml").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
    return {}


def _read(paths: Iterable[Path]) -> tuple[list[Source], list[Fault]]:
    sources: list[Source] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            text = path.read_bytes().decode("utf-8")
            sources.append(Source(str(path), text, tomllib.loads(text)))
        except OSError as error:
            faults.append(Fault(str(path), 1, "the file", f"cannot be read: {error.strerror}; check its permissions"))
        except UnicodeDecodeError:
            faults.append(Fault(str(path), 1, "the file", "is not UTF-8; save it again with that encoding"))
        except tomllib.TOMLDecodeError as error:
            line = LINE.search(str(error))
            faults.append(Fault(str(path), int(line[1]) if line else 1, "the file", f"is not TOML: {error}"))
    return sources, faults
