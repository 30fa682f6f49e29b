"""Units end and people leave: nothing of theirs is left without somebody who holds it (domain.md section 3)."""

from __future__ import annotations

from datetime import date, datetime

from cases.administration import By, note_act
from cases.apply import apply_move
from cases.calendar_changes import BUMP
from cases.database import Transaction
from cases.gather import gather
from cases.record import Record
from workflows.inheriting import inherited

HELD = """SELECT id FROM cases WHERE status <> 'ended' AND (raising_unit = :unit OR receiving_unit = :unit
 OR ball LIKE :ball) ORDER BY id"""


ENDED = """SELECT code, valid_to, heir FROM unit WHERE valid_to IS NOT NULL ORDER BY valid_to DESC, code LIMIT :most"""


class UnitHoldsCases(Exception):
    """The unit has open cases. Name the unit that takes them over (its heir), in the same party."""


def end_unit(record: Record, unit: str, last_day: date, now: datetime, *, heir: str = "", by: By | None = None) -> int:
    """End a unit after `last_day`. Its open cases go to the heir in the same transaction; how many did.

    Raises UnitHoldsCases when there are open cases and no heir, LookupError for units that do not exist or an heir of
    another party.
    """
    with record.database.write() as tx:
        world = record.world(tx, now)
        old, new = world.org.sides.get(unit), world.org.sides.get(heir) if heir else None
        if old is None or (heir and (new is None or new.party != old.party)):
            raise LookupError("There is no such unit, or the heir is of another party.")
        held = [i for (i,) in tx.all(HELD, unit=unit, ball=f"%@unit:{unit}")]
        if held and not heir:
            raise UnitHoldsCases(f"{UnitHoldsCases.__doc__} ({len(held)} open)")
        tx.run(
            "UPDATE unit SET valid_to = :day, heir = :heir WHERE code = :unit",
            day=last_day, heir=heir or None, unit=unit,
        )  # fmt: skip
        for case_id in held:
            _hand_over(tx, record, case_id, unit, heir, now)
        note_act(tx, by, "unit_ended", unit, until=last_day, heir=heir, cases=len(held))
        tx.run(BUMP)
    return len(held)


def open_cases_of(record: Record, unit: str) -> int:
    """How many open cases would need an heir if the unit ended."""
    with record.database.read() as tx:
        return len(tx.all(HELD, unit=unit, ball=f"%@unit:{unit}"))


def ended_units(record: Record, most: int = 50) -> list[tuple[str, date, str]]:
    """(unit, last day, heir or ""), the newest first: those that have ended or will."""
    with record.database.read() as tx:
        return [(code, day, heir or "") for code, day, heir in tx.all(ENDED, most=most)]


def _hand_over(tx: Transaction, record: Record, case_id: int, unit: str, heir: str, now: datetime) -> None:
    world = record.world(tx, now)
    found = gather(tx, case_id, world.org)
    definition = record.library.routine(found.definition).definition
    decision = inherited(definition, found.snapshot, unit, heir, world, now)
    apply_move(tx, record, decision, case_id, found.heads, "", now)


def set_absence(record: Record, account: str, since: date, until: date, *, substitute: str = "") -> None:
    """Somebody is away, both days included; the substitute stands in for all her functions meanwhile."""
    if until < since:
        raise ValueError("An absence ends on or after the day it begins.")
    with record.database.write() as tx:
        tx.run(
            "INSERT INTO absence (account, since, until, substitute) VALUES (:a, :since, :until, :s)",
            a=account, since=since, until=until, s=substitute or None,
        )  # fmt: skip


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
