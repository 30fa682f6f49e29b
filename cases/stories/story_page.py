"""A story that has been told, on the terminal: the ladder, what happened, the sum behind its date, what is due next.

Each case is shown as one of the story's own people may know it. What the record holds and what the story says of each
step stand together; attempts that were refused are in no record, and are shown with their reasons and the way on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cases.case_json import door_target
from cases.commands.days import moment
from cases.commands.page import MARKS, clean, door_words
from cases.commands.phrases import say as phrase
from cases.dates import Explained, dates_of
from cases.functions import NotYourFunction
from cases.reading import CaseView, Line, view
from cases.record import Record
from cases.sight import CaseUnknown, Seer
from cases.stories.due_next import contribution_text, still_awaited
from cases.stories.story import Happened, Told
from cases.stories.story_words import say
from cases.wording import Rung, Wording, bare_wording, places_in, wording
from workflows.calendar import Language, spoken
from workflows.definition import Text as Said
from workflows.fuzzy import parse_fuzzy
from workflows.in_words import said
from workflows.nouns import Door
from workflows.office_hours import local_date

STEPS = {"done": ("✓", "green"), "refused": ("✗", "bold red"), "told": ("◦", "cyan"), "clock": ("◷", "yellow"),
         "said": ("·", "dim")}  # fmt: skip
PLACES = ("cover", "shared", "inner", "forum", "file")
"""Of one move's lines in several compartments, which is shown."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: `when` as it is said, what, and lines below it."""

    order: tuple[date, datetime]
    when: str
    kind: str
    what: str
    who: str
    below: tuple[tuple[str, str], ...] = ()
    """(text, style) lines."""


def story_page(record: Record, told: Told, now: datetime, language: Language, *, place: int = 0) -> RenderableType:
    """The whole story: each case it shows in full, the others in a line each. `place` is its number in the table of
    contents, where there is one."""
    words = told.story
    title = (f"{place}. " if place else "") + said_in(words.title, language)
    head = [Text(f"{title}\n{'━' * len(title)}", "bold"), Text(said_in(words.shows, language), "italic")]
    full = [label for label in told.cases if not words.pages or label in words.pages]
    pages = [_CasePage(record, told, label, now, language).whole() for label in full]
    others = [_CasePage(record, told, label, now, language).line() for label in told.cases if label not in full]
    return Group(*head, *pages, *(Padding(Group(*others), (1, 0, 0, 0)) for _ in others[:1]))


def said_in(words: object, language: Language) -> str:
    return str(getattr(words, language))


class _CasePage:
    """One case of a story, being put together."""

    def __init__(self, record: Record, told: Told, label: str, now: datetime, language: Language) -> None:
        self.record, self.told, self.label, self.now, self.language = record, told, label, now, language
        self.number = told.cases[label]
        self.seer, self.seen = _best_view(record, told, self.number, now)
        self.words = wording(record, self.seen, now)

    def say(self, key: str) -> str:
        return say(key, self.language)

    def whole(self) -> RenderableType:
        parts = [self._head(), self._section("ladder", self._ladder()), self._section("happened", self._timeline())]
        why = self._why()
        if why is not None:
            parts.append(self._section("why", why))
        return Group(*parts, self._section("next", self._next()))

    def line(self) -> Text:
        """A case that the story does not show in full."""
        cover = self.seen.cover
        stage = said(self.words.definition.stages[cover.stage].title, self.language)
        text = Text().append(self.number, "bold").append(f"  {self._kind()}  {self._parties()} · {stage}")
        return text if cover.next_date is None else text.append(f" · {spoken(cover.next_date, self.language)}")

    def _head(self) -> RenderableType:
        cover = self.seen.cover
        stage = self.words.definition.stages[cover.stage]
        text = Text("\n").append(self.number, "bold").append(f"  {self._kind()} · {said(stage.title, self.language)}")
        text.append(f" ({stage.id})", "dim").append(f"\n{self._parties()}")
        reader = self.words.names.post(self.seer.post, self.language)
        return text.append(f"\n{self.say('seen_by')} {reader}", "dim")

    def _kind(self) -> str:
        return said(self.words.definition.title, self.language)

    def _parties(self) -> str:
        sides = [side for side in (self.seen.cover.raising, self.seen.cover.receiving) if side is not None]
        places = [f"unit:{s.unit}" if s.unit else f"operation:{s.operation}" for s in sides]
        return " → ".join(self.words.names.place(place, self.language) for place in places)

    def _section(self, key: str, body: RenderableType) -> RenderableType:
        return Padding(Group(Text(self.say(key), "bold"), Padding(body, (0, 0, 0, 2))), (1, 0, 0, 0))

    def _ladder(self) -> Table:
        grid = Table.grid(padding=(0, 2, 0, 0))
        for rung in reversed(self.words.rungs):
            grid.add_row(*self._rung(rung))
        return grid

    def _rung(self, rung: Rung) -> tuple[Text, ...]:
        style = "bold green" if rung.state == "here" else "dim" if rung.faint else ""
        forums = ", ".join(self.words.names.place(f"forum:{f}", self.language) for f in rung.forums)
        ended = self.seen.cover.status == "ended"
        notes = {
            "here": "ended_here" if ended else "here", "been": "been", "next": "may_go", "unseated": "unseated",
            "untold": "untold", "returned": "returned",
        }  # fmt: skip
        note = self.say(notes[rung.state]) if rung.state in notes else ""
        note = "; ".join(filter(None, (note, *self.words.detours(rung, self.language))))
        return tuple(Text(t, style) for t in (f"├─{MARKS[rung.state]}─┤", said(rung.name, self.language), forums, note))

    def _timeline(self) -> Table:
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for entry in sorted(self._entries(), key=lambda e: e.order):
            mark, style = STEPS[entry.kind]
            text = Text(entry.what, "bold").append(f"  {entry.who}" if entry.who else "", "not bold")
            for below, how in entry.below:
                text.append(f"\n{below}", f"not bold {how}")
            grid.add_row(Text(entry.when, "dim"), Text(mark, style), text)
        return grid

    def _entries(self) -> Iterator[Entry]:
        """The record's lines with what the story says of them, then what left no line."""
        steps = {h.step.at: h for h in self.told.happened if h.number == self.number}
        for at, lines in self._moves().items():
            yield self._event(at, lines, steps.pop(at, None))
        for happened in steps.values():
            yield self._without_line(happened)

    def _moves(self) -> Mapping[datetime, list[Line]]:
        """The lines of one moment together: a report is opened and submitted in one breath."""
        together: dict[datetime, list[Line]] = {}
        for line in self.seen.lines:
            together.setdefault(line.at, []).append(line)
        return together

    def _event(self, at: datetime, lines: list[Line], happened: Happened | None) -> Entry:
        line = min(reversed(lines), key=lambda one: PLACES.index(one.compartment.partition(":")[0]))
        what = said(self.words.line(line), self.language)
        who = self.words.names.post(line.actor, self.language)
        below = [(said_in(happened.step.says, self.language), "")] if happened is not None else []
        if any(one.told for one in lines):
            return self._told(at, lines, what, below)
        kind = "clock" if line.actor.startswith("clock@") else "done"
        return Entry((local_date(at), at), moment(at), kind, what, who, tuple(below))

    def _told(self, at: datetime, lines: list[Line], what: str, below: list[tuple[str, str]]) -> Entry:
        """A told event stands at the date as it was said, with its source."""
        texts = {code: clean(str(value)) for line in lines for code, value in line.texts.items()}
        when = texts.get("told_when", "")
        source = texts.get("told_source", "")
        below = [(texts.get("told_text", what), ""), *((text, "dim") for text, _ in below)]
        if source:
            below.append((f"{self.say('source')}: {source}", "dim"))
        first = parse_fuzzy(when, local_date(at)).order[0]
        return Entry((first, at), when, "told", self.say("told"), "", tuple(below))

    def _without_line(self, happened: Happened) -> Entry:
        step = happened.step
        below = [(said_in(step.says, self.language), "")]
        order = (local_date(step.at), step.at)
        if happened.refusal is None:
            what = self.say("unknown") if happened.unseen else ""
            kind = "refused" if happened.unseen else "said"
            return Entry(order, moment(step.at), kind, what or below[0][0], "", tuple(below if what else ()))
        words = bare_wording(self.record, self.words.definition, self._places(happened), self.now)
        stage = happened.stage
        for reason in happened.refusal.reasons:
            below.append((f"– {words.reason(reason, self.language)}", "red"))
        door = happened.refusal.next_door
        if door is not None:
            wait = door.move == "wait" and door.until is None and not door.sv
            way = f"{self.say('wait')} {door_target(door, words.names, self.language)}" if wait else (
                f"{self.say('door')}: {self._door(door, words, stage)}")  # fmt: skip
            below.append((f"→ {way}", "green"))
        what = said(self._move(happened.refusal.move, stage) or words.move(happened.refusal.move), self.language)
        who = words.names.post(step.who.post, self.language)
        return Entry(order, moment(step.at), "refused", what, who, tuple(below))

    def _door(self, door: Door, words: Wording, stage: str) -> str:
        """A door that is a move is called what it is called in this stage."""
        called = None if door.sv else self._move(door.move, stage)
        return door_words(replace(door, sv=called.sv, en=called.en) if called else door, words, self.language)

    def _move(self, code: str, stage: str) -> Said | None:
        rows = self.words.definition.from_stage.get(stage, ())
        return next((m.text for m in rows if m.code == code and "*" not in m.sources), None)

    def _places(self, happened: Happened) -> Iterable[str]:
        assert happened.refusal is not None  # asked for by its caller
        return (happened.step.who.post, *places_in(happened.refusal.reasons, happened.refusal.next_door))

    def _why(self) -> RenderableType | None:
        """The sum behind the date that is due next; where that is none of a deadline, behind the latest of the kind
        that the story is about."""
        every = dates_of(self.seen, self.words)
        living = [e for e in every if e.deadline.status == "open" and e.deadline.due == self.seen.cover.next_date]
        wanted = [e for e in living or every if e.deadline.code == self.told.story.explain]
        if wanted or living:
            return self._explained(max(wanted or living, key=lambda e: e.deadline.key))
        return None

    def _explained(self, found: Explained) -> Text:
        text = Text(f"{said(found.rule.text, self.language)}: ")
        text.append(spoken(found.deadline.due, self.language), "bold")
        if found.deadline.status != "open":
            text.append(f" ({phrase(found.deadline.status, self.language)})")
        for line in found.lines(self.language):
            text.append(f"\n{line}")
        if found.deadline.status != "open":
            return text
        default = said(found.rule.default_text, self.language)
        return text.append(f"\n{self.say('otherwise')}: {default}.")

    def _next(self) -> Text:
        """The case's own next step, and whatever others still owe it; both also after it has ended."""
        cover, owed = self.seen.cover, list(self._owed())
        if cover.next_date is None:
            text = Text(self.say("ended" if owed else "nothing"))
        else:
            task = said(self.words.task(cover.stage, cover.next_task), self.language)
            text = Text(spoken(cover.next_date, self.language), "bold").append(f"  {task}", "not bold")
            text.append(f"  {self.words.names.post(cover.ball, self.language)}", "not bold")
        return Text("\n").join([text, *owed])

    def _owed(self) -> Iterator[Text]:
        for owed in self.seen.contributions:
            if owed.status == "owed" and still_awaited(owed.asked, owed.due, local_date(self.now)):
                what = said(contribution_text(self.words.routines, owed.code), self.language)
                text = Text(spoken(owed.due, self.language), "bold").append(f"  {what}", "not bold")
                yield text.append(f"  {self.words.names.post(owed.asked, self.language)}", "not bold")


def _best_view(record: Record, told: Told, number: str, now: datetime) -> tuple[Seer, CaseView]:
    """As the one of the story's people who may read most of the case; of equals the first in the story."""
    found: list[tuple[Seer, CaseView]] = []
    for who in told.story.people.values():
        seer = Seer(who.account, who.post)
        try:
            found.append((seer, view(record, seer, number, now)))
        except (CaseUnknown, NotYourFunction):
            continue  # she no longer has that function, or the case has left her
    return max(found, key=lambda pair: len(pair[1].compartments))
