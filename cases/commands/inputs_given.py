"""What was typed for a move, as the values that the routine asks for: `new_date=2026-06-30`, `risk_goes_on=yes`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from workflows.definition import NONE, Input
from workflows.fuzzy import no_such_day

MOST_BYTES = 4 * 2**20
"""No text of a case is near that long; a wrong file is not read to its end."""

YES_NO: Mapping[str, bool] = {"yes": True, "ja": True, "true": True, "no": False, "nej": False, "false": False}

input_option = click.option(
    "--input", "inputs", metavar="CODE=VALUE", multiple=True,
    help="A thing the move asks for: a code, a text, a date as 2026-06-15, yes or no, a number, measures as JSON.",
)  # fmt: skip
text_option = click.option("--text", "texts", metavar="CODE=TEXT", multiple=True, help="The same, always as text.")
from_option = click.option(
    "--text-from", "files", metavar="CODE=FILE", multiple=True, help="The same from a text file; - is standard input."
)


def given(
    asked: Mapping[str, Input], inputs: Iterable[str], texts: Iterable[str], files: Iterable[str]
) -> dict[str, Any]:
    """The values by code; codes that nobody asks for are left to the routine to refuse.

    click.UsageError for what is no CODE=VALUE, comes twice, does not read as its sort, or is no readable file.
    """
    found: dict[str, Any] = {}
    unread: list[str] = []
    for code, value in map(_split, inputs):
        sort = asked[code].type if code in asked else ""
        try:
            _put(found, code, _READERS[sort](value.strip()) if sort in _READERS else value)
        except (ValueError, KeyError, TypeError):
            unread.append(f"{code} must be {_WRITTEN[sort]}, not {value[:60]!r}.")
    if unread:
        raise click.UsageError(" ".join(unread))
    for code, value in map(_split, texts):
        _put(found, code, value)
    for code, name in map(_split, files):
        _put(found, code, text_of(name))
    return found


def happened_option(_context: click.Context, _param: click.Parameter, value: str) -> str:
    """Words for a day as they were said; refused are only those that name a day which no calendar has."""
    if no_such_day(value):
        raise click.BadParameter(f"{value[:60]!r} is no day of any year. Correct it, or say it less exactly.")
    return value


def text_of(name: str) -> str:
    """The text of a file, or of standard input for `-`, with line ends as `\\n`."""
    try:
        raw = sys.stdin.buffer.read(MOST_BYTES + 1) if name == "-" else _head(Path(name))
    except OSError as error:
        raise click.UsageError(f"The file {name} cannot be read: {error.strerror}. Name another.") from error
    if len(raw) > MOST_BYTES:
        raise click.UsageError(f"The file {name} is too large for a text. Attach it with `stegen case paper`.")
    try:
        return raw.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n").rstrip("\n")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"The file {name} is not text in UTF-8. Save it again with that encoding.") from error


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _split(pair: str) -> tuple[str, str]:
    code, equals, value = pair.partition("=")
    if not equals or not code.strip():
        raise click.UsageError(f"{pair[:60]!r} is no CODE=VALUE. Write for example unit=su-molndal-ortopedi.")
    return code.strip(), value


def _put(found: dict[str, Any], code: str, value: Any) -> None:
    if code in found:
        raise click.UsageError(f"{code[:40]!r} is given twice. Leave one of them out.")
    found[code] = value


def _measures(value: str) -> Any:
    if value == NONE:
        return NONE
    return [{**row, "date": date.fromisoformat(row["date"])} for row in json.loads(value)]


_READERS: Mapping[str, Callable[[str], Any]] = {
    "date": date.fromisoformat,
    "yes_no": lambda value: YES_NO[value.lower()],
    "number": int,
    "measures": _measures,
    "choices": lambda value: [option.strip() for option in value.split(",")],
}

_WRITTEN: Mapping[str, str] = {
    "date": "a date such as 2026-06-15",
    "yes_no": "yes or no",
    "number": "a whole number",
    "measures": '[{"what": "…", "owner": "handler@unit:CODE", "date": "2026-06-30"}]',
}
