"""Claiming what is due: with a lease and a token, for whoever carries it out outside any transaction.

Whether a row still holds, and who is to get it, is asked at every claim (design.md section 3).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cases.clock import situations
from cases.clock.docket import IS_DUE
from cases.clock.fates import (
    FAILED,
    MOST_ATTEMPTS,
    Claimed,
    Fate,
    Outlook,
    Taken,
    notches_of,
    verdict_on,
    with_next,
    write,
)
from cases.clock.ran_ahead import AHEAD
from cases.clock.receivers import NOBODY, Ask, Found, find_receivers, refusers
from cases.database import Transaction
from cases.record import Record
from workflows.attempt import World
from workflows.nouns import DocketRow
from workflows.office_hours import local_date

TOGETHER_BY_ATTEMPTS = (0, 0, 100, 10, 1)
"""How many rows may be claimed at once that were claimed so often in vain; 0: as many as one likes. One of them kills
its claimers, and the others must not be parked for having been beside it."""

NOBODY_WAITS = timedelta(hours=1)
"""How soon a row without a living receiver is looked at again; somebody may have been named meanwhile (ours)."""

_ROW = """d.id, d.case_id, d.attempts, d.deferrals, d.deferred_since, d.rank, d.account, d.key, d.kind, d.post,
 d.due_at, d.deadline, d.revision, d.notch, d.move"""
_MINE = "s.token = :token AND s.status = 'claimed'"

_TRIED = "d.attempts BETWEEN :least AND :most"
STEPS = f"{IS_DUE} AND d.kind = 'step' AND {_TRIED}"
LETTERS = f"{IS_DUE} AND d.kind = 'letter' AND {_TRIED}"
LEFT = f"SELECT 1 FROM docket d WHERE {LETTERS} LIMIT 1"
ANNOUNCING = f"""d.id IN (SELECT l.id FROM docket s JOIN docket l ON l.case_id = s.case_id AND l.status = 'waiting'
 AND l.kind = 'letter' AND l.deadline = s.deadline AND l.notch NOT LIKE 'list:%'
 AND COALESCE(l.due_at, s.due_at) = s.due_at
 WHERE {_MINE} AND s.kind = 'step')"""
"""Letters of the very moment at which a claimed step of the same date is taken: the step may not overtake them. A line
of a month's list is no such letter: what the step has done is not listed as still to do.
COALESCE keeps SQLite from looking through all that is due at eight o'clock; a case has few rows."""
TOGETHER = f"""d.status = 'waiting' AND d.id IN (SELECT b.docket_id FROM docket s JOIN letter_row a
 ON a.docket_id = s.id JOIN letter l ON l.id = a.letter_id AND l.outcome = ''
 JOIN letter_row b ON b.letter_id = l.id WHERE {_MINE})"""
"""Rows that share a letter of unknown outcome with a claimed one: that letter goes again as it was, or not at all."""
BATCH = "d.status = 'handed_over' AND d.token = :batch"

_TAKE = """WITH taken AS MATERIALIZED (SELECT d.id FROM docket d {join}WHERE {which} ORDER BY d.due_at, d.id
 LIMIT :limit{lock}) UPDATE docket SET status = 'claimed', token = :token, lease_until = :until,
 attempts = attempts + :counted FROM taken WHERE docket.id = taken.id RETURNING docket.id"""
_JOIN = "JOIN cases c ON c.id = d.case_id "
_LOCK = " FOR NO KEY UPDATE OF d SKIP LOCKED FOR SHARE OF c SKIP LOCKED"
"""A case that somebody is moving this very moment is left for the next round, so that no claim ever waits for a move;
two claims about one case do not get into each other's way."""

TAKEN = f"SELECT {_ROW} FROM docket d WHERE d.token = :token AND d.status = 'claimed' ORDER BY d.due_at, d.id"


@dataclass(frozen=True, slots=True)
class Batch:
    """What one claim came to: rows to carry out, in order of their time, and how many were settled at once by status
    (`overtaken`, `withheld`, `waiting`, `parked`). Neither when nothing was due."""

    rows: tuple[Claimed, ...] = ()
    settled: Mapping[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.rows or self.settled)


def claim(
    record: Record, now: datetime, lease: timedelta, limit: int, token: str, kind: str = "letter", *,
    tried: tuple[int, int] = (0, MOST_ATTEMPTS), announce: bool = True, batch: str = "",
) -> Batch:  # fmt: skip
    """Claim up to `limit` due rows of a kind (`letter`, `step`) under a fresh token, in one transaction.

    `tried` bounds how often they were claimed in vain before. With steps come the letters that announce them, unless
    no letter can leave now (`announce`). With `batch` it is the rows that were handed over under that token instead. Of
    several due notches of one date and function the newest alone is claimed; rows whose date no longer holds, or that
    nobody may know of any more, are settled with the reason.
    The number of statements does not grow with that of rows.
    """
    settled: Counter[str] = Counter()
    with record.database.write() as tx:
        rows: list[tuple[Claimed, Outlook]] = []
        again = True
        while again:
            which = BATCH if batch else STEPS if kind == "step" else LETTERS
            if not take(tx, which, token, now, now + lease, limit, tried, batch=batch) and not rows:
                # Most rounds find nothing due, and must cost next to nothing.
                return Batch((), dict(settled))
            world = record.world(tx, now)
            if kind == "letter" or announce:
                take(tx, ANNOUNCING if kind == "step" else TOGETHER, token, now, now + lease, limit)
            claimed, fates = known(tx, token, world)
            rows, over = weigh(record, claimed, world, now, announcing=kind == "step")
            fates += over
            write(tx, fates, now)
            settled.update(fate.status for fate in fates)
            # A newer notch written just now is due itself, and belongs in the same letter as the others.
            newer = any(fate.adds for fate in fates if fate.status == "overtaken")
            again = newer and len(rows) + settled.total() < limit
        addressed, nobody = address(tx, record, rows, token, world, now)
        write(tx, nobody, now)
        settled.update(fate.status for fate in nobody)
    return Batch(addressed, dict(settled))


def letters_left(record: Record, now: datetime, tried: tuple[int, int]) -> bool:
    """Whether letters are still due that a claim would take: it passes over the cases that somebody is moving."""
    with record.database.read() as tx:
        return tx.value(LEFT, now=now, least=tried[0], most=tried[1]) is not None


def new_token(record: Record) -> str:
    """What one claim's rows are known by; nobody can make it up."""
    return record.random_bytes(16).hex()


def take(
    tx: Transaction, which: str, token: str, now: datetime, until: datetime, limit: int,
    tried: tuple[int, int] = (0, MOST_ATTEMPTS), counted: int = 1, batch: str = "",
) -> int:  # fmt: skip
    """Puts up to `limit` rows under the token, oldest first; how many. `which` is one of the conditions above."""
    statement = _TAKE.format(which=which, join=_JOIN if tx.postgres else "", lock=_LOCK if tx.postgres else "")
    taken = tx.all(
        statement, token=token, now=now, ahead=now + AHEAD, until=until, limit=limit, counted=counted, least=tried[0],
        most=tried[1], batch=batch,
    )  # fmt: skip
    return len(taken)


def known(tx: Transaction, token: str, world: World) -> tuple[list[Claimed], list[Fate]]:
    """The rows of a batch with their cases; those whose case cannot be read are parked."""
    cases = situations.of_batch(tx, token, world.org)
    rows, unreadable = [], []
    for row_id, case_id, attempts, deferrals, since, rank, account, *row in tx.all(TAKEN, token=token):
        taken = (row_id, case_id, token, attempts, deferrals, since, rank, account, DocketRow(*row))
        if case_id in cases:
            rows.append(Claimed(*taken, cases[case_id]))
        else:
            unreadable.append(Fate(Taken(*taken), "parked", "case_unreadable"))
    return rows, unreadable


def weigh(
    record: Record, rows: Sequence[Claimed], world: World, now: datetime, *, announcing: bool = False
) -> tuple[list[tuple[Claimed, Outlook]], list[Fate]]:
    """Rows that hold, with what comes after them, and what becomes of the others. With `announcing` the letters are
    about the moment at which a step of the same claim is taken."""
    living, fates = list[tuple[Claimed, Outlook]](), list[Fate]()
    for claimed in rows:
        verdict = verdict_on(record, claimed, claimed.case, world, now)
        if verdict.status == "claimed":
            living.append((claimed, Outlook(world, verdict.following, announcing)))
        else:
            attempts = claimed.attempts if verdict.reason.startswith(FAILED) else 0
            fates.append(
                Fate(claimed, verdict.status, verdict.reason, verdict.not_before, attempts, notches_of(verdict))
            )
    return living, fates


def address(
    tx: Transaction, record: Record, rows: Sequence[tuple[Claimed, Outlook]], token: str, world: World, now: datetime
) -> tuple[tuple[Claimed, ...], list[Fate]]:
    """The same rows, all claimed under that token, with those to write to; letters that nobody is to get are put off
    or withheld."""
    refused = refusers(tx, token)
    asks = {c.id: Ask(c.row.post, c.case_id, c.case.cover.concerned, refused[c.id], c.account)
            for c, _ in rows if c.row.kind == "letter"}  # fmt: skip
    found = find_receivers(tx, asks.values(), token, world.org, local_date(now)) if asks else {}
    addressed, fates = [], []
    for claimed, outlook in rows:
        answer = found[asks[claimed.id]] if claimed.id in asks else None
        if answer is None or answer.receivers:
            addressed.append(claimed.to(answer.receivers if answer else (), outlook))
        else:
            fates.append(_unaddressed(record, claimed, answer, world, now))
    return tuple(addressed), fates


def _unaddressed(record: Record, claimed: Claimed, answer: Found, world: World, now: datetime) -> Fate:
    if answer.reason == NOBODY:
        return Fate(claimed, "waiting", NOBODY, now + NOBODY_WAITS)
    return with_next(record, Fate(claimed, "withheld", answer.reason), claimed, claimed.case, world)
