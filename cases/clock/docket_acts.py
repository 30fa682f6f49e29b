"""What an operator does to a docket row by hand: try again, take back from a dead worker, drop. Each with a reason.

Every act is kept with account, time and reason beside the row. Dropping a letter takes something from the case's own
people, so it is told in their history as well: in the inner compartment of the party, or forum, that would have had it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cases.apply import write_history
from cases.clock import situations
from cases.clock.docket import ADD, Added, added_values
from cases.clock.relevance import TOLD_OF_GLASS, following
from cases.contents.identifiers import numbers
from cases.database import Transaction
from cases.functions import NotYourFunction, posts_of
from cases.gather import HEADS, Head
from cases.record import Record
from workflows.inputs import has_control
from workflows.nouns import DocketRow
from workflows.office_hours import local_date
from workflows.organisation import post
from workflows.texts import inner_record

ADMINISTRATOR = post("administrator", "county")
DROPPED = "letter_dropped"
LONGEST_REASON = 500

_COLUMNS = "d.key, d.kind, d.post, d.due_at, d.deadline, d.revision, d.notch, d.move"
FOUND = f"""SELECT d.id, d.case_id, c.number, d.status, d.rank, d.account, {_COLUMNS} FROM docket d
 JOIN cases c ON c.id = d.case_id WHERE d.key = :key"""
LOG = "INSERT INTO docket_act (docket_id, at, account, act, reason) VALUES (:id, :at, :account, :act, :reason)"
ACTS = """SELECT d.key, a.at, a.account, a.act, a.reason FROM docket_act a JOIN docket d ON d.id = a.docket_id
 ORDER BY a.id DESC LIMIT :limit"""
PARKED = "SELECT key FROM docket WHERE status = 'parked' ORDER BY due_at, id"

RETRY = """UPDATE docket SET status = 'waiting', reason = 'retried', not_before = NULL, attempts = 0, deferrals = 0,
 deferred_since = NULL, settled_at = NULL WHERE id = :id AND status IN ('parked', 'waiting')"""
REFUSALS = """DELETE FROM letter_row WHERE docket_id = :id
 AND letter_id IN (SELECT id FROM letter WHERE outcome = 'refused')"""
STOOD_IN = """UPDATE docket SET status = 'overtaken', reason = 'retried', settled_at = :at WHERE case_id = :case_id
 AND post = :post AND deadline = :deadline AND revision = :revision AND notch = :notch AND rank > :rank
 AND status = 'waiting'"""
RELEASE = """WITH RECURSIVE together (id) AS (SELECT CAST(:id AS INTEGER) UNION SELECT b.docket_id FROM together t
 JOIN letter_row a ON a.docket_id = t.id JOIN letter l ON l.id = a.letter_id AND l.outcome = ''
 JOIN letter_row b ON b.letter_id = l.id) UPDATE docket SET status = 'waiting', reason = 'released', token = '',
 lease_until = NULL, attempts = 0 WHERE id IN (SELECT id FROM together) AND status IN ('claimed', 'handed_over')
 RETURNING id"""
"""With all rows that share a letter of unknown outcome with it: that letter goes again as it was, or not at all."""
DROP = """UPDATE docket SET status = 'withheld', reason = :reason, settled_at = :at
 WHERE id = :id AND status IN ('parked', 'waiting')"""


class RowFault(Exception):
    """A docket row cannot be treated as was asked; the message says what can be done instead."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act by hand."""

    key: str
    at: datetime
    account: str
    act: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Found:
    id: int
    case_id: int
    number: str
    status: str
    rank: int
    account: str
    row: DocketRow


def retry(record: Record, account: str, key: str, reason: str, now: datetime) -> None:
    """A parked row, or one that is put off, is due at once and tries every address again.

    All three raise RowFault, and NotYourFunction for an account that is no administrator; then nothing was written.
    """
    with record.database.write() as tx:
        found = _found(tx, account, key, reason, now)
        if tx.run(RETRY, id=found.id) != 1:
            raise RowFault(f"{key} is {found.status}. Only a parked or waiting row can be tried again{_hint(found)}.")
        tx.run(REFUSALS, id=found.id)
        row = found.row
        tx.run(STOOD_IN, at=now, case_id=found.case_id, post=row.post, deadline=row.deadline, revision=row.revision,
               notch=row.notch, rank=found.rank)  # fmt: skip
        _log(tx, found.id, account, "retry", reason, now)


def release(record: Record, account: str, key: str, reason: str, now: datetime) -> None:
    """A claimed row whose worker is known to be dead, or one that a queue has lost, waits again before its lease ends.
    If the worker lives after all it cannot settle the row any more; a letter in its hands may then arrive twice, with
    the same Message-ID: all rows of that letter are released with this one, and the act stands beside each."""
    with record.database.write() as tx:
        found = _found(tx, account, key, reason, now)
        released = {row_id for (row_id,) in tx.all(RELEASE, id=found.id)}
        if found.id not in released:
            raise RowFault(
                f"{key} is {found.status}. Only a row that a worker or a queue has can be released{_hint(found)}."
            )
        for row_id in sorted(released):
            _log(tx, row_id, account, "release", reason, now)


def drop(record: Record, account: str, key: str, reason: str, now: datetime) -> None:
    """A letter that nobody is to get: withheld with the reason, told in the history; the next notch stands.

    An automatic step is never dropped: what the routine does when a date passes is not an operator's to decide. Nor is
    the letter about an emergency opening: the one whom it is about would decide whether anybody hears of it.
    """
    with record.database.write() as tx:
        found = _found(tx, account, key, reason, now)
        if found.row.kind == "step":
            raise RowFault(
                f"{key} is a step of the routine and cannot be dropped. Mend what stops it and retry it, or let "
                "somebody of the case make the move."
            )
        if found.row.notch == TOLD_OF_GLASS:
            raise RowFault(
                f"{key} tells a party that an administrator opened its case, and cannot be dropped. Mend what stops it "
                "and retry it."
            )
        if tx.run(DROP, id=found.id, reason=f"dropped: {reason.strip()}", at=now) != 1:
            raise RowFault(f"{key} is {found.status}. Only a parked or waiting letter can be dropped{_hint(found)}.")
        _next_notch(tx, record, found, now)
        _tell(tx, record, found, account, reason, now)
        _log(tx, found.id, account, "drop", reason, now)


def parked_keys(tx: Transaction) -> tuple[str, ...]:
    return tuple(key for (key,) in tx.all(PARKED))


def acts(tx: Transaction, limit: int) -> tuple[Act, ...]:
    """What was done by hand, newest first."""
    return tuple(Act(*row) for row in tx.all(ACTS, limit=limit))


def _found(tx: Transaction, account: str, key: str, reason: str, now: datetime) -> _Found:
    if ADMINISTRATOR not in posts_of(tx, account, local_date(now)):
        raise NotYourFunction(f"{account} is no administrator today; only {ADMINISTRATOR} changes the docket by hand.")
    if not reason.strip() or len(reason.splitlines()) > 1 or len(reason) > LONGEST_REASON or has_control(reason):
        raise RowFault(f"Give a reason of one line, at most {LONGEST_REASON} characters: it is kept.")
    if numbers(reason):
        raise RowFault("A personal number stands in the reason. Take it out: the reason is kept with the case.")
    row = tx.one(FOUND + (" FOR UPDATE" if tx.postgres else ""), key=key)
    if row is None:
        raise RowFault(f"There is no docket row {key}. `stegen docket list` shows the keys.")
    row_id, case_id, number, status, rank, own, *columns = row
    return _Found(row_id, case_id, number, status, rank, own, DocketRow(*columns))


def _hint(found: _Found) -> str:
    if found.status == "claimed":
        return "; release it first if its worker is dead"
    return "" if found.status in ("waiting", "parked") else "; it is settled"


def _log(tx: Transaction, row_id: int, account: str, act: str, reason: str, now: datetime) -> None:
    tx.run(LOG, id=row_id, at=now, account=account, act=act, reason=reason.strip())


def _next_notch(tx: Transaction, record: Record, found: _Found, now: datetime) -> None:
    world = record.world(tx, now)
    case = situations.of_cases(tx, (found.case_id,), world.org).get(found.case_id)
    if case is not None:
        definition = record.library.routine(case.cover.definition).definition
        notch = following(found.row, case, definition, world)
        tx.many(ADD, [added_values(found.case_id, Added(notch), now)] if notch is not None else [])


def _tell(tx: Transaction, record: Record, found: _Found, account: str, reason: str, now: datetime) -> None:
    compartment = inner_record(found.row.post, record.organisation(tx, now))
    if not compartment:
        return  # a county's own function has no compartment; the act beside the row is all there is to tell
    heads = {name: Head(version, bytes(head)) for name, version, head in tx.all(HEADS, id=found.case_id)}
    texts = {"reason": reason.strip(), "letter": found.row.key.partition("/")[2]}
    write_history(tx, record, found.case_id, found.number, heads, ADMINISTRATOR, account, now,
                  [(compartment, DROPPED, {}, texts)])  # fmt: skip
