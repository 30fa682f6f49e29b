"""Who gets a letter to a function today: its holders, who stands in for them, and what falls to another function.

Resolved anew at every claim. A receiver is a living person who may know of the case; nobody else ever is (domain.md
sections 3 and 6). An absent holder's substitute acts in the holder's own function. Where the function has a mailbox of
its own (`function_mailboxes.py`) the letter goes there instead, as long as somebody is there to read it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from cases.database import Transaction
from cases.functions import SIDED, sides_of_chairs
from cases.sight import READS, function_name, holders_of
from workflows.organisation import Organisation, function_of, holder_of, post
from workflows.texts import authority_of

AT_ONCE = 40
"""Places that one statement looks up."""

_PLACES = ", ".join(f":p{number}" for number in range(AT_ONCE))
_IN_FORCE = "h.valid_from <= :today AND (h.valid_to IS NULL OR h.valid_to >= :today)"
_AWAY = "SELECT 1 FROM absence b WHERE b.account = {who} AND b.since <= :today AND b.until >= :today"

HOLDERS = f"""SELECT h.holder, h.function, h.side, h.account, p.email, p.language, p.disabled, a.account IS NOT NULL,
 s.account, s.email, s.language, m.address, m.language FROM holding h JOIN person p ON p.account = h.account
 LEFT JOIN function_mailbox m ON m.post = h.function || '@' || h.holder
 LEFT JOIN absence a ON a.account = h.account AND a.since <= :today AND a.until >= :today
 LEFT JOIN person s ON s.account = a.substitute AND NOT s.disabled AND NOT EXISTS ({_AWAY.format(who="s.account")})
 WHERE h.holder IN ({_PLACES}) AND {_IN_FORCE} ORDER BY h.id"""

SAME_ADDRESS = """SELECT p.account, s.first FROM (SELECT email, MIN(account) AS first FROM person
 WHERE email <> '' AND NOT disabled GROUP BY email HAVING COUNT(*) > 1) s JOIN person p ON p.email = s.email
 WHERE NOT p.disabled"""
CHIEFS = f"""SELECT h.holder, h.account FROM holding h
 WHERE h.function = 'chief' AND h.holder IN ({_PLACES}) AND {_IN_FORCE}"""

_BATCH = "(SELECT case_id FROM docket WHERE token = :token AND status = 'claimed')"
GRANTS = f"""SELECT case_id, holder, compartment FROM sight WHERE ended_at IS NULL AND holder IN ({_PLACES})
 AND case_id IN {_BATCH}"""
REPORTERS = f"SELECT case_id, account, address, language FROM report WHERE case_id IN {_BATCH}"
REFUSERS = """SELECT b.id, l.account FROM docket b JOIN docket o ON o.case_id = b.case_id AND o.id < b.id
 AND o.post = b.post AND o.deadline = b.deadline AND o.revision = b.revision AND o.notch = b.notch AND o.rank < b.rank
 JOIN letter_row r ON r.docket_id = o.id JOIN letter l ON l.id = r.letter_id AND l.outcome = 'refused'
 WHERE b.token = :token AND b.status = 'claimed' AND b.rank > 0"""

DECIDING = frozenset(("chair", "vice_chair", "preparer", "substitute"))
"""Functions in a forum that nobody holds for a case about an operation they lead."""

NOBODY, NO_SIGHT, NO_REPORTER, LEFT = "no_receiver", "no_sight", "reporter_gone", "left_the_function"


class Ask(NamedTuple):
    """A letter to a post about one case; `concerned` are the case's operations."""

    post: str
    case_id: int
    concerned: tuple[str, ...]
    refused: frozenset[str] = frozenset()
    """Accounts, and mailboxes, whose addresses did not take this very letter: as if they were not there."""
    account: str = ""
    """The one holder that the letter is for; "" for all of them."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """A person to write to, and the function that she opens the case in. `account` is "" for a reporter without one,
    and the function itself for its mailbox."""

    account: str
    address: str
    language: str
    post: str

    @property
    def shared(self) -> bool:
        """Whether it is a function's mailbox; no account has the form of a post."""
        return "@" in self.account


@dataclass(frozen=True, slots=True)
class Found:
    """Those to write to; without any, why: `no_receiver` while somebody may yet be named, else for good."""

    receivers: tuple[Receiver, ...]
    reason: str = ""


class _Holding(NamedTuple):
    function: str
    side: str
    account: str
    address: str
    language: str
    present: bool
    stand_in: tuple[str, str, str] | None
    """Account, address and language of the substitute of somebody who is away."""
    mailbox: tuple[str, str] | None
    """Address and language of the function's own mailbox."""


class _Reporter(NamedTuple):
    """Whoever reported a case: an account, or the address that somebody without one has given, if any."""

    account: str
    address: str
    language: str


_People = Mapping[str, Sequence[_Holding]]


class _Barred(NamedTuple):
    """Who gets nothing here: in functions that decide, and in any."""

    deciding: frozenset[str]
    everywhere: frozenset[str]

    def bars(self, function: str, account: str) -> bool:
        return account in self.everywhere or (function in DECIDING and account in self.deciding)


def has_chain(key: str, account: str) -> bool:
    """Whether somebody else may get what cannot reach a post: not a reporter's news, nor a reminder of one's own."""
    return function_name(key) != "reporter" and not account


def refusers(tx: Transaction, token: str) -> Mapping[int, frozenset[str]]:
    """Row -> the accounts that could not be reached with it before, for the batch claimed under `token`."""
    found: dict[int, set[str]] = defaultdict(set)
    for row_id, account in tx.all(REFUSERS, token=token):
        found[row_id].add(account)
    return defaultdict(frozenset, {row_id: frozenset(accounts) for row_id, accounts in found.items()})


def find_receivers(
    tx: Transaction, asks: Iterable[Ask], token: str, org: Organisation, today: date
) -> dict[Ask, Found]:
    """The receivers for letters of the batch claimed under `token`. The number of statements grows with the number of
    places, forty to a statement, not with that of letters."""
    wanted = list(dict.fromkeys(asks))
    same = _same_reader(tx)
    people = _people(tx, {place for post in {ask.post for ask in wanted} for place in _places(post, org)}, today, same)
    chiefs = _chiefs(tx, {o for ask in wanted if _in_forum(ask.post) for o in ask.concerned}, today, same)
    who = {ask: (ask.post, _Barred(_barred(ask, chiefs), ask.refused | _not_shared(ask))) for ask in wanted}
    living = {one: _living(*one, people, org) for one in set(who.values())}
    reporters = defaultdict(set)
    for case_id, account, address, language in tx.all(REPORTERS, token=token):
        reporters[case_id].add(_Reporter(same.get(account, account), address, language))
    sees = _sight(tx, token, {receiver.post for found in living.values() for receiver in found}, org)
    return {
        ask: _reporter(ask, people, reporters[ask.case_id])
        if function_name(ask.post) == "reporter"
        else _found(living[who[ask]], ask._replace(account=same.get(ask.account, ask.account)), sees)
        for ask in wanted
    }


def unreachable(
    tx: Transaction, asks: Iterable[Ask], org: Organisation, day: date, dead: frozenset[str]
) -> dict[Ask, str]:
    """Which of these letters nobody could get that day, and why: `nobody` is there, or each of those who are has an
    `address` that takes no letters (`dead`: their accounts). Sight is not asked; it is the case's own to give."""
    wanted = list(dict.fromkeys(asks))
    same = _same_reader(tx)
    people = _people(tx, {place for ask in wanted for place in _places(ask.post, org)}, day, same)
    chiefs = _chiefs(tx, {o for ask in wanted if _in_forum(ask.post) for o in ask.concerned}, day, same)
    found = {}
    for ask in wanted:
        barred = _barred(ask, chiefs)
        if not _living(ask.post, _Barred(barred, frozenset()), people, org):
            found[ask] = "nobody"
        elif not any(r.address for r in _living(ask.post, _Barred(barred, dead), people, org)):
            found[ask] = "address"
    return found


def _not_shared(ask: Ask) -> frozenset[str]:
    """What somebody asked for herself never goes to the mailbox that she shares."""
    return frozenset((ask.post,)) if ask.account else frozenset()


def _found(living: Sequence[Receiver], ask: Ask, sees: Callable[[Ask, str], bool]) -> Found:
    if ask.account:
        living = [receiver for receiver in living if receiver.account == ask.account]
        if not living:
            return Found((), LEFT)
    if not living:
        return Found((), NOBODY)
    seeing = tuple(receiver for receiver in living if sees(ask, receiver.post))
    return Found(seeing) if seeing else Found((), NO_SIGHT)


def _reporter(ask: Ask, people: _People, reported: set[_Reporter]) -> Found:
    """The one who reported, never a colleague with the same function; it waits for her while she is away. One without
    an account is written to where she said that she can be reached."""
    accounts = {reporter.account for reporter in reported if reporter.account}
    own = [h for h in people.get(holder_of(ask.post), ()) if h.function == "reporter" and h.account in accounts]
    found = tuple(Receiver(h.account, h.address, h.language, ask.post) for h in own if h.address)
    found += tuple(Receiver("", r.address, r.language, ask.post) for r in reported if not r.account and r.address)
    return Found(found) if found else Found((), NO_REPORTER)


def _living(key: str, barred: _Barred, people: _People, org: Organisation) -> list[Receiver]:
    """The first of the holder, those who stand in, and the function that it falls to who are anybody at all."""
    name, holder = function_name(key), holder_of(key)
    if name == "presidium":
        offices = (post(office, holder) for office in ("chair", "vice_chair"))
        return _each_once(r for office in offices for r in _living(office, barred, people, org))
    for layer in _layers(key, people, org):
        found = _each_once(receiver for key in layer for receiver in _at(key, people, barred))
        if found:
            return found
    return []


def _each_once(receivers: Iterable[Receiver]) -> list[Receiver]:
    found: dict[str, Receiver] = {}
    for receiver in receivers:
        found.setdefault(receiver.account, receiver)
    return list(found.values())


def _layers(key: str, people: _People, org: Organisation) -> list[tuple[str, ...]]:
    """The posts that a letter to `key` goes to, first those that come first."""
    function, holder = function_of(key), holder_of(key)
    if not holder.startswith("forum:"):
        authority = authority_of(holder, org)
        return [(key,), (post("contact_person", f"authority:{authority}"),)] if authority else [(key,)]
    name, _, side = function.partition(".")
    if name in ("chair", "vice_chair"):
        other = "vice_chair" if name == "chair" else "chair"
        return [(key,), _substitutes(name, holder, people), (post(other, holder),)]
    if name == "process_leader":
        return [(key,), (post("chair", holder), post("vice_chair", holder))]
    standing = (post(f"substitute.{side}", holder),) if name == "preparer" else ()
    return [(key,), standing, (post("process_leader", holder),)]


def _substitutes(office: str, holder: str, people: _People) -> tuple[str, ...]:
    """Those of the office's own side, who alone may act for it; of both sides where it is not known, since neither
    chair nor vice chair is there."""
    side = sides_of_chairs((h.function, h.side) for h in people.get(holder, ())).get(office)
    return tuple(post(f"substitute.{one}", holder) for one in ((side,) if side else ("municipal", "regional")))


def _at(key: str, people: _People, barred: _Barred) -> list[Receiver]:
    """Those who act in a post today: holders who are here, and substitutes of those who are away; one mailbox for all
    of them where the function has its own."""
    name, _, side = function_of(key).partition(".")
    found: list[Receiver] = []
    mailbox = None
    for h in people.get(holder_of(key), ()):
        if h.function != name or (side and h.side != side) or barred.bars(name, h.account):
            continue
        # A forum's substitute or preparer signs in for her side.
        own = post(f"{name}.{h.side}", holder_of(key)) if name in SIDED and h.side else key
        if h.present:
            found.append(Receiver(h.account, h.address, h.language, own))
        elif h.stand_in is not None and not barred.bars(name, h.stand_in[0]):
            found.append(Receiver(*h.stand_in, own))
        mailbox = mailbox or h.mailbox
    if found and mailbox is not None and not barred.bars(name, key):
        return [Receiver(key, *mailbox, key)]
    return found


def _places(key: str, org: Organisation) -> list[str]:
    holder = holder_of(key)
    authority = authority_of(holder, org)
    return [holder, f"authority:{authority}"] if authority else [holder]


def _in_forum(key: str) -> bool:
    return holder_of(key).startswith("forum:")


def _same_reader(tx: Transaction) -> Mapping[str, str]:
    """Account -> the first of the accounts that have its very address: whoever has two gets one letter (domain.md
    section 6, one digest per personal address). Without those whose address is their own."""
    return {account: first for account, first in tx.all(SAME_ADDRESS) if account != first}


def _people(tx: Transaction, places: set[str], today: date, same: Mapping[str, str]) -> _People:
    found: dict[str, list[_Holding]] = defaultdict(list)
    for batch in _padded(sorted(places)):
        for holder, function, side, account, email, language, disabled, away, *standing in tx.all(
            HOLDERS, today=today, **batch
        ):
            stand_in = (same.get(standing[0], standing[0]), standing[1], standing[2]) if standing[0] else None
            mailbox = (standing[3], standing[4]) if standing[3] else None
            address = "" if disabled else email
            here = not disabled and not away
            who = same.get(account, account)
            found[holder].append(_Holding(function, side, who, address, language, here, stand_in, mailbox))
    return found


def _chiefs(
    tx: Transaction, operations: set[str], today: date, same: Mapping[str, str]
) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for batch in _padded(sorted(f"operation:{o}" for o in operations)):
        for holder, account in tx.all(CHIEFS, today=today, **batch):
            found[holder.partition(":")[2]].add(same.get(account, account))
    return {operation: frozenset(accounts) for operation, accounts in found.items()}


def _barred(ask: Ask, chiefs: Mapping[str, frozenset[str]]) -> frozenset[str]:
    if not _in_forum(ask.post):
        return frozenset()
    return frozenset(account for o in ask.concerned for account in chiefs.get(o, ()))


def _padded(places: Sequence[str]) -> Iterable[dict[str, str]]:
    for start in range(0, len(places), AT_ONCE):
        batch = places[start : start + AT_ONCE]
        yield {f"p{number}": batch[number] if number < len(batch) else "" for number in range(AT_ONCE)}


def _sight(tx: Transaction, token: str, posts: Iterable[str], org: Organisation) -> Callable[[Ask, str], bool]:
    """The doorway's question for a whole batch, by the table of cases/sight.py: may that function know of that case?"""
    ways = {key: tuple(_ways(key, org)) for key in posts}
    open_to = {
        (case_id, holder, compartment.partition(":")[0])
        for batch in _padded(sorted({holder for found in ways.values() for holder, _ in found}))
        for case_id, holder, compartment in tx.all(GRANTS, token=token, **batch)
    }
    return lambda ask, key: any((ask.case_id, *way) in open_to for way in ways[key])


def _ways(key: str, org: Organisation) -> Iterable[tuple[str, str]]:
    """The (holder, compartment) grants by which a function may know of a case."""
    needed = "file" if function_name(key) == "guest" else "cover"
    if needed in READS.get(function_name(key), frozenset()):
        yield from ((holder, needed) for holder in dict.fromkeys(holders_of(key, org)))
