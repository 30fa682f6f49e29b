"""What people add to a case beside its moves: notes, papers, links, their own registry number, readers let in.

Each is one intention in one transaction, through the same doorway; the lines it writes belong to one compartment and
never move the cover. Sharing is an act of its own: what was inner is written anew into the shared compartment.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from cases.apply import open_grants, write_history
from cases.contents.kept_in_clear import checked
from cases.contents.paper_limits import count_paper, refuse_beyond
from cases.contents.papers import clean_name
from cases.database import Transaction
from cases.functions import NotYourFunction, posts_of
from cases.gather import GRANTS, HEADS, Head
from cases.links import link_cases
from cases.record import Record
from cases.shown_before import ShownOtherwise, readers_shown
from cases.sight import CaseUnknown, Seer, Sight, function_name, glimpse, guest_point, look
from workflows.attempt import World
from workflows.nouns import Grant
from workflows.office_hours import local_date
from workflows.organisation import holder_of
from workflows.texts import authority_of, inner_record


class NotAllowed(Exception):
    """That function may not do this in this case."""


class NoSuchPaper(CaseUnknown):
    """The case has no such paper that you may read. `stegen case show` lists the handles of those it has."""


@dataclass(frozen=True, slots=True)
class Room:
    """A case that a seer has entered, inside one transaction."""

    tx: Transaction
    record: Record
    seer: Seer
    sight: Sight
    world: World
    number: str
    now: datetime

    @property
    def authority(self) -> str:
        return authority_of(holder_of(self.seer.post), self.world.org)

    def write(self, compartment: str, code: str, texts: dict[str, Any], outcome: dict[str, Any] | None = None) -> int:
        """One line in a compartment that the seer reads; its sequence number there."""
        if not self.sight.sees(compartment):
            raise NotAllowed(NotAllowed.__doc__)
        heads = {n: Head(v, bytes(h)) for n, v, h in self.tx.all(HEADS, id=self.sight.case_id)}
        line = (compartment, code, outcome or {}, texts)
        written = write_history(
            self.tx, self.record, self.sight.case_id, self.number, heads, self.seer.post, self.seer.account, self.now,
            [line],
        )  # fmt: skip
        return written[compartment]


@contextmanager
def entered(record: Record, seer: Seer, number: str, now: datetime, *, writes: bool = True) -> Iterator[Room]:
    """A transaction in a case that the seer may know of. CaseUnknown and NotYourFunction as everywhere. One that writes
    has the case to itself from here, so that what it reads first still holds when it writes."""
    with record.database.write() if writes else record.database.read() as tx:
        world = record.world(tx, now)
        if seer.post not in posts_of(tx, seer.account, local_date(now)):
            raise NotYourFunction(NotYourFunction.__doc__)
        sight = look(tx, number, seer, world.org)
        if writes and tx.postgres:
            tx.one("SELECT 1 FROM cases WHERE id = :id FOR UPDATE", id=sight.case_id)
        yield Room(tx, record, seer, sight, world, number, now)


def inner_of(room: Room) -> str:
    """The inner compartment where this seer writes: her forum's, her own authority's, a private provider's own."""
    return inner_record(room.seer.post, room.world.org)


def note(record: Record, seer: Seer, number: str, text: str, now: datetime) -> int:
    """An inner note: seen by one's own authority (or forum) only, never by the other side. Its number there."""
    with entered(record, seer, number, now) as room:
        return room.write(inner_of(room), "note", {"note": checked(text)})


def share(
    record: Record, seer: Seer, number: str, text: str, now: datetime, *, from_note: int = 0, shown: str = ""
) -> int:
    """Make words visible to both parties, explicitly and for good: a shared note is corrected by a new one.

    `from_note` says which inner note the words were taken from; the reference stays on the inner side. `shown` is who
    reads it as a page showed it (`readers_shown`); raises ShownOtherwise where others do by now.
    """
    with entered(record, seer, number, now) as room:
        if shown and shown != readers_shown(_sharing(room)):
            raise ShownOtherwise(("readers",))
        seq = room.write("shared", "note", {"note": checked(text)})
        if from_note:
            room.write(inner_of(room), "shared_note", {"from": from_note, "to": seq})
        return seq


def shared_with(record: Record, seer: Seer, number: str, now: datetime) -> list[str]:
    """The places that read what the parties share in this case. Raises NotAllowed for whoever does not read it."""
    with entered(record, seer, number, now, writes=False) as room:
        return _sharing(room)


def _sharing(room: Room) -> list[str]:
    if not room.sight.sees("shared"):
        raise NotAllowed(NotAllowed.__doc__)
    return sorted(holder for holder, name in room.tx.all(GRANTS, id=room.sight.case_id) if name == "shared")


NEW_PAPER = """INSERT INTO document (case_id, handle, compartment, event_seq, sha256, size, media_type, added_at)
 VALUES (:id, :handle, :compartment, :seq, :sha, :size, :type, :at)"""


def add_paper(
    record: Record, seer: Seer, number: str, stream: BinaryIO, name: str, now: datetime, *, inner: bool = False
) -> str:
    """Store a document in the shared compartment, or in the inner one; the handle it is fetched by.

    Raises TooManyTries and PaperRefused (type, size, number) before anything is written. Bytes go to disk
    first, the row last: a crash in between leaves an orphan that the sweeper takes.
    """
    with entered(record, seer, number, now, writes=False) as room:
        _place_of_paper(room, inner)  # so that nothing is counted or stored for whoever may not send it
    count_paper(record, seer.account, now)
    paper = record.papers.store(stream, name)
    handle = record.random_bytes(16).hex()
    with entered(record, seer, number, now) as room:
        compartment = _place_of_paper(room, inner)
        words = {"name": clean_name(name), "sha256": paper.sha256}
        seq = room.write(compartment, "paper", words, sealed_paper(handle, paper.size, paper.media_type))
        room.tx.run(
            NEW_PAPER,
            id=room.sight.case_id, handle=handle, compartment=compartment, seq=seq, sha=paper.sha256, size=paper.size,
            type=paper.media_type, at=now,
        )  # fmt: skip
    return handle


def _place_of_paper(room: Room, inner: bool) -> str:
    """The compartment that a paper of this seer goes to. Raises NotAllowed and PaperRefused."""
    holder = holder_of(room.seer.post)
    compartment = inner_of(room) if inner else "shared"
    if holder.startswith("forum:") and not inner:
        compartment = f"file:{holder.partition(':')[2]}"
    if not room.sight.sees(compartment):
        raise NotAllowed(NotAllowed.__doc__)
    refuse_beyond(room.tx, room.sight.case_id, compartment)
    return compartment


def sealed_paper(handle: str, size: int, media_type: str) -> dict[str, Any]:
    """What a paper's line keeps for good; its name and hash go with its words."""
    return {"handle": handle, "size": size, "type": media_type}


def open_paper(record: Record, seer: Seer, number: str, handle: str, now: datetime) -> tuple[BinaryIO, str, str]:
    """A stored document's bytes, name and type; CaseUnknown when the seer may not know of the case, NoSuchPaper when
    she may, and not of the paper, or when there is none."""
    with record.database.read() as tx:
        world = record.world(tx, now)
        if seer.post not in posts_of(tx, seer.account, local_date(now)):
            raise NotYourFunction(NotYourFunction.__doc__)
        sight = glimpse(tx, number, seer, world.org)
        handle = handle if handle.isascii() and handle.isprintable() else ""
        row = tx.one(
            "SELECT d.compartment, d.sha256, d.media_type, t.body FROM document d LEFT JOIN event_text t"
            " ON t.case_id = d.case_id AND t.compartment = d.compartment AND t.seq = d.event_seq"
            " WHERE d.case_id = :id AND d.handle = :handle",
            id=sight.case_id, handle=handle,
        )  # fmt: skip
    if row is None or not sight.sees(row[0]) or row[3] is None:
        raise NoSuchPaper
    return record.papers.open(row[1]), str(_name(row[3])), row[2]


def _name(body: str) -> Any:
    return json.loads(body)["texts"]["name"]


def link(record: Record, seer: Seer, number: str, other: str, now: datetime) -> None:
    """Two cases belong together. The seer must know of both; each end shows the link to those who know of both."""
    with entered(record, seer, number, now) as room:
        second = look(room.tx, other, seer, room.world.org)
        if second.case_id == room.sight.case_id:
            raise NotAllowed("A case is not linked to itself. Give another case's number.")
        link_cases(room.tx, record, seer, room.sight.case_id, second.case_id, "related", now)
        room.write(inner_of(room), "link", {"other": other})


def set_registry_number(record: Record, seer: Seer, number: str, value: str, now: datetime) -> None:
    """A party's own registry number, seen by itself. A private provider is no party, and writes its own in a note."""
    with entered(record, seer, number, now) as room:
        keep_registry_number(room, value)


def keep_registry_number(room: Room, value: str) -> None:
    """The same in a transaction that goes on."""
    if not room.authority or inner_of(room) != f"inner:{room.authority}":
        raise NotAllowed(NotAllowed.__doc__)
    room.write(inner_of(room), "registry_number", {"number": checked(value)})
    room.tx.run(
        "INSERT INTO registry_number (case_id, authority, number) VALUES (:id, :a, :n)"
        " ON CONFLICT (case_id, authority) DO UPDATE SET number = excluded.number",
        id=room.sight.case_id, a=room.authority, n=value.strip(),
    )  # fmt: skip


def admit_guests(record: Record, seer: Seer, number: str, now: datetime) -> None:
    """The process leader lets the forum's guests read the file of this one case, while it is before the forum."""
    with entered(record, seer, number, now) as room:
        forum = holder_of(seer.post)
        if function_name(seer.post) != "process_leader":
            raise NotAllowed(NotAllowed.__doc__)
        room.write(inner_of(room), "admit_guests", {})
        file = Grant(guest_point(forum), f"file:{forum.partition(':')[2]}")
        open_grants(room.tx, room.sight.case_id, number, [file], "act", now)


def open_inner_to_provider(record: Record, seer: Seer, number: str, now: datetime) -> None:
    """The contract manager opens the authority's inner record of a case to the private provider's own unit."""
    with entered(record, seer, number, now) as room:
        kind, _, unit = holder_of(seer.post).partition(":")
        side = room.world.org.sides.get(unit) if kind == "unit" else None
        if function_name(seer.post) != "contract_manager" or side is None or not side.provider:
            raise NotAllowed(NotAllowed.__doc__)
        room.write(inner_of(room), "open_inner", {"unit": unit})
        open_grants(room.tx, room.sight.case_id, number, [Grant(f"unit:{unit}", f"inner:{side.authority}")], "act", now)
