"""Lists: what awaits a function, by date; keyset-paged on the index that the grants themselves are.

The cost of a page does not grow with the number of cases, and counts stop at a thousand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from cases.database import Transaction
from cases.functions import NotYourFunction, posts_of
from cases.lists.standing import BALL_BELOW, BALL_FALLEN, OWED_BELOW, OWED_FALLEN, OWED_HERE
from cases.record import Record
from cases.sight import READS, CaseUnknown, Seer, function_name, house_of, lists_of
from workflows.about_when import UNTIL
from workflows.definition import Definition, Text
from workflows.office_hours import local_date
from workflows.organisation import Organisation, holder_of

PAGE = 50
WINDOW = 2000
"""Listed cases that one page of a filtered list reads; the next page goes on where they end."""
MOST = 1000
"""Counts stop here and are shown as "1 000+"."""

TABS = ("awaiting", "others", "parked", "closed")
KEPT = {"awaiting": ("awaiting", "checking"), "others": ("others",), "parked": ("parked", "checking"),
        "closed": ("closed",)}  # fmt: skip
"""Tab -> how its cases are marked. `checking`: parked, and to be checked here, so that it is of two lists. Each mark is
read by itself, in the order of the lists' index."""

NOBODY = ""
"""A holder that lists nothing."""

MINE = "mine"
"""Of what awaits a holder, what awaits the very function that asks."""

# Where the ball is here and its date comes first, the list is about the case's next task. What has fallen to a contact
# person is owed at a place below her authority.
_OWED = f"""CASE WHEN c.next_date = sight.next_date
 AND substr(c.ball, length(c.ball) - length(sight.holder)) = '@' || sight.holder THEN ''
 WHEN sight.tab NOT IN ('awaiting', 'checking') THEN ''
 ELSE COALESCE((SELECT k.code {OWED_HERE} AND k.due = sight.next_date ORDER BY k.key LIMIT 1),
  (SELECT k.code {OWED_BELOW} AND k.due = sight.next_date AND NOT (c.next_date = k.due AND {BALL_BELOW})
   ORDER BY k.key LIMIT 1), '') END"""

_TOLD_APART = "c.event_date, c.facts, c.raising_unit, c.raising_operation, c.receiving_unit, c.receiving_operation"

_SHOWN = f"""SELECT c.number, c.kind, c.status, c.stage, c.rung, c.definition, c.ball, c.next_task, sight.next_date,
 c.urgent, c.version, {_OWED}, {_TOLD_APART}"""
_COLUMNS = f"{_SHOWN} FROM sight JOIN cases c ON c.id = sight.case_id"

FOUND = f"""c.number, c.kind, c.status, c.stage, c.rung, c.definition, c.ball, c.next_task, c.next_date, c.urgent,
 c.version, '', {_TOLD_APART}"""
"""The same columns of a case that is found by other means than a list, under its own next date."""

_LISTED = "sight.holder = :holder AND sight.tab = :tab AND sight.compartment = 'cover' AND sight.ended_at IS NULL"

FIRST = f"{_COLUMNS} WHERE {_LISTED} ORDER BY sight.next_date, sight.number LIMIT :size"
AFTER = f"""{_COLUMNS} WHERE {_LISTED} AND (sight.next_date, sight.number) > (:day, :number)
 ORDER BY sight.next_date, sight.number LIMIT :size"""
CLOSED = f"{_COLUMNS} WHERE {_LISTED} AND sight.number > :number ORDER BY sight.number LIMIT :size"

_WINDOW = f"""(SELECT case_id, holder, number, next_date, tab FROM sight WHERE {_LISTED} AND {{after}}
 ORDER BY {{order}} LIMIT :window) AS sight"""
_MINE = f"""(c.ball = :mine OR EXISTS (SELECT 1 FROM contribution k WHERE k.case_id = c.id AND k.status = 'owed'
 AND k.asked = :mine) OR :mine LIKE 'contact_person@%' AND ({BALL_FALLEN} OR EXISTS (SELECT 1 {OWED_FALLEN})))"""
_FITS = f"""(:kind = '' OR c.kind = :kind) AND (:rung = '' OR c.rung = :rung) AND (:stage = '' OR c.stage = :stage)
 AND (:operation = '' OR c.raising_operation = :operation OR c.receiving_operation = :operation)
 AND (:late = '' OR sight.next_date < :today AND c.status <> 'ended') AND (:document = '' OR c.facts LIKE :document)
 AND (:mine = '' OR {_MINE}) AND (:own = '' OR NOT EXISTS (SELECT 1 FROM sight o WHERE o.case_id = c.id
 AND o.holder = :own AND o.compartment = 'cover' AND o.ended_at IS NULL))"""
_BY_DATE, _BY_NUMBER = "sight.next_date, sight.number", "sight.number"


def _sifted(after: str, order: str) -> tuple[str, str]:
    """(rows of a window that fit, the window's last key): however few fit, a page reads no more than a window."""
    window = _WINDOW.format(after=after, order=order)
    rows = f"{_SHOWN} FROM {window} JOIN cases c ON c.id = sight.case_id WHERE {_FITS} ORDER BY {order} LIMIT :size"
    return rows, f"SELECT next_date, number FROM {window} ORDER BY {order} LIMIT 1 OFFSET :last"


SIFTED_FIRST = _sifted("1 = 1", _BY_DATE)
SIFTED_AFTER = _sifted("(sight.next_date, sight.number) > (:day, :number)", _BY_DATE)
SIFTED_CLOSED = _sifted("sight.number > :number", _BY_NUMBER)

_SOME = f"""SELECT number FROM (SELECT s.number, s.case_id FROM sight s WHERE s.holder = :{{holder}}
 AND s.tab = '{{mark}}' AND s.compartment = 'cover' AND s.ended_at IS NULL ORDER BY s.next_date, s.number
 LIMIT {MOST + 1}) AS {{holder}}_{{mark}}"""
_NOT_OWN = """WHERE NOT EXISTS (SELECT 1 FROM sight o WHERE o.case_id = beside_{mark}.case_id AND o.holder = :own
 AND o.compartment = 'cover' AND o.ended_at IS NULL)"""


def _count(marks: Sequence[str]) -> str:
    """How many cases both holders list. Each part stops by itself; where a case is listed for both, one's own holder
    says in which tab. In the order of the lists' index, or PostgreSQL looks for a tab's few cases through all grants,
    because a thousand of some kind are soon found there."""
    own = [_SOME.format(holder="own", mark=mark) for mark in marks]
    beside = [f"{_SOME} {_NOT_OWN}".format(holder="beside", mark=mark) for mark in marks]
    return f"SELECT COUNT(*) FROM ({' UNION '.join((*own, *beside))}) AS listed"


COUNTS = {tab: _count(marks) for tab, marks in KEPT.items()}

_SOME_MINE = """SELECT case_id, holder FROM (SELECT s.case_id, s.holder FROM sight s WHERE s.holder = :holder
 AND s.tab = '{mark}' AND s.compartment = 'cover' AND s.ended_at IS NULL ORDER BY s.next_date, s.number
 LIMIT :window) AS {mark}_cases"""
_AWAITING = " UNION ALL ".join(_SOME_MINE.format(mark=mark) for mark in KEPT["awaiting"])
COUNT_MINE = f"SELECT COUNT(*) FROM ({_AWAITING}) AS sight JOIN cases c ON c.id = sight.case_id WHERE {_MINE}"

# She is asked until her own date; after it her report is listed like any other, for what others do and by when.
OWN_REPORTS = f"""SELECT c.number, c.kind, c.status, c.stage, c.rung, c.definition, c.ball, c.next_task, c.next_date,
 c.urgent, c.version, COALESCE(k.code, ''), {_TOLD_APART}, k.due
 FROM report r JOIN cases c ON c.id = r.case_id JOIN operation o ON o.code = c.raising_operation
 LEFT JOIN contribution k ON k.case_id = c.id AND k.key = (SELECT MIN(a.key) FROM contribution a
 WHERE a.case_id = c.id AND a.status = 'owed' AND a.due >= :today AND substr(a.asked, 1, 9) = 'reporter@')
 WHERE r.account = :account AND (c.raising_unit = :unit OR o.authority = :authority) AND c.id < :before
 ORDER BY c.id DESC LIMIT :size"""

OWN_REPORT = (
    "SELECT c.id FROM cases c JOIN report r ON r.case_id = c.id WHERE c.number = :number AND r.account = :account"
)
NEWEST = 2**62

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
    event_date: date | None = None
    about_when: Mapping[str, Any] = field(default_factory=dict)
    """The fact `event_until` where nobody named the day (workflows/about_when.py)."""
    raising: str = ""
    receiving: str = ""
    """The two sides as near as they are known: `unit:x`, else `operation:y`; "" for one that is not named yet."""

    def asked(self, definition: Definition) -> Text:
        """What is to be done, in words: what the reader owes, else the case's next task."""
        if self.owed in definition.contributions:
            return definition.contributions[self.owed].text
        return definition.task_words(self.stage, self.next_task)


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which of the listed cases are wanted; "" lets all through. `operation` is one of the two sides' operations,
    `document` a governing document's code, `mine` the post that has the move or owes something, `late` those open whose
    date has passed."""

    kind: str = ""
    rung: str = ""
    stage: str = ""
    operation: str = ""
    document: str = ""
    late: bool = False
    mine: str = ""

    def __bool__(self) -> bool:
        return self != ALL

    def values(self, today: date) -> dict[str, Any]:
        """Parameters of the statements; the document stands in the case's facts as `code/version/section`."""
        named = f'%"clause":"{self.document}%' if self.document else ""
        return {"kind": self.kind, "rung": self.rung, "stage": self.stage, "operation": self.operation,
                "document": named, "late": "yes" if self.late else "", "mine": self.mine, "today": today}  # fmt: skip


ALL = Sieve()


@dataclass(frozen=True, slots=True)
class Page:
    """Up to fifty items by date, overdue first; `cursor` fetches what follows, "" at the end."""

    items: tuple[Item, ...]
    cursor: str


def work_list(
    record: Record, seer: Seer, now: datetime, *, tab: str = "awaiting", cursor: str = "", size: int = PAGE,
    sieve: Sieve = ALL,
) -> Page:  # fmt: skip
    """A page of what the seer's function may list. A reporter lists her own reports, the newest first.

    Raises NotYourFunction, and CaseUnknown for a cursor that no page of this list ends with.
    """
    with record.database.read() as tx:
        if seer.post not in posts_of(tx, seer.account, local_date(now)):
            raise NotYourFunction(NotYourFunction.__doc__)
        function, end = function_name(seer.post), ""
        if function == "reporter":
            rows = _own_reports(tx, seer, record.organisation(tx, now), now, cursor, size) if tab == "awaiting" else []
        elif "cover" not in READS.get(function, frozenset()):
            rows = []
        else:
            holders = lists_of(seer.post, record.organisation(tx, now))
            if sieve or len(set(holders)) > 1:
                rows, end = _sifted_rows(tx, holders, tab, cursor, size, sieve.values(local_date(now)))
            else:
                rows = _rows(tx, holders[0], tab, cursor, size)
    items = tuple(item_of(row) for row in rows)
    return Page(items, _cursor(items[-1]) if len(items) == size else end)


def _own_reports(
    tx: Transaction, seer: Seer, org: Organisation, now: datetime, cursor: str, size: int
) -> list[tuple[Any, ...]]:
    """What the account reported in the house it now acts in (sight.look)."""
    number = cursor.partition("/")[2]
    before = tx.value(OWN_REPORT, number=number, account=seer.account) if cursor else NEWEST
    if before is None:
        raise CaseUnknown
    unit, authority = holder_of(seer.post).partition(":")[2], house_of(seer.post, org).removeprefix("authority:")
    whose = {"account": seer.account, "unit": unit, "authority": authority}
    rows = tx.all(OWN_REPORTS, **whose, today=local_date(now), before=before, size=size)
    return [(*row[:8], asked_by or row[8], *row[9:]) for *row, asked_by in rows]


def item_of(row: tuple[Any, ...]) -> Item:
    """An item out of a row of the columns of a list, or of FOUND."""
    number, kind, status, stage, rung, definition, ball, task, day, urgent, version, owed, event, facts, *sides = row
    raising, receiving = _holder(*sides[:2]), _holder(*sides[2:])
    return Item(
        number, kind, status, stage, rung, definition, ball, task, day, bool(urgent), version, owed, event,
        _about_when(facts), raising, receiving,
    )  # fmt: skip


def _about_when(facts: str) -> dict[str, Any]:
    """Most cases have a day, and their facts are left unread."""
    return {UNTIL: json.loads(facts)[UNTIL]} if f'"{UNTIL}"' in facts else {}


def _holder(unit: str, operation: str) -> str:
    return f"unit:{unit}" if unit else f"operation:{operation}" if operation else ""


def _rows(tx: Transaction, holder: str, tab: str, cursor: str, size: int) -> list[tuple[Any, ...]]:
    found = (row for mark in KEPT[tab] for row in _page(tx, holder, mark, cursor, size))
    return sorted(found, key=_place)[:size]


def _page(tx: Transaction, holder: str, mark: str, cursor: str, size: int) -> list[tuple[Any, ...]]:
    after = _after(cursor, mark)
    statement = CLOSED if mark == "closed" else AFTER if cursor else FIRST
    return tx.all(statement, holder=holder, tab=mark, **after, size=size)


def _sifted_rows(
    tx: Transaction, holders: tuple[str, str], tab: str, cursor: str, size: int, sieve: Mapping[str, Any]
) -> tuple[list[tuple[Any, ...]], str]:
    """(rows that fit, where the window ends when the list goes on behind it). A process leader's arena adds what only
    touches it: where a case is her forum's too, that says in which tab. Of several windows the one that ends
    first is as far as the page has looked."""
    found: dict[str, tuple[Any, ...]] = {}
    ends: list[tuple[str, str]] = []
    rows_of, end_of = SIFTED_CLOSED if tab == "closed" else SIFTED_AFTER if cursor else SIFTED_FIRST
    own, beside = holders
    sources = [(own, "", mark) for mark in KEPT[tab]] + [(beside, own, m) for m in KEPT[tab] if beside != own]
    for holder, unless, mark in sources:
        place = {"holder": holder, "tab": mark, "window": WINDOW, **_after(cursor, tab)}
        rows = tx.all(rows_of, **place, **sieve, own=unless, size=size)
        end = tx.one(end_of, **place, last=WINDOW - 1)
        found |= {str(row[0]): row for row in rows if str(row[0]) not in found}
        if end is not None and len(rows) < size:
            ends.append((str(end[0] or ""), str(end[1])))
    ordered = sorted(found.values(), key=_place)
    if not ends:
        return ordered[:size], ""
    horizon = min(ends)
    return [row for row in ordered if _place(row) <= horizon][:size], "/".join(horizon)


def _after(cursor: str, tab: str) -> dict[str, Any]:
    day, _, number = cursor.partition("/")
    if tab == "closed":
        return {"number": number}
    if not cursor:
        return {}
    try:
        return {"day": date.fromisoformat(day), "number": number}
    except ValueError as undated:  # only what is closed has no date
        raise CaseUnknown from undated


def _place(row: tuple[Any, ...]) -> tuple[str, str]:
    """Where a row stands in its list."""
    return str(row[8] or ""), str(row[0])


def _cursor(item: Item) -> str:
    return f"{item.next_date.isoformat() if item.next_date else ''}/{item.number}"


def counts(record: Record, seer: Seer, now: datetime) -> dict[str, int]:
    """Cases by tab, each at most a thousand and one; of `mine` those among the first thousand that await."""
    with record.database.read() as tx:
        if "cover" not in READS.get(function_name(seer.post), frozenset()) or function_name(seer.post) == "reporter":
            return {}
        own, beside = lists_of(seer.post, record.organisation(tx, now))
        other = beside if beside != own else NOBODY
        found = {tab: min(MOST + 1, int(tx.value(COUNTS[tab], own=own, beside=other))) for tab in TABS}
        mine = tx.value(COUNT_MINE, holder=own, window=MOST + 1, mine=seer.post, today=local_date(now))
        return found | {MINE: int(mine)}


def without_next_step(record: Record) -> int:
    """Law 1, counted: always 0, and the database refuses anything else."""
    with record.database.read() as tx:
        return int(tx.value(SILENT))
