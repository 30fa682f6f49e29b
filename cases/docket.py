"""The docket's intentions: what is due, who carries it out, what became of it, and what comes next.

A row is claimed with a lease and a token, carried out by its claimer outside any transaction, and settled with that
same token. Whether it still holds, and who is to get it, is asked at every claim (design.md section 3). The docket
alone knows what is still to do: no scheduler, queue or mail server is ever asked.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from cases import situations
from cases.database import Transaction
from cases.receivers import NOBODY, Ask, Found, Receiver, find_receivers, has_chain, refusers
from cases.record import Record
from cases.relevance import INSTEAD, Verdict, following, judge, origin
from cases.situations import Situation
from cases.waits import FIRST, given_up, wait
from workflows.attempt import World
from workflows.nouns import DocketRow
from workflows.office_hours import local_date

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
"""Claims without any recorded outcome after which a row is parked: it fails, or kills its worker (ours)."""

TOGETHER_BY_ATTEMPTS = (0, 0, 100, 10, 1)
"""How many rows may be claimed at once that were claimed so often in vain; 0: as many as one likes. One of them kills
its claimers, and the others must not be parked for having been beside it."""

NOBODY_WAITS = timedelta(hours=1)
"""How soon a row without a living receiver is looked at again; somebody may have been named meanwhile (ours)."""

AGAIN_AFTER = FIRST
"""How soon a row that failed for a fault of ours is tried again."""

FAILED = "failed:"
"""How the reason begins when a row could not be carried out for a fault of ours; the fault's name follows."""

LEASE_ENDED = "lease_ended"

MOST_TAKEN_BACK = 1000
"""Rows in one transaction; the rest comes with the next round."""

REFUSED = "refused: "
"""How the reason begins when no address of a function takes its letters; the mail server's words follow."""

_ROW = """d.id, d.case_id, d.attempts, d.deferrals, d.deferred_since, d.rank, d.account, d.key, d.kind, d.post,
 d.due_at, d.deadline, d.revision, d.notch, d.move"""
_DUE = "d.status = 'waiting' AND d.due_at <= :now AND (d.not_before IS NULL OR d.not_before <= :now)"
_MINE = "s.token = :token AND s.status = 'claimed'"

_TRIED = "d.attempts BETWEEN :least AND :most"
STEPS = f"{_DUE} AND d.kind = 'step' AND {_TRIED}"
LETTERS = f"{_DUE} AND d.kind = 'letter' AND {_TRIED}"
ANNOUNCING = f"""d.id IN (SELECT l.id FROM docket s JOIN docket l ON l.case_id = s.case_id AND l.status = 'waiting'
 AND l.kind = 'letter' AND l.deadline = s.deadline AND COALESCE(l.due_at, s.due_at) = s.due_at
 WHERE {_MINE} AND s.kind = 'step')"""
"""Letters of the very moment at which a claimed step of the same date is taken: the step may not overtake them.
COALESCE keeps SQLite from looking through all that is due at eight o'clock; a case has few rows."""
TOGETHER = f"""d.status = 'waiting' AND d.id IN (SELECT b.docket_id FROM docket s JOIN letter_row a
 ON a.docket_id = s.id JOIN letter l ON l.id = a.letter_id AND l.outcome = ''
 JOIN letter_row b ON b.letter_id = l.id WHERE {_MINE})"""
"""Rows that share a letter of unknown outcome with a claimed one: that letter goes again as it was, or not at all."""
EXPIRED = "d.status = 'claimed' AND d.lease_until < :now"
LOST = "d.status = 'handed_over' AND d.lease_until < :now"
"""What no job has claimed: the queue forgot it, or is too long."""
BATCH = "d.status = 'handed_over' AND d.token = :batch"

_TAKE = """WITH taken AS MATERIALIZED (SELECT d.id FROM docket d {join}WHERE {which} ORDER BY d.due_at, d.id
 LIMIT :limit{lock}) UPDATE docket SET status = 'claimed', token = :token, lease_until = :until,
 attempts = attempts + :counted FROM taken WHERE docket.id = taken.id"""
_JOIN = "JOIN cases c ON c.id = d.case_id "
_LOCK = " FOR NO KEY UPDATE OF d SKIP LOCKED FOR SHARE OF c SKIP LOCKED"
"""A case that somebody is moving this very moment is left for the next round, so that no claim ever waits for a move;
two claims about one case do not get into each other's way."""

TAKEN = f"SELECT {_ROW} FROM docket d WHERE d.token = :token AND d.status = 'claimed' ORDER BY d.due_at, d.id"

SETTLE = """UPDATE docket SET status = :status, reason = :reason, settled_at = :at, not_before = :not_before,
 attempts = :attempts, deferrals = :deferrals, deferred_since = :deferred_since, token = '', lease_until = NULL
 WHERE id = :id AND token = :token AND status = 'claimed'"""

ADD = """INSERT INTO docket (key, case_id, kind, post, due_at, status, reason, deadline, revision, notch, move, token,
 attempts, settled_at, rank, account) VALUES (:key, :case_id, :kind, :post, :due_at, :status, :reason, :deadline,
 :revision, :notch, :move, '', 0, :at, :rank, :account)
 ON CONFLICT (key) DO UPDATE SET status = excluded.status, reason = excluded.reason,
 due_at = excluded.due_at, settled_at = excluded.settled_at, not_before = NULL WHERE docket.status = 'overtaken'"""
"""A notch that was overtaken and is asked for again (the ball came back) is armed anew; one that was sent never is."""

_LISTED = """SELECT d.key, c.number, d.kind, d.post, d.due_at, d.status, d.reason, d.deadline, d.notch, d.move,
 d.attempts, d.not_before FROM docket d JOIN cases c ON c.id = d.case_id WHERE {which} ORDER BY d.due_at, d.id
 LIMIT :limit"""
DUE = _LISTED.format(which=_DUE)
LISTINGS = {
    "parked": _LISTED.format(which="d.status = 'parked'"),
    "claimed": _LISTED.format(which="d.status = 'claimed'"),
    "handed_over": _LISTED.format(which="d.status = 'handed_over'"),
    "waiting": _LISTED.format(which="d.status = 'waiting'"),
}
"""One statement a status, so that each finds its own index."""


class ClaimLost(Exception):
    """The lease ran out and somebody else has the row now. What became of it is theirs to say."""


class Listed(NamedTuple):
    """A row of the docket as an operator sees it: cover words only. A tuple because thousands may be due at once."""

    key: str
    number: str
    kind: str
    post: str
    due_at: datetime
    status: str
    reason: str
    deadline: str
    notch: str
    move: str
    attempts: int
    not_before: datetime | None


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that is ours until its lease ends: only `token` can settle it."""

    id: int
    case_id: int
    token: str
    attempts: int
    deferrals: int
    deferred_since: datetime | None
    rank: int
    account: str
    row: DocketRow


@dataclass(frozen=True, slots=True)
class Claimed(Taken):
    """A row to carry out, with its case as it was at the claim and those to write to."""

    case: Situation
    receivers: tuple[Receiver, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """What one claim came to: rows to carry out, in order of their time, and how many were settled at once by status
    (`overtaken`, `withheld`, `waiting`, `parked`). Neither when nothing was due."""

    rows: tuple[Claimed, ...] = ()
    settled: Mapping[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.rows or self.settled)


class Added(NamedTuple):
    """A row to write besides the one that is settled."""

    row: DocketRow
    status: str = "waiting"
    reason: str = ""
    rank: int = 0


@dataclass(frozen=True, slots=True)
class _Fate:
    """What becomes of a row. Without `deferred` its earlier deferrals stand as they were."""

    taken: Taken
    status: str
    reason: str
    not_before: datetime | None = None
    attempts: int = 0
    adds: tuple[Added, ...] = ()
    deferred: datetime | None = None
    """When the mail server did not take it once more."""


def due_rows(tx: Transaction, now: datetime, limit: int) -> tuple[Listed, ...]:
    """What is due and unsent at `now`, oldest first. The cost follows `limit`, never the number of cases."""
    return tuple(map(Listed._make, tx.all(DUE, now=now, limit=limit)))


def listing(tx: Transaction, *, status: str = "", limit: int = 50) -> tuple[Listed, ...]:
    """What is not finished, by status and time: parked first, then claimed, then waiting (`no_receiver` in `reason`
    is a row without a living receiver). `limit` counts for each status. Raises KeyError for other statuses."""
    wanted = [LISTINGS[status]] if status else LISTINGS.values()
    return tuple(Listed._make(row) for statement in wanted for row in tx.all(statement, limit=limit))


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
        world = record.world(tx, now)
        again = True
        while again:
            which = BATCH if batch else STEPS if kind == "step" else LETTERS
            _take(tx, which, token, now, now + lease, limit, tried, batch=batch)
            if kind == "letter" or announce:
                _take(tx, ANNOUNCING if kind == "step" else TOGETHER, token, now, now + lease, limit)
            rows, fates = _weigh(tx, record, token, world, now)
            _write(tx, fates, now)
            settled.update(fate.status for fate in fates)
            # A newer notch written just now is due itself, and belongs in the same letter as the others.
            newer = any(fate.adds for fate in fates if fate.status == "overtaken")
            again = newer and len(rows) + settled.total() < limit
        addressed, nobody = _address(tx, record, rows, token, world, now)
        _write(tx, nobody, now)
        settled.update(fate.status for fate in nobody)
    return Batch(addressed, dict(settled))


def settle(
    record: Record, claimed: Claimed, status: str, reason: str, now: datetime, *, not_before: datetime | None = None
) -> None:
    """Say what became of a claimed row, in a transaction of its own. Raises ClaimLost."""
    with record.database.write() as tx:
        settle_in(tx, record, (claimed,), status, reason, now, not_before=not_before)


def settle_in(
    tx: Transaction, record: Record, rows: Sequence[Claimed], status: str, reason: str, now: datetime, *,
    not_before: datetime | None = None, failed: bool = False, deferred: bool = False,
) -> Counter[str]:  # fmt: skip
    """Say what became of claimed rows and write what follows each, in the caller's transaction; how many went to
    which status. What follows is the next notch, and the next receiver of the chain when a function was refused.

    `waiting` gives rows back until `not_before`; those whose date was met or moved meanwhile are overtaken instead.
    With `failed` one that has failed too often is parked; with `deferred` each is put off for longer than the last
    time, and parked after five days. Raises ClaimLost when a row is not ours any more.
    """
    world = record.world(tx, now)
    cases = situations.of_cases(tx, (c.case_id for c in rows if c.row.kind == "letter"), world.org, shared=True)
    adds: list[dict[str, Any]] = []
    settled: Counter[str] = Counter()
    for claimed in rows:
        fate = _Fate(claimed, status, reason, not_before, claimed.attempts if failed else 0)
        if failed and claimed.attempts >= MOST_ATTEMPTS:
            fate = replace(fate, status="parked")
        if deferred:
            fate = _deferred(fate, claimed, now)
        if claimed.case_id in cases:
            fate = _settling(record, fate, claimed, cases[claimed.case_id], world, now)
        if tx.run(SETTLE, **_settled(fate, now)) != 1:
            raise ClaimLost(ClaimLost.__doc__)
        adds += _added(fate, now)
        settled[fate.status] += 1
    tx.many(ADD, adds)
    return settled


def _deferred(fate: _Fate, claimed: Claimed, now: datetime) -> _Fate:
    if claimed.deferred_since is not None and given_up(claimed.deferred_since, now):
        return replace(fate, status="parked", reason=f"{REFUSED}for five days: {fate.reason}")
    return replace(fate, not_before=now + wait(claimed.deferrals + 1, claimed.row.key), deferred=now)


def successor(row: DocketRow, rank: int, now: datetime) -> Added:
    """The row by which the next receiver of the chain gets what a function's addresses did not take."""
    return Added(row._replace(key=f"{origin(row.key)}{INSTEAD}{rank + 1}", due_at=now), rank=rank + 1)


def rescue(record: Record, now: datetime, lease: timedelta, limit: int = MOST_TAKEN_BACK) -> int:
    """Take back the rows whose claimers have let their lease run out, and those that a queue has lost; how many. A row
    that was claimed too often without any outcome is parked, the others wait again as they were."""
    return _take_back(record, (EXPIRED, LOST), now, lease, limit, LEASE_ENDED)


def take_back(record: Record, batch: str, now: datetime, lease: timedelta, reason: str) -> int:
    """What nobody has claimed of a batch waits again as it was; how many rows."""
    return _take_back(record, (BATCH,), now, lease, MOST_TAKEN_BACK, reason, batch)


def _take_back(
    record: Record, which: Iterable[str], now: datetime, lease: timedelta, limit: int, reason: str, batch: str = ""
) -> int:
    token = new_token(record)
    with record.database.write() as tx:
        world = record.world(tx, now)
        for rows_of in which:
            _take(tx, rows_of, token, now, now + lease, limit, counted=0, batch=batch)
        rows, fates = _known(tx, token, world)
        fates += [_rescued(record, claimed, world, now, reason) for claimed in rows]
        _write(tx, fates, now)
    return len(fates)


def new_token(record: Record) -> str:
    return record.random_bytes(16).hex()


def _take(
    tx: Transaction, which: str, token: str, now: datetime, until: datetime, limit: int,
    tried: tuple[int, int] = (0, MOST_ATTEMPTS), counted: int = 1, batch: str = "",
) -> None:  # fmt: skip
    statement = _TAKE.format(which=which, join=_JOIN if tx.postgres else "", lock=_LOCK if tx.postgres else "")
    tx.run(
        statement, token=token, now=now, until=until, limit=limit, counted=counted, least=tried[0], most=tried[1],
        batch=batch,
    )  # fmt: skip


def _known(tx: Transaction, token: str, world: World) -> tuple[list[Claimed], list[_Fate]]:
    """The rows of a batch with their cases; those whose case cannot be read are parked."""
    cases = situations.of_batch(tx, token, world.org)
    rows, unreadable = [], []
    for row_id, case_id, attempts, deferrals, since, rank, account, *row in tx.all(TAKEN, token=token):
        taken = (row_id, case_id, token, attempts, deferrals, since, rank, account, DocketRow(*row))
        if case_id in cases:
            rows.append(Claimed(*taken, cases[case_id]))
        else:
            unreadable.append(_Fate(Taken(*taken), "parked", "case_unreadable"))
    return rows, unreadable


def _weigh(
    tx: Transaction, record: Record, token: str, world: World, now: datetime
) -> tuple[list[Claimed], list[_Fate]]:
    """Rows of the batch that hold, and what becomes of the others."""
    rows, fates = _known(tx, token, world)
    living = []
    for claimed in rows:
        verdict = _verdict(record, claimed, claimed.case, world, now)
        if verdict.status == "claimed":
            living.append(claimed)
        else:
            attempts = claimed.attempts if verdict.reason.startswith(FAILED) else 0
            fates.append(_Fate(claimed, verdict.status, verdict.reason, verdict.not_before, attempts, _newer(verdict)))
    return living, fates


def _verdict(record: Record, claimed: Claimed, case: Situation, world: World, now: datetime) -> Verdict:
    try:
        return judge(claimed.row, case, record.library.routine(case.cover.definition).definition, world, now)
    except Exception as error:
        # One row that cannot be weighed must not stop the others; it is tried again, then parked.
        log.exception("The docket row %s cannot be weighed.", claimed.row.key)
        status = "parked" if claimed.attempts >= MOST_ATTEMPTS else "waiting"
        return Verdict(status, FAILED + type(error).__name__, now + AGAIN_AFTER)


def _newer(verdict: Verdict) -> tuple[Added, ...]:
    """Notches that went by while nobody asked are kept beside the newest, so that nothing vanishes without a reason."""
    passed = tuple(Added(row, "overtaken", verdict.reason) for row in verdict.newer[:-1])
    return passed + tuple(Added(row) for row in verdict.newer[-1:])


def _address(
    tx: Transaction, record: Record, rows: Sequence[Claimed], token: str, world: World, now: datetime
) -> tuple[tuple[Claimed, ...], list[_Fate]]:
    """The same rows with those to write to; letters that nobody is to get are put off or withheld."""
    refused = refusers(tx, token)
    asks = {c.id: Ask(c.row.post, c.case_id, c.case.cover.concerned, refused[c.id], c.account)
            for c in rows if c.row.kind == "letter"}  # fmt: skip
    found = find_receivers(tx, asks.values(), token, world.org, local_date(now)) if asks else {}
    addressed, fates = [], []
    for claimed in rows:
        answer = found[asks[claimed.id]] if claimed.id in asks else None
        if answer is None or answer.receivers:
            addressed.append(replace(claimed, receivers=answer.receivers if answer else ()))
        else:
            fates.append(_unaddressed(record, claimed, answer, world, now))
    return tuple(addressed), fates


def _unaddressed(record: Record, claimed: Claimed, answer: Found, world: World, now: datetime) -> _Fate:
    if answer.reason == NOBODY:
        return _Fate(claimed, "waiting", NOBODY, now + NOBODY_WAITS)
    return _with_next(record, _Fate(claimed, "withheld", answer.reason), claimed, claimed.case, world)


def _rescued(record: Record, claimed: Claimed, world: World, now: datetime, reason: str) -> _Fate:
    fate = _Fate(claimed, "waiting", reason, None, claimed.attempts)
    if claimed.attempts >= MOST_ATTEMPTS:
        fate = _Fate(claimed, "parked", "no_outcome", None, claimed.attempts)
    return _settling(record, fate, claimed, claimed.case, world, now)


def _settling(record: Record, fate: _Fate, claimed: Claimed, case: Situation, world: World, now: datetime) -> _Fate:
    """A fate once the case as it stands now is known: what waits must still hold, what is over has a next notch."""
    if fate.status != "waiting":
        return _with_next(record, _with_instead(fate, claimed, now), claimed, case, world)
    verdict = _verdict(record, claimed, case, world, now)
    if verdict.status != "overtaken":
        return fate
    return replace(fate, status="overtaken", reason=verdict.reason, not_before=None, adds=_newer(verdict))


def _with_instead(fate: _Fate, claimed: Claimed, now: datetime) -> _Fate:
    refused = fate.status == "parked" and fate.reason.startswith(REFUSED)
    if not refused or not has_chain(claimed.row.post, claimed.account):
        return fate
    return replace(fate, adds=(successor(claimed.row, claimed.rank, now),))


def _with_next(record: Record, fate: _Fate, claimed: Claimed, case: Situation, world: World) -> _Fate:
    try:
        definition = record.library.routine(case.cover.definition).definition
        notch = following(claimed.row, case, definition, world)
    except Exception:
        log.exception("The notch after %s cannot be worked out. `stegen verify` will miss it.", claimed.row.key)
        notch = None
    return replace(fate, adds=(*fate.adds, Added(notch))) if notch is not None else fate


def _write(tx: Transaction, fates: Sequence[_Fate], now: datetime) -> None:
    tx.many(SETTLE, [_settled(fate, now) for fate in fates])
    tx.many(ADD, [row for fate in fates for row in _added(fate, now)])


def _settled(fate: _Fate, now: datetime) -> dict[str, Any]:
    waits, taken = fate.status == "waiting", fate.taken
    return {"id": taken.id, "token": taken.token, "status": fate.status, "reason": fate.reason,
            "at": None if waits else now, "not_before": fate.not_before if waits else None, "attempts": fate.attempts,
            "deferrals": taken.deferrals + (fate.deferred is not None),
            "deferred_since": taken.deferred_since or fate.deferred}  # fmt: skip


def _added(fate: _Fate, now: datetime) -> Iterable[dict[str, Any]]:
    return (added_values(fate.taken.case_id, added, now) for added in fate.adds)


def added_values(case_id: int, added: Added, now: datetime, account: str = "") -> dict[str, Any]:
    """A new row's columns, as ADD takes them."""
    settled_at = None if added.status == "waiting" else now
    return added.row._asdict() | {"case_id": case_id, "status": added.status, "reason": added.reason,
                                  "rank": added.rank, "account": account, "at": settled_at}  # fmt: skip
