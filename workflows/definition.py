"""One version of a routine, as the rules use it: stages, moves, deadlines, contributions, texts.

Everything in here comes from a checked TOML file (definition_file.py); nothing is decided in code that the file
could say. Names are the codes of design.md section 5, ids those of routine.md's tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from workflows.due import Rule

UNKNOWN = "unknown"
"""The answer "don't know" to an input that takes it."""

NONE = "none"
"""The answer that nothing is planned, to an input of measures that takes it: an empty list is no answer."""

SEVERAL = "+"
"""Between the options of one answer, where a case remembers them: `opinion+assignment`."""

A_DECISION = "decided"
"""What the history calls a move whose own code would tell what a forum has decided (`told_as`)."""

A_PROPOSAL = "proposed"
"""What the history calls a move whose own code would tell what is proposed to a forum's presidium."""

CHOSEN = "chosen:"
"""How the compartment of an input begins that another answer of the same move decides."""

Words = tuple[tuple[str, str], ...]
"""Known words with an argument, `rearm:answer` -> ("rearm", "answer")."""


@dataclass(frozen=True, slots=True)
class Text:
    sv: str
    en: str


@dataclass(frozen=True, slots=True)
class Input:
    """One thing a move asks for, and the compartment its value is kept in (`cover` for codes and dates;
    `chosen:INPUT` where the answer to that choice names it)."""

    code: str
    type: str
    goes: str
    label: Text
    help: Text | None = None
    options: tuple[tuple[str, Text], ...] = ()
    max: int = 0
    unknown: Text | None = None
    """The words for "don't know", where that is an answer: the value UNKNOWN."""
    none: Text | None = None
    """Of `measures`: the words for "none is needed", where that is an answer: the value NONE."""
    together: tuple[frozenset[str], ...] = ()
    """Of `choices`: the options that go with each other, in groups; what shares no group contradicts."""
    about_when: bool = False
    """Of `text`: it says when something was, as exactly as is known. Days that no calendar has are refused."""

    @property
    def chosen_by(self) -> str:
        """The choice whose answer names the compartment; "" where the routine itself does."""
        return self.goes.removeprefix(CHOSEN) if self.goes.startswith(CHOSEN) else ""

    @property
    def reaches_forum(self) -> bool:
        """Whether a forum may read it (law 6)."""
        return self.goes in ("file", "forum", "answer") or bool(self.chosen_by)

    def instead(self, value: object) -> Text | None:
        """The words of an answer that names nothing of its sort, where the routine takes it."""
        return self.unknown if value == UNKNOWN else self.none if value == NONE else None

    def apart(self, chosen: Sequence[str]) -> tuple[Text, Text] | None:
        """The first two of several options that contradict each other, in words."""
        if any(group >= set(chosen) for group in self.together):
            return None
        words = dict(self.options)
        pairs = ((a, b) for n, a in enumerate(chosen) for b in chosen[n + 1 :])
        return next(((words[a], words[b]) for a, b in pairs if not any({a, b} <= g for g in self.together)), None)


@dataclass(frozen=True, slots=True)
class Stage:
    code: str
    id: str
    title: Text
    task: str
    task_text: Text
    ball: str
    rung: str
    date: str
    """The deadline code that is the stage's one date (law 1)."""
    status: str = "open"
    tab: str = ""
    source: str = ""
    reach: str = "parties"
    """`raising` while nothing has left the sending side, `parties` from then on."""
    holds: bool = False
    """The stage waits and leads back: entering it remembers the stage before."""
    before_forum: bool = False
    """The case lies before its forums here: their functions may read it."""
    until_done: str = ""
    """Of an end: where a case waits instead while a planned measure is not done."""
    unsent: bool = False
    """A forum's answer waits here to be approved and sent: its words are the forum's own (answering.py)."""


@dataclass(frozen=True, slots=True)
class Move:
    code: str
    index: int
    sources: tuple[str, ...]
    to: str
    by: tuple[str, ...]
    guards: Words
    needs: tuple[str, ...]
    may: tuple[str, ...]
    then: Words
    tell: tuple[str, ...]
    text: Text
    """What a button says: what is to be done."""
    happened: Text
    """What history says afterwards (happened.py)."""
    source: str
    place: str
    hidden: str = ""
    """A mark that only the actor's own authority may know of: the cover gets no line and nothing else changes."""
    follows: Text | None = None
    """What follows from it, in its form; `{code}` stands for the day of that deadline."""

    @property
    def automatic(self) -> bool:
        return self.by == ("clock",)

    @property
    def asks_for_mark(self) -> str:
        """The mark of the actor's own party that opens this row, "" for none. To name such a row to others would tell
        them of the mark (D-70)."""
        return next((arg for name, arg in self.guards if name == "marked"), "")

    @property
    def told_as(self) -> str:
        """The code by which a case's history, dates and counts tell of this row: its own, unless that alone says what
        the forum's answer is (`decide:outcome=!outside_remit`), which its parties read when it is sent."""
        if not any(word == "decide" and "=!" in arg for word, arg in self.then):
            return self.code
        return A_PROPOSAL if any(word == "renew" for word, _ in self.then) else A_DECISION

    @property
    def name(self) -> str:
        """What the state machine calls this row: several rows may share one move code."""
        return f"{self.code}.{self.index}"


@dataclass(frozen=True, slots=True)
class Notch:
    """A reminder's place: working days of the receiver before (-) or after (+) the date, to which roles."""

    at: int
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Default:
    """What happens by itself when a date passes: a move, `after` working days after the date.

    `quiet`: it ends a case or counts silence as consent, so never between 1 July and 10 August (domain.md 5).
    """

    move: str
    after: int
    quiet: bool


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    code: str
    text: Text
    clock: str
    starts: str
    """The start event: the stage whose entry starts the clock, or the move that arms it."""
    covers: frozenset[str]
    rule: Rule
    urgent: Rule | None
    given_by: str
    """Input code that carries the date itself, for dates that people agree on."""
    meeting_of: str
    """For a meeting-bound rule: `lead` (the forum that has the case), `lowest` (the one it would rise to), `owner`."""
    met_by: frozenset[str]
    missed_by: frozenset[str]
    defaults: tuple[Default, ...]
    default_text: Text
    notches: tuple[Notch, ...]
    source: str
    keeps: bool = False
    """Going between covered stages keeps the date (one promise over several stages)."""
    counts_from: str = ""
    """A remembered date that the clock counts from instead of the day of the move (an in-force date)."""
    unless: str = ""
    """Another deadline that stands in its place: it does not start while that one runs."""
    listed: bool = False
    """It stands on the monthly list from its beginning: what it follows upon is overdue already."""
    once: bool = False
    """It starts by itself once in a case; another one only by a move that sets it."""
    met_text: Text | None = None
    """How it is told that it was met, where nobody kept a promise by it."""


@dataclass(frozen=True, slots=True)
class ContributionRule:
    code: str
    text: Text
    asks: str
    rule: Rule
    given_by: frozenset[str]
    silence: Text
    """What it means when nothing comes by its date."""
    notches: tuple[Notch, ...]
    source: str
    covers: frozenset[str] = frozenset(("*",))
    """Stages in which it stays owed; `*` outlives them all (a decision to be reported at the next meeting)."""


@dataclass(frozen=True)
class Definition:
    """A routine's version. `hash` covers the file and everything it includes; a case is pinned to name and hash."""

    name: str
    version: int
    kind: str
    initial: str
    title: Text
    hash: str
    stages: Mapping[str, Stage]
    moves: tuple[Move, ...]
    inputs: Mapping[str, Input]
    deadlines: Mapping[str, DeadlineRule]
    contributions: Mapping[str, ContributionRule]
    reasons: Mapping[str, Text]
    functions: Mapping[str, Text]
    opening: Move
    """How a new case begins: what whoever begins it must say and may say, and what follows from it."""
    released: bool = False
    tasks: Mapping[str, Text] = field(default_factory=dict)
    """Next tasks that moves set (`task:approve`), beside those of the stages."""
    settings: Mapping[str, int] = field(default_factory=dict)
    """The routine's own numbers that guards use: days a step may be late, months to reopen, and so on."""

    @property
    def key(self) -> str:
        return f"{self.name}.v{self.version}"

    def task_words(self, stage: str, task: str) -> Text:
        """The words for a case's next task: those of a task that a move set, else those of its stage; none for none."""
        if not task:
            return Text("", "")
        return self.tasks[task] if task in self.tasks else self.stages[stage].task_text

    @cached_property
    def by_code(self) -> Mapping[str, tuple[Move, ...]]:
        found: dict[str, list[Move]] = {}
        for move in self.moves:
            found.setdefault(move.code, []).append(move)
        return {code: tuple(rows) for code, rows in found.items()}

    @cached_property
    def from_stage(self) -> Mapping[str, tuple[Move, ...]]:
        """Stage -> the moves that leave or act in it, `*` rows included, in the file's order."""
        return {stage: tuple(m for m in self.moves if stage in m.sources or "*" in m.sources) for stage in self.stages}

    @cached_property
    def made_in(self) -> Mapping[str, frozenset[str]]:
        """Move -> the stages that it is made in."""
        return {
            code: frozenset(stage for stage, moves in self.from_stage.items() if any(m.code == code for m in moves))
            for code in self.by_code
        }

    @cached_property
    def covering(self) -> Mapping[str, tuple[DeadlineRule, ...]]:
        """Stage -> deadlines that cover it."""
        return {s: tuple(d for d in self.deadlines.values() if s in d.covers) for s in self.stages}
