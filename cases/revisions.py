"""Revisions of the forum file as the rules read them: who has read which, who was asked to, and until when (law 6).

A reading is the authority's that read, as the history tells it, and counts for a side only while that authority is the
side: a party that comes into the case later has read nothing of what its predecessor read.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from cases.database import Transaction
from workflows.nouns import Cover, ForumFile
from workflows.organisation import Organisation, holder_of
from workflows.texts import authority_of

REVISIONS = """SELECT f.revision, f.reviewed_at, f.sent_to, k.asked, k.due, k.status,
 (SELECT COUNT(*) FROM finding g WHERE g.case_id = f.case_id AND g.revision = f.revision AND g.status = 'open')
 FROM forum_file_revision f LEFT JOIN contribution k ON k.case_id = f.case_id
 AND k.key = 'file_read#' || CAST(f.revision AS TEXT)
 WHERE f.case_id = :id ORDER BY f.revision DESC"""
"""Newest first, each with what the side that has not read it was asked for (file_reading.py)."""

READINGS = """SELECT actor, code, outcome FROM event WHERE case_id = :id AND compartment = 'shared'
 AND code IN ('file', 'file_read') ORDER BY seq"""
"""Who writes a revision has read it."""


class Revision(NamedTuple):
    """One revision, and how many places in it may point out a person and are not cleared."""

    file: ForumFile
    findings: int

    @property
    def ready(self) -> bool:
        """Reviewed, with nothing in it left to clear: what is left to ask is whether it has been read."""
        return self.file.reviewed and not self.findings


def revisions_of(tx: Transaction, case_id: int, cover: Cover, org: Organisation) -> tuple[Revision, ...]:
    """Newest first. `cover` says which two authorities are the sides."""
    rows = tx.all(REVISIONS, id=case_id)
    if not rows:
        return ()
    writers, readers = _readers(tx, case_id, org)
    present = (("raising", cover.raising), ("receiving", cover.receiving))
    sides = {side.authority: name for name, side in present if side is not None}
    found = []
    for revision, reviewed, sent_to, asked, due, status, findings in rows:
        read = frozenset(readers.get(revision, ()))
        until = due if asked and _waited(authority_of(holder_of(asked), org), status, sides,
                                         writers.get(revision + 1, "")) else None  # fmt: skip
        by = frozenset(sides[authority] for authority in read if authority in sides)
        sent = frozenset(sent_to.split(",") if sent_to else ())
        found.append(Revision(ForumFile(revision, reviewed is not None, by, sent, until, read), findings))
    return tuple(found)


def _waited(asked: str, status: str, sides: dict[str, str], next_writer: str) -> bool:
    """Whether the date until which an authority was asked to read a revision still stands. A newer revision asks anew;
    but one that the very side wrote that was asked does not stop the date, else it could put off every lift."""
    return asked in sides and (status != "withdrawn" or next_writer == asked)


def _readers(tx: Transaction, case_id: int, org: Organisation) -> tuple[dict[int, str], dict[int, set[str]]]:
    """Who wrote each revision, and who has read it, as authorities."""
    writers: dict[int, str] = {}
    readers: dict[int, set[str]] = {}
    for actor, code, outcome in tx.all(READINGS, id=case_id):
        revision, authority = json.loads(outcome)["revision"], authority_of(holder_of(actor), org)
        readers.setdefault(revision, set()).add(authority)
        if code == "file":
            writers[revision] = authority
    return writers, readers
