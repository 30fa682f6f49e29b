"""A unit's link to the report form: printed, hung on a wall, revoked when it has gone astray.

Whoever has it may report from the unit and reads nothing. Its token is shown once, to whoever makes it; the record
keeps a hash. A new one takes the place of the old one, which opens nothing from then on.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from cases.contents.matter import NotAllowed
from cases.database import Transaction
from cases.functions import NotYourFunction, posts_of
from cases.record import Record
from cases.sight import Seer, function_name
from workflows.attempt import World
from workflows.library import Library
from workflows.office_hours import local_date
from workflows.organisation import Organisation, Side, holder_of

TOKEN_BYTES = 20
"""160 bits: nobody comes upon a link by trying, so that looking at one need not be counted."""

KEEPERS = frozenset(("unit_manager", "handler", "contract_manager", "contact_person"))
"""Who looks after a unit's link: its manager, its handlers, and the contact person for each of the authority's own
units; a private provider answers for itself, under its contract manager."""

MAKE = """INSERT INTO unit_link (unit, token_hash, made_at, made_by, made_as, revoked_as)
 VALUES (:unit, :hash, :now, :account, :post, '')"""
REVOKE = "UPDATE unit_link SET revoked_at = :now, revoked_as = :post WHERE unit = :unit AND revoked_at IS NULL"
LIVING = "SELECT id, unit FROM unit_link WHERE token_hash = :hash AND revoked_at IS NULL"
OF_UNIT = "SELECT made_at, made_as FROM unit_link WHERE unit = :unit AND revoked_at IS NULL"


class NoSuchLink(LookupError):
    """This link does not lead anywhere: it was revoked, renewed, or never was. Ask at the unit for the new one."""


@dataclass(frozen=True, slots=True)
class UnitLink:
    """A living link, as whoever opened it has it."""

    id: int
    unit: str

    @property
    def post(self) -> str:
        """The function that it reports in."""
        return f"reporter@unit:{self.unit}"


@dataclass(frozen=True, slots=True)
class Kept:
    """A unit's living link, as those see it who look after it: never its token."""

    made_at: datetime
    made_as: str


def is_checked(library: Library) -> bool:
    """Whether the county's routine has a place where a unit checks what came by its link."""
    return any(("own_check", "on") in row.guards for row in library.in_force("deviation").by_code.get("submit", ()))


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def make_link(record: Record, seer: Seer, unit: str, now: datetime) -> str:
    """A new link for the unit, in place of the one it had; its token, which is told here and never again.

    Raises NotAllowed for others than those who look after the unit's link, and where nobody would check a report.
    """
    if not is_checked(record.library):
        raise NotAllowed("The county's routine has no check of the unit's own. Add one before links are made.")
    token = record.random_bytes(TOKEN_BYTES).hex()
    with record.database.write() as tx:
        _entered(tx, record, seer, unit, now)
        tx.run(REVOKE, unit=unit, now=now, post=seer.post)
        tx.run(MAKE, unit=unit, hash=hash_of(token), now=now, account=seer.account, post=seer.post)
    return token


def revoke_link(record: Record, seer: Seer, unit: str, now: datetime) -> bool:
    """Whether there was one to revoke. Raises NotAllowed."""
    with record.database.write() as tx:
        _entered(tx, record, seer, unit, now)
        return tx.run(REVOKE, unit=unit, now=now, post=seer.post) == 1


def link_of(record: Record, seer: Seer, unit: str, now: datetime) -> Kept | None:
    """The unit's living link, None when it has none. Raises NotAllowed."""
    with record.database.read() as tx:
        _entered(tx, record, seer, unit, now)
        row = tx.one(OF_UNIT, unit=unit)
    return Kept(*row) if row is not None else None


def units_kept_by(post: str, org: Organisation) -> tuple[str, ...]:
    """The open units whose links a function looks after, by code."""
    function, holder = function_name(post), holder_of(post)
    if function not in KEEPERS:
        return ()
    return tuple(sorted(unit for unit in org.open_units if holder == _keeping(function, org.sides[unit])))


def opened(record: Record, token: str, now: datetime) -> UnitLink:
    """The link with that token. Raises NoSuchLink, also for the link of a unit that has ended."""
    with record.database.read() as tx:
        return opened_in(tx, record.world(tx, now), token)


def opened_in(tx: Transaction, world: World, token: str) -> UnitLink:
    """The same in the caller's transaction, so that what is written holds only while the link lives."""
    row = tx.one(LIVING, hash=hash_of(token))
    if row is None or row[1] not in world.org.open_units:
        raise NoSuchLink(NoSuchLink.__doc__)
    return UnitLink(*row)


def _entered(tx: Transaction, record: Record, seer: Seer, unit: str, now: datetime) -> None:
    if seer.post not in posts_of(tx, seer.account, local_date(now)):
        raise NotYourFunction(NotYourFunction.__doc__)
    if unit not in units_kept_by(seer.post, record.organisation(tx, now)):
        raise NotAllowed(NotAllowed.__doc__)


def _keeping(function: str, side: Side) -> str:
    """The holder at which a function looks after this unit's link; "" for none."""
    if function != "contact_person":
        return f"unit:{side.unit}"
    return "" if side.provider else f"authority:{side.authority}"
