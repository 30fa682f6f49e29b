"""Where a case stands in each holder's list: it awaits whoever has the ball, and whoever owes it something.

Two people suffice for a party (domain.md section 3): what awaits a function that nobody holds awaits the contact person
of its authority. Listed at each move, anew when somebody gets or loses the function, and at night for those whose
first or last day it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cases.database import Transaction
from cases.record import Record
from workflows.office_hours import local_date
from workflows.organisation import function_of, holder_of

LIST_CASE = """UPDATE sight SET tab = CASE WHEN holder = :ball_holder THEN :here ELSE :tab END,
 next_date = :next_date WHERE case_id = :case_id AND compartment = 'cover' AND ended_at IS NULL"""

_HELD = """SELECT 1 FROM holding h JOIN person p ON p.account = h.account
 WHERE h.valid_from <= :today AND (h.valid_to IS NULL OR h.valid_to >= :today) AND NOT p.disabled"""
LIST_FALLEN = f"""UPDATE sight SET tab = :here WHERE case_id = :case_id AND compartment = 'cover'
 AND ended_at IS NULL AND holder = 'authority:' || (SELECT o.authority FROM operation o WHERE o.code = :operation
  OR o.code = (SELECT u.operation FROM unit u WHERE u.code = :unit))
 AND NOT EXISTS ({_HELD} AND h.function = :function AND h.holder = :ball_holder)"""

OWED_HERE = """FROM contribution k WHERE k.case_id = sight.case_id AND k.status = 'owed'
 AND substr(k.asked, 1, 9) <> 'reporter@'
 AND substr(k.asked, length(k.asked) - length(sight.holder)) = '@' || sight.holder"""

# A side's unit and operation are the places whose functions fall to its contact person (functions.actor_for).
_AT_A_SIDE = """EXISTS (SELECT 1 FROM cases s JOIN operation o ON o.code IN (s.raising_operation, s.receiving_operation)
  WHERE s.id = sight.case_id AND sight.holder = 'authority:' || o.authority AND ({post} LIKE '%@operation:' || o.code
   OR o.code = s.raising_operation AND {post} LIKE '%@unit:' || s.raising_unit
   OR o.code = s.receiving_operation AND {post} LIKE '%@unit:' || s.receiving_unit))"""
BALL_BELOW = _AT_A_SIDE.format(post="c.ball")
"""Of a case `c`: a place of the side whose authority the list is of has the ball."""
OWED_BELOW = f"""FROM contribution k WHERE k.case_id = sight.case_id AND k.status = 'owed'
 AND substr(k.asked, 1, 9) <> 'reporter@' AND {_AT_A_SIDE.format(post="k.asked")}"""
"""What is owed at such a place."""
BALL_FALLEN = f"""{BALL_BELOW} AND NOT EXISTS ({_HELD} AND c.ball = h.function || '@' || h.holder)"""
OWED_FALLEN = f"""{OWED_BELOW} AND NOT EXISTS ({_HELD} AND k.asked = h.function || '@' || h.holder)"""
"""The same where nobody holds the function, so that it has fallen to the contact person there."""

_HERE_OR_FALLEN = f"""FROM contribution k WHERE k.case_id = sight.case_id AND k.status = 'owed'
 AND substr(k.asked, 1, 9) <> 'reporter@'
 AND (substr(k.asked, length(k.asked) - length(sight.holder)) = '@' || sight.holder
  OR {_AT_A_SIDE.format(post="k.asked")} AND NOT EXISTS ({_HELD} AND k.asked = h.function || '@' || h.holder))"""
# A reporter lists her own reports; what she is asked awaits nobody else of her unit.
LIST_OWED = f"""UPDATE sight SET tab = :here, next_date = (SELECT CASE WHEN sight.tab IN ('awaiting', 'checking')
 AND sight.next_date < MIN(k.due) THEN sight.next_date ELSE MIN(k.due) END {_HERE_OR_FALLEN})
 WHERE case_id = :case_id AND compartment = 'cover' AND ended_at IS NULL AND EXISTS (SELECT 1 {_HERE_OR_FALLEN})"""

STANDING = "SELECT id, ball, next_date, status, stage, definition FROM cases WHERE id = :id"
AWAITING = """SELECT case_id FROM sight WHERE holder = :holder AND tab IN ('awaiting', 'checking')
 AND compartment = 'cover' AND ended_at IS NULL"""
# A week, so that a night or two without a clock leave nobody's list behind.
TURNED = """SELECT DISTINCT holder FROM holding WHERE (valid_from BETWEEN :since AND :today
 OR valid_to BETWEEN :since AND :today) AND (holder LIKE 'unit:%' OR holder LIKE 'operation:%')"""
NIGHTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides in which lists a case stands: `tab` for those of whom nothing is awaited."""

    case_id: int
    ball: str
    next_date: date | None
    tab: str


def tab_here(tab: str) -> str:
    """The list of whoever a case awaits, where it stands in `tab` for all others: a parked case that somebody is to
    check awaits her and is parked, so it is of both lists."""
    return "checking" if tab == "parked" else "awaiting"


def tab_of(record: Record, definition: str, status: str, stage: str) -> str:
    return "closed" if status == "ended" else record.library.routine(definition).tab_of(stage)


def list_case(tx: Transaction, case: Standing, today: date) -> None:
    """Put a case into every list that it belongs in today."""
    case_id, here, holder = case.case_id, tab_here(case.tab), holder_of(case.ball)
    tx.run(LIST_CASE, case_id=case_id, ball_holder=holder, here=here, tab=case.tab, next_date=case.next_date)
    kind, _, code = holder.partition(":")
    if kind in ("unit", "operation"):
        place = {"unit": "", "operation": ""} | {kind: code}
        tx.run(
            LIST_FALLEN,
            case_id=case_id, here=here, function=function_of(case.ball), ball_holder=holder, today=today, **place,
        )  # fmt: skip
    tx.run(LIST_OWED, case_id=case_id, here=here, today=today)


def list_anew(record: Record, holder: str, today: date) -> None:
    """Somebody got or lost a function at that unit or operation: what awaits the place is listed as it falls today.

    Each case in a transaction of its own, behind whoever moves it just now.
    """
    if holder.partition(":")[0] not in ("unit", "operation"):
        return
    with record.database.read() as tx:
        cases = [case_id for (case_id,) in tx.all(AWAITING, holder=holder)]
    for case_id in cases:
        with record.database.write() as tx:
            row = tx.one(STANDING + (" FOR UPDATE" if tx.postgres else ""), id=case_id)
            if row is not None:
                _, ball, day, status, stage, definition = row
                list_case(tx, Standing(case_id, ball, day, tab_of(record, definition, status, stage)), today)


def list_whose_turn_it_is(record: Record, now: datetime) -> None:
    """The night's part: functions that began or ended in these days by a date that was set long before."""
    today = local_date(now)
    with record.database.read() as tx:
        holders = [holder for (holder,) in tx.all(TURNED, since=today - NIGHTS, today=today)]
    for holder in holders:
        list_anew(record, holder, today)
