"""Cases that were kept in a spreadsheet come in afterwards: told, each whole in one transaction, once.

A told case stands where its handler says; its past moves are told with the dates they were remembered by, without
rules, deadlines or letters (domain.md section 5). It is known again by the authority's own registry number, so that the
same list can be brought in twice. A rehearsal does everything and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any, Literal, TypeVar

from cases.acting import Refused, carry_out, decide, numbers_in
from cases.answers import Acted, KeyReused, once, once_in
from cases.contents.matter import NotAllowed, Room, keep_registry_number
from cases.database import Transaction
from cases.functions import NotYourFunction, actor_for, posts_of
from cases.gather import gather
from cases.organisation.heirs import side_today
from cases.record import Record
from cases.reports.reporting import NewCase, begin
from cases.sight import CaseUnknown, Seer, Sight, look
from workflows.attempt import World
from workflows.library import UnknownRoutine
from workflows.nouns import Command, Reason, Refusal
from workflows.office_hours import local_date
from workflows.organisation import holder_of
from workflows.texts import authority_of

KNOWN = """SELECT c.number FROM registry_number r JOIN cases c ON c.id = r.case_id
 WHERE r.authority = :authority AND r.number = :number ORDER BY c.id LIMIT 1"""


ONE_AT_A_TIME = "SELECT 1 FROM authority WHERE code = :authority FOR NO KEY UPDATE"
"""Two lists of one authority take turns, case by case. SQLite has one writer anyway."""

AT_ONCE = 25
"""Cases that are rehearsed in one transaction: whoever saves on SQLite waits for them."""


Found = TypeVar("Found")


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


def bring_in(record: Record, seer: Seer, told: ToldCase, now: datetime) -> Brought:
    """One case with its past, in one transaction. Raises NotYourFunction, NotAllowed for whoever has no authority of
    her own, BadText and DatabaseError; then nothing was written."""
    with record.database.read() as tx:
        authority = _authority(tx, record, seer, now)
        known = _known(tx, authority, told.registry)
    if known:
        return Brought("known", known)
    return _answered(lambda: once(record, seer.account, *_request(record, seer, authority, told, now)))


def rehearse(record: Record, seer: Seer, cases: Iterable[ToldCase], now: datetime) -> Iterator[Brought]:
    """What would become of each, in order; nothing is kept. Many in one transaction: to take one back on its own costs
    more than to try it. Errors as those of `bring_in`."""
    rest = iter(cases)
    while batch := tuple(islice(rest, AT_ONCE)):
        found: list[Brought] = []
        with suppress(_Rehearsed), record.database.write() as tx:
            authority = _authority(tx, record, seer, now)
            found += (_tried(tx, record, seer, authority, told, now) for told in batch)
            raise _Rehearsed
        yield from found


def _tried(tx: Transaction, record: Record, seer: Seer, authority: str, told: ToldCase, now: datetime) -> Brought:
    def first() -> Brought:
        return _answered(lambda: once_in(tx, record, seer.account, *_request(record, seer, authority, told, now)))

    found = _undone(tx, first)
    if found.outcome == "refused" and found.reasons[0][1] is not _CHANGED:
        found = replace(found, reasons=_undone(tx, lambda: tuple(_all_against(tx, record, seer, told, now))))
    return replace(found, number="") if found.outcome == "brought" else found


def _undone(tx: Transaction, attempt: Callable[[], Found]) -> Found:
    tx.run("SAVEPOINT tried")
    try:
        return attempt()
    finally:
        tx.run("ROLLBACK TO SAVEPOINT tried")


def _all_against(
    tx: Transaction, record: Record, seer: Seer, told: ToldCase, now: datetime
) -> Iterator[tuple[int, Reason]]:
    """Everything against a case and each past thing in it: bringing it in ends at the first that is refused. What else
    there is against a case without a unit is told by one of her own, and past things of a case that cannot be are tried
    on a bare one of its kind."""
    world = record.world(tx, now)
    unit = _unit_for(tx, seer, told.new.unit, world, local_date(now))
    named: set[str] = set()
    number = ""
    for new in (told.new, replace(told.new, unit=unit)):
        if number or (new is not told.new and "unit" not in named):
            break
        try:
            number = begin(tx, record, seer, new, world, now).number
        except Refused as refused:
            more = [reason for reason in refused.refusal.reasons if reason.field not in named]
            yield from ((-1, reason) for reason in more)
            named |= {reason.field for reason in more}
    with suppress(Refused, UnknownRoutine):
        number = number or begin(tx, record, seer, _bare(record, told.new.kind, unit), world, now).number
    if number:
        yield from _against_past(tx, record, seer, told, number, world, now)


def _bare(record: Record, kind: str, unit: str) -> NewCase:
    return NewCase(kind, unit=unit, stage=record.library.in_force(kind).initial)


def _unit_for(tx: Transaction, seer: Seer, asked: str, world: World, today: date) -> str:
    """A unit that whoever has none of her own can try a case of: the one that is asked for, or else any that her
    authority has; "" for her own place, and where there is none."""
    org, holder = world.org, holder_of(seer.post)
    kind, _, own = holder.partition(":")
    if (own if kind == "unit" else f"operation:{own}") in org.sides:
        return ""
    hers = authority_of(holder, org)
    units = (code for code in (asked, *sorted(org.sides)) if code in org.sides and org.sides[code].unit)
    mine = (code for code in units if authority_of(f"unit:{code}", org) == hers)
    return next((code for code in mine if side_today(tx, org.sides[code], org, today) is not None), "")


def _against_past(
    tx: Transaction, record: Record, seer: Seer, told: ToldCase, number: str, world: World, now: datetime
) -> Iterator[tuple[int, Reason]]:
    try:
        sight = _own(tx, number, seer, world)
    except Refused as refused:
        yield from ((-1, reason) for reason in refused.refusal.reasons)
        return
    for place, command in enumerate(_moves(told)):
        try:
            _step(tx, record, seer, sight.case_id, command, world, now)
        except Refused as refused:
            yield from ((place, reason) for reason in refused.refusal.reasons)


def _request(
    record: Record, seer: Seer, authority: str, told: ToldCase, now: datetime
) -> tuple[str, list[Any], datetime, Callable[[Transaction], Acted]]:
    """The key of one case, what makes it another one, and how it comes in."""

    def go(tx: Transaction) -> Acted:
        if tx.postgres:
            tx.one(ONE_AT_A_TIME, authority=authority)
        if known := _known(tx, authority, told.registry):
            raise _KnownMeanwhile(known)
        return _told(tx, record, seer, told, now)

    return f"told {authority} {told.registry}", [seer.post, told.registry, told.new, told.past], now, go


def _answered(bring: Callable[[], Acted]) -> Brought:
    try:
        return Brought("brought", bring().number)
    except _KnownMeanwhile as meanwhile:
        return Brought("known", meanwhile.number)
    except Refused as refused:
        return Brought("refused", reasons=tuple((-1, reason) for reason in refused.refusal.reasons))
    except _PastRefused as past:
        return Brought("refused", reasons=tuple((past.place, reason) for reason in past.refused.refusal.reasons))
    except KeyReused:
        # Its number was changed here since, and the list was too: it is the same case to whoever brought it in.
        return Brought("refused", reasons=((-1, _CHANGED),))


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
    sight = _own(tx, acted.number, seer, world)
    keep_registry_number(Room(tx, record, seer, sight, world, acted.number, now), told.registry)
    for place, command in enumerate(_moves(told)):
        try:
            acted = _step(tx, record, seer, sight.case_id, command, world, now)
        except Refused as refused:
            raise _PastRefused(place, refused) from refused
    return acted


def _own(tx: Transaction, number: str, seer: Seer, world: World) -> Sight:
    """What was just begun, as whoever brings it in sees it. Raises Refused where it has gone to others at once."""
    try:
        return look(tx, number, seer, world.org)
    except CaseUnknown as elsewhere:
        raise Refused(Refusal("told", (_NOT_HERS,))) from elsewhere


def _step(
    tx: Transaction, record: Record, seer: Seer, case_id: int, command: Command, world: World, now: datetime
) -> Acted:
    """One past thing is told, under the same rules as by hand. Raises Refused."""
    suspect = tuple(numbers_in(command.inputs))
    found = gather(tx, case_id, world.org)
    actor = actor_for(tx, seer.account, seer.post, found.snapshot.cover, world.org, local_date(now))
    decision = decide(record, found, command, actor, world, now, suspect)
    return carry_out(tx, record, found, decision, seer.account, world, now)


def _moves(told: ToldCase) -> Iterator[Command]:
    for past in told.past:
        source = {"told_source": past.source} if past.source else {}
        yield Command("told", {"told_when": past.when, "told_text": past.text, **source})


_NOT_HERS = Reason(
    "unit_elsewhere",
    "Enheten har upphört, och dess arvtagare hör till en annan myndighet än din. Be dess kontaktperson ta in ärendet, "
    "eller välj en annan enhet.",
    "The unit has ended, and its heir is of another authority than yours. Ask its contact person to bring the case in, "
    "or choose another unit.", "unit",
)  # fmt: skip

_CHANGED = Reason(
    "told_otherwise", "Ärendet kom in förut med andra uppgifter. Ändra det i Stegen, inte i listan.",
    "The case came in before with other particulars. Change it in Stegen, not in the list.", "registry_number",
)  # fmt: skip
