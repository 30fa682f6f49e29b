"""What a county's folder stays master for: its code, the calendar's corrections and the routines.

Every start reads this much. The rest of the folder (county.py) fills an empty database and is not read again.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from config.calendar import Correction, HolidayTable, build_holidays, correction_fault
from config.faults import CountyFaults, Fault
from config.folder import Folder
from config.rows import Placed

COUNTY_KEYS = ("code", "name", "arena", "rung", "mandate")
CALENDAR_KEYS = ("add", "remove")


@dataclass(frozen=True)
class WorkflowFile:
    """A workflow file as it stands: `raw` are its bytes (for the hash), `text` the same decoded."""

    path: Path
    raw: bytes
    text: str

    @cached_property
    def data(self) -> Mapping[str, object]:
        """The text parsed. Raises CountyFaults when it is not TOML."""
        folder = Folder(self.path.parent.parent)
        data = folder.parse(f"{self.path.parent.name}/{self.path.name}", self.text)
        if folder.faults:
            raise CountyFaults(folder.faults)
        return MappingProxyType(data)


@dataclass(frozen=True, slots=True)
class CountyRules:
    """The part of a County that is read at every start, under the same names."""

    code: str
    name: str
    calendar: HolidayTable
    workflow_files: tuple[WorkflowFile, ...]


def read_rules(path: Path) -> CountyRules:
    """Raises CountyFaults with every fault in what is read here; the rest of the folder is not looked at."""
    folder = Folder(path)
    county = folder.table("county.toml", COUNTY_KEYS)
    corrections = tuple(read_corrections(folder))
    holidays = build_holidays(correction.value for correction in corrections)
    rules = CountyRules(county.code("code"), county.text("name"), holidays, tuple(read_workflow_files(folder)))
    faults = [*folder.faults, *correction_faults(corrections)]
    if faults:
        raise CountyFaults(faults)
    return rules


def read_corrections(folder: Folder) -> Iterator[Placed[Correction]]:
    """The lines of calendar.toml, which a county without corrections does not have."""
    calendar = folder.table("calendar.toml", CALENDAR_KEYS, required=False)
    for row in calendar.tables("add", ("date", "name", "source")):
        yield row.fill(Correction, name=row.text("name"))
    for row in calendar.tables("remove", ("date", "source")):
        yield row.fill(Correction, name=None)


def correction_faults(corrections: Iterable[Placed[Correction]]) -> Iterator[Fault]:
    """Lines of calendar.toml that change nothing or cannot be applied: no command sets a date by such a file."""
    for correction in corrections:
        fault = correction_fault(correction.value)
        if fault:
            yield correction.fault("date", fault)


def read_workflow_files(folder: Folder) -> Iterator[WorkflowFile]:
    for path in sorted((folder.path / "workflows").glob("*.toml")):
        text = folder.text(f"workflows/{path.name}")
        if text is not None:
            yield WorkflowFile(path, text.encode(), text)
