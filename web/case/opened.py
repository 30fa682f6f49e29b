"""One case opened for a page: what this person may know of it, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass

from cases.reading import CaseView, Line, view
from cases.wording import Wording, wording
from web.desk import desk
from web.guard import here
from web.words import Words, words
from workflows.definition import Definition, Move
from workflows.nouns import Door, Offer, Reason
from workflows.organisation import holder_of
from workflows.texts import authority_of, inner_record

FILE_DOOR = "file"
"""The next door of a lift that lacks its forum file."""


@dataclass(frozen=True, slots=True)
class Opened:
    view: CaseView
    said: Wording
    w: Words

    @property
    def number(self) -> str:
        return self.view.cover.number

    @property
    def definition(self) -> Definition:
        return self.said.definition

    @property
    def covered(self) -> bool:
        """Whether this person reads the cover. A guest does not, nor an authority that the case has left."""
        return "cover" in self.view.compartments

    @property
    def authority(self) -> str:
        """The authority of whoever looks; "" for forums and the county."""
        return authority_of(holder_of(here().post), self.said.world.org)

    @property
    def side(self) -> str:
        """`raising` or `receiving`, for a function of one of the two parties; "" for all others."""
        for name in ("raising", "receiving") if self.covered else ():
            side = getattr(self.view.cover, name)
            if side is not None and self.authority == side.authority:
                return name
        return ""

    @property
    def inner(self) -> str:
        """The compartment of this person's own notes, "" when she has none in this case."""
        own = inner_record(here().post, self.said.world.org)
        return own if self.covered and own in self.view.compartments else ""

    @property
    def has_file(self) -> bool:
        """Whether there is a forum file to write or to read for this person."""
        return bool(self.side) or any(name.startswith("file:") for name in self.view.compartments)

    @property
    def clause(self) -> str:
        """The document, with version and section, that the case is held to; "" while none is named."""
        document, _, rest = str(self.view.cover.facts.get("clause", "")).partition("/")
        version, _, number = rest.partition("/")
        name = self.w.directory.documents.get(document, "")
        title = self.w.directory.sections.get((document, version), {}).get(number, "")
        section = self.w.t("case.section", number=number, title=title).strip() if number else ""
        return ", ".join(part for part in (f"{name} {version}".strip(), section) if part)

    def offer(self, move: str) -> Offer | None:
        return next((o for o in self.view.offers if o.move == move), None)

    def rows(self, move: str) -> tuple[Move, ...]:
        """The routine's rows for a move: those of the case's stage, else all of them. None for whoever does not read
        the cover: a guest makes no move, nor an authority that the case has left."""
        known = self.definition.by_code.get(move, ()) if self.covered else ()
        here_now = [m for m in known if self.view.cover.stage in m.sources or "*" in m.sources]
        return tuple(here_now) or known

    def move_text(self, move: str) -> str:
        """A move's own words: as it is offered here and now, else as the routine calls it first."""
        offer = self.offer(move)
        return self.offered(offer) if offer is not None else self.w.say(self.said.move(move))

    def row_text(self, rule: str) -> str:
        """The words of one row of the routine, named as a decision names it; several rows may share a move's code."""
        rows = (m for d in self.said.routines for m in d.moves if f"{d.key}:{m.place}" == rule)
        return next((self.w.say(m.text) for m in rows), "")

    def done_text(self, move: str, version: int) -> str:
        """What was just done, in the words of its own history line; "" when no line tells of it. `version` is the
        cover's after the move: a mark that is not the cover's business left it as it was, so its newest line counts."""
        done = [n for n in self.view.lines if n.code == move]
        line = next((n for n in done if n.compartment == "cover" and n.seq == version), None)
        inner = [n for n in done if n.compartment != "cover"]
        line = line or (inner[-1] if inner else None)
        return self.w.say(self.said.line(line)) if line is not None else ""

    def offered(self, offer: Offer) -> str:
        """A move as it is called before its answers decide which of several rows is taken."""
        texts = {self.row_text(row) for row in offer.rows}
        undecided = f"undecided.{offer.move}"
        return self.w.t(undecided) if len(texts) > 1 and self.w.knows(undecided) else self.w.say(offer.text)

    def place_of(self, side: str) -> str:
        """A side in words, as near as it is known: unit or operation."""
        found = getattr(self.view.cover, side)
        if found is None:
            return ""
        return self.w.place(found.holder("unit"))

    def reason(self, reason: Reason) -> str:
        """A reason in this page's language, with functions and fields in words."""
        text = reason.sv if self.w.language == "sv" else reason.en
        return self.w.sentence(text)

    def door(self, door: Door) -> str:
        """The way on in words; whom to wait for, and until when where there is a date."""
        if door.move == FILE_DOOR:
            return self.w.t("case.file_door")
        words = self.w.say(self.said.door(door))
        if door.move not in ("wait", "decide"):
            return words
        words = f"{words} {self.w.post(door.target)}" if door.target else words
        return self.w.t("case.door_until", door=words, date=self.w.day(door.until)) if door.until else words

    def through(self, door: Door) -> str:
        """The forum that a door leads to, or both where a case goes to two arenas."""
        return self.w.together([self.w.place(f"forum:{code}") for code in door.target.split(",")])

    def lines(self, compartment: str, code: str) -> tuple[Line, ...]:
        return tuple(line for line in self.view.lines if line.compartment == compartment and line.code == code)


def open_case(number: str) -> Opened:
    """The case as whoever is signed in may see it. Raises CaseUnknown and NotYourFunction."""
    return opened(view(desk().record, here().seer, number, words().now))


def opened(found: CaseView) -> Opened:
    """A view that has just been read, with the words for it."""
    w = words()
    return Opened(found, wording(desk().record, found, w.now), w)
