"""One round of the clock: everything that is due now is carried out or sent, until nothing is due any more.

Automatic steps first, each in a transaction of its own; a step makes many a letter needless. Then the letters, one to
each person. One bad row never stops the round: it is logged, tried again later, and parked when it keeps failing.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from cases import docket, letters
from cases.automatic import take_step
from cases.database import DatabaseError
from cases.docket import Claimed, ClaimLost
from cases.letters import Kept, Tidings
from cases.record import Record
from cases.rounds import note_round
from notifications.delivery import Mailer, NoAnswer, Send, Unreachable
from notifications.letters import desk_for, draft_letters

log = logging.getLogger(__name__)

DUTY = "docket"
LEASE = timedelta(minutes=15)
"""Longer than a batch of letters takes; a round that sleeps past it loses its claims to the next one (ours)."""

STEPS_AT_ONCE = 200
LETTERS_AT_ONCE = 1000
"""Rows in one claim. What one person gets is one letter as long as a morning's rows fit into one."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a round came to. `sent` counts letters, all else counts docket rows.

    `waiting`: put off with a reason (office closed, nobody to write to, mail server away); `failed`: something broke,
    and the log says what; `rescued`: taken back from a worker that let its lease run out.
    """

    steps: int = 0
    sent: int = 0
    withheld: int = 0
    overtaken: int = 0
    waiting: int = 0
    parked: int = 0
    failed: int = 0
    rescued: int = 0


def run_round(record: Record, now: datetime, mailer: Mailer) -> Report:
    """Everything due at `now`. Safe at any time, in any number at once; what it leaves, the next one takes up.

    Raises a DatabaseError when the docket itself cannot be read or written.
    """
    tally: Counter[str] = Counter(rescued=docket.rescue(record, now, LEASE))
    announcing = _take_steps(record, now, tally)
    _send_letters(record, now, mailer, announcing, tally)
    report = Report(**{name: tally[name] for name in Report.__dataclass_fields__})
    note_round(record, DUTY, asdict(report), now)
    return report


def _take_steps(record: Record, now: datetime, tally: Counter[str]) -> list[Claimed]:
    """Take every step that is due, and those that come due by it; the letters that announce them."""
    announcing: list[Claimed] = []
    while batch := docket.claim(record, now, LEASE, STEPS_AT_ONCE, docket.new_token(record), "step"):
        tally.update(batch.settled)
        announcing += (claimed for claimed in batch.rows if claimed.row.kind == "letter")
        for claimed in batch.rows:
            if claimed.row.kind == "step":
                _step(record, claimed, now, tally)
    return announcing


def _step(record: Record, claimed: Claimed, now: datetime, tally: Counter[str]) -> None:
    try:
        status = take_step(record, claimed, now)
        tally["steps" if status == "done" else status] += 1
    except ClaimLost:
        log.info("The step %s was taken over by another round.", claimed.row.key)
    except Exception as error:
        log.exception("The step %s could not be taken; it is tried again.", claimed.row.key)
        tally["failed"] += 1
        _put_off(record, claimed, f"{docket.FAILED}{type(error).__name__}", now)


def _put_off(record: Record, claimed: Claimed, reason: str, now: datetime) -> None:
    """Give back a row that failed; parked when that was once too often. Without a database it stays until its lease
    ends, and is rescued then."""
    try:
        with record.database.write() as tx:
            docket.settle_in(tx, record, (claimed,), "waiting", reason, now, not_before=now + docket.AGAIN_AFTER,
                             failed=True)  # fmt: skip
    except Exception:
        log.exception("The row %s stays claimed until its lease ends.", claimed.row.key)


def _send_letters(
    record: Record, now: datetime, mailer: Mailer, announcing: Sequence[Claimed], tally: Counter[str]
) -> None:
    if not announcing and not _anything_due(record, now):
        return
    try:
        with mailer.session() as send:
            _send_all(record, now, mailer, send, announcing, tally)
    except Unreachable as away:
        # Nothing more is claimed while nothing can leave; what is due stays due.
        log.warning("Letters wait: %s.", away)
        for claimed in announcing:
            docket.settle(record, claimed, "waiting", f"mail: {away}", now, not_before=now + docket.AGAIN_AFTER)
        tally["waiting"] += len(announcing)


def _send_all(
    record: Record, now: datetime, mailer: Mailer, send: Send, announcing: Sequence[Claimed], tally: Counter[str]
) -> None:
    rows: Sequence[Claimed] = announcing
    while (batch := docket.claim(record, now, LEASE, LETTERS_AT_ONCE, docket.new_token(record))) or rows:
        tally.update(batch.settled)
        if not _deliver(record, _written(record, [*rows, *batch.rows], now, mailer, tally), now, send, tally):
            return
        rows = ()


def _anything_due(record: Record, now: datetime) -> bool:
    with record.database.read() as tx:
        return bool(docket.due_rows(tx, now, 1))


def _deliver(record: Record, ready: Sequence[Kept], now: datetime, send: Send, tally: Counter[str]) -> bool:
    """Send letters one by one, each closed at once with what became of it. False when nothing more can leave."""
    for place, letter in enumerate(ready):
        try:
            if letters.still_ours(record, letter):
                _close(record, letter, send(letter.body, letter.address), now, tally)
        except (Unreachable, NoAnswer) as broken:
            # An unanswered letter stays as it is until its lease ends, and then goes again with the same bytes.
            unanswered = isinstance(broken, NoAnswer)
            log.warning("Letters wait: %s.", broken)
            tally["failed"] += unanswered
            for rest in ready[place + unanswered :]:
                _close(record, rest, Tidings("deferred", str(broken)), now, tally)
            return False
        except DatabaseError:
            raise
        except Exception:
            log.exception("A letter could not be handed over; it stays claimed until its lease ends.")
            tally["failed"] += 1
    return True


def _written(
    record: Record, rows: Sequence[Claimed], now: datetime, mailer: Mailer, tally: Counter[str]
) -> tuple[Kept, ...]:
    again, pairs = letters.carry_on(record, rows, now)
    if not pairs:
        return again
    drafts, broken = draft_letters(pairs, desk_for(record, pairs, mailer.letterhead, now), now)
    for claimed in {claimed.id: claimed for claimed, _ in pairs if claimed.id in broken}.values():
        tally["failed"] += 1
        _put_off(record, claimed, docket.FAILED + broken[claimed.id], now)
    tally["parked"] += sum(bool(draft.refused) for draft in drafts)
    return (*again, *letters.keep(record, drafts, now))


def _close(record: Record, letter: Kept, tidings: Tidings, now: datetime, tally: Counter[str]) -> None:
    try:
        letters.close(record, letter, tidings, now)
    except ClaimLost:
        log.warning("A letter to %s took longer than its lease; another round has it now.", letter.address)
        return
    counted = {"delivered": "sent", "deferred": "waiting", "refused": "parked"}[tidings.outcome]
    tally[counted] += 1 if counted == "sent" else len(letter.rows)
