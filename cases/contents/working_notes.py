"""At closing an authority goes through its working notes: which belong to the record, and which are cleared.

A working note (minnesanteckning) is kept only where the matter needs it. Clearing erases its words and leaves the line
with its seal, and a second line says how many were cleared, by whom and when; each authority sees and clears its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cases.contents.matter import NotAllowed, Room, entered, inner_of
from cases.lists.search_index import keep_again
from cases.reading import Line
from cases.record import Record
from cases.sight import Seer

NOTE, KEPT, CLEARED = "note", "notes_kept", "notes_cleared"
NOTES = """SELECT e.seq FROM event e JOIN event_text t ON t.case_id = e.case_id AND t.compartment = e.compartment
 AND t.seq = e.seq WHERE e.case_id = :id AND e.compartment = :compartment AND e.code = 'note' ORDER BY e.seq"""
ERASE = "DELETE FROM event_text WHERE case_id = :id AND compartment = :compartment AND seq = :seq"


class NotEnded(Exception):
    """The case is not ended. Working notes are gone through when it is."""


@dataclass(frozen=True, slots=True)
class GoneThrough:
    """How many notes are kept for the record, and how many were cleared."""

    kept: int
    cleared: int


def go_through(record: Record, seer: Seer, number: str, clear: Iterable[int], now: datetime) -> GoneThrough:
    """Clear the notes with these sequence numbers in one's own inner record, and keep all others.

    Raises NotEnded for a case that is not ended, NotAllowed for a number that is no note there; CaseUnknown and
    NotYourFunction as everywhere. Then nothing was written.
    """
    wanted = sorted(set(clear))
    with entered(record, seer, number, now) as room:
        compartment = inner_of(room)
        if room.tx.value("SELECT status FROM cases WHERE id = :id", id=room.sight.case_id) != "ended":
            raise NotEnded(NotEnded.__doc__)
        notes = [seq for (seq,) in room.tx.all(NOTES, id=room.sight.case_id, compartment=compartment)]
        if not set(wanted) <= set(notes) or not room.sight.sees(compartment):
            raise NotAllowed(NotAllowed.__doc__)
        if wanted:
            _clear(room, compartment, wanted)
        if len(notes) > len(wanted):
            room.write(compartment, KEPT, {}, {"notes": [seq for seq in notes if seq not in wanted]})
        return GoneThrough(len(notes) - len(wanted), len(wanted))


def _clear(room: Room, compartment: str, wanted: list[int]) -> None:
    case_id = room.sight.case_id
    for seq in wanted:
        room.tx.run(ERASE, id=case_id, compartment=compartment, seq=seq)
    keep_again(room.tx, case_id, compartment)
    room.write(compartment, CLEARED, {}, {"notes": wanted})


def to_go_through(lines: Iterable[Line], compartment: str) -> tuple[Line, ...]:
    """The notes of an inner record that nobody has gone through yet, of a case that has ended."""
    own = [line for line in lines if line.compartment == compartment]
    done = max((line.seq for line in own if line.code in (KEPT, CLEARED)), default=0)
    return tuple(line for line in own if line.code == NOTE and line.texts and line.seq > done)
