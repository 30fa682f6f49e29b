"""What a case's codes mean in words: the texts of its routine, names of functions and places, what happened when.

Made from a view and for the same seer: it tells nothing that is not in the view, and says it so that people
understand it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from cases.database import Transaction
from cases.names import Names, names_of
from cases.positions import QUESTION, positions
from cases.reading import CaseView, Line
from cases.record import Record
from workflows.ahead import ahead
from workflows.attempt import World
from workflows.calendar import Language, spoken
from workflows.definition import A_DECISION, A_PROPOSAL, Definition, Text
from workflows.happened import UNTOLD, filled
from workflows.in_words import said
from workflows.inheriting import INHERIT
from workflows.joining import MEMBERS_JOINED
from workflows.ladder import competent
from workflows.migrating import MIGRATE
from workflows.nouns import Cover, Door, Reason
from workflows.office_hours import local_date
from workflows.opening import OPEN
from workflows.organisation import Organisation, holder_of
from workflows.recounting import RECOUNT

RUNGS = "SELECT code, name_sv, name_en FROM rung ORDER BY position"

LINES: Mapping[str, Text] = {
    OPEN: Text("Ärendet öppnades", "The case was opened"),
    RECOUNT: Text("Datum räknat på nytt", "Dates counted anew"),
    MIGRATE: Text("Ärendet följer en ny version av rutinen", "The case follows a new version of the routine"),
    "inherit": Text("En enhet som upphörde har fått en arvtagare", "A unit that ended has an heir"),
    "note": Text("Anteckning", "Note"),
    "shared_note": Text("Anteckning delad med den andra parten", "Note shared with the other party"),
    "paper": Text("Dokument", "Document"),
    "file": Text("Underlag skrivet", "Forum file written"),
    "file_handed": Text("Underlaget lämnades till samverkansorganet", "The forum file was handed to the forum"),
    "file_reviewed": Text("Underlag granskat", "Forum file reviewed"),
    "file_read": Text("Underlag läst", "Forum file read"),
    "file_late": Text("Underlaget lästes inte i tid", "Forum file not read in time"),
    "finding_cleared": Text("Uppgift i underlaget klarmarkerad", "Detail in the forum file cleared"),
    "identifier_cleared": Text("En uppgift pekar inte ut någon", "A detail that points out nobody"),
    "glass_broken": Text(
        "En administratör öppnade ärendet i ett nödläge", "An administrator opened the case in an emergency"
    ),
    "glass_ended": Text("Administratören stängde ärendet i förtid", "The administrator closed the case early"),
    "letter_dropped": Text("En påminnelse togs bort", "A reminder was dropped"),
    "link": Text("Länk till ett annat ärende", "Link to another case"),
    "notes_kept": Text(
        "Arbetsanteckningar genomgångna, de som hör till akten behölls",
        "Working notes gone through, those that belong to the record kept",
    ),
    "notes_cleared": Text("Arbetsanteckningar rensades", "Working notes were cleared"),
    "secrecy_marked": Text("Sekretessmarkering ändrad", "Secrecy marking changed"),
    "registry_number": Text("Eget diarienummer", "Own registry number"),
    "admit_guests": Text("Gäster släpptes in", "Guests were let in"),
    "open_inner": Text("Egna anteckningar öppnade för utföraren", "Inner record opened to the provider"),
    MEMBERS_JOINED: Text(
        "Ärenden från ett systemfel som anslöts hit hör nu till detta",
        "Cases of a systemic issue that joined this one belong to it now",
    ),
    INHERIT: Text("Enheten upphörde, och en annan tog över ärendet", "The unit ended, and another took the case over"),
    "pattern_ended": Text(
        "Mönstret är omhändertaget, och systemfelet som ärendet hör till är avslutat",
        "The pattern has been dealt with, and the systemic issue that the case belongs to has ended",
    ),
    "came_by": Text("Kom till mottagaren utanför Stegen", "Came to the receiver outside Stegen"),
    "disposed": Text("Gallrat efter beslut", "Disposed of by decision"),
    "patient_set": Text("Personuppgift sparad, krypterad", "Patient reference kept, encrypted"),
    A_PROPOSAL: UNTOLD[A_PROPOSAL],
    A_DECISION: UNTOLD[A_DECISION],
    "withdraw_asked": Text("Rapportören ber att få ta tillbaka rapporten", "The reporter asks to have the report back"),
}
"""Lines of the history that no routine has words for."""

DOORS: Mapping[str, Text] = {
    "wait": Text("Vänta på", "Wait for"),
    "file": Text("Skriv, granska och läs underlaget", "Write, review and read the forum file"),
    "decide": Text("Ställning tas av", "The position is taken by"),
}
"""Next doors that are no move of the routine."""


PASSED_BECAUSE: Mapping[str, Text] = {
    "paused": Text("är pausat", "is paused"),
    "ended": Text("har upphört", "has ended"),
    "unstaffed": Text("saknar ledamöter", "has no members"),
    "silent": Text("kan inte svara inom 60 dagar", "cannot answer within 60 days"),
    "late": Text("är mer än tio arbetsdagar sent", "is more than ten working days late"),
}
"""Why a forum is passed (law 3)."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder as one case sees it. `forums` are those that this is about. `state`: `here`, `returned` (the
    forum where it is has sent it down there for a task, and has it again afterwards), `been` (or
    `passed`, without having been there), `next` (where it may go from here), `unseated` (on its way, but no forum there
    seats all who are concerned), `untold` (a case that was taken up higher may have been there) or `above`."""

    code: str
    name: Text
    state: str
    forums: tuple[str, ...]
    why: tuple[tuple[str, Text], ...] = ()
    """(forum, reason) of those that the case went past, or would from here (law 3)."""

    @property
    def faint(self) -> bool:
        """Neither where the case is, nor where it has been or may go next."""
        return self.state not in ("here", "returned", "been", "next")


@dataclass(frozen=True, slots=True)
class Wording:
    """Everything that one case's view needs to be said in words."""

    definition: Definition
    routines: tuple[Definition, ...]
    """Every routine the case has followed, the present one first: a converted case keeps its earlier dates."""
    names: Names
    world: World
    stage: str
    rungs: tuple[Rung, ...]
    moves: Mapping[tuple[datetime, str], Text]
    """(instant, code) of the cover's lines -> what the very row of the routine that was taken says of itself."""
    positions: Mapping[tuple[datetime, str], Text] = field(default_factory=dict)
    """(instant, code) of the steps by which a forum answered -> what kind of answer it is."""

    def move(self, code: str) -> Text:
        """A move by its code alone; where several rows share it, the first speaks for all, but never a hidden one."""
        rows = sorted((m for d in self.routines for m in d.by_code.get(code, ())), key=lambda m: m.asks_for_mark)
        return rows[0].text if rows else LINES.get(code) or DOORS.get(code) or Text(code, code)

    def done(self, code: str) -> Text:
        """What a move did, by its code alone: as `move`, said afterwards."""
        rows = sorted((m for d in self.routines for m in d.by_code.get(code, ())), key=lambda m: m.asks_for_mark)
        return filled(rows[0].happened) if rows else self.move(code)

    def line(self, line: Line) -> Text:
        """What happened, as a sentence without its full stop."""
        if line.code == "file" and line.compartment.startswith("file:"):
            return LINES["file_handed"]
        return self.moves.get((line.at, line.code)) or self.done(line.code)

    def position(self, line: Line) -> tuple[Text, Text] | None:
        """What kind of answer a forum's words are: the question and its answer; None for all other words."""
        speaks = line.compartment.startswith(("file:", "forum:"))
        found = self.positions.get((line.at, line.code)) if speaks else None
        return (self.field(QUESTION), found) if found is not None else None

    def reason(self, reason: Reason, language: Language) -> str:
        """Why not, in plain words."""
        return said(Text(reason.sv, reason.en), language)

    def door(self, door: Door) -> Text:
        """The way on, in the words of the row that leads there from where the case is."""
        here = (m.text for m in self.definition.from_stage.get(self.stage, ()) if m.code == door.move)
        return Text(door.sv, door.en) if door.sv else DOORS.get(door.move) or next(here, self.move(door.move))

    def field(self, code: str) -> Text:
        """What a text of the history answers: the input's own label."""
        found = next((d.inputs[code] for d in self.routines if code in d.inputs), None)
        return found.label if found is not None else FIELDS.get(code, Text(code, code))

    def value(self, code: str, value: Any, language: Language) -> str:
        """What was answered: a choice by its own words, a post by its name, anything else as it was written."""
        if code in MOMENTS:
            return _moment(str(value), language)
        asked = next((d.inputs[code] for d in self.routines if code in d.inputs), None)
        chosen = dict(asked.options).get(str(value), asked.instead(value)) if asked is not None else None
        chosen = chosen or WAYS.get((code, str(value)))
        if chosen is not None:
            return said(chosen, language)
        return self.names.post(value, language) if asked is not None and asked.type in POSTS else str(value)

    def detours(self, rung: Rung, language: Language) -> tuple[str, ...]:
        """ "NOSAM Mölndal är pausat": why the case went past a forum of this rung, or would."""
        return tuple(f"{self.names.place(f'forum:{code}', language)} {said(why, language)}" for code, why in rung.why)

    def task(self, stage: str, task: str) -> Text:
        return self.definition.task_words(stage, task)


def _moment(written: str, language: Language) -> str:
    """`2026-10-01 10:28`, Stockholm's time as the history keeps it, as people say it."""
    day, _, clock = written.partition(" ")
    told = spoken(date.fromisoformat(day), language)
    return f"{told} kl. {clock.replace(':', '.')}" if language == "sv" else f"{told} at {clock}"


MOMENTS = frozenset(("glass_until",))
"""Texts of lines that are a moment."""

POSTS = frozenset(("post", "lower_post", "own_post"))
"""Inputs that a function is the answer to."""

WAYS: Mapping[tuple[str, str], Text] = {
    ("came_by", "paper"): Text("papper", "paper"),
    ("came_by", "telephone"): Text("telefon", "telephone"),
    ("came_by", "mail"): Text("e-post", "mail"),
}
"""How a report came that was not made here."""

FIELDS: Mapping[str, Text] = {
    "came_by": Text("Kom på", "Came by"),
    "came_on": Text("Dag", "Day"),
    "note": Text("Anteckning", "Note"),
    "name": Text("Namn", "Name"),
    "secrecy_ground": Text("Grund", "Ground"),
    "secrecy_until": Text("Gäller till", "Holds until"),
    "statement": Text("Beskrivning", "Statement"),
    "question": Text("Fråga", "Question"),
    "view_raising": Text("Den ena partens syn", "The one party's view"),
    "view_receiving": Text("Den andra partens syn", "The other party's view"),
    "attachments": Text("Bilagor", "Attachments"),
    "reason": Text("Skäl", "Reason"),
    "glass_until": Text("Öppet längst till", "Open at the longest until"),
    "decision": Text("Beslut", "Decision"),
    "other": Text("Ärende", "Case"),
    "number": Text("Nummer", "Number"),
}
"""Texts of lines that no routine asks for."""


def wording(record: Record, view: CaseView, now: datetime) -> Wording:
    """The words for a view that has just been read."""
    present = record.library.routine(view.cover.definition).definition
    routines = tuple(_followed(record, view, present))
    with record.database.read() as tx:
        world = record.world(tx, now)
        rungs = tuple(_rungs(tx, view, present, world, now))
        places = {*_places(view), *(f for rung in rungs for f in (*rung.forums, *dict(rung.why)))}
        names = names_of(tx, places, present.functions)
    moves, answers = dict(_moves(view, routines, names)), dict(positions(view.lines, routines))
    return Wording(present, routines, names, world, view.cover.stage, rungs, moves, answers)


def bare_wording(
    record: Record, definition: Definition, places: Iterable[str], now: datetime, stage: str = ""
) -> Wording:
    """The words for an answer that shows no case: a refusal (in a `stage`), or what a move came to."""
    with record.database.read() as tx:
        names = names_of(tx, places, definition.functions)
        return Wording(definition, (definition,), names, record.world(tx, now), stage, (), {})


def _followed(record: Record, view: CaseView, present: Definition) -> Iterator[Definition]:
    """The present routine first, then those that the case followed before it was converted."""
    yield present
    for line in view.lines:
        key = line.outcome.get("cover", {}).get("definition") if line.compartment == "cover" else None
        if key is not None and key != present.key and key in record.library.definitions:
            yield record.library.definitions[key]


def _moves(view: CaseView, routines: Iterable[Definition], names: Names) -> Iterator[tuple[tuple[datetime, str], Text]]:
    routines = tuple(routines)
    rows = {f"{d.key}:{m.place}": m for d in routines for m in d.moves}
    rows |= {f"{d.key}:{OPEN}": d.opening for d in routines}
    hands = dict(_hands(view.lines))
    for line in view.lines:
        row = rows.get(str(line.outcome.get("rule"))) if line.compartment == "cover" else None
        if row is not None and not row.asks_for_mark:
            named = ((place, keys) for place, keys in _whither(line.outcome.get("cover", {})) if keys)
            told = {place: Text(*(_called(keys, names, language) for language in LANGUAGES)) for place, keys in named}
            told |= {
                place: Text(*(names.post(key, language) for language in LANGUAGES)) for place, key in hands[line.seq]
            }
            yield (line.at, line.code), filled(row.happened, told)
        elif line.compartment == "cover" and line.code in UNTOLD:
            # Which row was taken is kept from whoever may not know what it tells of.
            yield (line.at, line.code), UNTOLD[line.code]


def _hands(lines: Iterable[Line]) -> Iterator[tuple[int, tuple[tuple[str, str], ...]]]:
    """(a cover line's place in the history, the functions that had the case before it and after), oldest first."""
    ball = ""
    for line in sorted((line for line in lines if line.compartment == "cover"), key=lambda line: line.seq):
        before, ball = ball, str(line.outcome.get("cover", {}).get("ball", ball))
        yield line.seq, tuple((place, key) for place, key in (("giver", before), ("taker", ball)) if key)


LANGUAGES: tuple[Language, Language] = ("sv", "en")


def _whither(cover: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The places that a line of the cover brought the case to."""
    yield "forum", tuple(f"forum:{code}" for code in cover.get("forums", ()))
    group = (cover.get("facts") or {}).get("referred")
    yield "group", (f"forum:{group}",) if group else ()
    side = cover.get("receiving") or {}
    unit, operation = side.get("unit"), side.get("operation")
    yield "receiver", (f"unit:{unit}",) if unit else (f"operation:{operation}",) if operation else ()


def _called(keys: Iterable[str], names: Names, language: Language) -> str:
    """ "SIMBA och LGS": by their names, the lead first."""
    *others, last = [names.place(key, language) for key in keys]
    return f"{', '.join(others)} {said(AND, language)} {last}" if others else last


AND = Text("och", "and")


def _rungs(tx: Transaction, view: CaseView, present: Definition, world: World, now: datetime) -> Iterator[Rung]:
    """The ladder from the bottom, with the forums that this case was, is or would come before."""
    cover, org = view.cover, world.org
    if "cover" not in view.compartments or cover.rung not in org.ladder:
        return
    here = org.ladder.index(cover.rung)
    onward = ahead(present, cover, world, now)
    past = [(forum, why) for forum, why, *_ in cover.facts.get("detour", ()) if forum in org.forums]
    past += [(p.forum, p.why) for p in onward.passed] if onward is not None else []
    visited = [f for f in cover.facts.get("visited", ()) if f in org.forums]
    down = _sent_down(cover, present, org)
    for place, (code, sv, en) in enumerate(tx.all(RUNGS)):
        forums, state = tuple(f for f in visited if org.forums[f].rung == code), "above"
        if place <= here:
            state = "here" if place == here else "been" if forums or not place else "passed"
            state = "returned" if code == down and place < here else state
        elif onward is not None and onward.rung == code:
            forums, state = onward.forums, "next"
        elif onward is not None and place < org.ladder.index(onward.rung):
            state = "passed"
        whys = tuple((forum, PASSED_BECAUSE[why]) for forum, why in past if org.forums[forum].rung == code)
        if state == "passed" and not whys:
            state = "untold" if place < here and _seated(code, cover, world, now) else "unseated"
        yield Rung(code, Text(sv, en), state, cover.forums if place == here and place else forums, whys)


def _sent_down(cover: Cover, present: Definition, org: Organisation) -> str:
    """The rung whose function does what the forum has asked for; "" for a case that was not returned."""
    stage = present.stages[cover.stage]
    if not (stage.holds and stage.ball == "named" and cover.forums):
        return ""
    kind, _, code = holder_of(cover.ball).partition(":")
    return org.forums[code].rung if kind == "forum" and code in org.forums else org.ladder[0]


def _seated(rung: str, cover: Cover, world: World, now: datetime) -> bool:
    """Whether forums on that rung seat all who are concerned, so that the case could have been there."""
    lead = cover.raising.operation if cover.raising is not None else ""
    return bool(lead and competent(world.org, rung, cover.concerned, lead, local_date(now)))


def _places(view: CaseView) -> Iterator[str]:
    """Every place that a page about this case may have to name."""
    cover = view.cover
    yield from (cover.ball, *cover.forums, *(d.forum for d in view.deadlines))
    for side in (cover.raising, cover.receiving):
        if side is not None:
            yield from (side.unit, side.operation, side.authority)
    yield from cover.concerned
    yield from (post for owed in view.contributions for post in (owed.asked, owed.forum))
    yield from (line.actor for line in view.lines)
    yield from (row.post for row in view.docket)
    for offer in view.offers:
        yield from places_in(offer.reasons, offer.next_door)
    for line in view.lines:
        yield from (key for _, keys in _whither(line.outcome.get("cover", {})) for key in keys)
        yield str(line.outcome.get("cover", {}).get("ball", ""))
        yield from (v for v in line.texts.values() if isinstance(v, str) and v.count("@") == 1 and " " not in v)
        yield from (row["owner"] for row in line.texts.get("measures", ()) if isinstance(row, Mapping))


def places_in(reasons: Iterable[Reason], door: Door | None) -> Iterator[str]:
    """The places that a refusal names."""
    yield from (reason.sv for reason in reasons)
    if door is not None:
        yield door.target
