"""The log of a process that serves: one JSON object a line, for whatever collects logs, with nothing of any case.

An exception is told by its kind and its place in the program, never by its message or its values, which may repeat
what somebody wrote; whatever has the form of a case's number is left out, whoever wrote the line.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TextIO

NUMBER = re.compile(r"\b\d{4}-[0-9A-HJKMNP-TV-Z]{7}\b", re.IGNORECASE)
"""A case's number (Crockford's base32, `2026-K7QM4TX`)."""

HIDDEN = "(number)"

OURS = ("stegen", "web", "cases", "notifications", "gunicorn")
"""Loggers that are heard when all is well too; the others when something is wrong."""


class Lines(logging.Formatter):
    """`at`, `level`, `from`, `says`; then the fields that the line brings along, and `error` with its `trace`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "from": record.name, "says": without_numbers(record.getMessage()),
        }  # fmt: skip
        fields = getattr(record, "fields", None)
        line |= fields if isinstance(fields, Mapping) else {}
        if record.exc_info and record.exc_info[1] is not None:
            line |= told(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


class Plain(Lines):
    """The same for somebody at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        line = json.loads(super().format(record))
        trace = "".join(f"\n  {place}" for place in line.get("trace", ()))
        return f"{line['says']}{': ' + line['error'] if 'error' in line else ''}{trace}"


def without_numbers(text: str) -> str:
    return NUMBER.sub(HIDDEN, text)


def told(error: BaseException) -> dict[str, Any]:
    """What went wrong, from the outermost place to the innermost, and what that was caused by."""
    kinds: list[str] = []
    seen = error
    cause: BaseException | None = error
    while cause is not None and len(kinds) < 5:
        kinds.append(type(cause).__name__)
        seen, cause = cause, cause.__cause__
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(seen.__traceback__)]
    return {"error": " < ".join(kinds), "trace": places[-30:]}


@contextmanager
def kept(stream: TextIO | None = None) -> Iterator[None]:
    """Everything that is logged in the block goes to `stream` (standard error), in lines; to a terminal only what
    somebody should look at, in plain words."""
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(Plain() if out.isatty() else Lines())
    logging.getLogger().addHandler(handler)
    told = logging.WARNING if out.isatty() else logging.INFO
    before = {name: logging.getLogger(name).level for name in OURS}
    for name in OURS:
        logging.getLogger(name).setLevel(told)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
