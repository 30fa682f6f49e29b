"""A reporter without an account follows her one case: by a link of her own, of which the record keeps a hash.

She sees what a reporter sees, and no more: her report, what became of it, the answer. She says once whether it solved
the problem, and may ask for the report back. The link ends when what the parties share is disposed of.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from cases.acting import Refused, carry_out, decide, identifiers_in
from cases.answers import Acted, once
from cases.apply import NEW_DOCKET, write_history
from cases.contents.kept_in_clear import checked
from cases.cover_seen import decided_on
from cases.database import Transaction
from cases.gather import Gathered, gather
from cases.reading import CaseView, view_of
from cases.record import Record
from cases.reports.unit_links import hash_of
from cases.sight import Seer, Sight
from cases.signing_in.guesses import Guess, Limit, count
from workflows.nouns import Actor, Command, DocketRow, Refusal
from workflows.office_hours import next_open
from workflows.roles import at_side
from workflows.texts import inner_record

COMPARTMENTS = frozenset(("cover", "report"))
"""What a reporter reads (cases/sight.py)."""

ASKED_BACK = "withdraw_asked"
"""A line of the sender's own record: the other party need not know that a reporter has had second thoughts."""

SAID = Limit("follow_link", 20, timedelta(hours=1))
SAID_BY_ADDRESS = Limit("follow_address", 60, timedelta(hours=1))
"""What is sent through one such link, and from one address through any of them (ours)."""

FOLLOWED = """SELECT r.case_id, c.number, c.raising_unit FROM report r JOIN cases c ON c.id = r.case_id
 WHERE r.follow_hash = :hash AND r.follow_hash <> ''"""
ASKED_ALREADY = "SELECT COUNT(*) FROM event WHERE case_id = :id AND code = :code"


class NotFollowed(LookupError):
    """This link shows no case: it has ended, or never was. Ask at the unit where the report was made."""


class NotSaid(Exception):
    """This has been said already, or cannot be said now. Look at the case anew."""


@dataclass(frozen=True, slots=True)
class Followed:
    """The case as its reporter sees it. `asks` whether it waits for her word on the answer; `may_withdraw`: it has not
    left the unit, so that she takes it back herself; `asked_back`: she has asked the unit to end it."""

    number: str
    view: CaseView
    seer: Seer
    asks: bool
    may_withdraw: bool
    asked_back: bool


def followed(record: Record, token: str, now: datetime) -> Followed:
    """What the link shows. Raises NotFollowed."""
    with record.database.read() as tx:
        sight, number, seer = _opened(tx, token)
        seen = view_of(tx, record, seer, sight, now)
        asked = bool(tx.value(ASKED_ALREADY, id=sight.case_id, code=ASKED_BACK))
    offers = {offer.move for offer in seen.offers if not offer.reasons}
    # The link may be forwarded; who at the unit did what is known there.
    seen = replace(seen, lines=tuple(replace(line, by="") for line in seen.lines))
    return Followed(number, seen, seer, "confirm" in offers, "withdraw" in offers, asked)


def count_said(record: Record, token: str, address: str, now: datetime) -> None:
    """One more thing is sent through this link, from this address. Raises NotFollowed for what is no link, which is
    not counted: nobody comes upon one by trying, and each invented one would be a row. Raises TooManyTries."""
    with record.database.read() as tx:
        _opened(tx, token)
    count(record, now, Guess(SAID, token), Guess(SAID_BY_ADDRESS, address))


def say_solved(record: Record, token: str, solved: str, now: datetime, *, key: str) -> Acted:
    """Whether the answer solved the problem: asked once, and holds nothing up. Raises NotFollowed and Refused."""
    return _move(record, token, Command("confirm", {"solved_it": solved}), now, key)


def take_back(record: Record, token: str, reason: str, now: datetime, *, key: str) -> Acted:
    """Withdraw a report that has not left the unit. Raises NotFollowed and Refused."""
    return _move(record, token, Command("withdraw", {"reason": reason} if reason.strip() else {}), now, key)


def ask_back(record: Record, token: str, reason: str, now: datetime, *, key: str) -> Acted:
    """Ask the unit to end a report that has been sent: since two authorities have it, only its handler can, with a
    reason. Raises NotFollowed, BadText, Refused, and NotSaid the second time."""
    text = checked(reason)

    def go(tx: Transaction) -> Acted:
        sight, number, seer = _opened(tx, token)
        world = record.world(tx, now)
        found = gather(tx, sight.case_id, world.org)
        cover = found.snapshot.cover
        asked = tx.value(ASKED_ALREADY, id=sight.case_id, code=ASKED_BACK)
        if asked or cover.status == "ended":
            raise NotSaid(NotSaid.__doc__)
        _refuse_identity(record, found, Command("withdraw", {"reason": text}))
        handler = at_side("handler", cover.raising)
        inner = inner_record(handler, world.org)
        line: tuple[str, str, dict[str, Any], dict[str, Any]] = (inner, ASKED_BACK, {}, {"reason": text})
        seq = write_history(tx, record, sight.case_id, number, found.heads, seer.post, "", now, [line])[inner]
        days = world.calendar.days_of(cover.raising.party)
        due = next_open(now, days)
        told = DocketRow(
            f"{number}/{ASKED_BACK}/line-{seq}/{handler}", "letter", handler, due, notch=f"told:{ASKED_BACK}"
        )
        tx.many(NEW_DOCKET, [told._asdict() | {"case_id": sight.case_id}])
        return Acted(number, cover.version, cover.stage)

    return _once(record, token, key, ["ask_back", text], now, go)


def _move(record: Record, token: str, command: Command, now: datetime, key: str) -> Acted:
    def go(tx: Transaction) -> Acted:
        sight, _, seer = _opened(tx, token)
        world = record.world(tx, now)
        found = gather(tx, sight.case_id, world.org)
        _refuse_identity(record, found, command)
        weighed = found._replace(snapshot=decided_on(found.snapshot, COMPARTMENTS))
        actor = Actor("", seer.post, frozenset((seer.post,)))
        decision = decide(record, weighed, command, actor, world, now)
        return replace(carry_out(tx, record, found, decision, "", world, now), decision=None)

    return _once(record, token, key, [command.move, command.inputs], now, go)


def _once(record: Record, token: str, key: str, request: list[Any], now: datetime, go: Any) -> Acted:
    return once(record, f"follow/{hash_of(token)[:32]}", key, request, now, go)


def _opened(tx: Transaction, token: str) -> tuple[Sight, str, Seer]:
    row = tx.one(FOLLOWED, hash=hash_of(token))
    if row is None:
        raise NotFollowed(NotFollowed.__doc__)
    case_id, number, unit = row
    return Sight(case_id, COMPARTMENTS), number, Seer("", f"reporter@unit:{unit}")


def _refuse_identity(record: Record, found: Gathered, command: Command) -> None:
    suspect = identifiers_in(command, record.library.routine(found.definition).definition)
    if suspect:
        raise Refused(Refusal(command.move, suspect))
