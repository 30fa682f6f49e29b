"""The counties' own workflow files as the checks see them, and a way to spoil one by a single textual change."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from workflows.definition import Definition
from workflows.definition_check import check
from workflows.definition_source import DefinitionFaults, Fault, Source

CONFIG = Path(__file__).parents[2] / "config"
COUNTIES = ("vastra_gotaland", "tva_steg")
RUNGS = frozenset(
    rung["code"] for county in COUNTIES for rung in tomllib.loads((CONFIG / county / "county.toml").read_text())["rung"]
)


@cache
def texts(county: str) -> Mapping[str, str]:
    """File name -> text."""
    return {path.name: path.read_text() for path in sorted((CONFIG / county / "workflows").glob("*.toml"))}


def source(name: str, text: str) -> Source:
    return Source(name, text, tomllib.loads(text))


@cache
def routines(county: str) -> Mapping[str, Definition]:
    return check([source(name, text) for name, text in texts(county).items()])


def spoilt(county: str, name: str, *changes: tuple[str, str]) -> tuple[str, list[Source]]:
    """A county's files with `changes` (old, new) made in one of them; the new text of that file first."""
    text = texts(county)[name]
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        text = text.replace(old, new)
    return text, [source(n, text if n == name else t) for n, t in texts(county).items()]


def faults_of(files: Sequence[Source]) -> tuple[Fault, ...]:
    """What the check says of these files; nothing when they are sound."""
    try:
        check(files, rungs=RUNGS)
    except DefinitionFaults as wrong:
        return wrong.faults
    return ()
