"""One round of the clock: everything that is due now is carried out or sent, until nothing is due any more.

Automatic steps first, each in a transaction of its own; a step makes many a letter needless. Then the letters, one to
each person. One bad row never stops the round: it is logged, tried again later, and parked when it keeps failing.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from cases.clock import claiming, docket, mail_line, ran_ahead, taking_back
from cases.clock.automatic import take_step
from cases.clock.claiming import TOGETHER_BY_ATTEMPTS, new_token
from cases.clock.fates import FAILED, Claimed, ClaimLost
from cases.clock.gathering import gathering_alone, laying_out_alone, nobody_gathering
from cases.clock.long_absences import write_hand_overs
from cases.clock.monthly_lists import write_monthly_lists
from cases.clock.own_reminders import write_own_reminders
from cases.clock.rounds import note_failure, note_round
from cases.clock.standstill import is_still
from cases.organisation.calendar_changes import recount_due
from cases.record import Record
from notifications.delivery import Mailer, Send, Unreachable
from notifications.functions_given import tell_functions_given
from notifications.invitations import send_invitations
from notifications.sending import Outbox, put_off
from notifications.texts import TextFaults, forms

log = logging.getLogger(__name__)

DUTY = "docket"
HandOver = Callable[[Outbox, int | None], bool]
"""Gives the claimed rows that an outbox holds to somebody else, together with the turn they leave in (`mail_line`);
answers whether the round goes on."""

LEASE = timedelta(minutes=15)
"""A round that sleeps past it loses its claims to the next one (ours)."""

WORKING = timedelta(minutes=10)
"""How long a round goes on claiming steps and handing over letters. Leases count from its beginning; what is left then
is given back, or left to the next round, well before they end."""

STEPS_AT_ONCE = 200
LETTERS_AT_ONCE = 1000
"""Rows in one claim; on SQLite fresh letters are claimed a whole morning at once (`_in_one_claim`)."""

MORNING = 20_000
"""Rows whose letters are written together: what one person gets of them is one letter."""

TRIES, A_MOMENT = 6, 0.1
"""How often, and after how many seconds, rows are asked for of which a case is held: a move takes no longer, nor does
taking up fresh words for the search; what is claimed late belongs into the same letters."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a round came to. `sent` counts letters, all else counts docket rows.

    `waiting`: put off with a reason (office closed, nobody to write to, mail server away); `failed`: something broke,
    and the log says what; `rescued`: taken back from a worker that let its lease run out; `listed`: written for the
    monthly lists, own reminders and long absences; `handed_over`: given to an engine's queue; `still`: 1 when the clock
    of a restored copy stands still, so that nothing was done.
    """

    steps: int = 0
    sent: int = 0
    withheld: int = 0
    overtaken: int = 0
    waiting: int = 0
    parked: int = 0
    failed: int = 0
    rescued: int = 0
    listed: int = 0
    handed_over: int = 0
    still: int = 0


def run_round(
    record: Record,
    now: datetime,
    mailer: Mailer,
    *,
    stopwatch: Callable[[], float] = time.monotonic,
    hand_over: HandOver | None = None,
) -> Report:
    """Everything due at `now`. Safe at any time, in any number at once; what it leaves, the next one takes up.

    `stopwatch` counts seconds from anywhere, so that the round ends before its claims do. With `hand_over` the letters
    are not sent here. Raises a DatabaseError when the docket itself cannot be read or written.
    """
    if is_still(record):
        return _noted(record, Counter(still=1), now)
    tally = _lay_out(record, now)
    late = late_after(WORKING, stopwatch)
    turn = mail_line.take_turn(record, now)
    with nobody_gathering(record):
        if _anything_due(record, now):
            recount_due(record, now, late)
        announcing = _take_steps(record, now, tally, late, announce=turn is None)
    outbox = Outbox(record, now, mailer, tally, late, announcing, room=turn)
    if announcing or (turn != 0 and _anything_due(record, now)):
        if hand_over is None:
            send_over_line(outbox, turn, lambda send: _all_due(outbox, lambda: outbox.send_held(send)))
        else:
            _all_due(outbox, lambda: hand_over(outbox, turn))
    elif turn:
        mail_line.note_nothing_due(record, now)
    invited = send_invitations(record, now, mailer)
    tally.update(sent=invited["sent"] + tell_functions_given(record, now, mailer), waiting=invited["due"])
    return _noted(record, tally, now)


def _lay_out(record: Record, now: datetime) -> Counter[str]:
    """Everything that a morning has lies there before anybody gathers: what comes back from machines that died, and
    what is written once a day or a month. A second round that writes the same rows holds them for a moment, and whoever
    gathered then would get a part of them."""
    tally: Counter[str] = Counter()
    with laying_out_alone(record) as alone:
        if alone:
            ran_ahead.put_right(record, now)
            tally["rescued"] += taking_back.rescue(record, now, LEASE)
            tally["listed"] += write_monthly_lists(record, now) + write_own_reminders(record, now)
            tally["listed"] += write_hand_overs(record, now)
    return tally


def _noted(record: Record, tally: Counter[str], now: datetime) -> Report:
    report = Report(**{name: tally[name] for name in Report.__dataclass_fields__})
    note_round(record, DUTY, asdict(report), now)
    if faults := forms().faults():
        note_failure(record, DUTY, str(TextFaults(faults)), now)
    return report


def late_after(time_left: timedelta, stopwatch: Callable[[], float]) -> Callable[[], bool]:
    """Whether that time has passed since now."""
    ends = stopwatch() + time_left.total_seconds()
    return lambda: stopwatch() >= ends


def _take_steps(
    record: Record, now: datetime, tally: Counter[str], late: Callable[[], bool], *, announce: bool
) -> list[Claimed]:
    """Take every step that is due, and those that come due by it, as long as it is not late; the letters that announce
    them."""
    announcing: list[Claimed] = []
    for tried, limit in _by_attempts(STEPS_AT_ONCE):
        while not late() and (
            batch := claiming.claim(
                record, now, LEASE, limit, new_token(record), "step", tried=tried, announce=announce
            )
        ):
            tally.update(batch.settled)
            announcing += (claimed for claimed in batch.rows if claimed.row.kind == "letter")
            for claimed in batch.rows:
                if claimed.row.kind == "step":
                    _step(record, claimed, now, tally)
    return announcing


def _by_attempts(most: int) -> list[tuple[tuple[int, int], int]]:
    """How often rows were claimed in vain (from, to), and how many of these are claimed at once: fresh ones first."""
    fresh = sum(limit == 0 for limit in TOGETHER_BY_ATTEMPTS)
    later = list(enumerate(TOGETHER_BY_ATTEMPTS))[fresh:]
    return [((0, fresh - 1), most), *(((tried, tried), min(limit, most)) for tried, limit in later)]


def _step(record: Record, claimed: Claimed, now: datetime, tally: Counter[str]) -> None:
    try:
        status = take_step(record, claimed, now)
        tally["steps" if status == "done" else status] += 1
    except ClaimLost:
        log.info("The step %s was taken over by another round.", claimed.row.key)
    except Exception as error:
        log.exception("The step %s could not be taken; it is tried again.", claimed.row.key)
        tally["failed"] += 1
        put_off(record, (claimed,), f"{FAILED}{type(error).__name__}", now)


def _anything_due(record: Record, now: datetime) -> bool:
    with record.database.read() as tx:
        return bool(docket.due_rows(tx, now, 1))


def send_over_line(outbox: Outbox, turn: int | None, send_all: Callable[[Send], None]) -> None:
    """Open the way and send; what was heard of the line, broken or mended, is noted for everybody."""
    record, now = outbox.record, outbox.now
    try:
        with outbox.mailer.session() as send:
            send_all(send)
        if turn is not None and outbox.put_off and not outbox.taken:
            raise Unreachable(f"the mail server still takes no letter ({outbox.words})")
    except Unreachable as away:
        log.warning("Letters wait: %s.", away)
        mail_line.note_broken(record, str(away), now)
        outbox.give_back_held(str(away))
    except Exception as error:
        outbox.put_off_held(error)
        raise
    else:
        if turn is not None:
            more = _anything_due(record, now)
            if outbox.taken:
                mail_line.note_flowing(record, turn, more=more)
            elif not more:
                mail_line.note_nothing_due(record, now)


def _all_due(outbox: Outbox, pass_on: Callable[[], bool]) -> None:
    """Claim what is due, fresh rows first, and pass on what is held until that says no, until another round turns out
    to be gathering, or until the turn of a line that was broken has no room left. Most rounds have fresh rows alone,
    and ask for no lock in vain."""
    for tried, at_once in _by_attempts(_in_one_claim(outbox.record)):
        together = MORNING if tried[0] == 0 else at_once
        claimed = 1
        while claimed and (outbox.held or claiming.letters_left(outbox.record, outbox.now, tried)):
            with gathering_alone(outbox.record) as alone:
                claimed = _claim(outbox, tried, at_once, together) if alone else 0
                outbox.keep_to_turn()
            if not pass_on() or not alone or outbox.room == 0:
                return


def _in_one_claim(record: Record) -> int:
    """Fresh letters in one claim. Between two claims another clock may come and take a part of somebody's rows; where
    no advisory lock keeps it away (`gathering.py`) the write lock of a single claim does."""
    return LETTERS_AT_ONCE if record.database.postgres else MORNING


def _claim(outbox: Outbox, tried: tuple[int, int], at_once: int, most: int) -> int:
    """Claim what is due until nothing is, or `most` rows are held; how many rows that touched."""
    touched, tries = 0, TRIES
    while touched < most and tries:
        token = new_token(outbox.record)
        batch = claiming.claim(outbox.record, outbox.now, LEASE, min(at_once, most - touched), token, tried=tried)
        if not batch:
            if not claiming.letters_left(outbox.record, outbox.now, tried):
                break
            tries -= 1
            time.sleep(A_MOMENT)
        outbox.tally.update(batch.settled)
        outbox.held += batch.rows
        touched += len(batch.rows) + sum(batch.settled.values())
    return touched
