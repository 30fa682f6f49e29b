"""Which disposals there were, as a list that is kept outside the record: a restore brings back what was erased since.

A line each: the moment, the case's number, and the compartments. The list names no person and no word of a case. What
stands in it stays: a restored record knows nothing of what it has brought back.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from cases.record import Record

DISPOSED = """SELECT e.at, c.number, e.outcome FROM event e JOIN cases c ON c.id = e.case_id
 WHERE e.compartment = 'shared' AND e.code = 'disposed' ORDER BY e.at, c.number, e.seq"""


class Disposal(NamedTuple):
    """An authority's disposal, as its line in the shared record tells it."""

    at: datetime
    number: str
    compartments: tuple[str, ...]


def disposals(record: Record) -> tuple[Disposal, ...]:
    """All of them, the oldest first."""
    with record.database.read() as tx:
        rows = tx.all(DISPOSED)
    return tuple(Disposal(at, number, tuple(json.loads(outcome)["compartments"])) for at, number, outcome in rows)


def written(found: Iterable[Disposal]) -> str:
    """As a list."""
    return "".join(f"{d.at.astimezone(UTC).isoformat()} {d.number} {','.join(d.compartments)}\n" for d in found)


def carried_on(record: Record, *lists: str) -> str:
    """The list as it is kept from now on: every disposal that the record knows of, and each line of those lists."""
    lines = {line for text in (written(disposals(record)), *lists) for line in text.splitlines()}
    return "".join(f"{line}\n" for line in sorted(lines))


def undone(record: Record, text: str) -> tuple[Disposal, ...]:
    """Those of a list that the record neither knows of nor has made again since. Raises ValueError for a text that is
    no such list."""
    known: dict[str, list[Disposal]] = defaultdict(list)
    for one in disposals(record):
        known[one.number].append(one)
    return tuple(told for told in map(_read, text.splitlines()) if not _done(told, known))


def _done(told: Disposal, known: Mapping[str, Iterable[Disposal]]) -> bool:
    since = (one.compartments for one in known.get(told.number, ()) if one.at >= told.at)
    return frozenset(told.compartments) <= frozenset(name for names in since for name in names)


def _read(line: str) -> Disposal:
    at, number, compartments = line.split(" ")
    return Disposal(datetime.fromisoformat(at), number, tuple(compartments.split(",")))
