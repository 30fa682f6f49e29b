"""A case on the terminal: ladder, whose move, dates, what may be done now and what not, and what has happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cases.case_json import door_target, paper_json, texts_of
from cases.commands.days import due, moment
from cases.commands.phrases import say
from cases.dates import Explained
from cases.reading import CaseView, Line
from cases.waiting import WAKE, waiting
from cases.whose_view import side_then, whose_view
from cases.wording import Rung, Wording
from workflows.about_when import when_spoken
from workflows.calendar import Language, spoken
from workflows.definition import Input
from workflows.in_words import said
from workflows.nouns import Door, Offer

MARKS = {
    "here": "●", "returned": "↓", "been": "✓", "next": "○", "passed": "–", "unseated": "–", "untold": "–", "above": "·",
}  # fmt: skip
FEW_OPTIONS = 8
"""More than these would hide what else is asked for; a refusal names them all."""

NOTED = ("here", "returned", "been", "next", "unseated", "untold")


def case_page(view: CaseView, words: Wording, dates: Iterable[Explained], language: Language, today: date) -> Group:
    """The whole page; sections that are empty are left out."""
    page = _Page(view, words, language, today)
    parts: list[RenderableType | None] = [page.head()]
    if page.has_cover:
        parts += [page.ladder(), page.facts(), page.waits(), page.dates(dates), page.owed(), page.file(), page.offers()]
    parts += [page.papers(), page.history(), page.versions()]
    return Group(*(part for part in parts if part is not None))


def clean(text: str) -> str:
    """A text of somebody's, fit for a terminal: a lone carriage return would write over the line before it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def door_words(door: Door, words: Wording, language: Language) -> str:
    target = door_target(door, words.names, language)
    text = said(words.door(door), language) + (f": {target}" if target else "")
    return text + (f", {say('by', language).lower()} {spoken(door.until, language)}" if door.until else "")


class _Page:
    """One page being put together."""

    def __init__(self, view: CaseView, words: Wording, language: Language, today: date) -> None:
        self.view, self.words, self.language, self.today = view, words, language, today
        self.has_cover = "cover" in view.compartments

    def say(self, key: str) -> str:
        return say(key, self.language)

    def head(self) -> RenderableType:
        cover, head = self.view.cover, Text().append(self.view.cover.number, "bold")
        if not self.has_cover:
            return head.append(f"\n{self.say('closed_cover')}", "dim")
        stage = self.words.definition.stages[cover.stage]
        head.append(f"  {said(self.words.definition.title, self.language)} · {self.say(cover.status)}")
        if cover.urgent:
            head.append(f" · {self.say('urgent')}", "bold red")
        return head.append(f"\n{said(stage.title, self.language)} ({stage.id})")

    def ladder(self) -> RenderableType | None:
        rungs = [self._rung(rung) for rung in reversed(self.words.rungs)]
        return self._section("ladder", Group(_grid(rungs), self._legend())) if rungs else None

    def _legend(self) -> Text:
        """What the marks before the rungs mean, of those that are shown."""
        shown = {rung.state for rung in self.words.rungs}
        return Text("  ".join(f"{mark} {self.say(state)}" for state, mark in MARKS.items() if state in shown), "dim")

    def _rung(self, rung: Rung) -> tuple[Text, ...]:
        style = "bold green" if rung.state == "here" else "dim" if rung.faint else ""
        forums = ", ".join(self.words.names.place(f"forum:{f}", self.language) for f in rung.forums)
        note = f"← {self.say(rung.state)}" if rung.state in NOTED else ""
        if rung.state == "been" and not rung.forums:
            note = ""
        note = "; ".join(filter(None, (note, *self.words.detours(rung, self.language))))
        return tuple(Text(t, style) for t in (MARKS[rung.state], said(rung.name, self.language), forums, note))

    def facts(self) -> RenderableType:
        cover, names = self.view.cover, self.words.names
        rows = []
        if cover.ball:
            rows.append((self.say("ball"), Text(names.post(cover.ball, self.language), "bold")))
            rows.append((self.say("task"), Text(said(self.words.task(cover.stage, cover.next_task), self.language))))
        if cover.next_date is not None:
            rows.append((self.say("by"), due(cover.next_date, self.language, self.today)))
        rows.append((self.say("parties"), Text(self._parties())))
        if cover.event_date is not None:
            rows.append((self.say("happened"), Text(when_spoken(cover.event_date, cover.facts, self.language))))
        if clause := cover.facts.get("clause"):
            rows.append((self.say("clause"), Text(str(clause))))
        if self.view.registry_number:
            rows.append((self.say("registry"), Text(self.view.registry_number)))
        rows += [
            (self.say("links"), Text(f"{number} ({self.say(f'link_{kind}')})")) for number, kind in self.view.links
        ]
        return Padding(_grid((Text(label, "dim"), text) for label, text in rows), (1, 0, 0, 0))

    def waits(self) -> RenderableType | None:
        found = waiting(self.view, self.words, self.today)
        if found is None:
            return None
        told = Text(clean(" ".join(said(sentence, self.language) for sentence in found.told)))
        return Padding(told.append(f" ({WAKE})", "bold") if found.may_wake else told, (1, 0, 0, 0))

    def _parties(self) -> str:
        sides = [side for side in (self.view.cover.raising, self.view.cover.receiving) if side is not None]
        places = [f"unit:{s.unit}" if s.unit else f"operation:{s.operation}" for s in sides]
        return " → ".join(self.words.names.place(place, self.language) for place in places)

    def dates(self, dates: Iterable[Explained]) -> RenderableType | None:
        rows = [self._date(date) for date in dates]
        return self._section("dates", _grid(rows)) if rows else None

    def _date(self, found: Explained) -> tuple[Text, ...]:
        deadline, name = found.deadline, Text(said(found.rule.text, self.language))
        if deadline.status != "open":
            day = Text(spoken(deadline.due, self.language), "dim")
            met = found.rule.met_text if deadline.status == "met" else None
            stands = said(met, self.language) if met is not None else self.say(deadline.status)
            return name, day, Text(stands, "dim"), Text(deadline.code, "dim")
        otherwise = f"{self.say('otherwise')}: {said(found.rule.default_text, self.language)}"
        return name, due(deadline.due, self.language, self.today), Text(otherwise, "dim"), Text(deadline.code, "dim")

    def owed(self) -> RenderableType | None:
        rows = []
        for owed in self.view.contributions:
            rule = next((d.contributions[owed.code] for d in self.words.routines if owed.code in d.contributions), None)
            if owed.status != "owed" or rule is None:
                continue
            silence = f"{self.say('silence')}: {said(rule.silence, self.language)}"
            who = Text(self.words.names.post(owed.asked, self.language))
            rows.append((Text(said(rule.text, self.language)), who, due(owed.due, self.language, self.today),
                         Text(silence, "dim"), Text(owed.code, "dim")))  # fmt: skip
        return self._section("owed", _grid(rows)) if rows else None

    def file(self) -> RenderableType | None:
        file = self.view.file
        if file is None or not file.revision:
            return None
        sides = {"raising": self.view.cover.raising, "receiving": self.view.cover.receiving}
        read = [self.words.names.place(f"operation:{s.operation}", self.language)
                for name, s in sides.items() if s is not None and name in file.read_by]  # fmt: skip
        text = f"{file.revision}: {self.say('reviewed' if file.reviewed else 'not_reviewed')}, "
        text += f"{self.say('read_by')} {', '.join(read) or '–'}"
        if self.view.findings:
            text += f"; {self.view.findings} {self.say('findings')}"
        return self._section("file", Text(text))

    def offers(self) -> RenderableType:
        mine = [part for offer in self.view.offers if not offer.reasons for part in self._offer(offer)]
        others = [self._refused(o) for o in self.view.offers if o.reasons]
        parts = [self._section("may", Group(*mine) if mine else Text(self.say("nothing"), "dim"))]
        if others:
            parts.append(self._section("may_not", _grid(others)))
        return Group(*parts)

    def _offer(self, offer: Offer) -> Iterator[RenderableType]:
        yield Text.assemble((offer.move, "bold"), f"  {self._move(offer)}")
        for inputs in self._inputs(offer):
            yield Padding(Text(inputs, "dim"), (0, 0, 0, 4))

    def _inputs(self, offer: Offer) -> Iterator[str]:
        """What must be filled in, what some answers need, and what may be left out: as it is typed, and in words."""
        groups = {"asks": [a for a in offer.asks if a.required], "depends": [a for a in offer.asks if a.depends]}
        groups["optional"] = [a for a in offer.asks if not a.required and not a.depends]
        for phrase, asked in groups.items():
            if asked:
                told = "; ".join(f"{_typed(a.rule)} ({said(a.rule.label, self.language)})" for a in asked)
                yield f"{self.say(phrase)}: {told}"

    def _refused(self, offer: Offer) -> tuple[Text, ...]:
        text = Text(" ".join(self.words.reason(reason, self.language) for reason in offer.reasons), "dim")
        if offer.next_door is not None and offer.next_door.move != "wait":
            text.append(f" ({self.say('door')}: {door_words(offer.next_door, self.words, self.language)})")
        return Text(offer.move), Text(self._move(offer)), text

    def _move(self, offer: Offer) -> str:
        """In the words of every row that its answers may lead to."""
        rows = {f"{d.key}:{m.place}": m.text for d in self.words.routines for m in d.moves}
        texts = (said(rows.get(row, offer.text), self.language) for row in offer.rows)
        return " / ".join(dict.fromkeys(texts)) or said(offer.text, self.language)

    def papers(self) -> RenderableType | None:
        found = [paper_json(paper, self.view.lines) for paper in self.view.papers]
        rows = [(Text(clean(p["name"])), Text(self._place(p["compartment"]), "dim"), Text(f"{p['size']} B", "dim"),
                 Text(p["handle"], "dim")) for p in found]  # fmt: skip
        return self._section("papers", _grid(rows)) if rows else None

    def history(self) -> RenderableType:
        together: dict[tuple[datetime, str, str], list[Line]] = {}
        for line in self.view.lines:
            together.setdefault((line.at, line.actor, line.code), []).append(line)
        return self._section("history", Group(*(self._event(lines) for lines in together.values())))

    def _event(self, lines: list[Line]) -> RenderableType:
        """One move's lines in all compartments that it concerned, as one event."""
        first = lines[0]
        head = Text.assemble((f"{moment(first.at)}  ", "dim"), (said(self.words.line(first), self.language), "bold"))
        who = self.words.names.post(first.actor, self.language)
        head.append(f"  {who} ({first.by})" if first.by else f"  {who}")
        places = dict.fromkeys(self._place(line.compartment) for line in lines)
        head.append(f"  [{', '.join(places)}]", "dim")
        if first.told:
            head.append(f"  {self.say('told')}", "italic")
        texts = [text for line in lines for text in self._texts(line)]
        return Group(head, *(Padding(text, (0, 0, 0, 4)) for text in texts))

    def _texts(self, line: Line) -> Iterator[Text]:
        """What kind of answer a forum gave stands above its words."""
        kind = self.words.position(line)
        if kind is not None:
            yield Text.assemble((f"{said(kind[0], self.language)} ", "dim"), said(kind[1], self.language))
        yield from (self._text(self._label(code, line), code, value) for code, value in texts_of(line).items())

    def _label(self, code: str, line: Line) -> str:
        """What a text answers; a side's view is called by the side's name, as far as the reader may know of it."""
        cover = self.view.cover
        whose = whose_view(code, line.actor, cover, self.words.world.org) if self.has_cover else None
        side = side_then(whose, cover, self.view.lines, line, self.words.world.org) if whose is not None else None
        if side is None:
            return said(self.words.field(code), self.language)
        return self.say("view_of").format(who=self.words.names.place(side.holder("unit"), self.language))

    def _place(self, compartment: str) -> str:
        """`inner:mol-vard` in words; which forum's, where it is one's."""
        kind, _, code = compartment.partition(":")
        name = f" {self.words.names.place(f'forum:{code}', self.language)}" if kind in ("file", "forum") else ""
        return self.say(f"in_{kind}") + name

    def _text(self, label: str, code: str, value: Any) -> Text:
        text = Text().append(f"{label} ", "dim")
        rows = value if isinstance(value, list) else [value]
        return text.append("\n".join(self._value(code, row) for row in rows))

    def _value(self, code: str, row: Any) -> str:
        if not isinstance(row, dict):
            return clean(self.words.value(code, row, self.language))
        return f"{clean(str(row['what']))} – {self.words.names.post(row['owner'], self.language)}, {row['date']}"

    def versions(self) -> RenderableType:
        text = ", ".join(f"{name} {version}" for name, version in sorted(self.view.versions.items()))
        return Padding(Text(f"{self.say('versions')}: {text}", "dim"), (1, 0, 0, 0))

    def _section(self, key: str, body: RenderableType) -> RenderableType:
        return Padding(Group(Text(self.say(key), "bold"), Padding(body, (0, 0, 0, 2))), (1, 0, 0, 0))


def _typed(asked: Input) -> str:
    """An input's code, with the codes that it can be answered by where these are few: `harm=none|risk|harm`."""
    codes = [code for code, _ in asked.options]
    return f"{asked.code}={'|'.join(codes)}" if 0 < len(codes) <= FEW_OPTIONS else asked.code


def _grid(rows: Iterable[tuple[Text, ...]]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for row in rows:
        grid.add_row(*row)
    return grid
