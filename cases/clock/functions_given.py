"""Who is told that somebody has got to read cases, or a function's letters: those who answer for where the function
lies (domain.md section 3).

An administrator reads no case; whoever she lets read is no secret of hers. The log of administration says what is to be
told, so that an act and its letter cannot come apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from cases.clock.waits import GIVEN_UP_AFTER
from cases.database import Transaction
from cases.functions import Held
from cases.sight import READS, function_name
from workflows.office_hours import local_date
from workflows.organisation import Organisation, holder_of
from workflows.texts import authority_of

READS_OTHERS = frozenset(function for function, open_to in READS.items() if open_to and function != "reporter")
"""A reporter reads her own reports alone."""

NEW = """SELECT id, at, account, act, about, facts FROM administration_act
 WHERE act IN ('function_given', 'absence_set', 'mailbox_set', 'address_set') AND at > :since AND at <= :now
 ORDER BY id"""
_IN_FORCE = "valid_from <= :today AND (valid_to IS NULL OR valid_to >= :today)"
HELD = f"SELECT function, holder, side FROM holding WHERE account = :account AND {_IN_FORCE} ORDER BY holder, function"
HOLDERS = f"""SELECT p.account, p.email, p.language FROM holding h JOIN person p ON p.account = h.account
 WHERE h.function = :function AND h.holder = :holder AND {_IN_FORCE} AND NOT p.disabled AND p.email <> ''
 ORDER BY p.account"""
PERSON = "SELECT name, email FROM person WHERE account = :account"
OUTCOME = "SELECT outcome FROM letter WHERE message_id = :message_id"


@dataclass(frozen=True, slots=True)
class Given:
    """`account` may act as `post` from a day on; `instead` is the account that she stands in for, else "". `by` is who
    let her, "" for a command on the machine. With an `address` it is letters that go there: the account's own ones as
    `post`, without an account all of the function's."""

    act: int
    by: str
    account: str
    post: str
    since: date
    instead: str = ""
    address: str = ""


class Contact(NamedTuple):
    """Somebody to tell."""

    account: str
    address: str
    language: str


def given_lately(tx: Transaction, now: datetime, today: date) -> Iterator[Given]:
    """What was given in the days for which a letter is tried, oldest first."""
    for act, at, by, what, about, facts in tx.all(NEW, since=now - GIVEN_UP_AFTER, now=now):
        if what == "mailbox_set":
            yield Given(act, by, "", about, local_date(at), address=json.loads(facts)["email"])
        elif what == "address_set":
            # A link that lets one choose a new password goes there too: who sets an address could enter as her.
            for post in sorted(_posts(tx, about, today)):
                if function_name(post) in READS_OTHERS:
                    yield Given(act, by, about, post, local_date(at), address=json.loads(facts)["email"])
        else:
            yield from _of_act(tx, act, by, what, about, json.loads(facts), today)


def _of_act(
    tx: Transaction, act: int, by: str, what: str, about: str, facts: Mapping[str, Any], today: date
) -> Iterator[Given]:
    since = date.fromisoformat(facts["since"])
    stands_in = ""
    if what == "function_given":
        function, _, holder = facts["post"].partition("@")
        posts = {Held(function, holder, facts.get("side", "")).post}
    else:
        stands_in = facts.get("substitute", "")
        posts = _posts(tx, about, today) - (_posts(tx, stands_in, today) if stands_in else set())
    for post in sorted(posts):
        if function_name(post) in READS_OTHERS and (what == "function_given" or stands_in):
            yield Given(act, by, stands_in or about, post, since, about if stands_in else "")


def _posts(tx: Transaction, account: str, today: date) -> set[str]:
    """What she holds herself, not what she stands in for."""
    return {Held(*row).post for row in tx.all(HELD, account=account, today=today)}


def to_tell(tx: Transaction, given: Given, org: Organisation, today: date) -> Iterator[tuple[Contact, ...]]:
    """First the contact persons where the function lies, then the party's others or the process leader of the forum,
    then the county's auditors; the next ones only when nobody before them can be reached. Never who gave it nor who
    got it."""
    for posts in _chain(holder_of(given.post), org):
        found = {Contact(*row) for f, h in posts for row in tx.all(HOLDERS, function=f, holder=h, today=today)}
        yield tuple(sorted(contact for contact in found if contact.account not in (given.account, given.by)))


def _chain(holder: str, org: Organisation) -> Iterator[list[tuple[str, str]]]:
    authority = authority_of(holder, org)
    if authority:
        yield [("contact_person", f"authority:{authority}")]
        party = org.parties[authority]
        yield [("contact_person", f"authority:{code}") for code in sorted(org.parties) if org.parties[code] == party]
    else:
        kind, _, code = holder.partition(":")
        yield [("process_leader", f"forum:{org.arena_forum.get(code, '')}" if kind == "arena" else holder)]
    yield [("auditor", "county")]


def name_and_address(tx: Transaction, account: str) -> tuple[str, str]:
    name, address = tx.one(PERSON, account=account) or (account, "")
    return str(name), str(address)


def outcome_of(tx: Transaction, message_id: str) -> str | None:
    """What became of the letter of that id; "" while nobody knows, None when it was never written."""
    found = tx.value(OUTCOME, message_id=message_id)
    return None if found is None else str(found)
