"""The values that pass between the record and the rules. Frozen; nothing here reads or writes anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from workflows.definition import Input, Text
from workflows.organisation import Side, holder_of

NO_FACTS: Mapping[str, Any] = {}

CLOCK = "clock@county"
"""The post that automatic steps are taken as."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What a case's cover says now: the fold of its cover history, and the row that lists sort by.

    Law 1: an open or watched case has a `ball`, a `next_task` and a `next_date`.
    """

    number: str
    kind: str
    definition: str
    status: str
    stage: str
    rung: str
    forums: tuple[str, ...]
    ball: str
    next_task: str
    next_date: date | None
    urgent: bool
    raising: Side
    receiving: Side | None
    concerned: tuple[str, ...]
    opened: date
    event_date: date | None
    before: str = ""
    tally: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    version: int = 0

    @property
    def forum(self) -> str:
        """The forum that carries the stage: the lead, first of several."""
        return self.forums[0] if self.forums else ""

    @property
    def lower_forum(self) -> str:
        """The earlier forum that a forum has returned the case to, while a function of it is named and has the ball; ""
        for none. The case lies before `forums` all the while."""
        kind, _, code = holder_of(self.ball).partition(":")
        named = kind == "forum" and self.facts.get("named") == self.ball and bool(self.forums)
        return code if named and code not in self.forums and code in self.facts.get("visited", ()) else ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """One promise with a date. `key` is its code and instance (`answer#1`); a revision is a new date for it."""

    key: str
    code: str
    clock: str
    started_by: str
    start: date
    due: date
    status: str = "open"
    revision: int = 1
    pauses: tuple[tuple[date, date, str], ...] = ()
    named: date | None = None
    """The day that people agreed on, for a rule that takes one."""
    extended_to: date | None = None
    extended_on: date | None = None
    party: str = ""
    """Whose working days count; empty for the county's."""
    forum: str = ""
    """The forum whose meetings a meeting-bound date follows."""
    hasty: bool = False
    """Set under the routine's shorter rule for urgent cases."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What somebody other than the ball-holder owes (law 1): asked post, what, due, and what silence means."""

    key: str
    code: str
    asked: str
    due: date
    status: str = "owed"
    forum: str = ""
    revision: int = 1
    """A new date for it, or somebody else who is asked for it by a date of her own."""


class DocketRow(NamedTuple):
    """One thing the clock is still to do: a letter, or an automatic step. `key` is unique for ever. A tuple because
    every decision plans all that a case's dates ask for."""

    key: str
    kind: str
    post: str
    due_at: datetime
    deadline: str = ""
    revision: int = 0
    notch: str = ""
    move: str = ""


OF_THE_WHOLE = "written_of_the_whole"
"""The fact of a case whose question of principle was split off: the forum file's newest revision at that time."""


@dataclass(frozen=True, slots=True)
class ForumFile:
    """The newest revision of the file that goes to a forum: whether it was reviewed, and who has read it."""

    revision: int = 0
    reviewed: bool = False
    read_by: frozenset[str] = frozenset()
    sent_to: frozenset[str] = frozenset()
    """Forums that have it: their functions may be told that it is there."""
    read_until: date | None = None
    """The last day on which the side that has not read it is waited for; None while nobody has been asked to."""
    readers: frozenset[str] = frozenset()
    """Authorities that have read it, also those that the case has left."""

    def unread(self, cover: Cover) -> str:
        """The side of the case that has not read it, `raising` or `receiving`; "" when none is left."""
        sides = ("raising",) if cover.receiving is None else ("raising", "receiving")
        return next((side for side in sides if side not in self.read_by), "")

    def between(self, before: Cover, after: Cover) -> ForumFile:
        """The file as it is read once the sides are those of `after`: what a party has read, its successor has not."""
        was = {"raising": before.raising, "receiving": before.receiving}
        sides = {"raising": after.raising, "receiving": after.receiving}
        read_by = frozenset(
            name for name, side in sides.items() if side is not None and (
                name in self.read_by if (old := was[name]) is not None and old.authority == side.authority
                else side.authority in self.readers
            )
        )  # fmt: skip
        return altered(self, read_by=read_by)

    def late(self, today: date) -> bool:
        """Whether the day has passed until which a side was asked to read it."""
        return self.read_until is not None and self.read_until < today

    def before_split(self, cover: Cover) -> bool:
        """Whether it speaks of the question as it was before the question of principle was split off."""
        return 0 < self.revision <= int(cover.facts.get(OF_THE_WHOLE, 0))

    def may_leave(self, cover: Cover, today: date) -> bool:
        """Law 6: reviewed, and read by both sides or not read in time by the one that was asked to; a question of
        principle is written anew, so that what was written of the whole before stays."""
        return self.reviewed and not self.before_split(cover) and (not self.unread(cover) or self.late(today))


@dataclass(frozen=True, slots=True)
class SentLetter:
    """A letter with a forum's answer that a mail server took; it may have sent it back later."""

    post: str
    taken_on: date
    came_back: bool = False


class Grant(NamedTuple):
    """One opened compartment: (holder, compartment), for example (`unit:x`, `inner:board`). A tuple because every
    decision makes and compares half a hundred of them."""

    holder: str
    compartment: str


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting in exactly one function. `posts` adds what falls to that function: absent holders it stands
    in for, and unfilled functions of its party when it is the contact person. `leads` are operations the *person*
    leads in any function (nobody decides in a forum about those, domain.md section 3)."""

    account: str
    post: str
    posts: frozenset[str]
    leads: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Command:
    move: str
    inputs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that one decision reads about one case."""

    cover: Cover
    deadlines: tuple[Deadline, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    docket: tuple[DocketRow, ...] = ()
    grants: frozenset[Grant] = frozenset()
    file: ForumFile = ForumFile()
    sent: ForumFile = ForumFile()
    """The newest revision that a forum has."""
    findings: int = 0
    """Personal identifiers found in texts that would travel upward and not yet cleared."""
    earlier: tuple[ForumFile, ...] = ()
    """Older revisions that are reviewed and have no such finding, newest first."""
    marks: frozenset[str] = frozenset()
    """What the actor's own authority has marked and nobody else may know of."""
    unsent: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    """The lines of the forum that has the case, as (move, texts), oldest first, while it has decided and not sent."""
    views: Mapping[str, str] = field(default_factory=dict)
    """Each side's view in the file that the forum has. Gathered for a move that gives one (both_views.py)."""
    letters: tuple[SentLetter, ...] = ()
    """Those with the newest answer. Gathered for the clock's own steps alone."""

    def leaving(self, today: date) -> ForumFile:
        """Law 6: the newest revision that may leave; one of number 0 while none may. An older one waits for no newer,
        else a side could keep a case from leaving by writing again and again."""
        files = (self.file, *self.earlier)
        return next((file for file in files if file.may_leave(self.cover, today)), ForumFile())


@dataclass(frozen=True, slots=True)
class Entry:
    """A history line to write in one compartment; `texts` is erasable, everything else stays."""

    compartment: str
    code: str
    texts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spawn:
    """A case that comes out of this one (split off, pattern), started at its own definition's first stage."""

    kind: str
    link: str
    texts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Door:
    """Where to go instead: a move, perhaps to a named forum or function, that is open to the actor's side; or whom to
    wait for, and `until` when."""

    move: str
    target: str = ""
    sv: str = ""
    en: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    sv: str
    en: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Every reason at once, and the next door where there is one."""

    move: str
    reasons: tuple[Reason, ...]
    next_door: Door | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """All that follows from one move. Applying it needs no definition, and folding its outcome neither."""

    move: str
    actor: str
    cover: Cover
    changes: Mapping[str, Any]
    entries: tuple[Entry, ...]
    deadlines: tuple[Deadline, ...]
    contributions: tuple[Contribution, ...]
    docket_new: tuple[DocketRow, ...]
    docket_overtaken: tuple[tuple[str, str], ...]
    """Key and reason. They go before `docket_new`: a row in both waits again, at its new time."""
    grants_opened: frozenset[Grant]
    grants_ended: frozenset[Grant]
    spawns: tuple[Spawn, ...] = ()
    joins: tuple[str, ...] = ()
    """Numbers of cases that belong to this one from now on; the record asks whether the actor may know of them."""
    joined: str = ""
    """Number of the issue that has this one's members from now on."""
    rule: str = ""
    marks: tuple[tuple[str, str], ...] = ()
    """(authority, mark) that only that authority may ever know of (lex Sarah, lex Maria)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One input of an offered move: its sort, words and choices, and whether the move can be made without it."""

    rule: Input
    required: bool
    depends: bool = False
    """Whether it is what else is answered that decides if the move can be made without it."""

    @property
    def code(self) -> str:
        return self.rule.code


@dataclass(frozen=True, slots=True)
class Offer:
    """A move as pages and the API show it: allowed now, or the reasons why not.

    Several rows of a routine may share a move's code; while the inputs decide which of them is taken, the offer stands
    for all that are open.
    """

    move: str
    rows: tuple[str, ...]
    """The routine's rows as history lines name them (`deviation.v1:moves[16]`); the first gives `text` and `to`."""
    text: Text
    to: str
    asks: tuple[Asked, ...]
    reasons: tuple[Reason, ...] = ()
    next_door: Door | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        return tuple(asked.code for asked in self.asks)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(asked.code for asked in self.asks if asked.required)

    @property
    def depending(self) -> tuple[str, ...]:
        return tuple(asked.code for asked in self.asks if asked.depends)


Value = TypeVar("Value")


def altered(value: Value, **fields: Any) -> Value:
    """The same value but for these fields: `dataclasses.replace` for the plain values above, at half its cost."""
    kind: Any = type(value)
    names, read = _fields_of(kind)
    altered_value: Value = kind(**dict(zip(names, read(value), strict=True)) | fields)
    return altered_value


@cache
def _fields_of(kind: Any) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    return kind.__slots__, attrgetter(*kind.__slots__)
