"""Breaking the glass: an administrator reads one case in an emergency, for a short time, and both parties are told.

She reads what both parties read already, and can do nothing in the case. What opens it is a grant like any other, with
its end written from the beginning: nobody has to remember to take it away (domain.md section 3).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from cases.apply import NEW_DOCKET, write_history
from cases.clock.relevance import TOLD_OF_GLASS
from cases.contents.identifiers import find
from cases.database import Transaction
from cases.functions import NotYourFunction, posts_of
from cases.gather import HEADS, Head
from cases.number import NumberError, parse_number
from cases.organisation.administration import By, note_act
from cases.reading import CaseView, view_of
from cases.record import Record
from cases.sight import GLASS_READS, CaseUnknown, Seer, function_name, glass_point, glimpse, through_glass
from workflows.attempt import World
from workflows.inputs import has_control
from workflows.nouns import DocketRow
from workflows.office_hours import STOCKHOLM, local_date, next_open
from workflows.organisation import post

BROKEN, ENDED = "glass_broken", "glass_ended"
"""Lines of the shared record: whom it was opened for and why is no secret from those whose case it is."""

TOLD = ("contact_person", "registrar")
"""Who gets a letter, at each authority that reads the shared record."""

LONGEST_REASON = 1000
LATELY = timedelta(days=1)
"""A second opening of the same case within so long is asked for twice."""

CASE = "SELECT id FROM cases WHERE number = :number"
STILL = """SELECT MAX(ended_at) FROM sight WHERE case_id = :id AND holder = :holder AND ground = 'glass'
 AND ended_at > :now"""
REPORTED = "SELECT 1 FROM report WHERE case_id = :id AND account = :account"
BEFORE = """SELECT COUNT(*) FROM event WHERE case_id = :id AND compartment = 'shared' AND code = :code
 AND at > :since"""
PARTIES = """SELECT DISTINCT holder FROM sight WHERE case_id = :id AND compartment = 'shared'
 AND holder LIKE 'authority:%' AND ended_at IS NULL ORDER BY holder"""
OPEN = """INSERT INTO sight (case_id, number, holder, compartment, ground, opened_at, ended_at, tab, next_date)
 VALUES (:id, :number, :holder, :compartment, 'glass', :at, :until, '', NULL)"""
END = """UPDATE sight SET ended_at = :now WHERE case_id = :id AND holder = :holder AND ground = 'glass'
 AND ended_at > :now"""
OWN = """SELECT number, opened_at, ended_at FROM sight WHERE holder = :holder AND ground = 'glass'
 AND compartment = 'cover' AND ended_at > :now ORDER BY ended_at, number"""
LATEST = """SELECT facts FROM administration_act WHERE act = :act AND about = :number AND account = :account
 ORDER BY id DESC LIMIT 1"""
WORDS = """SELECT t.body FROM event_text t JOIN cases c ON c.id = t.case_id
 WHERE c.number = :number AND t.compartment = 'shared' AND t.seq = :seq"""
LOOKED = """INSERT INTO read_log (at, case_id, account, post, what, reason, result)
 VALUES (:at, :id, :account, :post, 'case', :reason, 'shown')"""
OPENINGS = """SELECT at, account, about, facts FROM administration_act WHERE act = :act AND at >= :since
 AND at <= :until ORDER BY at DESC, id DESC LIMIT :most"""


class GlassFault(Exception):
    """A case is not opened so. `code` says why: `reason` (none is given, it is too long, or it points out a person),
    `unknown` (no case has that number), `own` (this person has a function of her own in it, or reported it), `again`
    (somebody broke the glass for it within a day: it has to be said that this is known)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"{code}: {' '.join(str(GlassFault.__doc__).split())}")


@dataclass(frozen=True, slots=True)
class Broken:
    """One case that is open to this administrator now, and until when."""

    number: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """That the glass was broken, as the log of administration keeps it: who, for which case, until when. `reason` is
    read from the case, and "" once that was disposed of."""

    at: datetime
    account: str
    number: str
    until: datetime
    reason: str


def break_glass(
    record: Record, seer: Seer, number: str, reason: str, now: datetime, minutes: int, *, again: bool = False
) -> datetime:
    """Open one case to this administrator; until when. Both parties get a letter and a line in their record.

    While it is open the same once more changes nothing. Raises GlassFault and NotYourFunction.
    """
    reason, number = _reason(reason), _number(number)
    until = now + timedelta(minutes=minutes)
    with record.database.write() as tx:
        _administers(tx, seer, now)
        world = record.world(tx, now)
        case_id = tx.value(CASE + (" FOR UPDATE" if tx.postgres else ""), number=number)
        if case_id is None:
            raise GlassFault("unknown")
        holder = glass_point(seer.account)
        still = tx.one(STILL, id=case_id, holder=holder, now=now)
        if still is not None and still[0] is not None:
            return _instant(still[0])
        if tx.one(REPORTED, id=case_id, account=seer.account) or _reads_already(tx, seer, number, world, now):
            raise GlassFault("own")
        if not again and tx.value(BEFORE, id=case_id, code=BROKEN, since=now - LATELY):
            raise GlassFault("again")
        seq = _write(tx, record, seer, case_id, number, BROKEN, {"reason": reason, "glass_until": _local(until)}, now,
                     {"until": until})  # fmt: skip
        tx.many(OPEN, [{"id": case_id, "number": number, "holder": holder, "compartment": name, "at": now,
                        "until": until} for name in GLASS_READS])  # fmt: skip
        letters = (row._asdict() | {"case_id": case_id} for row in _letters(tx, case_id, number, seq, world, now))
        tx.many(NEW_DOCKET, list(letters))
        note_act(tx, By(seer.account, now), BROKEN, number, until=until, line=seq)
    return until


def look_through(record: Record, seer: Seer, number: str, now: datetime) -> CaseView:
    """The case as both parties share it, once the look stands in the read-log. Raises CaseUnknown when it is not open
    to this administrator now, alike for one that never was; NotYourFunction."""
    with record.database.write() as tx:
        _administers(tx, seer, now)
        sight = through_glass(tx, number, seer.account, now)
        facts = json.loads(tx.value(LATEST, act=BROKEN, number=number, account=seer.account) or "{}")
        tx.run(LOOKED, at=now, id=sight.case_id, account=seer.account, post=seer.post, reason=_why(tx, number, facts))
    with record.database.read() as tx:
        return replace(view_of(tx, record, seer, sight, now), offers=())


def end_glass(record: Record, seer: Seer, number: str, now: datetime) -> None:
    """Close it before its time. Raises CaseUnknown and NotYourFunction."""
    with record.database.write() as tx:
        _administers(tx, seer, now)
        case_id = through_glass(tx, number, seer.account, now).case_id
        if tx.postgres:
            tx.one("SELECT 1 FROM cases WHERE id = :id FOR UPDATE", id=case_id)
        if not tx.run(END, id=case_id, holder=glass_point(seer.account), now=now):
            raise CaseUnknown
        _write(tx, record, seer, case_id, number, ENDED, {}, now, {})
        note_act(tx, By(seer.account, now), ENDED, number)


def broken_now(record: Record, account: str, now: datetime) -> tuple[Broken, ...]:
    """What is open to this administrator now, the first to end first."""
    with record.database.read() as tx:
        return tuple(Broken(*row) for row in tx.all(OWN, holder=glass_point(account), now=now))


def openings(record: Record, since: datetime, until: datetime, most: int) -> tuple[Opening, ...]:
    """Each time that the glass was broken between two instants, newest first: for the auditor, all of them."""
    with record.database.read() as tx:
        rows = [(*row, json.loads(facts)) for *row, facts in tx.all(
            OPENINGS, act=BROKEN, since=since, until=until, most=most)]  # fmt: skip
        return tuple(
            Opening(at, account, number, datetime.fromisoformat(facts["until"]), _why(tx, number, facts))
            for at, account, number, facts in rows
        )


def _why(tx: Transaction, number: str, facts: Mapping[str, Any]) -> str:
    """The reason stands in the case's own line and nowhere else for good: it goes with the case's words."""
    body = tx.value(WORDS, number=number, seq=facts.get("line", 0))
    return str(json.loads(body)["texts"].get("reason", "")) if body else ""


def _administers(tx: Transaction, seer: Seer, now: datetime) -> None:
    if function_name(seer.post) != "administrator" or seer.post not in posts_of(tx, seer.account, local_date(now)):
        raise NotYourFunction(NotYourFunction.__doc__)


def _reason(reason: str) -> str:
    """Both parties read it, and the auditor, who may not know whom a case is about."""
    reason = reason.replace("\r\n", "\n").strip()
    if not reason or len(reason) > LONGEST_REASON or has_control(reason) or any(f.certain for f in find(reason)):
        raise GlassFault("reason")
    return reason


def _number(number: str) -> str:
    try:
        return parse_number(number)
    except NumberError as error:
        raise GlassFault("unknown") from error


def _reads_already(tx: Transaction, seer: Seer, number: str, world: World, now: datetime) -> bool:
    """Whether another function of hers reads the case: then that is the way in, and nobody need be alarmed."""
    for own in posts_of(tx, seer.account, local_date(now)):
        try:
            glimpse(tx, number, Seer(seer.account, own), world.org)
        except CaseUnknown:
            continue
        return True
    return False


def _write(
    tx: Transaction, record: Record, seer: Seer, case_id: int, number: str, code: str, texts: dict[str, str],
    now: datetime, outcome: dict[str, datetime],
) -> int:  # fmt: skip
    heads = {name: Head(version, bytes(head)) for name, version, head in tx.all(HEADS, id=case_id)}
    told = {name: at.isoformat() for name, at in outcome.items()}
    lines = [("shared", code, told, texts)]
    return write_history(tx, record, case_id, number, heads, seer.post, seer.account, now, lines)["shared"]


def _letters(tx: Transaction, case_id: int, number: str, seq: int, world: World, now: datetime) -> Iterator[DocketRow]:
    """To each party that reads the shared record: a case that has not left its sender is told to the sender alone."""
    for (authority,) in tx.all(PARTIES, id=case_id):
        due = next_open(now, world.calendar.days_of(world.org.parties.get(authority.partition(":")[2])))
        for function in TOLD:
            told = post(function, authority)
            yield DocketRow(f"{number}/{BROKEN}/line-{seq}/{told}", "letter", told, due, notch=TOLD_OF_GLASS)


def _local(instant: datetime) -> str:
    return instant.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M")


def _instant(at: datetime | str) -> datetime:
    """SQLite forgets the type of a column in MAX."""
    return at if isinstance(at, datetime) else datetime.fromisoformat(f"{at}+00:00")
