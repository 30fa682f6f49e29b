"""Who owns a governing document: the forum that can change it, today and from a day to come.

The owner is what a systemic issue may rise to (routine.md A3, S4). A case keeps the owner that its clause had when it
was named; whatever is named from the day on has the new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from cases.database import Transaction
from cases.organisation.administration import By, note_act
from cases.organisation.calendar_changes import BUMP
from cases.record import Record
from workflows.office_hours import local_date

DOCUMENTS = "SELECT code, name, kind, owner FROM governing_document ORDER BY name, code"
VERSIONS = "SELECT document, version, valid_from, valid_to FROM document_version ORDER BY document, valid_from DESC"
OWNERS = "SELECT document, first, owner FROM document_owner ORDER BY document, first"
OWNED = "SELECT owner FROM governing_document WHERE code = :document"
GIVE = """INSERT INTO document_owner (document, first, owner) VALUES (:document, :first, :owner)
 ON CONFLICT (document, first) DO UPDATE SET owner = excluded.owner"""


class OwnerFault(Exception):
    """A document cannot be given to that owner. `code` says why: `document` or `owner` (none such, or a forum that
    has ended by then or not begun), `past` (the day lies before today) or `same` (it is the owner then already)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"{code}: {' '.join(str(OwnerFault.__doc__).split())}")


@dataclass(frozen=True, slots=True)
class OwnedDocument:
    """A governing document as it stands: `owner` is a forum's code, `coming` (first day, owner) those that follow,
    `versions` (version, first day, last day or None) the newest first."""

    code: str
    name: str
    kind: str
    owner: str
    coming: tuple[tuple[date, str], ...]
    versions: tuple[tuple[str, date, date | None], ...]


def documents(record: Record, now: datetime) -> tuple[OwnedDocument, ...]:
    today = local_date(now)
    with record.database.read() as tx:
        rows, given = tx.all(DOCUMENTS), _given(tx)
        versions = {code: tuple(row[1:] for row in found) for code, found in groupby(tx.all(VERSIONS), lambda r: r[0])}
    return tuple(
        OwnedDocument(
            code, name, kind, owner_on(today, owner, given.get(code, ())),
            tuple(one for one in given.get(code, ()) if one[0] > today), versions.get(code, ()),
        )
        for code, name, kind, owner in rows
    )  # fmt: skip


def give_owner(record: Record, document: str, owner: str, first: date, now: datetime, by: By) -> None:
    """From that day on the document is that forum's. Raises OwnerFault."""
    with record.database.write() as tx:
        kept = tx.value(OWNED, document=document)
        if kept is None:
            raise OwnerFault("document")
        forum = record.world(tx, now).org.forums.get(owner)
        if forum is None or forum.state == "ended" or not forum.inside(first):
            raise OwnerFault("owner")
        if first < local_date(now):
            raise OwnerFault("past")
        if owner_on(first, kept, _given(tx).get(document, ())) == owner:
            raise OwnerFault("same")
        tx.run(GIVE, document=document, first=first, owner=owner)
        note_act(tx, by, "document_given", document, owner=owner, since=first)
        tx.run(BUMP)


def owner_on(day: date, first_owner: str, given: tuple[tuple[date, str], ...]) -> str:
    """`given` by day; before the first of them the county's own owner holds."""
    return next((owner for first, owner in reversed(given) if first <= day), first_owner)


def _given(tx: Transaction) -> dict[str, tuple[tuple[date, str], ...]]:
    rows = groupby(tx.all(OWNERS), lambda row: row[0])
    return {document: tuple((first, owner) for _, first, owner in found) for document, found in rows}
