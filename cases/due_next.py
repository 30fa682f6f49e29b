"""What is due next over all cases: whose move, by when, and what the clock is going to do. For whoever runs a demo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cases.commands.page import moment
from cases.database import Transaction
from cases.names import names_of
from cases.record import Record
from cases.story_words import say
from cases.wording import task_text
from workflows.calendar import Language, spoken
from workflows.definition import Text as Said
from workflows.in_words import said
from workflows.office_hours import local_date
from workflows.organisation import function_of, holder_of

HELD_BY = """SELECT p.name, p.account FROM holding h JOIN person p ON p.account = h.account
 WHERE h.function = :function AND h.holder = :holder AND (:side = '' OR h.side = :side) AND h.valid_from <= :today
 AND (h.valid_to IS NULL OR h.valid_to >= :today) ORDER BY h.id LIMIT 1"""

OPEN = """SELECT number, definition, stage, ball, next_task, next_date FROM cases WHERE status <> 'ended'
 ORDER BY next_date, number"""
CLOCK = """SELECT c.number, d.kind, d.post, d.due_at FROM docket d JOIN cases c ON c.id = d.case_id
 WHERE d.status = 'waiting' ORDER BY d.due_at, d.id LIMIT :size"""


def due_next(record: Record, now: datetime, language: Language, *, clock_rows: int = 8) -> RenderableType:
    """Every case that is not ended, by date, and the clock's next rows."""
    with record.database.read() as tx:
        cases = tx.all(OPEN)
        rows = tx.all(CLOCK, size=clock_rows)
        functions, today = _functions(record), local_date(now)
        people = {ball: _somebody(tx, ball, today) for _, _, _, ball, _, _ in cases}
        names = names_of(tx, (post for row in (*cases, *rows) for post in row if "@" in str(post)), functions)
    open_cases, clock = Table.grid(padding=(0, 2, 0, 0)), Table.grid(padding=(0, 2, 0, 0))
    for number, definition, stage, ball, task, day in cases:
        words = said(task_text(record.library.routine(definition).definition, stage, task), language)
        whose = Text(names.post(ball, language)).append(f"  {people[ball]}", "cyan")
        open_cases.add_row(_day(day, language, today), Text(number, "bold"), words, whose)
    for number, kind, post, due_at in rows:
        what = f"{say('letter', language)} {names.post(post, language)}" if kind == "letter" else say("step", language)
        clock.add_row(Text(moment(due_at), "dim"), number, what)
    return Group(_under("all_due", open_cases, language), _under("clock", clock, language))


def _somebody(tx: Transaction, ball: str, today: date) -> str:
    """Who could sign in and do it: the demo's people are invented, and any of them is a ready sign-in."""
    function, _, side = function_of(ball).partition(".")
    row = tx.one(HELD_BY, function=function, side=side, holder=holder_of(ball), today=today)
    return f"{row[0]} ({row[1]})" if row is not None else ""


def _under(key: str, body: Table, language: Language) -> RenderableType:
    return Padding(Group(Text(say(key, language), "bold"), Padding(body, (0, 0, 0, 2))), (0, 0, 1, 0))


def _day(day: date, language: Language, today: date) -> Text:
    text = Text(spoken(day, language))
    return text.append(f" ({say('overdue', language)})", "bold red") if day < today else text


def _functions(record: Record) -> Mapping[str, Said]:
    return {code: text for d in record.library.definitions.values() for code, text in d.functions.items()}
