"""Cases that were kept in a spreadsheet come in afterwards: told, each whole in one transaction, once.

A told case stands where its handler says; its past moves are told with the dates they were remembered by, without
rules, deadlines or letters (domain.md section 5). It is known again by the authority's own registry number, so that the
same list can be brought in twice. A rehearsal does everything and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cases.acting import Refused, carry_out, decide
from cases.answers import Acted, KeyReused, once
from cases.contents.matter import NotAllowed, Room, keep_registry_number
from cases.database import Transaction
from cases.functions import NotYourFunction, actor_for, posts_of
from cases.gather import gather
from cases.record import Record
from cases.reports.reporting import NewCase, begin
from cases.sight import Seer, look
from workflows.nouns import Command, Reason
from workflows.office_hours import local_date
from workflows.organisation import holder_of
from workflows.texts import authority_of

KNOWN = """SELECT c.number FROM registry_number r JOIN cases c ON c.id = r.case_id
 WHERE r.authority = :authority AND r.number = :number ORDER BY c.id LIMIT 1"""


ONE_AT_A_TIME = "SELECT 1 FROM authority WHERE code = :authority FOR NO KEY UPDATE"
"""Two lists of one authority take turns, case by case. SQLite has one writer anyway."""


@dataclass(frozen=True, slots=True)
class Past:
    """One thing that happened before: when as it was said, what, and how that is known."""

    when: str
    text: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class ToldCase:
    """A case as a list tells it; `registry` is what the authority's own register calls it."""

    registry: str
    new: NewCase
    past: tuple[Past, ...] = ()


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of one: `brought` in (or could be, in a rehearsal), `known` already under that number, or `refused`.
    `reasons` are each with the number of the past thing it is about, -1 for the case itself."""

    outcome: Literal["brought", "known", "refused"]
    number: str = ""
    reasons: tuple[tuple[int, Reason], ...] = ()


class _Rehearsed(Exception):
    """Everything could be done; nothing of it is kept."""


class _KnownMeanwhile(Exception):
    """A colleague's list has brought it in since we looked."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


class _PastRefused(Exception):
    def __init__(self, place: int, refused: Refused) -> None:
        super().__init__(str(refused))
        self.place, self.refused = place, refused


def bring_in(record: Record, seer: Seer, told: ToldCase, now: datetime, *, rehearsal: bool = False) -> Brought:
    """One case with its past, in one transaction. Raises NotYourFunction, NotAllowed for whoever has no authority of
    her own, BadText and DatabaseError; then nothing was written."""
    request = [seer.post, told.registry, told.new, told.past]
    with record.database.read() as tx:
        authority = _authority(tx, record, seer, now)
        known = _known(tx, authority, told.registry)
    if known:
        return Brought("known", known)

    def go(tx: Transaction) -> Acted:
        if tx.postgres:
            tx.one(ONE_AT_A_TIME, authority=authority)
        if known := _known(tx, authority, told.registry):
            raise _KnownMeanwhile(known)
        acted = _told(tx, record, seer, told, now)
        if rehearsal:
            raise _Rehearsed
        return acted

    try:
        acted = once(record, seer.account, f"told {authority} {told.registry}", request, now, go)
    except _Rehearsed:
        return Brought("brought")
    except _KnownMeanwhile as meanwhile:
        return Brought("known", meanwhile.number)
    except Refused as refused:
        return Brought("refused", reasons=tuple((-1, reason) for reason in refused.refusal.reasons))
    except _PastRefused as past:
        return Brought("refused", reasons=tuple((past.place, reason) for reason in past.refused.refusal.reasons))
    except KeyReused:
        # Its number was changed here since, and the list was too: it is the same case to whoever brought it in.
        return Brought("refused", reasons=((-1, _CHANGED),))
    return Brought("brought", acted.number)


def _authority(tx: Transaction, record: Record, seer: Seer, now: datetime) -> str:
    """Whose register the list is from."""
    if seer.post not in posts_of(tx, seer.account, local_date(now)):
        raise NotYourFunction(NotYourFunction.__doc__)
    authority = authority_of(holder_of(seer.post), record.organisation(tx, now))
    if not authority:
        raise NotAllowed(NotAllowed.__doc__)
    return authority


def _known(tx: Transaction, authority: str, registry: str) -> str:
    return str(tx.value(KNOWN, authority=authority, number=registry) or "")


def _told(tx: Transaction, record: Record, seer: Seer, told: ToldCase, now: datetime) -> Acted:
    world = record.world(tx, now)
    acted = begin(tx, record, seer, told.new, world, now)
    sight = look(tx, acted.number, seer, world.org)
    keep_registry_number(Room(tx, record, seer, sight, world, acted.number, now), told.registry)
    for place, command in enumerate(_moves(told)):
        found = gather(tx, sight.case_id, world.org)
        actor = actor_for(tx, seer.account, seer.post, found.snapshot.cover, world.org, local_date(now))
        try:
            acted = carry_out(
                tx, record, found, decide(record, found, command, actor, world, now), seer.account, world, now
            )
        except Refused as refused:
            raise _PastRefused(place, refused) from refused
    return acted


def _moves(told: ToldCase) -> Iterator[Command]:
    for past in told.past:
        source = {"told_source": past.source} if past.source else {}
        yield Command("told", {"told_when": past.when, "told_text": past.text, **source})


_CHANGED = Reason(
    "told_otherwise", "Ärendet kom in förut med andra uppgifter. Ändra det i Stegen, inte i listan.",
    "The case came in before with other particulars. Change it in Stegen, not in the list.", "registry_number",
)  # fmt: skip
