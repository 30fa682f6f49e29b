"""Mailboxes of functions: one address that all holders of a function read, where its letters go while it is held.

A mailbox belongs to whoever holds the function: it is nobody's reading by itself. So a vacancy stays one, and a letter
that the mailbox does not take goes to the holders' own addresses, and then along the chain (domain.md section 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address

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
        check_place(tx, function, holder_of(post), "")
        tx.run(SET, post=post, address=address, language=language)
        note_act(tx, by, "mailbox_set", post, email=address)


def remove_mailbox(record: Record, post: str, *, by: By | None = None) -> None:
    """From now on letters to that function go to its holders. Raises PeopleFault."""
    with record.database.write() as tx:
        if not tx.run(REMOVE, post=post):
            raise PeopleFault(
                f"{post} has no mailbox; `stegen user mailboxes` shows the functions that have one", "no_mailbox"
            )
        note_act(tx, by, "mailbox_removed", post)


def is_address(text: str) -> bool:
    """Whether a letter can be addressed to it: one address, in characters that every mail server takes."""
    try:
        return len(text) <= LONGEST and text.isascii() and Address(addr_spec=text).domain != ""
    except (MessageError, ValueError, IndexError):
        return False
