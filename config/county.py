"""A county: organisation, ladder, people, agreements, meetings and calendar, read from a folder and checked whole."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from config.calendar import HolidayTable, build_holidays
from config.county_rules import WorkflowFile, correction_faults, read_workflow_files
from config.document_rules import document_faults
from config.documents import Category, DisputeClause, DocumentVersion, GoverningDocument, Section
from config.draft import FILES, Draft, read_draft
from config.faults import CountyFaults, Fault
from config.folder import Folder
from config.forum_rules import forum_faults, forum_warnings
from config.forums import BESIDE, Forum, Meeting, Rung, Seat
from config.ladder_rules import ladder_faults
from config.organisation import (
    HOLDERS_OF_FUNCTION,
    SIDED_FUNCTIONS,
    Absence,
    Arena,
    Authority,
    ClosedDay,
    FunctionMailbox,
    Holder,
    Holding,
    Operation,
    Party,
    Person,
    Unit,
    Words,
)
from config.people_rules import people_faults
from config.references import reference_faults
from config.rows import Placed, T_co
from config.stories import Story, read_stories
from config.validity import validity_faults

__all__ = [
    "BESIDE",
    "HOLDERS_OF_FUNCTION",
    "SIDED_FUNCTIONS",
    "Absence",
    "Arena",
    "Authority",
    "Category",
    "ClosedDay",
    "County",
    "CountyFaults",
    "DisputeClause",
    "DocumentVersion",
    "Fault",
    "Forum",
    "FunctionMailbox",
    "GoverningDocument",
    "Holder",
    "Holding",
    "HolidayTable",
    "Ladder",
    "Meeting",
    "Operation",
    "Party",
    "Person",
    "Rung",
    "Seat",
    "Section",
    "Story",
    "Unit",
    "Words",
    "WorkflowFile",
    "load_county",
]


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs from the parties themselves upward."""

    rungs: tuple[Rung, ...]

    def __getitem__(self, code: str) -> Rung:
        return next(rung for rung in self.rungs if rung.code == code)


@dataclass(frozen=True, slots=True)
class County:
    """One county, checked: every code in it is known, every value is sound. `warnings` are worth a look, not faults."""

    code: str
    name: str
    parties: tuple[Party, ...]
    authorities: tuple[Authority, ...]
    arenas: tuple[Arena, ...]
    operations: tuple[Operation, ...]
    units: tuple[Unit, ...]
    ladder: Ladder
    forums: tuple[Forum, ...]
    seats: tuple[Seat, ...]
    meetings: tuple[Meeting, ...]
    documents: tuple[GoverningDocument, ...]
    categories: tuple[Category, ...]
    people: tuple[Person, ...]
    holdings: tuple[Holding, ...]
    absences: tuple[Absence, ...]
    mailboxes: tuple[FunctionMailbox, ...]
    calendar: HolidayTable
    workflow_files: tuple[WorkflowFile, ...]
    stories: tuple[Story, ...]
    warnings: tuple[Fault, ...]

    def forums_on(self, rung: str, arena: str) -> tuple[Forum, ...]:
        """The forums of this rung that serve the arena: its own and those of the whole county."""
        return tuple(forum for forum in self.forums if forum.rung == rung and forum.arena in (arena, None))

    def ladder_of(self, arena: str) -> tuple[tuple[Rung, tuple[Forum, ...]], ...]:
        """Each rung, from the bottom, with the forums on it that serve the arena; the first has none."""
        return tuple((rung, self.forums_on(rung.code, arena)) for rung in self.ladder.rungs)


def load_county(path: str | Path) -> County:
    """The county in this folder. Raises CountyFaults with every fault at once, each with its file and place."""
    folder = Folder(Path(path))
    if not folder.path.is_dir():
        raise CountyFaults([Fault(str(path), "whole folder", "is not a folder; give the folder of a county")])
    draft = read_draft(folder)
    workflow_files = tuple(_workflow_files(folder))
    stories = read_stories(folder, _values(draft.holdings))
    faults = {*folder.faults, *_stray_files(folder), *_rule_faults(draft)}
    if faults:
        raise CountyFaults(sorted(faults, key=_in_order_of_lines))
    holidays = build_holidays(correction.value for correction in draft.corrections)
    return _county(draft, holidays, workflow_files, stories)


def _rule_faults(draft: Draft) -> Iterator[Fault]:
    yield from reference_faults(draft)
    yield from validity_faults(draft)
    yield from ladder_faults(draft)
    yield from forum_faults(draft)
    yield from people_faults(draft)
    yield from document_faults(draft)
    yield from correction_faults(draft.corrections)


def _county(
    draft: Draft, holidays: HolidayTable, workflow_files: tuple[WorkflowFile, ...], stories: tuple[Story, ...]
) -> County:
    return County(
        code=draft.code,
        name=draft.name,
        parties=tuple(_with_closed_days(party, draft) for party in _values(draft.parties)),
        authorities=_values(draft.authorities),
        arenas=_values(draft.arenas),
        operations=_values(draft.operations),
        units=_values(draft.units),
        ladder=Ladder(_values(draft.rungs)),
        forums=_values(draft.forums),
        seats=_values(draft.seats),
        meetings=_values(draft.meetings),
        documents=_values(draft.documents),
        categories=_values(draft.categories),
        people=_values(draft.people),
        holdings=_values(draft.holdings),
        absences=_values(draft.absences),
        mailboxes=_values(draft.mailboxes),
        calendar=holidays,
        workflow_files=workflow_files,
        stories=stories,
        warnings=tuple(sorted(forum_warnings(draft, holidays), key=_in_order_of_lines)),
    )


def _values(entries: tuple[Placed[T_co], ...]) -> tuple[T_co, ...]:
    return tuple(entry.value for entry in entries)


def _with_closed_days(party: Party, draft: Draft) -> Party:
    lines = (line for line in _values(draft.closed_days) if line.party == party.code)
    return replace(party, closed_days=tuple(ClosedDay(line.date, line.name) for line in lines))


def _workflow_files(folder: Folder) -> Iterator[WorkflowFile]:
    for file in read_workflow_files(folder):
        try:
            _ = file.data
        except CountyFaults as error:
            folder.faults += error.faults
        yield file


FOLDERS = ("stories", "workflows")


def _stray_files(folder: Folder) -> Iterator[Fault]:
    """A misspelt optional file or folder would otherwise be passed over in silence."""
    for path in folder.path.iterdir():
        if path.is_dir() and path.name not in FOLDERS and not path.name.startswith((".", "_")):
            yield Fault(path.name, "whole folder", f"is no folder of a county; use one of {', '.join(FOLDERS)}")
        if path.suffix in (".csv", ".toml") and path.name not in FILES:
            yield Fault(path.name, "whole file", f"is no file of a county; use one of {', '.join(FILES)}")


def _in_order_of_lines(fault: Fault) -> tuple[str, list[str | int], str]:
    place: list[str | int] = [f"{int(part):09}" if part.isdigit() else part for part in re.split(r"(\d+)", fault.place)]
    return fault.file, place, fault.text
