"""`case list`, `case show` and `case why`: what one function may know, for people and for programs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import click
from rich.table import Table
from rich.text import Text

from cases.case_json import case_json, deadline_json, item_json
from cases.commands.asked import Asked, as_somebody, number_argument
from cases.commands.page import case_page, due
from cases.commands.phrases import say
from cases.commands.terminal import answer, answer_json
from cases.dates import Explained, chosen, dates_of
from cases.listed_subjects import subjects_of
from cases.names import Names, names_of
from cases.reading import CaseView, view
from cases.wording import Wording, task_text, wording
from cases.worklist import TABS, Item, Page, work_list
from workflows.calendar import spoken
from workflows.definition import Definition
from workflows.in_words import said
from workflows.office_hours import local_date
from workflows.organisation import Organisation, holder_of
from workflows.texts import authority_of

CURSOR = re.compile(r"(\d{4}-\d{2}-\d{2})?/\d{4}-[0-9A-Z]{7}")


def read(asked: Asked, number: str) -> tuple[CaseView, Wording, tuple[Explained, ...]]:
    """The case as the asking function may know it, its words and its dates."""
    seen = view(asked.record, asked.seer, number, asked.now)
    words = wording(asked.record, seen, asked.now)
    return seen, words, dates_of(seen, words) if "cover" in seen.compartments else ()


@click.command()
@number_argument
@as_somebody
def show(asked: Asked, number: str) -> None:
    """Show a case.

    Ladder, whose move it is, dates, what you may do now and what not and why, and what has happened.
    """
    seen, words, dates = read(asked, number)
    if asked.as_json:
        answer_json(case_json(seen, words, dates))
    else:
        answer(case_page(seen, words, dates, asked.language, local_date(asked.now)))


@click.command()
@number_argument
@click.argument("deadline", default="")
@as_somebody
def why(asked: Asked, number: str, deadline: str) -> None:
    """Explain a date of a case.

    Its start event, rule and source, the days counted and passed over, and what happens when it passes. DEADLINE is
    its code (answer) or one instance of it (answer#1); without it all open dates are explained.
    """
    _, words, dates = read(asked, number)
    picked = chosen(dates, deadline)
    if asked.as_json:
        answer_json([deadline_json(date, words) for date in picked])
        return
    told = [_explanation(found, asked) for found in picked]
    answer(Text("\n\n").join(told) if told else say("no_dates", asked.language))


def _explanation(found: Explained, asked: Asked) -> Text:
    text = Text().append(said(found.rule.text, asked.language), "bold").append(f"  {found.deadline.key}  ", "dim")
    if found.deadline.status == "open":
        text.append_text(due(found.deadline.due, asked.language, local_date(asked.now)))
    else:
        text.append(f"{spoken(found.deadline.due, asked.language)} ({say(found.deadline.status, asked.language)})")
    for line in found.lines(asked.language):
        text.append(f"\n  {line}")
    default = said(found.rule.default_text, asked.language)
    return text.append(f"\n  {say('otherwise', asked.language).capitalize()}: {default}.")


def _cursor(_context: click.Context, _param: click.Parameter, value: str) -> str:
    day = value.partition("/")[0]
    if value and not (CURSOR.fullmatch(value) and (not day or _is_day(day))):
        raise click.BadParameter("is no place in a list. Take it from the end of the page before.")
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
    routines = {item.definition: asked.record.library.routine(item.definition).definition for item in page.items}
    functions = {code: text for routine in routines.values() for code, text in routine.functions.items()}
    places = (place for item in page.items for place in (item.ball, item.raising, item.receiving))
    with asked.record.database.read() as tx:
        names, org = names_of(tx, places, functions), asked.record.organisation(tx, asked.now)
    about = subjects_of(asked.record, asked.seer, page.items, asked.now)
    if asked.as_json:
        rows = [_item_json(item, routines[item.definition], names, about) for item in page.items]
        answer_json({"tab": tab, "items": rows, "cursor": page.cursor})
    else:
        _print_list(page, routines, names, org, about, asked)


def _item_json(item: Item, routine: Definition, names: Names, about: Mapping[str, str]) -> dict[str, object]:
    task = task_text(routine, item.stage, item.next_task)
    return item_json(item, routine, task, names, about.get(item.number, ""))


def _counterpart(item: Item, names: Names, org: Organisation, asked: Asked) -> Text:
    """The other side, for whoever is of one; both sides for all others."""
    own = authority_of(holder_of(asked.seer.post), org)
    sides = [side for side in (item.raising, item.receiving) if side]
    others = [side for side in sides if authority_of(side, org) != own] if own else sides
    return Text(" → ".join(names.place(side, asked.language) for side in others))


def _print_list(
    page: Page, routines: dict[str, Definition], names: Names, org: Organisation, about: Mapping[str, str],
    asked: Asked,
) -> None:  # fmt: skip
    language, today = asked.language, local_date(asked.now)
    if not page.items:
        answer(say("empty", language))
        return
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    for key in ("case", "kind", "counterpart", "happened", "about", "stage", "ball", "task", "by"):
        table.add_column(say(key, language))
    for item in page.items:
        routine = routines[item.definition]
        number = Text(item.number, "bold").append(" !" if item.urgent else "", "bold red")
        task = said(item.asked(routine), language)
        table.add_row(number, Text(said(routine.title, language)), _counterpart(item, names, org, asked),
                      Text(item.event_date.isoformat() if item.event_date else ""), Text(about.get(item.number, "")),
                      Text(said(routine.stages[item.stage].title, language)), Text(names.post(item.ball, language)),
                      Text(task), due(item.next_date, language, today) if item.next_date else Text())  # fmt: skip
    more = [Text(f"{say('more', language)}: --cursor {page.cursor}", "dim")] if page.cursor else []
    answer(table, *more)
