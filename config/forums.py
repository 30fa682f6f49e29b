"""The steps of the ladder, the forums that stand on them or beside them, who sits there, and when they meet."""

from dataclasses import dataclass
from datetime import date, time
from typing import Literal

from config.organisation import Side, Words

Scope = Literal["local", "area", "arena", "county"]
ForumKind = Literal["ladder", "theme_group", "council"]
ForumState = Literal["active", "paused", "ended"]
MeetingStatus = Literal["planned", "provisional", "held", "cancelled"]

BESIDE = "beside"
"""The rung of a forum that stands beside the ladder."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step. `scope` says what a forum on it covers: `local` has none (the parties themselves, always the first
    step), `area` several per arena, `arena` one per arena, `county` one for all. `arena_names`: (arena code, name)
    where an arena has a name of its own for the step.
    """

    code: str
    name: Words
    scope: Scope
    arena_names: tuple[tuple[str, Words], ...] = ()

    def name_in(self, arena: str) -> Words:
        return dict(self.arena_names).get(arena, self.name)


@dataclass(frozen=True, slots=True)
class Forum:
    """A body. `arena` is None for the whole county. `rung` is a rung's code or BESIDE. `chair_side` has the chair, the
    other side the vice chair. `stand_in` is the forum that answers while this one does not.
    """

    code: str
    name: str
    rung: str
    arena: str | None
    kind: ForumKind
    mandate: Words
    valid_from: date
    valid_to: date | None
    state: ForumState
    stand_in: str | None
    chair_side: Side


@dataclass(frozen=True, slots=True)
class Seat:
    """An operation sits in a forum. `side` follows from its party. Without dates: as long as both exist."""

    forum: str
    operation: str
    side: Side
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """A forum meets on a day; times are local. `source` says where the date is published."""

    forum: str
    date: date
    start: time | None
    end: time | None
    place: str | None
    status: MeetingStatus
    source: str
