"""One attempt at a move: the throw-away object that the shared state machine is triggered on.

It carries all that guards may read. Nothing is written to it but the row that the machine took, and the way up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workflows.calendar import Calendar
from workflows.definition import Definition, Move
from workflows.ladder import Landing, landing, why_passable
from workflows.nouns import Actor, Command, Contribution, Cover, Deadline, Snapshot
from workflows.office_hours import local_date
from workflows.organisation import Organisation, function_of, holder_of
from workflows.roles import resolve


@dataclass(frozen=True, slots=True)
class World:
    """What is the same for every case of a county at one moment."""

    org: Organisation
    calendar: Calendar


class Attempt:
    """May `actor` do `command` in the case of `snapshot`, `now`? `state` is what the machine reads and moves."""

    __slots__ = (
        "_way_up", "actor", "command", "cover", "definition", "now", "snapshot", "state", "successors", "taken",
        "today", "world",
    )  # fmt: skip

    def __init__(
        self,
        definition: Definition,
        snapshot: Snapshot,
        command: Command,
        actor: Actor,
        world: World,
        now: datetime,
        successors: Mapping[str, Definition],
    ) -> None:
        self.successors = successors
        self.definition = definition
        self.snapshot = snapshot
        self.cover = snapshot.cover
        self.command = command
        self.actor = actor
        self.world = world
        self.now = now
        self.today: date = local_date(now)
        self.state = snapshot.cover.stage
        self.taken: Move | None = None
        self._way_up: tuple[Cover, Landing | None] | None = None
        """What `landing` found for which cover: guards and effects of one attempt ask several times."""

    def without(self, fields: Collection[str]) -> Attempt:
        """The same attempt as if those inputs had not been filled in."""
        kept = {code: value for code, value in self.command.inputs.items() if code not in fields}
        return Attempt(
            self.definition, self.snapshot, Command(self.command.move, kept), self.actor, self.world, self.now,
            self.successors,
        )  # fmt: skip

    def bare(self, move: str) -> Attempt:
        """Another move by the same actor at the same moment, with nothing filled in."""
        return Attempt(
            self.definition, self.snapshot, Command(move), self.actor, self.world, self.now, self.successors
        )  # fmt: skip

    @property
    def inputs(self) -> Mapping[str, Any]:
        return self.command.inputs

    def given(self, code: str) -> Any:
        """An input's value, None when it is missing or blank; a list without a row says no more than no words."""
        value = self.command.inputs.get(code)
        blank = not value.strip() if isinstance(value, str) else value in (None, [], ())
        return None if blank else value

    @property
    def event_day(self) -> date:
        """The day whose agreements count: as this move corrects it, else as it was reported, else the opening."""
        rows = self.definition.by_code.get(self.command.move, ())
        given = (self.given(arg) for row in rows for word, arg in row.then if word == "event_day")
        day = next((value for value in given if type(value) is date), None)
        return day or self.cover.event_date or self.cover.opened

    def chosen(self, code: str) -> tuple[str, ...]:
        """The options that an input of several names; one alone may stand without a list."""
        value = self.given(code)
        return (value,) if isinstance(value, str) else tuple(value or ())

    def fact_date(self, name: str) -> date | None:
        """A date that the case remembers; facts are kept in the form of their history, ISO text."""
        value = self.cover.facts.get(name)
        return date.fromisoformat(value) if value else None

    def count(self, move: str) -> int:
        """How often this case has taken a move so far."""
        return self.cover.tally.get(move, 0)

    def posts(self, role: str, cover: Cover | None = None) -> tuple[str, ...]:
        """Who a role means in this case as it stands, or in `cover`, which it is becoming."""
        cover = cover or self.cover
        if role == "actor":
            return (self.actor.post,)
        if role == "counter_chair":
            return self.counter_chairs(cover)
        if role == "counter_preparer":
            return (self.counter_preparer(cover),)
        if role.startswith("counterpart."):
            return resolve(f"{self.other_side(cover)}.{role[12:]}", cover, self.world.org)
        if role.startswith("input:"):
            value = self.given(role[6:])
            if not isinstance(value, str):
                return ()
            return (value,) if "@" in value else (f"receiver@operation:{value}",)
        return resolve(role, cover, self.world.org, self.snapshot.contributions)

    def counter_chairs(self, cover: Cover) -> tuple[str, ...]:
        """The other of chair and vice chair, seen from whoever acts; both, seen from the process leader."""
        chair, vice = f"chair@forum:{cover.forum}", f"vice_chair@forum:{cover.forum}"
        if self.actor.posts.isdisjoint((chair, vice)) and function_of(self.actor.post) == "process_leader":
            return chair, vice
        return (vice,) if chair in self.actor.posts else (chair,)

    def counter_preparer(self, cover: Cover) -> str:
        """The other side's preparer, seen from whoever acts; the receiving side's, seen from one who acts for both."""
        raising, receiving = (
            resolve(f"forum.preparer_of_{side}", cover, self.world.org)[0] for side in ("raising", "receiving")
        )
        return receiving if raising in self.actor.posts else raising

    def other_side(self, cover: Cover) -> str:
        """The side across from whoever acts: `receiving` for the raising side, `raising` for everybody else."""
        raising = cover.raising
        own = {raising.holder(level) for level in ("unit", "operation", "authority")}
        return "receiving" if any(holder_of(p) in own for p in self.actor.posts) else "raising"

    def is_actor(self, role: str) -> bool:
        return any(p in self.actor.posts for p in self.posts(role))

    def deadline(self, code: str) -> Deadline | None:
        """The living deadline of that code, if any."""
        return next((d for d in self.snapshot.deadlines if d.code == code and d.status == "open"), None)

    def owed(self, code: str) -> tuple[Contribution, ...]:
        return tuple(c for c in self.snapshot.contributions if c.code == code and c.status == "owed")

    def landing(self) -> Landing | None:
        """The lowest competent step above where the case is."""
        cover = self.cover
        if self._way_up is None or self._way_up[0] is not cover:
            route = cover.facts.get("route", ())
            found = landing(self.world.org, cover.concerned, cover.raising.operation, self.today, cover.rung, route)
            self._way_up = (cover, found)
        return self._way_up[1]

    def standstill(self) -> str | None:
        """Why the forum that has the case may be passed (law 3): it cannot answer, or is too late with this case."""
        forum = self.world.org.forums[self.cover.forum]
        return why_passable(forum, self.today) or ("late" if self._forum_is_late() else None)

    def _forum_is_late(self) -> bool:
        days = self.world.calendar.days_of(None)
        return any(
            d.status == "open" and d.clock == "forum" and days.count(d.due, self.today) > self.setting("step_late_days")
            for d in self.snapshot.deadlines
            if d.due < self.today
        )

    def setting(self, name: str) -> int:
        return self.definition.settings[name]
