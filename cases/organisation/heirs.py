"""Who answers for what a unit held once the unit has ended: its heir, and the heir's heir (domain.md section 3).

A unit ends with its day, not with an act: it works on until then, and what it holds, or gets afterwards by a way that
nobody foresaw, goes over in the night that follows.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, datetime

from cases.apply import CaseMovedOn, apply_move
from cases.database import Transaction
from cases.gather import Gathered, gather
from cases.record import Record
from workflows.inheriting import inherited
from workflows.nouns import Cover
from workflows.office_hours import local_date
from workflows.organisation import Organisation, Side, holder_of

log = logging.getLogger(__name__)

_NAMES = """(c.raising_unit = u.code OR c.receiving_unit = u.code OR c.ball LIKE '%@unit:' || u.code
 OR c.facts LIKE '%@unit:' || u.code || '"%' OR EXISTS (SELECT 1 FROM contribution k WHERE k.case_id = c.id
 AND k.status = 'owed' AND k.asked LIKE '%@unit:' || u.code))"""
"""A case that would miss the unit: by its sides, its ball, what it remembers (measures), what is asked for in it."""

HELD = f"SELECT c.id FROM cases c, unit u WHERE u.code = :unit AND c.status <> 'ended' AND {_NAMES} ORDER BY c.id"
LEFT = f"""SELECT c.id, u.code FROM unit u, cases c WHERE u.valid_to < :today AND u.heir IS NOT NULL
 AND c.status <> 'ended' AND {_NAMES} ORDER BY c.id, u.code"""
KEPT = "SELECT valid_to, heir FROM unit WHERE code = :unit"


class UnitEnded(CaseMovedOn):
    """The unit ended while this was on its way. Nothing was written; look at the case again and choose another."""


def held_by(tx: Transaction, unit: str) -> list[int]:
    """The open cases that would need an heir if the unit ended."""
    return [case_id for (case_id,) in tx.all(HELD, unit=unit)]


def heir_of(tx: Transaction, unit: str, today: date) -> str:
    """The unit itself while it has not ended, else who took over; "" where the line ends without an heir."""
    while unit:
        ends, heir = tx.one(KEPT, unit=unit) or (None, None)
        if ends is None or ends >= today:
            return unit
        unit = heir or ""
    return ""


def side_today(tx: Transaction, side: Side, org: Organisation, today: date) -> Side | None:
    """A side for a case that begins: its heir's when its unit has ended, None without one. The unit cannot end before
    the transaction does."""
    heir = heir_of(tx, side.unit, today) if side.unit else ""
    if side.unit and not heir:
        return None
    _hold(tx, heir, today)
    return org.sides[heir] if heir else side


def hold_new_units(tx: Transaction, before: Cover, after: Cover, now: datetime) -> None:
    """A unit that a move brings into its case cannot end before the move is written. Raises UnitEnded."""
    for unit in sorted(_units(after) - _units(before)):
        _hold(tx, unit, local_date(now))


def hand_over(tx: Transaction, record: Record, case_id: int, unit: str, heir: str, now: datetime) -> None:
    """The case goes over in the caller's transaction."""
    world = record.world(tx, now)
    found = gather(tx, case_id, world.org)
    definition = record.library.routine(found.definition).definition
    decision = inherited(definition, found.snapshot, unit, heir, world, now)
    apply_move(tx, record, decision, case_id, found.heads, "", now)


def hand_over_left(record: Record, now: datetime) -> int:
    """Hand over every open case that still lies with a unit that has ended and has an heir; how many went.

    Each in a transaction of its own. One that cannot go is logged and stays, and `verify` names it.
    """
    today, gone = local_date(now), 0
    with record.database.read() as tx:
        left = tx.all(LEFT, today=today)
    for case_id, unit in left:
        try:
            with record.database.write() as tx:
                gone += _hand_over_one(tx, record, case_id, unit, now)
        except Exception:
            log.exception("A case of the ended unit %s could not go to its heir; it is tried again.", unit)
    return gone


def _hand_over_one(tx: Transaction, record: Record, case_id: int, unit: str, now: datetime) -> bool:
    if tx.postgres:
        tx.one("SELECT 1 FROM cases WHERE id = :id FOR UPDATE", id=case_id)
    heir = heir_of(tx, unit, local_date(now))
    if not heir or case_id not in held_by(tx, unit):
        return False
    hand_over(tx, record, case_id, unit, heir, now)
    return True


def of_ended_units(found: Gathered, org: Organisation) -> Iterator[str]:
    """What lies with a unit that is not open: nobody may be there to take it."""
    cover = found.snapshot.cover
    if cover.status == "ended":
        return
    posts = [cover.ball, *(c.asked for c in found.snapshot.contributions if c.status == "owed")]
    units = {holder.partition(":")[2] for p in posts if (holder := holder_of(p)).startswith("unit:")}
    for unit in sorted((units | _units(cover)) - org.open_units):
        yield (
            f"lies with the unit {unit}, which has ended; the night (`stegen tick --night`) hands it to the unit's "
            "heir, and whoever administers units names one that has none"
        )


def _units(cover: Cover) -> set[str]:
    return {side.unit for side in (cover.raising, cover.receiving) if side is not None and side.unit}


def _hold(tx: Transaction, unit: str, today: date) -> None:
    """On PostgreSQL the row is shared with other moves until the transaction ends; whoever ends the unit waits."""
    row = tx.one(KEPT + (" FOR SHARE" if tx.postgres else ""), unit=unit)
    if row is not None and row[0] is not None and row[0] < today:
        raise UnitEnded(UnitEnded.__doc__)
