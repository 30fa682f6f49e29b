"""The work list: what awaits this function, overdue first, and what it follows without having the move."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, abort, render_template, request

from cases.number import parse_number
from cases.sight import function_name
from cases.worklist import TABS, Item, counts, work_list
from web.desk import desk
from web.dispute import may_raise
from web.guard import Right, here, open_to
from web.report import may_report
from web.words import Words, words

pages = Blueprint("worklist", __name__)

SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Row:
    """One case as the list says it."""

    item: Item
    kind: str
    stage: str
    task: str
    ball: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Cases whose dates lie alike: `late`, `today`, `soon`, `later`, or `undated` for what has ended."""

    key: str
    rows: tuple[Row, ...]


@pages.get("/cases")
@open_to(Right.ACTING)
def page() -> str:
    at, w, seer = desk(), words(), here().seer
    tab = request.args.get("tab", TABS[0])
    if tab not in TABS:
        abort(404)
    listed = work_list(at.record, seer, w.now, tab=tab, cursor=_cursor())
    reporter = function_name(seer.post) == "reporter"
    return render_template(
        "worklist.html", tab=tab, tabs=() if reporter else TABS, counts=counts(at.record, seer, w.now),
        stretches=tuple(_stretches([_row(item, w) for item in listed.items], w.today)), cursor=listed.cursor,
        reports=may_report(seer.post), raises=may_raise(seer.post), reporter=reporter,
    )  # fmt: skip


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


def _row(item: Item, w: Words) -> Row:
    definition = desk().record.library.routine(item.definition).definition
    stage = definition.stages.get(item.stage)
    return Row(
        item=item,
        kind=w.say(definition.title),
        stage=w.say(stage.title) if stage else item.stage,
        task=w.say(item.asked(definition)),
        ball=w.post(item.ball),
    )


def _stretches(rows: list[Row], today: date) -> Iterator[Stretch]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(_stretch(row.item.next_date, today), []).append(row)
    for key in ("late", "today", "soon", "later", "undated"):
        if key in found:
            yield Stretch(key, tuple(found[key]))


def _stretch(day: date | None, today: date) -> str:
    if day is None:
        return "undated"
    if day <= today:
        return "late" if day < today else "today"
    return "soon" if day - today <= SOON else "later"
