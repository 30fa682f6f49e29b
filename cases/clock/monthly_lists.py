"""The monthly list: what is overdue and has had all its reminders, once a month and to few.

After its last notch a date is not written about again (domain.md section 6): it stands on one list, to the contact
persons of both parties and the process leader; what somebody owes stands on that function's own, while
the case is open. Each line is a docket
row like any other, so that right, date and receiver are asked when it leaves, and one person gets one letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice

from cases.clock import situations
from cases.clock.docket import ADD, Added, added_values
from cases.clock.relevance import days_of, month_of
from cases.clock.rounds import last_round, note_round
from cases.clock.situations import Situation
from cases.database import Transaction
from cases.record import Record
from workflows.attempt import World
from workflows.definition import Definition
from workflows.due import latest
from workflows.file_reading import FILE_READ
from workflows.nouns import Deadline, DocketRow
from workflows.office_hours import local_date, send_time
from workflows.roles import resolve

DUTY = "lists"
AT_ONCE = 500
BESIDE = ("both.contact_person",)

_NOTHING_AHEAD = """NOT EXISTS (SELECT 1 FROM docket k WHERE k.case_id = d.case_id AND k.deadline = d.key
 AND k.kind = 'letter' AND k.status IN ('waiting', 'claimed', 'handed_over'))"""
_OPEN = f"""SELECT d.case_id, d.key FROM deadline d JOIN cases c ON c.id = d.case_id WHERE d.status = 'open'
 AND {{when}} AND c.status <> 'ended' AND {_NOTHING_AHEAD}"""
LATE = _OPEN.format(when="d.due < :today")
LISTED_EARLY = _OPEN.format(when="d.due >= :today AND d.due <= :last AND d.code = :code")
"""On the index of open dates by day: what is overdue, and the few whose rule lists them from their beginning. Unsorted,
for SQLite would read every date in the order of cases."""

SILENT = f"""SELECT d.case_id, d.key FROM contribution d JOIN cases c ON c.id = d.case_id WHERE d.status = 'owed'
 AND c.status <> 'ended' AND d.due < :today AND {_NOTHING_AHEAD}"""
"""On the index of what is owed by day, unsorted as well."""


def write_monthly_lists(record: Record, now: datetime) -> int:
    """Write this month's rows, once it has begun to work; how many. Asked again in the same month it does nothing."""
    today = local_date(now)
    first = today.replace(day=1)
    with record.database.read() as tx:
        last = last_round(tx, DUTY, now)
        if last is not None and local_date(last.at) >= first:
            return 0
        if now < send_time(first, record.world(tx, now).calendar.days_of(None)):
            return 0
        dates = sorted({*tx.all(LATE, today=today), *_listed_early(tx, record, now)})
        rows = (*dates, *sorted(tx.all(SILENT, today=today)))
    written, listed = 0, iter(rows)
    while batch := list(islice(listed, AT_ONCE)):
        with record.database.write() as tx:
            written += _write(tx, record, batch, first, now)
    note_round(record, DUTY, {"rows": written}, now)
    return written


def _listed_early(tx: Transaction, record: Record, now: datetime) -> Iterator[tuple[int, str]]:
    """Dates that are listed although they lie ahead, as far ahead as their rule can set one today."""
    world, today = record.world(tx, now), local_date(now)
    parties = (None, *dict.fromkeys(world.org.parties.values()))
    for definition in record.library.definitions.values():
        for rule in (rule for rule in definition.deadlines.values() if rule.listed):
            last = max(latest(rule.rule, today, world.calendar.days_of(party)) for party in parties)
            yield from tx.all(LISTED_EARLY, today=today, last=last, code=rule.code)


def _write(tx: Transaction, record: Record, batch: list[tuple[int, str]], first: date, now: datetime) -> int:
    world = record.world(tx, now)
    cases = situations.of_cases(tx, (case_id for case_id, _ in batch), world.org)
    values = []
    for case_id, key in batch:
        if case_id in cases:
            definition = record.library.routine(cases[case_id].cover.definition).definition
            rows = _rows(key, cases[case_id], definition, world, first, local_date(now))
            values += [added_values(case_id, Added(row), now) for row in rows]
    tx.many(ADD, values)
    return len(values)


def _rows(
    key: str, case: Situation, definition: Definition, world: World, first: date, today: date
) -> Iterator[DocketRow]:
    """One row for each function that is to see the date on its list; none for dates that are still reminded of."""
    owed, deadline = case.contributions.get(key), case.deadlines.get(key)
    posts: tuple[str, ...] = ()
    revision = 1
    # A file that was not read in time may leave unread: from then on nobody waits for it to be read.
    if owed is not None and owed.code != FILE_READ and definition.contributions[owed.code].notches:
        posts = (owed.asked,)
    elif deadline is not None and _is_listed(deadline, definition, today):
        revision, leader = deadline.revision, "forum.process_leader" if case.cover.forum else "arena.process_leader"
        posts = tuple(post for role in (*BESIDE, leader) for post in resolve(role, case.cover, world.org))
    notch = month_of(first)
    for post in dict.fromkeys(posts):
        moment = send_time(first, days_of(post, world))
        row_key = f"{case.cover.number}/{key}/r{revision}/{notch}/{post}"
        yield DocketRow(row_key, "letter", post, moment, key, revision, notch)


def _is_listed(deadline: Deadline, definition: Definition, today: date) -> bool:
    """Overdue, and its reminders are over; or what it follows upon is overdue, as the routine says. A date that nobody
    is ever reminded of (a promise beside the answer's own date, a day of watching) is on nobody's list."""
    rule = definition.deadlines[deadline.code]
    return rule.listed or (deadline.due < today and bool(rule.notches))
