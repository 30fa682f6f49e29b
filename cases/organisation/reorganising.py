"""Units begin and end, people leave: nothing of theirs is left without somebody who holds it (domain.md section 3)."""

from __future__ import annotations

import re
from datetime import date, datetime

from cases.database import Transaction
from cases.organisation.administration import By, note_act
from cases.organisation.calendar_changes import BUMP
from cases.organisation.heirs import hand_over, held_by
from cases.record import Record
from workflows.inputs import has_control
from workflows.office_hours import local_date
from workflows.organisation import Organisation

ENDED = """SELECT code, valid_to, heir FROM unit WHERE valid_to IS NOT NULL ORDER BY valid_to DESC, code LIMIT :most"""
DAYS = "SELECT valid_to, heir FROM unit WHERE code = :unit"
LOCK = "SELECT code FROM unit WHERE code IN (:unit, :heir) ORDER BY code FOR UPDATE"


OPEN_OPERATION = """SELECT 1 FROM operation WHERE code = :code AND (valid_from IS NULL OR valid_from <= :day)
 AND (valid_to IS NULL OR valid_to >= :day)"""
ADD = """INSERT INTO unit (code, name, operation, provider, heir, valid_from, valid_to)
 VALUES (:code, :name, :operation, :provider, NULL, :since, NULL)"""
TO_TAKE_OVER = "SELECT 1 FROM unit WHERE heir = :unit AND valid_to >= :today LIMIT 1"
CODE = re.compile(r"(?=.{2,60}$)[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_NAME = 120


class UnitFault(Exception):
    """A unit cannot be added so. `code` says why: `code` (letters a-z, digits and dashes, such as hsv-molndal-2),
    `name`, `operation` (none such on that day) or `taken` (there is a unit with that code)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"{code}: {' '.join(str(UnitFault.__doc__).split())}")


class UnitStays(Exception):
    """A unit cannot end so. `code` says why: `no_heir` (no such unit, or no heir of the same party that is open and
    stays so), `ended` (it has ended already), `needs_heir` (it has open cases, its last day is not over, or it is to
    take over what another unit holds)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"{code}: {' '.join(str(UnitStays.__doc__).split())}")


def end_unit(record: Record, unit: str, last_day: date, now: datetime, *, heir: str = "", by: By | None = None) -> int:
    """End a unit after `last_day`; how many open cases went to its heir. They do in the same transaction when that day
    is over; else the unit works on, and its heir takes over in the night after (cases/organisation/heirs.py).

    Until then another day or heir can be said; afterwards only the same again, or an heir where none was named.
    Raises UnitStays.
    """
    with record.database.write() as tx:
        if tx.postgres:  # moves that bring a case here share these rows, and are over now or see the unit ended
            tx.all(LOCK, unit=unit, heir=heir)
        world = record.world(tx, now)
        today = local_date(now)
        wrong = why_it_stays(tx, world.org, unit, last_day, heir, today)
        if wrong:
            raise UnitStays(wrong)
        before = tx.value(DAYS, unit=unit)
        day = before if before is not None and before < today else last_day
        tx.run("UPDATE unit SET valid_to = :day, heir = :heir WHERE code = :unit", day=day, heir=heir or None,
               unit=unit)  # fmt: skip
        held = held_by(tx, unit) if day < today else []
        for case_id in held:
            hand_over(tx, record, case_id, unit, heir, now)
        note_act(tx, by, "unit_ended", unit, until=day, heir=heir, cases=len(held))
        tx.run(BUMP)
    return len(held)


def add_unit(
    record: Record, code: str, name: str, operation: str, since: date, *, provider: bool = False, by: By | None = None
) -> None:
    """A new unit under an operation, from a day on. Raises UnitFault."""
    if not CODE.fullmatch(code):
        raise UnitFault("code")
    if not name.strip() or len(name) > LONGEST_NAME or has_control(name):
        raise UnitFault("name")
    with record.database.write() as tx:
        if tx.one(OPEN_OPERATION, code=operation, day=since) is None:
            raise UnitFault("operation")
        if tx.one(DAYS, unit=code) is not None:
            raise UnitFault("taken")
        tx.run(ADD, code=code, name=name.strip(), operation=operation, provider=provider, since=since)
        note_act(tx, by, "unit_added", code, name=name.strip(), operation=operation, since=since)
        tx.run(BUMP)


def why_it_stays(tx: Transaction, org: Organisation, unit: str, last_day: date, heir: str, today: date) -> str:
    """A code of UnitStays, "" when the unit can end so."""
    old, new = org.sides.get(unit), org.sides.get(heir)
    kept = tx.one(DAYS, unit=unit)
    if old is None or kept is None:
        return "no_heir"
    over = kept[0] is not None and kept[0] < today
    if over and (kept[1] or not heir) and kept != (last_day, heir or None):
        return "ended"
    if heir and (heir == unit or new is None or new.party != old.party or not _stays_open(tx, org, heir)):
        return "no_heir"
    needs_heir = last_day >= today or held_by(tx, unit) or tx.one(TO_TAKE_OVER, unit=unit, today=today)
    return "needs_heir" if needs_heir and not heir else ""


def _stays_open(tx: Transaction, org: Organisation, unit: str) -> bool:
    ends, _ = tx.one(DAYS, unit=unit) or (None, None)
    return unit in org.open_units and ends is None


def open_cases_of(record: Record, unit: str) -> int:
    """How many open cases would need an heir if the unit ended."""
    with record.database.read() as tx:
        return len(held_by(tx, unit))


def ended_units(record: Record, most: int = 50) -> list[tuple[str, date, str]]:
    """(unit, last day, heir or ""), the newest first: those that have ended or will."""
    with record.database.read() as tx:
        return [(code, day, heir or "") for code, day, heir in tx.all(ENDED, most=most)]


def set_absence(record: Record, account: str, since: date, until: date, *, substitute: str = "") -> None:
    """Somebody is away, both days included; the substitute stands in for all her functions meanwhile."""
    if until < since:
        raise ValueError("An absence ends on or after the day it begins.")
    with record.database.write() as tx:
        tx.run(
            "INSERT INTO absence (account, since, until, substitute) VALUES (:a, :since, :until, :s)",
            a=account, since=since, until=until, s=substitute or None,
        )  # fmt: skip
        tx.run(BUMP)


def end_holding(record: Record, account: str, function: str, holder: str, last_day: date) -> int:
    """A person's function ends after that day; how many holdings that was. Rights end with it, at the next request."""
    with record.database.write() as tx:
        ended = tx.run(
            "UPDATE holding SET valid_to = :day WHERE account = :a AND function = :f AND holder = :h"
            " AND (valid_to IS NULL OR valid_to > :day) AND valid_from <= :day",
            day=last_day, a=account, f=function, h=holder,
        )  # fmt: skip
        tx.run(BUMP)
        return ended


def give_function(
    record: Record, account: str, function: str, holder: str, first_day: date, *, until: date | None = None,
    side: str = "",
) -> None:  # fmt: skip
    """A person gets a function from a day on; nobody loses one by it."""
    with record.database.write() as tx:
        tx.run(
            "INSERT INTO holding (account, function, holder, side, acting, valid_from, valid_to)"
            " VALUES (:a, :f, :h, :side, :acting, :since, :until)",
            a=account, f=function, h=holder, side=side, acting=False, since=first_day, until=until,
        )  # fmt: skip
        tx.run(BUMP)
