"""What is due next over all cases: whose move, by when, and what the clock is going to do. For whoever runs a demo."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cases.commands.days import moment
from cases.commands.terminal import fits
from cases.database import Transaction
from cases.names import names_of
from cases.record import Record
from cases.stories.story_words import say
from workflows.calendar import Language, spoken
from workflows.definition import Definition
from workflows.definition import Text as Said
from workflows.in_words import said
from workflows.office_hours import local_date
from workflows.organisation import function_of, holder_of

HELD_BY = """SELECT p.name, p.account FROM holding h JOIN person p ON p.account = h.account
 WHERE h.function = :function AND h.holder = :holder AND (:side = '' OR h.side = :side) AND h.valid_from <= :today
 AND (h.valid_to IS NULL OR h.valid_to >= :today) ORDER BY h.id LIMIT 1"""

OPEN = """SELECT number, definition, stage, ball, next_task, next_date FROM cases WHERE status <> 'ended'
 ORDER BY next_date, number"""
OWED = """SELECT c.number, c.definition, k.code, k.asked, k.due FROM contribution k JOIN cases c ON c.id = k.case_id
 WHERE k.status = 'owed' ORDER BY k.due, c.number, k.key"""
CLOCK = """SELECT c.number, d.kind, d.post, d.due_at FROM docket d JOIN cases c ON c.id = d.case_id
 WHERE d.status = 'waiting' GROUP BY c.number, d.kind, d.post, d.due_at ORDER BY d.due_at, MIN(d.id) LIMIT :size"""
"""Rows of one moment for one function are one letter, and one line here."""


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that somebody is to do in one case."""

    day: date
    number: str
    what: Said
    post: str


def due_next(record: Record, now: datetime, language: Language, *, clock_rows: int = 4) -> RenderableType:
    """Every case's next task and every contribution that is owed, by date, and the clock's next rows."""
    with record.database.read() as tx:
        functions, today = _functions(record), local_date(now)
        dues = sorted((*_tasks(tx, record), *_owed(tx, record, today)), key=lambda due: (due.day, due.number))
        rows = tx.all(CLOCK, size=clock_rows)
        people = {due.post: _somebody(tx, due.post, today) for due in dues}
        names = names_of(tx, (*people, *(row[2] for row in rows if "@" in row[2])), functions)
    whole = {post: Text(names.post(post, language)).append(f"  {who}", "cyan") for post, who in people.items()}
    table, clock = _due_table(dues, whole, language, today), Table.grid(padding=(0, 2, 0, 0))
    if not fits(table):
        short = {post: Text(who, "cyan") if who else whole[post] for post, who in people.items()}
        table = _due_table(dues, short, language, today)
    for number, kind, post, due_at in rows:
        what = f"{say('letter', language)} {names.post(post, language)}" if kind == "letter" else say("step", language)
        clock.add_row(Text(moment(due_at), "dim"), number, what)
    return Group(_under("all_due", table, language), _under("clock", clock, language))


def _due_table(dues: Iterable[Due], whose: Mapping[str, Text], language: Language, today: date) -> Table:
    """`whose` is what each post is called."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for due in dues:
        number = Text(due.number, "bold", no_wrap=True)
        table.add_row(_day(due.day, language, today), number, said(due.what, language), whose[due.post])
    return table


def _tasks(tx: Transaction, record: Record) -> Iterator[Due]:
    for number, definition, stage, ball, task, day in tx.all(OPEN):
        yield Due(day, number, record.library.definition(definition).task_words(stage, task), ball)


def _owed(tx: Transaction, record: Record, today: date) -> Iterator[Due]:
    """What is owed beside the ball (domain.md, law 1), also to a case that has ended."""
    routines = tuple(record.library.definitions.values())
    for number, definition, code, asked, day in tx.all(OWED):
        if still_awaited(asked, day, today):
            present = record.library.routine(definition).definition
            yield Due(day, number, contribution_text((present, *routines), code), asked)


def still_awaited(asked: str, day: date, today: date) -> bool:
    """A reporter is asked once whether it solved the problem, and nobody waits for her after that day (domain.md,
    section 4); everybody else owes what was asked for until it is given."""
    return day >= today or function_of(asked) != "reporter"


def contribution_text(routines: Iterable[Definition], code: str) -> Said:
    """What is owed, in the words of the first routine that knows it; a converted case keeps what it was asked for."""
    rule = next((d.contributions[code] for d in routines if code in d.contributions), None)
    return rule.text if rule is not None else Said(code, code)


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
