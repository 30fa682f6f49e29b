"""The record of a case as a PDF that a screen reader can read (PDF/UA-1, tagged), set by Typst from a sheet.

Everything that people wrote goes in as data, never as markup, and no file or network is within reach of the setting.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from web.case.sheet import Sheet

LAYOUT = Path(__file__).parent / "record.typ"
ROOM = 0x0250
"""The embedded fonts have every Latin letter below this."""

BEYOND = frozenset("–—‘’‚“”„†‡•…‰‹›€™−←↑→↓≤≥≠°\u00a0")
"""What they have of other signs that people write. A PDF/UA has no sign without a shape."""


def pdf_of(sheet: Sheet, now: datetime) -> bytes:
    """The bytes of the PDF, which says that it was made at `now`: the same record at the same instant is the same file.
    A sign that the fonts lack is written as its number (`[U+1F600]`)."""
    values = _displayable(asdict(sheet))
    found: bytes = typst.compile(
        str(LAYOUT), format="pdf", root=str(LAYOUT.parent), sys_inputs={"sheet": json.dumps(values)},
        pdf_standards=["ua-1"], ignore_system_fonts=True, timestamp=int(now.timestamp()),
    )  # fmt: skip
    return found


def _displayable(value: Any) -> Any:
    if isinstance(value, str):
        return "".join(_shown(sign) for sign in value)
    if isinstance(value, dict):
        return {name: _displayable(one) for name, one in value.items()}
    return [_displayable(one) for one in value] if isinstance(value, (list, tuple)) else value


def _shown(sign: str) -> str:
    if sign in "\n\t" or sign in BEYOND or (sign.isprintable() and ord(sign) < ROOM):
        return sign
    return f"[U+{ord(sign):04X}]"
