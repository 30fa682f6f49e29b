"""The last look before a letter leaves: whether its rows are ours, their dates hold, and its reader may still know.

A round hands over letters for minutes after it has claimed their rows, and a worker may have slept. Where nobody has
moved a case or changed a function since, two short questions say so; else all that a claim asks is asked again. A
letter one of whose rows has lapsed, or is another's, does not leave, and the others get a new one at once (design.md
section 3).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from cases.clock import situations
from cases.clock.changed_readers import ChangedReaders
from cases.clock.claiming import address, weigh
from cases.clock.fates import Claimed, Fate, Outlook, write
from cases.clock.letters import Kept, means
from cases.database import Transaction
from cases.record import Record

ROWS = """SELECT d.id, d.status, d.token, c.version, l.account, l.address, EXISTS (SELECT 1 FROM person p
 WHERE p.account = l.account AND (p.disabled OR p.email <> l.address)) FROM letter l
 JOIN letter_row x ON x.letter_id = l.id JOIN docket d ON d.id = x.docket_id JOIN cases c ON c.id = d.case_id
 WHERE l.id = :id"""

UNDER_WAY = ("waiting", "claimed", "handed_over")
"""Statuses of rows that are not settled; one that is not under our token is somebody else's to carry out."""


@dataclass(frozen=True, slots=True)
class Look:
    """Whether the letter may leave. If not: the rows that are still ours to write a new letter about, as they stand
    now, and how many of the others were settled, by status. None of either when another round has the letter."""

    may_leave: bool
    living: tuple[Claimed, ...] = ()
    settled: Mapping[str, int] = field(default_factory=dict)


class _Seen(NamedTuple):
    """One row of the letter as it stands in the record."""

    status: str
    token: str
    version: int
    account: str
    address: str
    changed: bool
    """Whether the account is closed, or has another address now."""


GOES, ANOTHERS = Look(may_leave=True), Look(may_leave=False)


def last_look(record: Record, letter: Kept, now: datetime, readers: ChangedReaders, rest: Sequence[Kept] = ()) -> Look:
    """Asked before each attempt. A letter that stands in no docket may leave. `readers` is the round's own, and `rest`
    what it hands over after this one. Raises a DatabaseError; then nothing was settled."""
    if not letter.rows:
        return GOES
    with record.database.read() as tx:
        seen = _seen(tx, letter)
        account = next((found.account for found in seen.values()), "")
        another = readers.means_another(tx, record, letter, rest, account, now)
    if not another and not any(_lapsed(claimed, seen) or _moved(claimed, seen) for claimed in letter.rows):
        return GOES if _all_ours(letter.rows, seen) else ANOTHERS
    with record.database.write() as tx:
        seen = _seen(tx, letter)
        ours = [claimed for claimed in letter.rows if not _lapsed(claimed, seen)]
        if not _all_ours(ours, seen):
            return ANOTHERS
        living, fates = _weighed(tx, record, ours, now)
        hold = len(living) == len(letter.rows)
        if hold and all(means(one, seen[one.id].account, seen[one.id].address) for one in living):
            return GOES
        write(tx, fates, now)
    return Look(False, living, Counter(fate.status for fate in fates))


def _seen(tx: Transaction, letter: Kept) -> dict[int, _Seen]:
    return {row_id: _Seen(*row) for row_id, *row in tx.all(ROWS, id=letter.id)}


def _lapsed(claimed: Claimed, seen: Mapping[int, _Seen]) -> bool:
    """Settled meanwhile: another letter about the same row was looked at before."""
    return claimed.id in seen and seen[claimed.id].status not in UNDER_WAY


def _moved(claimed: Claimed, seen: Mapping[int, _Seen]) -> bool:
    """Every change of a cover, a date or a debt counts the case's version up (apply.py)."""
    if claimed.id not in seen:
        return False
    announces = claimed.outlook is not None and claimed.outlook.announces
    found = seen[claimed.id]
    return found.changed or (found.version != claimed.case.cover.version and not announces)


def _all_ours(rows: Sequence[Claimed], seen: Mapping[int, _Seen]) -> bool:
    held = {(row_id, found.token) for row_id, found in seen.items() if found.status == "claimed"}
    return all((claimed.id, claimed.token) in held for claimed in rows)


def _weighed(
    tx: Transaction, record: Record, rows: Sequence[Claimed], now: datetime
) -> tuple[tuple[Claimed, ...], list[Fate]]:
    """Those that hold, with their cases and receivers as they stand now, and what becomes of the others."""
    world = record.world(tx, now)
    cases = situations.as_they_stand(tx, {claimed.case_id: claimed.case for claimed in rows}, world.org)
    announcing = [(c, c.outlook) for c in rows if c.outlook is not None and c.outlook.announces]
    others = [c for c in rows if c.outlook is None or not c.outlook.announces]
    fates = [Fate(c, "parked", "case_unreadable") for c in others if c.case_id not in cases]
    holding, over = weigh(record, [replace(c, case=cases[c.case_id]) for c in others if c.case_id in cases], world, now)
    by_token: dict[str, list[tuple[Claimed, Outlook]]] = defaultdict(list)
    for claimed, outlook in (*announcing, *holding):
        by_token[claimed.token].append((claimed, outlook))
    living: list[Claimed] = []
    for token, together in by_token.items():
        addressed, nobody = address(tx, record, together, token, world, now)
        living += addressed
        over += nobody
    return tuple(living), fates + over
