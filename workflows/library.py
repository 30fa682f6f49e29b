"""Every routine this process knows, ready to decide, by version.

A case keeps the version it was started under; a kind's newest version is in force for new ones (law 9).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from workflows.definition import Definition

if TYPE_CHECKING:
    from workflows.decide import Routine


class UnknownRoutine(LookupError):
    """No routine of that name and version is known. Bring its file back, or migrate the cases that use it."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"{self.__doc__} (asked for {key!r})")


class ReadWhenAsked(Mapping[str, Definition]):
    """Definitions of which each is read when somebody first asks for it, and kept."""

    def __init__(self, readers: Mapping[str, Callable[[], Definition]]) -> None:
        self._readers = readers
        self._read: dict[str, Definition] = {}

    def __getitem__(self, key: str) -> Definition:
        found = self._read.get(key)
        # Of two threads that read at once, both go on with what the first has kept.
        return found if found is not None else self._read.setdefault(key, self._readers[key]())

    def __iter__(self) -> Iterator[str]:
        return iter(self._readers)

    def __len__(self) -> int:
        return len(self._readers)


class Library:
    """Definitions with one shared machine each. Build once; safe in every thread."""

    def __init__(self, definitions: Mapping[str, Definition], kinds: Mapping[str, str] | None = None) -> None:
        """`kinds` is each version's kind, where that is known without its definition."""
        self.definitions = definitions
        kinds = kinds if kinds is not None else {key: definition.kind for key, definition in definitions.items()}
        newest = {kinds[key]: key for key in sorted(kinds, key=_by_version)}
        self._in_force = ReadWhenAsked({kind: partial(definitions.__getitem__, key) for kind, key in newest.items()})
        self._routines: dict[str, Routine] = {}

    def definition(self, key: str) -> Definition:
        """What `deviation.v1` says, for whoever only reads. Raises UnknownRoutine."""
        if key not in self.definitions:
            raise UnknownRoutine(key)
        return self.definitions[key]

    def routine(self, key: str) -> Routine:
        """The routine `deviation.v1`, ready to decide. Raises UnknownRoutine."""
        found = self._routines.get(key)
        return found if found is not None else self._routines.setdefault(key, self._ready(key))

    def _ready(self, key: str) -> Routine:
        from workflows.decide import Routine

        return Routine(self.definition(key), self._in_force)

    def in_force(self, kind: str) -> Definition:
        """The newest version for a kind of case. Raises UnknownRoutine when the county has none."""
        if kind not in self._in_force:
            raise UnknownRoutine(kind)
        return self._in_force[kind]

    def check_released(self, recorded: Mapping[str, str]) -> list[str]:
        """Keys whose text differs from the recorded hash: a released version never changes, a new one is made."""
        return [k for k, kept in recorded.items() if k in self.definitions and self.definitions[k].hash != kept]


def _by_version(key: str) -> tuple[str, int]:
    """`deviation.v10` comes after `deviation.v2`."""
    name, _, version = key.rpartition(".v")
    return name, int(version)
