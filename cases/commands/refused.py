"""What did not work, in one line that says what to do, with the exit code that tells the two sorts apart.

1: refused, or a fault was found; the record answered. With `--json` the reasons stand on standard output.
2: the question or the installation is wrong (usage, settings, county folder, database); one line on standard error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

import click

from cases.answers import KeyReused
from cases.apply import CaseMovedOn
from cases.commands.terminal import answer_json
from cases.database import DatabaseError
from cases.dates import NoSuchDeadline
from cases.forum_files import NoSuchRevision
from cases.functions import NotYourFunction
from cases.invitations import CannotInvite
from cases.matter import BadText, NotAllowed
from cases.number import NumberError
from cases.papers import PaperError, PaperRefused
from cases.people import PeopleFault
from cases.routines import RoutineChanged
from cases.secrecy import SecrecyError
from cases.seeding import AnotherCounty
from cases.sight import CaseUnknown
from workflows.calendar import DateError
from workflows.definition_source import DefinitionFaults
from workflows.library import UnknownRoutine

REFUSED = 1
WRONG = 2

JSON_ASKED = "stegen.json"
"""Where the command that runs notes that it was asked for JSON."""

KINDS: Mapping[type[Exception], tuple[int, str]] = {
    CaseUnknown: (REFUSED, "unknown_case"),
    NotYourFunction: (REFUSED, "not_your_function"),
    NotAllowed: (REFUSED, "not_allowed"),
    CaseMovedOn: (REFUSED, "stale"),
    KeyReused: (REFUSED, "key_reused"),
    BadText: (REFUSED, "bad_text"),
    PaperRefused: (REFUSED, "paper_refused"),
    NoSuchRevision: (REFUSED, "no_such_revision"),
    NoSuchDeadline: (REFUSED, "no_such_deadline"),
    PeopleFault: (REFUSED, "people_fault"),
    CannotInvite: (REFUSED, "cannot_invite"),
    DateError: (REFUSED, "date"),
    NumberError: (WRONG, "case_number"),
    UnknownRoutine: (WRONG, "unknown_routine"),
    RoutineChanged: (WRONG, "routine_changed"),
    DefinitionFaults: (WRONG, "definition_faults"),
    AnotherCounty: (WRONG, "another_county"),
    PaperError: (WRONG, "papers"),
    SecrecyError: (WRONG, "keys"),
    DatabaseError: (WRONG, "database"),
    OSError: (WRONG, "files"),
}
"""Our errors, the narrower before the wider. What is not here is a fault in the program and is shown whole."""


class NotDone(click.ClickException):
    """A command that did not do what was asked. `data` is what `--json` answers instead of the line."""

    def __init__(self, exit_code: int, code: str, message: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # click reads it from the instance
        self.data = {"error": code, "text": message, **(data or {})}
        asked = click.get_current_context(silent=True)
        self.as_json = exit_code == REFUSED and asked is not None and bool(asked.meta.get(JSON_ASKED))

    def show(self, file: IO[Any] | None = None) -> None:
        if self.as_json:
            answer_json(self.data)
        else:
            click.echo(f"Error: {self.format_message()}", err=True, file=file)


def told(error: Exception) -> NotDone | None:
    """The error as the person at the terminal reads it; None for one that nobody has foreseen."""
    found = next((meaning for kind, meaning in KINDS.items() if isinstance(error, kind)), None)
    if found is None:
        return None
    if isinstance(error, DefinitionFaults):
        return NotDone(*found, f"the county's routines are not sound; mend these places:\n{error}")
    said = f"{error.strerror}: {error.filename}" if isinstance(error, OSError) and error.strerror else str(error)
    return NotDone(*found, " ".join(said.split()))
