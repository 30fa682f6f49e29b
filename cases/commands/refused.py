"""What did not work, in one line that says what to do, with the exit code that tells the two sorts apart.

1: refused, or a fault was found; the record answered. With `--json` the reasons stand on standard output.
2: the question or the installation is wrong (usage, settings, county folder, database); one line on standard error.
"""

from __future__ import annotations

from collections.abc import Mapping
from errno import EACCES, EDQUOT, EISDIR, ENOENT, ENOSPC, ENOTDIR, EPERM, EROFS
from typing import IO, Any

import click

from cases.commands.in_swedish import in_swedish
from cases.commands.terminal import answer_json
from workflows.definition_source import DefinitionFaults

REFUSED = 1
WRONG = 2

JSON_ASKED = "stegen.json"
"""Where the command that runs notes that it was asked for JSON."""

LANGUAGE = "stegen.language"
"""Where a command that acts as somebody notes how she is spoken to."""

KINDS: Mapping[str, tuple[int, str]] = {
    "cases.sight.CaseUnknown": (REFUSED, "unknown_case"),
    "cases.contents.matter.NoSuchPaper": (REFUSED, "unknown_paper"),
    "cases.functions.NotYourFunction": (REFUSED, "not_your_function"),
    "cases.contents.matter.NotAllowed": (REFUSED, "not_allowed"),
    "cases.apply.CaseMovedOn": (REFUSED, "stale"),
    "cases.answers.KeyReused": (REFUSED, "key_reused"),
    "cases.contents.kept_in_clear.NumberInText": (REFUSED, "number_found"),
    "cases.contents.kept_in_clear.BadText": (REFUSED, "bad_text"),
    "cases.contents.papers.PaperRefused": (REFUSED, "paper_refused"),
    "cases.signing_in.guesses.TooManyTries": (REFUSED, "too_many"),
    "cases.contents.forum_files.NoSuchRevision": (REFUSED, "no_such_revision"),
    "cases.contents.forum_files.MayPointOut": (REFUSED, "identity_found"),
    "cases.dates.NoSuchDeadline": (REFUSED, "no_such_deadline"),
    "cases.organisation.people.PeopleFault": (REFUSED, "people_fault"),
    "cases.signing_in.invitations.CannotInvite": (REFUSED, "cannot_invite"),
    "workflows.calendar.DateError": (REFUSED, "date"),
    "cases.number.NumberError": (WRONG, "case_number"),
    "workflows.library.UnknownRoutine": (WRONG, "unknown_routine"),
    "cases.routines.RoutineChanged": (WRONG, "routine_changed"),
    "workflows.definition_source.DefinitionFaults": (WRONG, "definition_faults"),
    "cases.organisation.seeding.AnotherCounty": (WRONG, "another_county"),
    "cases.contents.papers.PaperError": (WRONG, "papers"),
    "cases.contents.secrecy.SecrecyError": (WRONG, "keys"),
    "cases.installation.NoRecord": (WRONG, "no_record"),
    "cases.database.DatabaseError": (WRONG, "database"),
    "builtins.OSError": (WRONG, "files"),
}
"""Our errors by name, so that a command need not import what it never raises. What is neither here nor made from one
of these is a fault in the program and is shown whole."""


FULL = (ENOSPC, EDQUOT)
ON_FILES: Mapping[tuple[int, ...], str] = {
    (ENOENT, ENOTDIR): "Make the folder first, or name another place.",
    (EISDIR,): "Name a file in it.",
    (EACCES, EPERM, EROFS): "Let this user write and read there, or name another place.",
    FULL: "Make room there, or name a place on another disk.",
}
"""What to do about an error of the system's, by its numbers."""


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
    names = (f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__)
    found = next((KINDS[name] for name in names if name in KINDS), None)
    if found is None:
        return None
    if isinstance(error, DefinitionFaults):
        return NotDone(*found, f"the county's routines are not sound; mend these places:\n{error}")
    said = _of_files(error) if isinstance(error, OSError) and error.strerror else str(error)
    return NotDone(*found, _spoken(" ".join(said.split())))


def _spoken(text: str) -> str:
    asked = click.get_current_context(silent=True)
    return in_swedish(text) if asked is not None and asked.meta.get(LANGUAGE) == "sv" else text


def _of_files(error: OSError) -> str:
    """What the system says of a file or folder, and what to do about it."""
    what_to_do = next((words for numbers, words in ON_FILES.items() if error.errno in numbers), "")
    if error.filename is None and error.errno in FULL:
        return f"{error.strerror}. Make room on the disk that has the folder STEGEN_DATA, and do it again."
    place = f": {error.filename}" if error.filename is not None else ""
    return f"{error.strerror}{place}. {what_to_do}".removesuffix(" ")
