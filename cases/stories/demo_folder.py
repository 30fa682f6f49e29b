"""A demo's folder: known by its mark, emptied only with it, and it remembers how its clock stands to the machine's."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from pathlib import Path

MARK = ".stegen-demo"
"""Stands in a demo's folder: only a folder with it is ever emptied, and only there is a clock remembered."""

MADE = "Made by `stegen demo`, which empties this folder each time.\n"
AHEAD = "Its clock is {seconds} seconds ahead of the machine's.\n"
_KEPT = re.compile(r"^Its clock is (-?\d+(?:\.\d+)?) seconds ahead", re.MULTILINE)


class NoDemo(Exception):
    """The folder holds something else than a demo. Name another folder with --folder."""


def emptied(folder: Path) -> Path:
    """The folder, new. Raises NoDemo for one that holds something else than a demo; that is left alone."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise NoDemo(f"{folder} holds something else than a demo. Name another folder with --folder.")
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700, parents=True)
    (folder / MARK).write_text(MADE, encoding="utf-8")
    return folder


def keep_clock(folder: Path, ahead: timedelta) -> None:
    """Remember how far the demo's clock runs before the machine's, for every command that works in the folder."""
    (folder / MARK).write_text(MADE + AHEAD.format(seconds=ahead.total_seconds()), encoding="utf-8")


def kept_clock(folder: Path) -> timedelta | None:
    """What `keep_clock` has remembered there; None in any folder that no demo has been told in to its end."""
    mark = folder / MARK
    found = _KEPT.search(mark.read_text(encoding="utf-8")) if mark.is_file() else None
    return timedelta(seconds=float(found[1])) if found else None
