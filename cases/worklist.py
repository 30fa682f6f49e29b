"""Lists: what awaits a function, by date; keyset-paged on the index that the grants themselves are.

The cost of a page does not grow with the number of cases, and counts stop at a thousand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cases.apply import OWED_HERE
from cases.database import Transaction
from cases.functions import NotYourFunction, posts_of
from cases.record import Record
from cases.sight import READS, Seer, function_name, house_of, lists_of
from workflows.definition import Definition, Text
from workflows.office_hours import local_date
from workflows.organisation import Organisation, holder_of

PAGE = 50
MOST = 1000
"""Counts stop here and are shown as "1 000+"."""

TABS = ("awaiting", "others", "parked", "closed")

# Where the ball is here and its date comes first, the list is about the case's next task.
_OWED = f"""CASE WHEN c.next_date = sight.next_date
 AND substr(c.ball, length(c.ball) - length(sight.holder)) = '@' || sight.holder THEN ''
 ELSE COALESCE((SELECT k.code {OWED_HERE} AND k.due = sight.next_date ORDER BY k.key LIMIT 1), '') END"""

_COLUMNS = f"""SELECT c.number, c.kind, c.status, c.stage, c.rung, c.definition, c.ball, c.next_task, sight.next_date,
 c.urgent, c.version, {_OWED} FROM sight JOIN cases c ON c.id = sight.case_id"""

_LISTED = "sight.holder = :holder AND sight.tab = :tab AND sight.compartment = 'cover' AND sight.ended_at IS NULL"

FIRST = f"{_COLUMNS} WHERE {_LISTED} ORDER BY sight.next_date, sight.number LIMIT :size"
AFTER = f"""{_COLUMNS} WHERE {_LISTED} AND (sight.next_date, sight.number) > (:day, :number)
 ORDER BY sight.next_date, sight.number LIMIT :size"""
CLOSED = f"{_COLUMNS} WHERE {_LISTED} AND sight.number > :number ORDER BY sight.number LIMIT :size"

_SOME = """SELECT number FROM (SELECT s.number FROM sight s WHERE s.holder = :{holder} AND s.tab = :tab
 AND s.compartment = 'cover' AND s.ended_at IS NULL LIMIT {most}) AS {holder}_cases"""
# Each holder's part stops by itself; a case that is listed for both is one case.
COUNT = "SELECT COUNT(*) FROM ({} UNION {}) AS listed".format(
    _SOME.format(holder="own", most=MOST + 1), _SOME.format(holder="beside", most=MOST + 1)
)

OWN_REPORTS = """SELECT c.number, c.kind, c.status, c.stage, c.rung, c.definition, c.ball, c.next_task, c.next_date,
 c.urgent, c.version, COALESCE((SELECT k.code FROM contribution k WHERE k.case_id = c.id AND k.status = 'owed'
 AND substr(k.asked, 1, 9) = 'reporter@' ORDER BY k.key LIMIT 1), '')
 FROM report r JOIN cases c ON c.id = r.case_id JOIN operation o ON o.code = c.raising_operation
 WHERE r.account = :account AND (c.raising_unit = :unit OR o.authority = :authority)
 ORDER BY c.id DESC LIMIT :size"""

SILENT = """SELECT COUNT(*) FROM cases WHERE status <> 'ended'
 AND (ball = '' OR next_task = '' OR next_date IS NULL)"""


@dataclass(frozen=True, slots=True)
class Item:
    """A case as a list shows it: the cover only. `owed` is the contribution that the reader is asked for, with its own
    date as `next_date`; "" when the case is listed for its next task."""

    number: str
    kind: str
    status: str
    stage: str
    rung: str
    definition: str
    ball: str
    next_task: str
    next_date: date | None
    urgent: bool
    version: int
    owed: str = ""

    def asked(self, definition: Definition) -> Text:
        """What is to be done, in words: what the reader owes, else the case's next task."""
        if self.owed in definition.contributions:
            return definition.contributions[self.owed].text
        return definition.task_words(self.stage, self.next_task) if self.next_task else Text("", "")


@dataclass(frozen=True, slots=True)
class Page:
    """Up to fifty items by date, overdue first; `cursor` fetches what follows, "" at the end."""

    items: tuple[Item, ...]
    cursor: str


def work_list(
    record: Record, seer: Seer, now: datetime, *, tab: str = "awaiting", cursor: str = "", size: int = PAGE
) -> Page:
    """A page of what the seer's function may list. A reporter lists her own reports, in one page."""
    with record.database.read() as tx:
        if seer.post not in posts_of(tx, seer.account, local_date(now)):
            raise NotYourFunction(NotYourFunction.__doc__)
        function = function_name(seer.post)
        if function == "reporter":
            rows = _own_reports(tx, seer, record.world(tx, now).org, size) if tab == "awaiting" else []
        elif "cover" not in READS.get(function, frozenset()):
            rows = []
        else:
            holders = lists_of(seer.post, record.world(tx, now).org)
            rows = _rows(tx, holders, tab, cursor, size)
    items = tuple(_item(row) for row in rows)
    return Page(items, _cursor(items[-1]) if len(items) == size and function != "reporter" else "")


def _own_reports(tx: Transaction, seer: Seer, org: Organisation, size: int) -> list[tuple[Any, ...]]:
    """What the account reported in the house it now acts in (sight.look)."""
    unit, authority = holder_of(seer.post).partition(":")[2], house_of(seer.post, org).removeprefix("authority:")
    return tx.all(OWN_REPORTS, account=seer.account, unit=unit, authority=authority, size=size)


def _item(row: tuple[Any, ...]) -> Item:
    number, kind, status, stage, rung, definition, ball, task, day, urgent, version, owed = row
    return Item(number, kind, status, stage, rung, definition, ball, task, day, bool(urgent), version, owed)


def _rows(tx: Transaction, holders: tuple[str, str], tab: str, cursor: str, size: int) -> list[tuple[Any, ...]]:
    """Own grants first; a process leader's arena adds what only touches it, each case once."""
    found: dict[str, tuple[Any, ...]] = {}
    for holder in dict.fromkeys(holders):
        for row in _page(tx, holder, tab, cursor, size):
            found.setdefault(str(row[0]), row)
    ordered = sorted(found.values(), key=lambda r: (str(r[8]), str(r[0])))
    return ordered[:size]


def _page(tx: Transaction, holder: str, tab: str, cursor: str, size: int) -> list[tuple[Any, ...]]:
    day, _, number = cursor.partition("/")
    if tab == "closed":
        return tx.all(CLOSED, holder=holder, tab=tab, number=number, size=size)
    if cursor:
        return tx.all(AFTER, holder=holder, tab=tab, day=date.fromisoformat(day), number=number, size=size)
    return tx.all(FIRST, holder=holder, tab=tab, size=size)


def _cursor(item: Item) -> str:
    return f"{item.next_date.isoformat() if item.next_date else ''}/{item.number}"


def counts(record: Record, seer: Seer, now: datetime) -> dict[str, int]:
    """Cases by tab, each at most a thousand and one."""
    with record.database.read() as tx:
        if "cover" not in READS.get(function_name(seer.post), frozenset()) or function_name(seer.post) == "reporter":
            return {}
        own, beside = lists_of(seer.post, record.world(tx, now).org)
        return {tab: min(MOST + 1, int(tx.value(COUNT, own=own, beside=beside, tab=tab))) for tab in TABS}


def without_next_step(record: Record) -> int:
    """Law 1, counted: always 0, and the database refuses anything else."""
    with record.database.read() as tx:
        return int(tx.value(SILENT))
