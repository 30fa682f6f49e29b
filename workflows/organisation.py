"""Who there is: parties, operations, units, arenas and forums, as one frozen value that the rules read.

The record builds an Organisation from its tables and hands it in; codes are the county's own and stable.
Arena is a property of the operation, never of the party (domain.md section 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date


def post(function: str, holder: str) -> str:
    """The key of a function at a holder, `handler@unit:home-care`: what can hold a ball, be asked, or sign in."""
    return f"{function}@{holder}"


def function_of(key: str) -> str:
    return key.partition("@")[0]


def holder_of(key: str) -> str:
    return key.partition("@")[2]


@dataclass(frozen=True, slots=True)
class Side:
    """One party's place in a case, from the unit up; `unit` is empty while only the operation is known."""

    unit: str
    operation: str
    authority: str
    party: str
    arena: str
    kind: str = "municipal"
    """`municipal` or `regional`: which of a forum's two sides the party belongs to."""
    provider: bool = False

    def holder(self, level: str) -> str:
        """`unit`, `operation` or `authority` as a holder key. A side without a unit is held by its operation."""
        code = getattr(self, level)
        if level == "unit" and not code:
            return f"operation:{self.operation}"
        return f"{level}:{code}"


@dataclass(frozen=True, slots=True)
class Forum:
    code: str
    name: str
    rung: str
    arena: str
    state: str
    valid_from: date
    valid_to: date | None
    stand_in: str
    seats: frozenset[str]
    staffed: bool
    meetings: tuple[date, ...]
    owns: frozenset[str] = frozenset()
    presidium: bool = True
    """Whether a chair or vice chair is in force, who can answer between meetings."""
    pauses: tuple[tuple[date, date | None], ...] = ()
    """From a day to a day, both included; None for until further notice."""

    def living(self, day: date) -> bool:
        """Whether it may receive a case that day: active, inside its dates and not at rest."""
        return self.state == "active" and self.inside(day) and not self.paused(day)

    def inside(self, day: date) -> bool:
        """Whether the day lies between its first and its last."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def paused(self, day: date) -> bool:
        """Whether it rests that day: paused by hand, or in a pause that was planned."""
        return self.state == "paused" or any(
            first <= day and (last is None or day <= last) for first, last in self.pauses
        )

    def next_meeting(self, day: date) -> date | None:
        return next((m for m in self.meetings if m >= day), None)


@dataclass(frozen=True, slots=True)
class Agreement:
    """A governing document: the forum that owns it, its own order for disputes if it has one, versions in time."""

    code: str
    owner: str
    route: tuple[str, ...]
    versions: tuple[tuple[str, date, date | None], ...]
    sections: frozenset[tuple[str, str]]
    """(version, section number) pairs."""

    def version_on(self, day: date) -> str | None:
        """The version in force that day (F-03): a case is held to what applied when the event happened."""
        return next((v for v, since, until in self.versions if since <= day and (until is None or day <= until)), None)


@dataclass(frozen=True, slots=True)
class Organisation:
    """All places of one county at one revision. Lookups raise KeyError for codes that never existed."""

    revision: int
    ladder: tuple[str, ...]
    sides: Mapping[str, Side]
    """By unit code, and by `operation:CODE` for an operation as a whole."""
    forums: Mapping[str, Forum]
    open_units: frozenset[str]
    parties: Mapping[str, str] = field(default_factory=dict)
    """Authority code -> party code, in the county's own order."""
    arena_rung: str = ""
    """The rung on which each arena has one forum of its own (the delregional one), where two arenas can meet."""
    arena_forum: Mapping[str, str] = field(default_factory=dict)
    """Arena code -> the code of its forum on that rung."""
    agreements: Mapping[str, Agreement] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    """What places are called, by holder (`unit:x`, `operation:x`, `authority:x`, `arena:x`, `forum:x`)."""
    unconnected: frozenset[str] = frozenset()
    """Parties whose people do not sign in here: what they are told goes by letter."""
    rungs: Mapping[str, tuple[Forum, ...]] = field(init=False)
    """Rung -> its forums, beside the ladder too: every lift looks there for the next step."""

    def __post_init__(self) -> None:
        found: dict[str, tuple[Forum, ...]] = {}
        for forum in self.forums.values():
            found[forum.rung] = (*found.get(forum.rung, ()), forum)
        object.__setattr__(self, "rungs", found)

    @property
    def principals(self) -> tuple[str, ...]:
        """One authority for each party, the first of its authorities in `parties`: it answers for the principal."""
        first: dict[str, str] = {}
        for authority, party in self.parties.items():
            first.setdefault(party, authority)
        return tuple(first.values())

    def side(self, unit: str = "", operation: str = "") -> Side:
        return self.sides[unit] if unit else self.sides[f"operation:{operation}"]

    def on_rung(self, rung: str) -> Iterable[Forum]:
        return self.rungs.get(rung, ())

    def arena_of(self, operation: str) -> str:
        return self.sides[f"operation:{operation}"].arena
