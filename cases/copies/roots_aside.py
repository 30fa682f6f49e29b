"""The nights' roots of a record that was lost, set aside when a backup of an earlier moment is restored in its place.

They show how far that record had come, and are never written over. Left where they lay they would be held against the
restored record, which cannot have their seals, night after night.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cases.copies.backup_file import Manifest
from cases.soundness.published import FILES

ASIDE = "{name}-after-{moment:%Y-%m-%dT%H%M%SZ}"
"""Beside the folder of roots; the moment is the backup's, in UTC, so that a restore which is run again finds it."""

MOST_TIMES = 1000
"""Nobody restores the same backup that often over the same day."""


def set_roots_aside(roots: Path, manifest: Manifest) -> Path | None:
    """Moves every night's file that the backup holds otherwise, or that tells of a later time than the backup's. What
    was published before the backup was made and is not in it stays, to be held against the restored record. The folder
    they lie in, also from an earlier run; None where there are none."""
    aside = roots.with_name(ASIDE.format(name=roots.name, moment=manifest.moment))
    for file in sorted(roots.glob(FILES)):
        kept = manifest.roots.get(file.name)
        told = file.read_bytes()
        if sha256(told).hexdigest() == kept:
            continue
        lines = told.splitlines(keepends=True)
        before = [line for line in lines if not _is_after(line, manifest.moment)] if kept is None else []
        if len(before) < len(lines):
            aside.mkdir(exist_ok=True)
            file.rename(_free(aside / file.name))
            if before:
                file.write_bytes(b"".join(before))
    return aside if aside.is_dir() else None


def _is_after(line: bytes, moment: datetime) -> bool:
    """Whether a line of a night's file begins with a later time."""
    try:
        return datetime.fromisoformat(line.partition(b" ")[0].decode("ascii")) > moment
    except ValueError:
        return False


def _free(target: Path) -> Path:
    """That name, or one with a number, where an earlier restore has set such a file aside already."""
    names = (target, *(target.with_stem(f"{target.stem}-{number}") for number in range(2, MOST_TIMES)))
    return next(name for name in names if not name.exists())
