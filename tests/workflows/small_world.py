"""A handful of places, and a case in them that decisions are applied to: enough to try a routine without a record.

Two arenas: the hospital and Mölndal in Göteborg, Kungälv in SIMBA. A ladder of four rungs above the local one, each
forum meeting every other month. Posts are written `unit_manager@unit:ward`, as everywhere.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.workflows.routine_files import routines
from workflows.attempt import World
from workflows.calendar import Calendar
from workflows.decide import Routine
from workflows.library import Library
from workflows.nouns import CLOCK, Actor, Command, Decision, DocketRow, ForumFile, Refusal, Snapshot
from workflows.opening import Opening, open_case
from workflows.organisation import Forum, Organisation, Side

MORNING = datetime(2026, 4, 16, 8, tzinfo=UTC)
LIBRARY = Library(routines("vastra_gotaland"))
READ = ForumFile(1, reviewed=True, read_by=frozenset(("raising", "receiving")))

WARD = Side("ward", "hospital", "hospital-board", "region", "goteborg", "regional")
HOME = Side("home", "care-molndal", "board-molndal", "molndal", "goteborg")
TEAM = Side("team", "care-kungalv", "board-kungalv", "kungalv", "simba")
SIDES = (WARD, HOME, TEAM)
WHOLE = frozenset(("hospital", "care-molndal", "care-kungalv"))

MEASURES: tuple[dict[str, Any], ...] = ({"what": "Ny rutin", "owner": "handler@unit:ward", "date": date(2026, 9, 1)},)
"""What the ward promises in an answer, for tests in which any promise will do."""


def forum(code: str, rung: str, arena: str, seats: frozenset[str], **other: Any) -> Forum:
    every_other_month = tuple(date(year, month, 12) for year in range(2026, 2031) for month in (2, 4, 6, 9, 11))
    known: dict[str, Any] = {
        "state": "active", "valid_from": date(2015, 1, 1), "valid_to": None, "stand_in": "", "staffed": True,
        "meetings": every_other_month, **other,
    }  # fmt: skip
    return Forum(code, code.upper(), rung, arena, seats=seats, **known)


def organisation(**forums: Forum) -> Organisation:
    """The places; `forums` replace those of the same code (a dash is an underscore)."""
    near = frozenset(("hospital", "care-molndal"))
    known = {
        f.code: f
        for f in (
            forum("nosam", "nosam", "goteborg", near), forum("lgs", "delregional", "goteborg", near),
            forum("simba", "delregional", "simba", frozenset(("care-kungalv",))), forum("vvg", "vvg", "", WHOLE),
            forum("sro", "sro", "", WHOLE), forum("theme", "beside", "", frozenset()),
            forum("paused", "beside", "", frozenset(), state="paused", stand_in="theme"),
        )
    }  # fmt: skip
    known.update((code.replace("_", "-"), f) for code, f in forums.items())
    return Organisation(
        revision=1, ladder=("local", "nosam", "delregional", "vvg", "sro"),
        sides={s.unit: s for s in SIDES} | {f"operation:{s.operation}": replace(s, unit="") for s in SIDES},
        forums=known, open_units=frozenset(s.unit for s in SIDES),
        parties={"hospital-board": "region", "primary-board": "region", "board-molndal": "molndal",
                 "board-kungalv": "kungalv"},
        arena_rung="delregional", arena_forum={"goteborg": "lgs", "simba": "simba"},
    )  # fmt: skip


def two_steps() -> World:
    """The least there can be: the same places on a ladder of two steps, as in the small county."""
    council = forum("council", "council", "goteborg", frozenset(("hospital", "care-molndal")))
    org = replace(
        organisation(), ladder=("local", "council"), forums={"council": council}, arena_rung="council",
        arena_forum={"goteborg": "council"},
    )  # fmt: skip
    return World(org, Calendar({}))


class Case:
    """One case: its snapshot, and the moves made in it. `now` moves with the clock only."""

    def __init__(
        self, kind: str, raising: Side, receiving: Side | None, *, world: World | None = None,
        library: Library = LIBRARY, **opening: Any,
    ) -> None:  # fmt: skip
        self.library = library
        self.world = world or World(organisation(), Calendar({}))
        self.now = MORNING
        first = Opening("2026-TEST", raising, receiving, **opening)
        unit = f"unit:{raising.unit}" if raising.unit else f"operation:{raising.operation}"
        opened = open_case(library.in_force(kind), first, self.actor(f"unit_manager@{unit}"), self.world, self.now)
        assert isinstance(opened, Decision), opened
        self.snapshot = Snapshot(opened.cover)
        self.apply(opened)

    @staticmethod
    def actor(post: str) -> Actor:
        return Actor(post, post, frozenset((post,)))

    @property
    def routine(self) -> Routine:
        return self.library.routine(self.snapshot.cover.definition)

    @property
    def stage(self) -> str:
        return self.snapshot.cover.stage

    @property
    def ball(self) -> str:
        return self.snapshot.cover.ball

    def decide(self, move: str, post: str, **inputs: Any) -> Decision | Refusal:
        return self.routine.decide(self.snapshot, Command(move, inputs), self.actor(post), self.world, self.now)

    def do(self, move: str, post: str, **inputs: Any) -> "Case":
        decision = self.decide(move, post, **inputs)
        assert isinstance(decision, Decision), decision
        self.apply(decision)
        return self

    def refused(self, move: str, post: str, **inputs: Any) -> set[str]:
        """The codes of all reasons against a move."""
        answer = self.decide(move, post, **inputs)
        assert isinstance(answer, Refusal), answer
        return {reason.code for reason in answer.reasons}

    def apply(self, decision: Decision) -> None:
        """What the record would write: the fold of a decision into the snapshot."""
        old, gone = self.snapshot, {key for key, _ in decision.docket_overtaken}
        deadlines = {d.key: d for d in (*old.deadlines, *decision.deadlines)}
        contributions = {c.key: c for c in (*old.contributions, *decision.contributions)}
        docket = {r.key: r for r in old.docket if r.key not in gone} | {r.key: r for r in decision.docket_new}
        self.snapshot = replace(
            old, cover=replace(decision.cover, version=old.cover.version + 1), deadlines=tuple(deadlines.values()),
            contributions=tuple(contributions.values()), docket=tuple(docket.values()),
            grants=(old.grants | decision.grants_opened) - decision.grants_ended,
            unsent=(*old.unsent, *((e.code, e.texts) for e in decision.entries if e.compartment.startswith("forum:"))),
        )  # fmt: skip

    def page_read(self, forum: str = "nosam") -> "Case":
        """One side's preparer has written the page, and the other's has read it (routine.md F2)."""
        self.do("prepare", f"preparer.municipal@forum:{forum}", page="En sida.")
        return self.do("confirm", f"preparer.regional@forum:{forum}")

    def with_file(self, file: ForumFile = READ) -> "Case":
        self.snapshot = replace(self.snapshot, file=file)
        return self

    def next_step(self) -> DocketRow | None:
        """The automatic step that is due first."""
        steps = [row for row in self.snapshot.docket if row.kind == "step"]
        return min(steps, key=lambda row: row.due_at, default=None)

    def let_pass(self) -> "Case":
        """Time goes on until the next automatic step, which the clock then takes."""
        step = self.next_step()
        assert step is not None, f"nothing will ever happen in {self.stage}"
        self.now = max(self.now, step.due_at)
        self.snapshot = replace(self.snapshot, docket=tuple(r for r in self.snapshot.docket if r.key != step.key))
        return self.do(step.move, CLOCK)

    def wait(self, days: int) -> "Case":
        """Days in which nobody acts; automatic steps due meanwhile are taken."""
        end = self.now + timedelta(days=days)
        while (step := self.next_step()) is not None and step.due_at <= end:
            self.let_pass()
        self.now = end
        return self
