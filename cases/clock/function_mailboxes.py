"""Mailboxes of functions: one address that all holders of a function read, where its letters go while it is held.

A mailbox belongs to whoever holds the function: it is nobody's reading by itself. So a vacancy stays one, and a letter
that the mailbox does not take goes to the holders' own addresses, and then along the chain (domain.md section 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address

from cases.database import Transaction
from cases.organisation.administration import By, note_act
from cases.organisation.people import PeopleFault, check_place
from cases.record import Record
from workflows.calendar import Language
from workflows.organisation import function_of, holder_of

OFFICES: Mapping[str, str] = {
    "handler": "unit",
    "receiver": "operation",
    "registrar": "authority",
    "contact_person": "authority",
    "process_leader": "forum",
    "secretary": "forum",
}
"""Functions that an office carries together, and where each is held. No other has a mailbox: a reminder that climbs to
a manager is for her, a forum's members decide in person, and a report is its reporter's own."""

LONGEST = 254
"""Characters of a mail address (RFC 5321)."""

ALL = "SELECT post, address, language FROM function_mailbox ORDER BY post"
SET = """INSERT INTO function_mailbox (post, address, language) VALUES (:post, :address, :language)
 ON CONFLICT (post) DO UPDATE SET address = excluded.address, language = excluded.language"""
SAME = "SELECT post FROM function_mailbox WHERE lower(address) = lower(:address) AND post <> :post ORDER BY post"
PARTY = """SELECT a.party FROM authority a LEFT JOIN operation o ON o.authority = a.code
 LEFT JOIN unit u ON u.operation = o.code
 WHERE (:kind = 'authority' AND a.code = :code) OR (:kind = 'operation' AND o.code = :code)
 OR (:kind = 'unit' AND u.code = :code) LIMIT 1"""
ONE_AT_A_TIME = "LOCK TABLE function_mailbox IN SHARE ROW EXCLUSIVE MODE"
"""Two who set one address for two parties in the same moment take turns. SQLite has one writer anyway."""
REMOVE = "DELETE FROM function_mailbox WHERE post = :post"


@dataclass(frozen=True, slots=True)
class FunctionMailbox:
    """`post` is the function that it belongs to, as in `receiver@operation:su`."""

    post: str
    address: str
    language: Language


def mailboxes(record: Record) -> tuple[FunctionMailbox, ...]:
    """All of the county, by function."""
    with record.database.read() as tx:
        return tuple(FunctionMailbox(*row) for row in tx.all(ALL))


def set_mailbox(record: Record, post: str, address: str, language: Language, *, by: By | None = None) -> None:
    """From now on letters to that function go there, in that language; a letter that is under way goes as it was.
    Raises PeopleFault."""
    function, address = function_of(post), address.strip()
    if function not in OFFICES:
        said = ", ".join(f"{name}@{place}:CODE" for name, place in OFFICES.items())
        raise PeopleFault(f"{function!r} has no mailbox of its own; there can be one for {said}", "mailbox_function")
    if not is_address(address):
        raise PeopleFault(f"{address!r} is no mail address; write one like samverkan@example.org", "email")
    with record.database.write() as tx:
        if tx.postgres:
            tx.run(ONE_AT_A_TIME)
        check_place(tx, function, holder_of(post), "")
        _keep_parties_apart(tx, post, address)
        tx.run(SET, post=post, address=address, language=language)
        note_act(tx, by, "mailbox_set", post, email=address)


def _keep_parties_apart(tx: Transaction, post: str, address: str) -> None:
    """Letters to one party about a case are not read by the other (domain.md section 6: two chains that never meet)."""
    own = _party(tx, post)
    for (other,) in tx.all(SAME, address=address, post=post):
        if own and _party(tx, other) not in ("", own):
            raise PeopleFault(
                f"{address} is the mailbox of {other}, at another party; give each party an address of its own",
                "mailbox_shared",
            )


def _party(tx: Transaction, post: str) -> str:
    """The party where a function lies; "" for one of a forum."""
    kind, _, code = holder_of(post).partition(":")
    return str(tx.value(PARTY, kind=kind, code=code) or "") if kind != "forum" else ""


def remove_mailbox(record: Record, post: str, *, by: By | None = None) -> None:
    """From now on letters to that function go to its holders. Raises PeopleFault."""
    with record.database.write() as tx:
        if not tx.run(REMOVE, post=post):
            raise PeopleFault(
                f"{post} has no mailbox; `stegen user mailboxes` shows the functions that have one", "no_mailbox"
            )
        note_act(tx, by, "mailbox_removed", post)


def is_address(text: str) -> bool:
    """Whether a letter can be addressed to it: one address, in characters that every mail server takes, and without
    blanks and comments, which a mail program would leave out."""
    try:
        found = Address(addr_spec=text)
        whole = found.addr_spec == text and found.domain != "" and not any(c.isspace() for c in text)
        return len(text) <= LONGEST and text.isascii() and whole
    except (MessageError, ValueError, IndexError):
        return False
