"""What can be wrong with an installation's own files and settings, said so that its owner can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to mend: in `file`, at `place` (line and column, or table and key), `text` says what is wrong."""

    file: str
    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}, {self.place}: {self.text}"


class ConfigError(Exception):
    """The root of this room's errors."""


class CountyFaults(ConfigError):
    """A county folder that cannot be used. `faults` holds every fault, in the order of files and lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        heading = f"{len(self.faults)} fault(s) in the county folder; mend them and load it again:"
        super().__init__("\n".join([heading, *(f"  {fault}" for fault in self.faults)]))


class SettingsFaults(ConfigError):
    """Settings that cannot be used. `faults` holds every fault of the environment, each naming its variable."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(["The settings cannot be used:", *(f"  {fault}" for fault in self.faults)]))
