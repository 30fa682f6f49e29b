"""The case page: cover, ladder, whose move and until when, what may be done and what not, what has happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, render_template, request

from cases.dates import dates_of
from cases.reading import Line, Pending
from web.guard import Right, here, open_to
from web.opened import Opened, open_case
from workflows.definition import Input
from workflows.nouns import Contribution, Deadline, Offer

pages = Blueprint("case_page", __name__)

NOT_YOURS = "not_yours"


@dataclass(frozen=True, slots=True)
class Dated:
    """A deadline in words, with its sum."""

    deadline: Deadline
    text: str
    default: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One text of a history line: what it answers, and the answer as paragraphs or as rows of measures."""

    label: str
    text: str = ""
    measures: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened at one instant by one function: a move or an addition, with the words of every compartment."""

    at: datetime
    actor: str
    by: str
    text: str
    stage: str
    reach: str
    """`shared`, `inner`, `file`, `forum` or "" when nothing but the cover moved."""
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A move on the page: what it is called, and why it cannot be made now (empty when it can)."""

    offer: Offer
    text: str
    reasons: tuple[str, ...]
    door: str


@pages.get("/cases/<number>")
@open_to(Right.ACTING)
def page(number: str) -> str:
    return show(open_case(number))


def show(case: Opened, *, note: Mapping[str, str] | None = None, wrong: str = "") -> str:
    """The page; `note` and `wrong` give back a note that could not be kept."""
    done = request.args.get("done", "")
    moves = tuple(choices(case))
    return render_template(
        "case.html", case=case, open_dates=tuple(dates(case, living=True)), past_dates=tuple(dates(case, living=False)),
        happenings=tuple(happenings(case)), choices=tuple(c for c in moves if not c.reasons),
        barred=tuple(c for c in moves if c.reasons and not _is_others(c)),
        others=tuple(c for c in moves if _is_others(c)), note=note or {}, wrong=wrong,
        owed=tuple(owed(case)), docket=tuple(docket(case)), worded=any(line.texts for line in case.view.lines),
        done=case.move_text(done) if case.rows(done) else "", stage=case.definition.stages.get(case.view.cover.stage),
        post=here().post,
    )  # fmt: skip


def dates(case: Opened, *, living: bool) -> Iterator[Dated]:
    """Living dates by day, or those that were met, missed or withdrawn."""
    for found in dates_of(case.view, case.said):
        if (found.deadline.status == "open") == living:
            rule = found.rule
            yield Dated(found.deadline, case.w.say(rule.text), case.w.say(rule.default_text),
                        tuple(found.lines(case.w.language)))  # fmt: skip


def owed(case: Opened) -> Iterator[tuple[str, Contribution, str]]:
    """What others than the ball-holder owe: its words, who by when, and what silence means."""
    for part in case.view.contributions:
        rule = next((d.contributions[part.code] for d in case.said.routines if part.code in d.contributions), None)
        if rule is not None and part.status != "withdrawn":
            yield case.w.say(rule.text), part, case.w.say(rule.silence)


def docket(case: Opened) -> Iterator[tuple[Pending, str]]:
    """What the clock is still to do in this case, as far as it concerns this person's side."""
    for row in case.view.docket:
        if row.status == "waiting":
            step = row.kind == "step"
            text = case.w.t("case.docket_step", move=case.w.say(case.said.move(row.move))) if step else ""
            yield row, text or case.w.t("case.docket_letter", who=case.w.post(row.post))


def choices(case: Opened) -> Iterator[Choice]:
    for offer in case.view.offers:
        reasons = tuple(case.reason(r) for r in offer.reasons)
        door = offer.next_door
        yield Choice(offer, case.offered(offer), reasons, case.door(door) if door else "")


def _is_others(choice: Choice) -> bool:
    """A move that is simply another function's: shown apart, so that one's own refusals stand out."""
    return any(r.code == NOT_YOURS for r in choice.offer.reasons)


def happenings(case: Opened) -> Iterator[Happening]:
    """Newest first; lines that one act wrote into several compartments are one happening."""
    acts: dict[tuple[datetime, str, str], list[Line]] = {}
    for line in case.view.lines:
        acts.setdefault((line.at, line.actor, line.code), []).append(line)
    for (at, actor, code), lines in reversed(acts.items()):
        worded = [line for line in lines if line.texts]
        stage = next((s for line in lines if (s := _stage_after(case, line))), "")
        yield Happening(
            at, case.w.post(actor), next((case.w.person(n.by) for n in lines if n.by), ""),
            case.w.say(case.said.line(lines[0])) or code, stage,
            worded[-1].compartment.partition(":")[0] if worded else "",
            tuple(said for line in worded for said in texts_of(case, line)),
        )  # fmt: skip


def _stage_after(case: Opened, line: Line) -> str:
    code = str(line.outcome.get("cover", {}).get("stage", "")) if line.compartment == "cover" else ""
    found = next((d.stages[code] for d in case.said.routines if code in d.stages), None)
    return case.w.say(found.title) if found is not None else ""


def texts_of(case: Opened, line: Line) -> Iterator[Said]:
    for code, value in line.texts.items():
        label = case.w.say(case.said.field(code))
        rule = next((d.inputs[code] for d in case.said.routines if code in d.inputs), None)
        if rule is not None and rule.type == "measures":
            rows = tuple({**row, "owner": case.w.post(row["owner"]), "date": date.fromisoformat(row["date"])}
                         for row in value)  # fmt: skip
            yield Said(label, measures=rows)
        elif code != "sha256":
            yield Said(label, _spoken(case, rule, value))


def _spoken(case: Opened, rule: Input | None, value: Any) -> str:
    """A stored value as people say it."""
    w = case.w
    if isinstance(value, bool):
        return w.t("form.yes" if value else "form.no")
    if isinstance(value, list):
        return w.t("case.attachments", number=len(value))
    kind = rule.type if rule is not None else "text"
    options = {code: w.say(text) for code, text in rule.options} if rule is not None else {}
    if kind == "date":
        return w.day(date.fromisoformat(str(value)))
    if kind == "post":
        return w.post(str(value))
    if kind in ("unit", "operation", "forum"):
        return w.place(f"{kind}:{value}")
    return options.get(str(value), str(value))
