"""`case list`: what awaits one function, in columns where they fit on the terminal, else a few lines for each case."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import click
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cases.commands.asked import Asked, as_somebody
from cases.commands.days import due
from cases.commands.phrases import say
from cases.commands.terminal import answer, answer_json, fits
from cases.lists.item_json import item_json
from cases.lists.listed_subjects import subjects_of
from cases.lists.worklist import TABS, Item, work_list
from cases.names import Names, names_of
from workflows.about_when import UNTIL, when_spoken
from workflows.calendar import Language, spoken
from workflows.definition import Definition
from workflows.in_words import said
from workflows.office_hours import local_date
from workflows.organisation import Organisation, holder_of
from workflows.texts import authority_of

CURSOR = re.compile(r"(\d{4}-\d{2}-\d{2})?/\d{4}-[0-9A-Z]{7}")


class Row(NamedTuple):
    """A case as the list shows it; the fields are the columns, by their phrases."""

    case: Text
    kind: Text
    counterpart: Text
    happened: Text
    about: Text
    stage: Text
    ball: Text
    task: Text
    by: Text


def _cursor(_context: click.Context, _param: click.Parameter, value: str) -> str:
    day = value.partition("/")[0]
    if value and not (CURSOR.fullmatch(value) and (not day or _is_day(day))):
        raise click.BadParameter("It is no place in a list. Take it from the end of the page before.")
    return value


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@click.command("list")
@click.option("--tab", type=click.Choice(TABS), default="awaiting", show_default=True, help="Which list.")
@click.option("--cursor", default="", callback=_cursor, help="Where the page before ended.")
@as_somebody
def list_(asked: Asked, tab: str, cursor: str) -> None:
    """List cases: what awaits you, by date.

    --tab others lists those where it is somebody else's turn; parked and closed the rest.
    """
    page = work_list(asked.record, asked.seer, asked.now, tab=tab, cursor=cursor)
    routines = {item.definition: asked.record.library.definition(item.definition) for item in page.items}
    functions = {code: text for routine in routines.values() for code, text in routine.functions.items()}
    places = (place for item in page.items for place in (item.ball, item.raising, item.receiving))
    with asked.record.database.read() as tx:
        names, org = names_of(tx, places, functions), asked.record.organisation(tx, asked.now)
    about = subjects_of(asked.record, asked.seer, page.items, asked.now)
    if asked.as_json:
        items = [item_json(i, routines[i.definition], names, about.get(i.number, "")) for i in page.items]
        answer_json({"tab": tab, "items": items, "cursor": page.cursor})
        return
    rows = [_row(item, routines[item.definition], names, org, about, asked) for item in page.items]
    more = [Text(f"{say('more', asked.language)}: --cursor {page.cursor}", "dim")] if page.cursor else []
    answer(_shown(rows, asked.language) if rows else say("empty", asked.language), *more)


def _counterpart(item: Item, names: Names, org: Organisation, asked: Asked) -> Text:
    """The other side, for whoever is of one; both sides for all others."""
    own = authority_of(holder_of(asked.seer.post), org)
    sides = [side for side in (item.raising, item.receiving) if side]
    others = [side for side in sides if authority_of(side, org) != own] if own else sides
    return Text(" → ".join(names.place(side, asked.language) for side in others))


def _when(item: Item, language: Language) -> str:
    """A day as it is sorted by; a month or a season as it was said."""
    if item.event_date is None or UNTIL in item.about_when:
        return when_spoken(item.event_date, item.about_when, language) if item.event_date else ""
    return item.event_date.isoformat()


def _row(
    item: Item, routine: Definition, names: Names, org: Organisation, about: Mapping[str, str], asked: Asked
) -> Row:
    language = asked.language
    return Row(
        case=Text(item.number, "bold").append(" !" if item.urgent else "", "bold red"),
        kind=Text(said(routine.title, language)),
        counterpart=_counterpart(item, names, org, asked),
        happened=Text(_when(item, language)),
        about=Text(about.get(item.number, "")),
        stage=Text(said(routine.stages[item.stage].title, language)),
        ball=Text(names.post(item.ball, language)),
        task=Text(said(item.asked(routine), language)),
        by=_by(item, asked),
    )


def _by(item: Item, asked: Asked) -> Text:
    """The next date. What is left to do in a case that has ended makes no case late."""
    if item.next_date is None:
        return Text()
    if item.status == "ended":
        return Text(f"{spoken(item.next_date, asked.language)} ({say('ended', asked.language)})")
    return due(item.next_date, asked.language, local_date(asked.now))


def _shown(rows: Sequence[Row], language: Language) -> RenderableType:
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    for key in Row._fields:
        table.add_column(say(key, language))
    for row in rows:
        table.add_row(*row)
    return table if fits(table) else Group(*(part for row in rows for part in _stacked(row, language)))


def _stacked(row: Row, language: Language) -> Iterator[RenderableType]:
    """What names it and when it is due; what it is about; whose move it is."""
    yield Text("  ").join((row.case, _together(" · ", row.kind, row.stage), _dated(row.by, "by", language)))
    told = _together(", ", row.counterpart, row.about, _dated(row.happened, "happened", language))
    for line in (told, _together(": ", row.ball, row.task)):
        if line:
            yield Padding(line, (0, 0, 0, 4))


def _dated(day: Text, phrase: str, language: Language) -> Text:
    return Text.assemble((f"{say(phrase, language)} ", "dim"), day) if day else day


def _together(between: str, *parts: Text) -> Text:
    return Text(between).join(part for part in parts if part)
