"""Every routine this process knows, ready to decide, by version.

A case keeps the version it was started under; a kind's newest version is in force for new ones (law 9).
"""

from __future__ import annotations

from collections.abc import Mapping

from workflows.decide import Routine
from workflows.definition import Definition


class UnknownRoutine(LookupError):
    """No routine of that name and version is known. Bring its file back, or migrate the cases that use it."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"{self.__doc__} (asked for {key!r})")


class Library:
    """Definitions with one shared machine each. Build once; safe in every thread."""

    def __init__(self, definitions: Mapping[str, Definition]) -> None:
        self.definitions = dict(definitions)
        self._in_force = _newest(self.definitions)
        self._routines = {key: Routine(d, self._in_force) for key, d in self.definitions.items()}

    def routine(self, key: str) -> Routine:
        """The routine `deviation.v1`. Raises UnknownRoutine."""
        try:
            return self._routines[key]
        except KeyError:
            raise UnknownRoutine(key) from None

    def in_force(self, kind: str) -> Definition:
        """The newest version for a kind of case. Raises UnknownRoutine when the county has none."""
        try:
            return self._in_force[kind]
        except KeyError:
            raise UnknownRoutine(kind) from None

    def check_released(self, recorded: Mapping[str, str]) -> list[str]:
        """Keys whose text differs from the recorded hash: a released version never changes, a new one is made."""
        return [k for k, kept in recorded.items() if k in self.definitions and self.definitions[k].hash != kept]


def _newest(definitions: Mapping[str, Definition]) -> dict[str, Definition]:
    found: dict[str, Definition] = {}
    for definition in sorted(definitions.values(), key=lambda d: (d.name, d.version)):
        found[definition.kind] = definition
    return found
