"""The clock of a restored copy stands still: no letter leaves and no step is taken until somebody lets it go on.

A copy knows nothing of what happened after it was taken, so its clock would send letters again that people have had,
and take steps over answers that were given meanwhile. An operator looks, says until when letters had left before the
restore, and lets it go on; letters up to then count as sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.clock import situations
from cases.clock.docket import ADD, Added, added_values
from cases.clock.docket_acts import ADMINISTRATOR, LONGEST_REASON
from cases.clock.ran_ahead import believed
from cases.clock.relevance import TOLD_OF_GLASS, following
from cases.database import Transaction
from cases.functions import NotYourFunction, posts_of
from cases.organisation.administration import By, note_act
from cases.record import Record
from workflows.attempt import World
from workflows.inputs import has_control
from workflows.nouns import DocketRow
from workflows.office_hours import local_date

COUNTED_AS_SENT = "sent_before_restore"
"""The reason of a docket row whose letter left before the restore, as the operator said."""

STANDS = "SELECT since, taken_at, reason FROM standstill WHERE ended_at IS NULL ORDER BY id LIMIT 1"
RESTORED = "SELECT since, taken_at FROM standstill WHERE taken_at IS NOT NULL ORDER BY id DESC LIMIT 1"
BEGIN = (
    "INSERT INTO standstill (since, taken_at, reason, ended_by, ended_because) VALUES (:now, :taken, :reason, '', '')"
)
END = """UPDATE standstill SET ended_at = :now, ended_by = :account, ended_because = :reason, sent_until = :until
 WHERE ended_at IS NULL"""

_DUE_UNTIL = """kind = 'letter' AND status IN ('waiting', 'claimed', 'handed_over') AND due_at <= :until
 AND (not_before IS NULL OR not_before <= :until)"""
WAITING = f"SELECT COUNT(*) FROM docket WHERE {_DUE_UNTIL}"
STEPS = "SELECT COUNT(*) FROM docket WHERE kind = 'step' AND status = 'waiting' AND due_at <= :until"
UNTIL = f"""SELECT case_id, key, kind, post, due_at, deadline, revision, notch, move FROM docket
 WHERE {_DUE_UNTIL} AND notch <> :told ORDER BY id LIMIT :most"""
"""A letter about an emergency opening is never called sent by an administrator: it leaves rather twice than never."""
SENT = """UPDATE docket SET status = 'done', reason = :reason, settled_at = :now, token = '', lease_until = NULL,
 not_before = NULL WHERE key = :key"""
CLOSED = """UPDATE letter SET outcome = 'withheld', answer = :reason WHERE outcome = '' AND id IN (SELECT l.letter_id
 FROM letter_row l JOIN docket k ON k.id = l.docket_id GROUP BY l.letter_id
 HAVING COUNT(*) = COUNT(CASE WHEN k.reason = :reason THEN 1 END))"""
"""A letter of unknown outcome that is about nothing else."""

AT_ONCE = 500


class NotStandingStill(Exception):
    """The clock goes on already: nothing was changed."""


class BadReason(Exception):
    """Give a reason of one line, at most 500 characters: it is kept."""


class AheadOfNow(Exception):
    """Letters that fall due later cannot have left. Give the moment at which the old clock stopped."""


@dataclass(frozen=True, slots=True)
class Standstill:
    """`taken_at` is the moment that the restored copy shows, None when somebody stopped the clock by hand. `letters`
    and `steps` are docket rows that would be carried out if the clock went on now."""

    since: datetime
    taken_at: datetime | None
    reason: str
    letters: int = 0
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Restored:
    """When this record was brought back from a backup, and the moment that the copy shows."""

    at: datetime
    shows: datetime

    def wrote(self, moment: datetime, now: datetime) -> bool:
        """Whether that was written before the restore, by the copied record's own clock; also where that one was ahead
        of ours."""
        return moment <= self.at or not believed(moment, now)


def restored(tx: Transaction) -> Restored | None:
    """The last time, whether the clock still stands or goes again; None for a record that was never restored."""
    row = tx.one(RESTORED)
    return Restored(*row) if row is not None else None


def stands(tx: Transaction) -> Standstill | None:
    """Why the clock stands, without counting what waits; None while it goes."""
    row = tx.one(STANDS)
    return Standstill(*row) if row is not None else None


def standing_still(record: Record, now: datetime) -> Standstill | None:
    """The same with what waits for it."""
    with record.database.read() as tx:
        found = stands(tx)
        if found is None:
            return None
        counts = int(tx.value(WAITING, until=now)), int(tx.value(STEPS, until=now))
    return Standstill(found.since, found.taken_at, found.reason, *counts)


def is_still(record: Record) -> bool:
    """Asked by everything that would send or take a step."""
    with record.database.read() as tx:
        return stands(tx) is not None


def begin(tx: Transaction, reason: str, taken_at: datetime | None, now: datetime) -> None:
    """The clock stops; `taken_at` is what a restored copy shows."""
    tx.run(BEGIN, now=now, taken=taken_at, reason=reason)


def stop(record: Record, account: str, reason: str, now: datetime) -> None:
    """Somebody stops the clock by hand, before a copy that was made another way is let loose. Nothing when it stands.

    Raises NotYourFunction and BadReason. It stands in the log of administration, as going on does.
    """
    with record.database.write() as tx:
        _allowed(tx, account, reason, now)
        if stands(tx) is None:
            begin(tx, reason.strip(), None, now)
            note_act(tx, By(account, now, reason), "clock_stopped", "")


def go_on(record: Record, account: str, reason: str, sent_until: datetime | None, now: datetime) -> int:
    """The clock goes on. Letters that fell due up to `sent_until` count as sent, each with the next one after it; all
    others leave with the next round. How many were counted as sent.

    Raises NotYourFunction, BadReason, AheadOfNow and NotStandingStill; then nothing was written.
    """
    with record.database.write() as tx:
        _allowed(tx, account, reason, now)
        if sent_until is not None and sent_until > now:
            raise AheadOfNow(AheadOfNow.__doc__)
        if tx.run(END, now=now, account=account, reason=reason.strip(), until=sent_until) == 0:
            raise NotStandingStill(NotStandingStill.__doc__)
        note_act(tx, By(account, now, reason), "clock_went_on", "", until=sent_until)
        return _count_as_sent(tx, record, sent_until, now) if sent_until is not None else 0


def _allowed(tx: Transaction, account: str, reason: str, now: datetime) -> None:
    if ADMINISTRATOR not in posts_of(tx, account, local_date(now)):
        raise NotYourFunction(f"{account} is no administrator today; only {ADMINISTRATOR} stops and starts the clock.")
    if not reason.strip() or len(reason.splitlines()) > 1 or len(reason) > LONGEST_REASON or has_control(reason):
        raise BadReason(BadReason.__doc__)


def _count_as_sent(tx: Transaction, record: Record, until: datetime, now: datetime) -> int:
    """Batch by batch; a next notch that fell due by then too is taken by a later one."""
    world, counted = record.world(tx, now), 0
    while rows := tx.all(UNTIL, until=until, told=TOLD_OF_GLASS, most=AT_ONCE):
        tx.many(SENT, [{"key": row[1], "reason": COUNTED_AS_SENT, "now": now} for row in rows])
        tx.many(ADD, list(_next_notches(tx, record, rows, world, now)))
        counted += len(rows)
    tx.run(CLOSED, reason=COUNTED_AS_SENT)
    return counted


def _next_notches(
    tx: Transaction, record: Record, rows: list[tuple[Any, ...]], world: World, now: datetime
) -> Iterator[dict[str, Any]]:
    known = situations.of_cases(tx, {row[0] for row in rows}, world.org)
    for case_id, *columns in rows:
        case = known.get(case_id)
        if case is None:
            continue
        definition = record.library.routine(case.cover.definition).definition
        notch = following(DocketRow(*columns), case, definition, world)
        if notch is not None:
            yield added_values(case_id, Added(notch), now)
