"""The work list: what awaits this function, overdue first, and what it follows without having the move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask import Blueprint, abort, render_template, request

from cases.clock.unreached import unreached
from cases.lists.guest_points import guest_points
from cases.lists.listed_endings import Ending, endings_of
from cases.lists.listed_reasons import Reason, reasons_of
from cases.lists.listed_subjects import subjects_of
from cases.lists.worklist import TABS, Item, counts, without_next_step, work_list
from cases.number import parse_number
from cases.sight import Seer, function_name
from web.case.hand_over import may_pick
from web.desk import desk
from web.guard import Right, here, open_to
from web.reporting.dispute import may_raise
from web.reporting.report import may_report
from web.sieve import SHOWN, asked_for, fields, kept
from web.words import Words, words
from workflows.organisation import holder_of
from workflows.texts import authority_of

pages = Blueprint("worklist", __name__)

SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Row:
    """One case as the list says it. `subject` is what it is about, "" for whoever may not read that."""

    item: Item
    kind: str
    stage: str
    task: str
    ball: str
    counterpart: str
    subject: str
    reason: Reason | None
    mine: bool
    """Whether it is this function's own move, or an answer that it owes."""
    ending: Ending | None = None
    """When and how it ended; None for a case that goes on."""
    picks: bool = False
    """Whether it can be chosen to be handed over."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Cases whose dates lie alike: `late`, `today`, `soon`, `later`; `left` for ended cases in which something is left
    to do, which makes no case late; `undated` for what has ended."""

    key: str
    rows: tuple[Row, ...]


@pages.get("/cases")
@open_to(Right.ACTING)
def page() -> str:
    at, w, seer = desk(), words(), here().seer
    if function_name(seer.post) == "guest":
        return render_template("guest_points.html", points=tuple(_points(seer)))
    asked = asked_for(request.args, w, seer.post)
    listed = work_list(at.record, seer, w.now, tab=asked.listed, cursor=_cursor(), sieve=asked.sieve)
    reporter = function_name(seer.post) == "reporter"
    shown = tuple(_picked(rows(listed.items, w), seer.post) if asked.listed == TABS[0] else rows(listed.items, w))
    return render_template(
        "worklist.html", asked=asked, tabs=() if reporter else SHOWN, counts=counts(at.record, seer, w.now),
        stretches=tuple(_stretches(shown, w.today)), cursor=listed.cursor,
        reports=may_report(seer.post), raises=may_raise(seer.post), reporter=reporter,
        fields=fields(w, asked.filled), kept=kept(asked), unsaved="unsaved" in request.args,
        silent=without_next_step(at.record), picks=any(row.picks for row in shown),
        left=_left(), unreached=unreached(at.record, seer, w.now) if not request.args.get("cursor") else (),
    )  # fmt: skip


def _points(seer: Seer) -> Iterator[tuple[str, str]]:
    """(number, what kind of case) of what a guest has been let in to."""
    at, w = desk(), words()
    for number, definition in guest_points(at.record, seer, w.now):
        yield number, w.say(at.record.library.routine(definition).definition.title)


def _left() -> str:
    """The case that a move has just taken out of this function's sight, so that it does not vanish without a word."""
    try:
        return parse_number(request.args.get("left", ""))
    except ValueError:
        return ""


def _cursor() -> str:
    """Where the next page begins; a cursor that was tampered with is a page that does not exist."""
    cursor = request.args.get("cursor", "")
    if not cursor:
        return ""
    day, _, number = cursor.partition("/")
    try:
        known = parse_number(number)
        return f"{date.fromisoformat(day) if day else ''}/{known}"
    except ValueError:
        abort(404)


def rows(items: tuple[Item, ...], w: Words) -> Iterator[Row]:
    """Listed cases in words, each with what tells it apart from its neighbours."""
    at, seer = desk(), here().seer
    subjects = subjects_of(at.record, seer, items, w.now)
    reasons = reasons_of(at.record, items, w.now, w.language)
    endings = endings_of(at.record, items)
    own = authority_of(holder_of(seer.post), w.directory.world.org)
    for item in items:
        yield replace(_row(item, w, own, subjects, reasons), ending=endings.get(item.number))


def _picked(listed: Iterator[Row], post: str) -> Iterator[Row]:
    """Rows of cases that this function's own side has, and that it may hand over, with a box each."""
    org = words().directory.world.org
    own = authority_of(holder_of(post), org)
    for row in listed:
        near = bool(own) and authority_of(holder_of(row.item.ball), org) == own
        yield replace(row, picks=near and may_pick(post, row.item.ball))


def _row(item: Item, w: Words, own: str, subjects: Mapping[str, str], reasons: Mapping[str, Reason]) -> Row:
    definition = desk().record.library.routine(item.definition).definition
    stage = definition.stages.get(item.stage)
    return Row(
        item=item,
        kind=w.say(definition.title),
        stage=w.say(stage.title) if stage else item.stage,
        task=w.say(item.asked(definition)),
        ball=w.post(item.ball),
        counterpart=_counterpart(item, w, own),
        subject=subjects.get(item.number, ""),
        reason=reasons.get(item.number),
        mine=bool(item.owed) or item.ball == here().post,
    )


def _counterpart(item: Item, w: Words, own: str) -> str:
    """The other side, for whoever is of one; both sides for all others."""
    sides = [side for side in (item.raising, item.receiving) if side]
    others = [side for side in sides if authority_of(side, w.directory.world.org) != own]
    return " – ".join(w.place(side) for side in (others if own else sides))


def _stretches(rows: tuple[Row, ...], today: date) -> Iterator[Stretch]:
    found: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: row.item.next_date or date.max):
        found.setdefault(_stretch(row.item, today), []).append(row)
    for key in ("late", "today", "left", "soon", "later", "undated"):
        if key in found:
            yield Stretch(key, tuple(found[key]))


def _stretch(item: Item, today: date) -> str:
    day = item.next_date
    if day is None:
        return "undated"
    if item.status == "ended":
        return "left"
    if day <= today:
        return "late" if day < today else "today"
    return "soon" if day - today <= SOON else "later"
