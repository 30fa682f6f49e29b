"""Workflow files as somebody who is writing them hands them in: read, checked, every fault told at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from workflows.definition import Definition
from workflows.definition_check import check
from workflows.definition_source import DefinitionFaults, Fault, Source

LINE = re.compile(r"\(at line (\d+)")


def routines_in(folder: Path) -> Mapping[str, Definition]:
    """All routines of a folder by key. Raises DefinitionFaults; a file that is no TOML is told with the others."""
    inner = folder / "workflows"
    paths = sorted((inner if inner.is_dir() else folder).glob("*.toml"))
    if not paths:
        raise click.UsageError(f"There is no workflow file in {folder}. Name a county's folder or its workflows.")
    sources, faults = _read(paths)
    try:
        found = check(sources, rungs=_rungs_beside(paths[0].parent)) if sources else {}
    except DefinitionFaults as wrong:
        raise DefinitionFaults([*faults, *wrong.faults]) from wrong
    if faults:
        raise DefinitionFaults(faults)
    return found


def _rungs_beside(folder: Path) -> frozenset[str]:
    """The rungs of the county whose workflows these are; none where no county stands around them."""
    for place in (folder.parent, folder):
        try:
            county = tomllib.loads((place / "county.toml").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        return frozenset(str(rung["code"]) for rung in county.get("rung", ()) if "code" in rung)
    return frozenset()


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
