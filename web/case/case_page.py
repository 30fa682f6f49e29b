"""The case page: cover, ladder, whose move and until when, what may be done and what not, what has happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request

from cases.contents.marking import marking_of
from cases.contents.working_notes import to_go_through
from cases.reading import Line
from cases.sight import PATIENT_READERS, function_name
from cases.waiting import waiting
from web.case.case_dates import Dated, Owing, dates, docket, owed, promised_to_reporter, reading_of
from web.case.how_far import how_far
from web.case.ladder import picture
from web.case.matter import report
from web.case.opened import Opened, open_case
from web.case.promises import alarms, papers, promises
from web.case.reported import REPORT, aside, reported, spoken
from web.case.rounds import rounds
from web.case.subject import BASIS, FORUMS_WORD, Subject, clause_named, subjects
from web.case.ways import Way, ways
from web.guard import Right, here, open_to
from web.said import Said, spoken_value, texts_of
from workflows.nouns import Offer
from workflows.organisation import function_of, holder_of
from workflows.roles import LEVEL

pages = Blueprint("case_page", __name__)

NOT_YOURS = "not_yours"
NOT_ASKED = "not_asked"

FACTS = ("harm", "risk_goes_on", "care")
"""Answers that stand on the cover and in no history text; the record gives each to its readers alone."""

TURNS = (("accept", "agree"), ("supplement", "ask"), ("contest",), ("convert",))
"""Moves that agree stand before those that ask for more, and both before those that do not agree: on facts, measures or
a pattern, then on how the agreement is read."""

ASKED_BY = {
    "choose_way": frozenset(("agenda",)),
    "decide": frozenset(("decide_chair", "decide_presidium")),
    "choose_time": frozenset(("accept",)),
    "meet": frozenset(("done",)),
    "agree_or_protocol": frozenset(("agree", "contest")),
    "carry_out": frozenset(("report_decision", "done")),
}
"""Tasks that go by another name than the moves that they ask for."""

LAST = frozenset(("end", "withdraw"))
"""Moves that break the case off: a link below the rest, unless it is what one is asked for."""

RETURNED = "returned"
"""The stage of a case that a forum has sent back with a task."""


@dataclass(frozen=True, slots=True)
class Part:
    """The words of one compartment, and who reads them: `shared`, `inner`, `file` or `forum`."""

    reach: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """What one function did at one instant: a move or an addition, compartment by compartment."""

    at: datetime
    actor: str
    by: str
    text: str
    stage: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A move on the page: what it is called, and why it cannot be made now (empty when it can)."""

    offer: Offer
    text: str
    reasons: tuple[str, ...]
    door: str
    everywhere: bool
    """A move beside the case's own course: every stage has it, or it breaks the case off."""
    ways: tuple[Way, ...] = ()
    """A button each, where an answer decides what comes of the move."""
    asked: bool = False
    """Whether it is what this function is asked for, or what the case waits for."""


@pages.get("/cases/<case:number>")
@open_to(Right.ACTING)
def page(number: str) -> str:
    return show(open_case(number))


def show(case: Opened, *, note: Mapping[str, str] | None = None, wrong: str = "", **given: Any) -> str:
    """The page; `note` and `wrong` give back a note that could not be kept, `given` what other forms on it could not
    do: `paper_wrong`, `patient_wrong`, `own_wrong` and `own`."""
    moves, dated, about = tuple(choices(case)), dates(case), tuple(_about(case))
    owing = tuple(owed(case))
    return render_template(
        "case.html",
        case=case,
        post=here().post,
        follows=function_name(here().post) == "reporter" and case.view.cover.ball not in ("", here().post),
        promised=promised_to_reporter(case),
        stage=case.definition.stages.get(case.view.cover.stage),
        far=how_far(case) if case.covered else "",
        unit_unknown=_unit_unknown(case.view.cover.ball),
        facts=tuple(facts(case)),
        report=tuple(_report(case)),
        word=[one for one in about if one.code in FORUMS_WORD],
        about=[one for one in about if one.code not in FORUMS_WORD],
        once=_returned_once(case),
        waits=waiting(case.view, case.said, case.w.today) if case.covered else None,
        returned_words=tuple(_returned_words(case)),
        done=case.done_text(request.args.get("done", ""), request.args.get("version", -1, int)),
        choices=[c for c in moves if not c.reasons],
        held=[c for c in moves if _is_held(case, c)],
        barred=[c for c in moves if c.reasons and not _is_others(c) and not _is_held(case, c)],
        others=[c for c in moves if _is_others(c) and not _nobodys(case, c)],
        open_dates=[d for d in dated if d.deadline.status == "open"],
        turn_date=_turn_date(case, dated),
        past_dates=[d for d in dated if d.deadline.status != "open"],
        owed=owing,
        to_read=_to_read(case, owing),
        awaited=_awaited(case, owing),
        rounds=tuple(rounds(case, owing)),
        happenings=tuple(happenings(case)),
        worded=any(line.texts for line in case.view.lines),
        docket=tuple(docket(case)),
        ladder=picture(case),
        promises=tuple(promises(case)),
        papers=tuple(papers(case)),
        alarms=tuple(alarms(case)),
        marking=marking_of(case.view.lines),
        asks_patient=asks_patient(case),
        to_clear=len(to_go_through(case.view.lines, case.inner)) if case.view.cover.status == "ended" else 0,
        note=note or {},
        wrong=wrong,
        given=given,
    )


def asks_patient(case: Opened) -> bool:
    """Whether this function may ask whom the case is about: the same whether anything is kept or not."""
    ladder = case.said.world.org.ladder
    local = case.covered and case.view.cover.rung == ladder[0]
    return local and "shared" in case.view.compartments and function_name(here().post) in PATIENT_READERS


def facts(case: Opened) -> Iterator[Said]:
    """What the case remembers and this reader may know, in the words of the question that it answers."""
    for code in FACTS:
        value = case.view.cover.facts.get(code)
        rule = next((d.inputs[code] for d in case.said.routines if code in d.inputs), None)
        if rule is not None and value is not None:
            changed = reported(case).get(code, value) != value
            yield Said(
                case.w.say(rule.label), spoken_value(case, rule, value) + (f". {aside(case, code)}" if changed else "")
            )
    if (wished := _wished_receiver(case)) is not None:
        yield wished


def _wished_receiver(case: Opened) -> Said | None:
    """Whom the reporter chose, until the report is there: the one who checks it may choose another."""
    wanted, receiving = reported(case).get("operation"), case.view.cover.receiving
    if wanted is None or (receiving is not None and receiving.operation == wanted):
        return None
    return Said(case.w.t("case.wished"), spoken(case, "operation")[1])


def _unit_unknown(ball: str) -> bool:
    """Whether a unit's function has the move and no unit is named, so that nobody can hold it."""
    return LEVEL.get(function_of(ball)) == "unit" and holder_of(ball).startswith("operation:")


def _returned_once(case: Opened) -> str:
    """What follows when a forum has sent a case back, "" for any other: it does so once, then it takes a position."""
    cover = case.view.cover
    if cover.stage != RETURNED or not cover.forums:
        return ""
    return case.w.t("case.returned_once", forum=case.w.place(f"forum:{cover.forum}"))


def _report(case: Opened) -> Iterator[Said]:
    """The report with the agreement that it is held to; nothing for whoever does not read it."""
    words = tuple(report(case))
    yield from (*words, *(clause_named(case) if words else ()))


def _about(case: Opened) -> Iterator[Subject]:
    """What is to be answered, accepted or approved next, for whoever reads it, and of a case that has ended what came
    of it; the report has a place of its own."""
    cover = case.view.cover
    if cover.stage != RETURNED:
        asked = (cover.next_task, *sorted(_owed_moves(case))) if cover.ball else ("reopen",)
        found = (one for move in asked for one in subjects(case, move))
        # The parties have their own words on the page; a forum reads its file and nothing else.
        left_out = {REPORT, *(BASIS if "shared" in case.view.compartments else ())}
        yield from {(one.code, one.when): one for one in found if one.code not in left_out}.values()


def _turn_date(case: Opened, dated: Iterable[Dated]) -> Dated | None:
    """The date that the case stands under: of several that fall on its day, the one that its stage names."""
    stage = case.definition.stages.get(case.view.cover.stage)
    due = [d for d in dated if d.deadline.status == "open" and d.deadline.due == case.view.cover.next_date]
    return next((d for d in due if stage is not None and d.deadline.code == stage.date), due[0] if due else None)


def _to_read(case: Opened, owing: Iterable[Owing]) -> Owing | None:
    """The forum file that this reader's side is asked to read before it leaves."""
    file = case.view.file
    if file is None or not case.side or case.side in file.read_by:
        return None
    part = reading_of(case, file.revision)
    return next((one for one in owing if one.part == part and one.part.status == "owed"), None)


def _awaited(case: Opened, owing: Iterable[Owing]) -> list[Owing]:
    """What this function owes beside whoever has the ball, alone or as one of a presidium, and what another function of
    its own unit does; by day."""
    mine, ball = case.view.posts, case.view.cover.ball
    unit = holder_of(here().post) if holder_of(here().post).startswith("unit:") else ""
    near = (one for one in owing if one.part.status == "owed" and one.part.asked != ball)
    return sorted(
        (one for one in near if one.part.asked in mine or holder_of(one.part.asked) == unit),
        key=lambda one: one.part.due,
    )


def _owed_moves(case: Opened) -> frozenset[str]:
    """Moves by which this function gives what it is asked for, besides whoever has the ball."""
    asked = {f"asked:{p.code}" for p in case.view.contributions if p.status == "owed" and p.asked in case.view.posts}
    rows = case.definition.from_stage.get(case.view.cover.stage, ())
    return frozenset(row.code for row in rows if asked & set(row.by))


def _returned_words(case: Opened) -> Iterator[Said]:
    """The reason and the task of the newest return, each once, for whoever reads them."""
    returns = [line for line in case.view.lines if line.code == "return" and line.texts]
    words = (said for line in returns if line.at == returns[-1].at for said in texts_of(case, line))
    yield from dict.fromkeys(said for said in words if said.text)


def choices(case: Opened) -> Iterator[Choice]:
    """What is asked for next first, then what agrees, what asks for more, and the stage's other moves; those
    beside the case's own course come last."""
    cover = case.view.cover
    asked = {cover.next_task} | ASKED_BY.get(cover.next_task, frozenset()) | _owed_moves(case)
    beside = ({m.code for m in case.definition.moves if "*" in m.sources} | LAST) - asked

    def place(offer: Offer) -> tuple[bool, bool, int]:
        turn = next((i for i, codes in enumerate(TURNS) if offer.move in codes), len(TURNS))
        return offer.move in beside, offer.move not in asked, turn

    for offer in sorted(case.view.offers, key=place):
        reasons = tuple(case.reason(r) for r in offer.reasons)
        door = offer.next_door
        text = case.door(door) if door else ""
        told = ways(case, offer) if not reasons else ()
        yield Choice(offer, case.offered(offer), reasons, text, offer.move in beside, told, offer.move in asked)


def _is_others(choice: Choice) -> bool:
    """A move that is simply another function's: shown apart, so that one's own refusals stand out."""
    return any(r.code == NOT_YOURS for r in choice.offer.reasons)


def _is_held(case: Opened, choice: Choice) -> bool:
    """What this function is asked for and cannot do, or not yet: told openly, with what it lacks and the way there."""
    asked = case.view.cover.ball == here().post or choice.offer.move in _owed_moves(case)
    return bool(choice.reasons) and choice.asked and asked and not _is_others(choice)


def _nobodys(case: Opened, choice: Choice) -> bool:
    """A move that nobody makes now, for nobody has been asked for it: no news to whoever reads the page."""
    unasked = case.definition.reasons.get(NOT_ASKED)
    return unasked is not None and any(r.sv == unasked.sv for r in choice.offer.reasons)


def happenings(case: Opened) -> Iterator[Happening]:
    """Newest first; lines that one act wrote into several compartments are one happening."""
    acts: dict[tuple[datetime, str, str], list[Line]] = {}
    for line in case.view.lines:
        acts.setdefault((line.at, line.actor, line.code), []).append(line)
    for (at, actor, code), lines in reversed(acts.items()):
        told = tuple(_parts(case, lines))
        yield Happening(
            at,
            actor=case.w.post(actor),
            by=next((case.w.person(line.by) for line in lines if line.by), ""),
            text=case.w.say(case.said.line(lines[0])) or code,
            stage=next((s for line in lines if (s := _stage_after(case, line))), ""),
            # Of two arenas each has a file of its own, and whoever reads both reads the same words in them.
            parts=tuple(part for n, part in enumerate(told) if part not in told[:n]),
        )


def _parts(case: Opened, lines: list[Line]) -> Iterator[Part]:
    for line in sorted(lines, key=lambda n: n.compartment == "cover"):
        said = tuple(texts_of(case, line))
        if said:
            # The cover has no words; what is told of a report there is for the sender's own side.
            yield Part("inner" if line.compartment == "cover" else line.compartment.partition(":")[0], said)


def _stage_after(case: Opened, line: Line) -> str:
    code = str(line.outcome.get("cover", {}).get("stage", "")) if line.compartment == "cover" else ""
    found = next((d.stages[code] for d in case.said.routines if code in d.stages), None)
    return case.w.say(found.title) if found is not None else ""
