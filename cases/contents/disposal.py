"""Disposal (gallring): by an authority's own decision, content goes and the proof stays.

Texts, names and salts are erased, papers too; the history lines keep their commitments, so every chain still
verifies and still shows that something was there (reliability.md 1.19, 1.20). An authority disposes of its own inner
record alone; what the parties share goes when each of them has decided. Only ended cases; only a registrar.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cases.contents.enclosures import let_go
from cases.contents.kept_in_clear import checked
from cases.contents.matter import NotAllowed, Room, entered
from cases.database import Transaction
from cases.record import Record
from cases.sight import Seer, function_name

DECIDED = """SELECT actor FROM event WHERE case_id = :id AND compartment = 'shared' AND code = 'disposed'
 AND seq > (SELECT COALESCE(MAX(seq), 0) FROM event WHERE case_id = :id AND compartment = 'shared'
  AND code = 'reopen')"""

COPIES: tuple[tuple[str, str], ...] = (
    (
        "texts",
        """DELETE FROM event_text WHERE case_id = :id AND compartment = :compartment AND seq NOT IN (SELECT seq
     FROM event WHERE case_id = :id AND compartment = :compartment AND code = 'disposed')""",
    ),
    ("papers", "DELETE FROM document WHERE case_id = :id AND compartment = :compartment"),
    ("search", "DELETE FROM search_term WHERE case_id = :id AND compartment = :compartment AND term <> ''"),
    ("search, fresh words", "DELETE FROM search_fresh WHERE case_id = :id AND compartment = :compartment"),
    (
        "the address that a reporter gave",
        """UPDATE report SET address = '' WHERE case_id = :id AND :compartment = (SELECT 'inner:' || o.authority
     FROM cases c JOIN operation o ON o.code = c.raising_operation WHERE c.id = :id)""",
    ),
)
"""The registry of everything that holds words of one compartment. What a new feature copies is added here. Decisions to
dispose stay: who decided, and why."""

CASE_COPIES: tuple[tuple[str, str], ...] = (
    ("patient reference", "DELETE FROM protected WHERE case_id = :id"),
    ("findings", "DELETE FROM finding WHERE case_id = :id"),
    ("registry numbers", "DELETE FROM registry_number WHERE case_id = :id"),
    ("addresses that are no account's", """UPDATE letter SET address = '' WHERE account = '' AND id IN
     (SELECT l.letter_id FROM letter_row l JOIN docket k ON k.id = l.docket_id WHERE k.case_id = :id)
     AND outcome <> ''"""),
    ("reasons of emergency openings", "UPDATE read_log SET reason = '' WHERE case_id = :id AND what = 'case'"),
    ("the reporter's own link", "UPDATE report SET follow_hash = '', address = '' WHERE case_id = :id"),
    ("letters", """UPDATE letter SET body = :nothing WHERE id IN (SELECT l.letter_id FROM letter_row l
     JOIN docket k ON k.id = l.docket_id WHERE k.case_id = :id) AND outcome <> ''"""),
)  # fmt: skip
"""Copies that belong to the case as a whole, and go with what the parties share."""


@dataclass(frozen=True, slots=True)
class Disposed:
    """What a disposal erased: compartments, and the papers whose bytes are gone too. Those of the last days go in a
    night's sweep."""

    compartments: tuple[str, ...]
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a disposal would erase: (texts, papers) by compartment, and the authorities that the shared part awaits."""

    compartments: Mapping[str, tuple[int, int]]
    undecided: tuple[str, ...]


class StillOpen(Exception):
    """The case is not ended. Only an ended case can be disposed of."""


def dispose(record: Record, seer: Seer, number: str, decision: str, now: datetime) -> Disposed:
    """Erase what `seer`'s authority may, citing its decision. The second party's decision takes the shared part too.

    Raises NotAllowed for others than a registrar of a party, and StillOpen. The line that records the decision stays.
    """
    with entered(record, seer, number, now) as room:
        compartments = _ripe(room)
        hashes = _hashes(room.tx, room.sight.case_id, compartments)
        _erase(room, compartments)
        room.write("shared", "disposed", {"decision": checked(decision)}, {"compartments": compartments})
    # The rows are gone for good before the bytes: a crash in between leaves orphans, which the sweeper takes.
    return Disposed(tuple(compartments), let_go(record, hashes, now))


def foresee(record: Record, seer: Seer, number: str, now: datetime) -> Foreseen:
    """What a disposal would erase now. Errors as those of `dispose`; nothing is written."""
    with entered(record, seer, number, now, writes=False) as room:
        counted = {name: _counts(room, name) for name in _ripe(room)}
        return Foreseen(counted, tuple(sorted(_undecided(room))))


def _ripe(room: Room) -> list[str]:
    """The compartments that this authority's decision takes."""
    if function_name(room.seer.post) != "registrar" or not room.authority:
        raise NotAllowed(NotAllowed.__doc__)
    if room.tx.value("SELECT status FROM cases WHERE id = :id", id=room.sight.case_id) != "ended":
        raise StillOpen(StillOpen.__doc__)
    return [*_inner(room), *([] if _undecided(room) else _shared(room))]


def _inner(room: Room) -> list[str]:
    """The authority's own record, and those of private providers that answer under it: they work on its behalf."""
    sides = room.world.org.sides
    names = room.tx.all("SELECT name FROM compartment WHERE case_id = :id ORDER BY name", id=room.sight.case_id)
    providers = [(name, sides.get(name.partition("inner:unit:")[2])) for (name,) in names]
    own = f"inner:{room.authority}"
    return [own, *(name for name, side in providers if side is not None and side.authority == room.authority)]


def _counts(room: Room, name: str) -> tuple[int, int]:
    """(texts, papers) of a compartment that would go."""
    texts = room.tx.value(
        "SELECT COUNT(*) FROM event_text t JOIN event e ON e.case_id = t.case_id AND e.compartment = t.compartment"
        " AND e.seq = t.seq WHERE t.case_id = :id AND t.compartment = :name AND e.code <> 'disposed'",
        id=room.sight.case_id, name=name,
    )  # fmt: skip
    papers = room.tx.value(
        "SELECT COUNT(*) FROM document WHERE case_id = :id AND compartment = :name", id=room.sight.case_id, name=name
    )
    return int(texts), int(papers)


def _undecided(room: Room) -> frozenset[str]:
    """The other authorities of the case that have not decided since it ended: each that has, has a line of its own. A
    case that was opened again asks all of them anew."""
    rows = room.tx.all(DECIDED, id=room.sight.case_id)
    decided = {actor.partition("@authority:")[2] for (actor,) in rows} | {room.authority}
    parties = {
        holder.partition(":")[2]
        for (holder,) in room.tx.all(
            "SELECT DISTINCT holder FROM sight WHERE case_id = :id AND compartment = 'shared'"
            " AND holder LIKE 'authority:%' AND ended_at IS NULL",
            id=room.sight.case_id,
        )
    }
    return frozenset(parties - decided)


def _shared(room: Room) -> list[str]:
    names = room.tx.all("SELECT name FROM compartment WHERE case_id = :id ORDER BY name", id=room.sight.case_id)
    return [name for (name,) in names if name.partition(":")[0] in ("cover", "shared", "links", "file", "forum")]


def _hashes(tx: Transaction, case_id: int, compartments: Iterable[str]) -> list[str]:
    found = [
        sha for name in compartments for (sha,) in tx.all(
            "SELECT sha256 FROM document WHERE case_id = :id AND compartment = :name", id=case_id, name=name
        )
    ]  # fmt: skip
    return sorted(set(found))


def _erase(room: Room, compartments: list[str]) -> None:
    for name in compartments:
        for _, statement in COPIES:
            room.tx.run(statement, id=room.sight.case_id, compartment=name)
    if "shared" in compartments:
        for _, statement in CASE_COPIES:
            values = {"nothing": b""} if ":nothing" in statement else {}
            room.tx.run(statement, id=room.sight.case_id, **values)
