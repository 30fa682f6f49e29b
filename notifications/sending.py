"""Handing over what a round has claimed: each letter once, each closed at once with what became of it.

When the line breaks, or time is up, what was not tried is given back as if it had never been claimed. A letter that
nobody answered for keeps its bytes and goes again as it is. A database that is restarted in the middle is waited for:
what was heard of a letter must be written down, or it would go twice.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

from cases.clock import letters
from cases.clock.changed_readers import ChangedReaders
from cases.clock.fates import AGAIN_AFTER, FAILED, Claimed, ClaimLost
from cases.clock.last_look import Look, last_look
from cases.clock.letters import NO_ROOM, Kept, Tidings
from cases.clock.settling import settle_in
from cases.clock.taking_back import leave
from cases.database import DatabaseError
from cases.record import Record
from notifications.delivery import Mailer, NoAnswer, Parcel, Send, Unreachable
from notifications.items import desk_for
from notifications.letters import draft_letters
from notifications.people import first_groups, within
from notifications.refusals import Refusals, names_the_mailbox

log = logging.getLogger(__name__)

MANY = 50
"""So many letters put off or refused in a row, and none taken: the mail server takes nothing now, whatever it says
(ours)."""

TIME_IS_UP = "the round had no time left"

PAUSE = 0.5
"""Seconds between attempts at a database that does not answer."""

Answer = TypeVar("Answer")


@dataclass(slots=True)
class Outbox:
    """What one round has to send. `held` are claimed rows whose letters are not written yet; `late` says whether the
    claims come to an end soon. `room` is how many letters may still be tried in this turn of a line that was broken
    (`mail_line`), None while all is well. `taken` and `put_off` count letters, for whoever watches the line."""

    record: Record
    now: datetime
    mailer: Mailer
    tally: Counter[str]
    late: Callable[[], bool]
    held: list[Claimed] = field(default_factory=list)
    room: int | None = None
    taken: int = 0
    put_off: int = 0
    words: str = ""
    """What the mail server said when it last put a letter off."""
    refusals: Refusals = field(default_factory=Refusals)
    readers: ChangedReaders = field(default_factory=ChangedReaders)

    def keep_to_turn(self) -> None:
        """Of what is held, the people whose letters may leave in this turn, each with all that is due for her; the
        others' rows wait as if nobody had claimed them."""
        if self.room is not None and self.held:
            self.held, others = first_groups(self.held, self.room)
            leave(self.record, others)

    def has_left(self, letters: int) -> None:
        """So many of this turn's letters were tried, or given to somebody who tries them."""
        if self.room is not None:
            self.room = max(0, self.room - letters)

    def send_held(self, send: Send) -> bool:
        """Write the letters and hand them over one by one. False when time or room was up; Unreachable when the line
        broke."""
        while self.held:
            ready = self._written(self.held)
            self.held = []
            if not self.send_drafts(ready, send):
                self.give_back_held(NO_ROOM if self.room == 0 else TIME_IS_UP)
                return False
        return True

    def send_drafts(self, ready: Sequence[Kept], send: Send) -> bool:
        """The same for letters that are written already."""
        try:
            in_time = self._send(ready, send)
        except Unreachable:
            self._put_off_refused()
            raise
        self._weigh_refused()
        return in_time

    def _send(self, ready: Sequence[Kept], send: Send) -> bool:
        in_vain = 0
        for place, letter in enumerate(ready):
            if self.late():
                self._give_back(ready[place:], TIME_IS_UP)
                return False
            if self.room == 0:
                self._give_back(ready[place:], NO_ROOM)
                return False
            outcome = self._hand_over(letter, ready[place + 1 :], send)
            self.has_left(outcome is not NOT_OURS)
            in_vain = in_vain + 1 if outcome.outcome in ("deferred", "refused") else 0
            if in_vain == MANY:
                self._give_back(ready[place + 1 :], outcome.answer)
                raise Unreachable(f"the mail server takes none of {MANY} letters in a row ({outcome.answer})")
        return True

    def _weigh_refused(self) -> None:
        """What was refused after the last letter that was taken, if any was. Unreachable where that is everybody."""
        if not self.refusals.open:
            return
        words = self.refusals.open[-1][1].answer
        if self.refusals.of_everybody:
            self._put_off_refused()
            raise Unreachable(f"the mail server refuses every address ({words})")
        for letter, tidings in self.refusals.settled():
            believed = self._is_about_the_address(letter, tidings)
            self._close(letter, tidings if believed else tidings._replace(outcome="deferred"))

    def _is_about_the_address(self, letter: Kept, tidings: Tidings) -> bool:
        """Where the server's code leaves it open, it must have taken a letter since that one was first tried."""
        if self.taken or not letter.rows or (names_the_mailbox(tidings) and self.room is None):
            return True
        tried = [claimed.deferred_since for claimed in letter.rows if claimed.deferred_since is not None]
        return bool(tried) and self._patiently(partial(letters.any_taken, self.record, min(tried)))

    def _put_off_refused(self) -> None:
        for letter, tidings in self.refusals.settled():
            self._close(letter, tidings._replace(outcome="deferred"))

    def give_back_held(self, reason: str) -> None:
        """Rows without a letter wait again, as they were."""
        rows, self.held = self.held, []
        if rows:
            with self.record.database.write() as tx:
                self.tally += settle_in(tx, self.record, rows, "waiting", letters.MAIL + reason, self.now)

    def put_off_held(self, error: Exception) -> None:
        """Rows without a letter that something of ours broke off at: it may have been one of them."""
        rows, self.held = self.held, []
        self.tally["failed"] += len(rows)
        put_off(self.record, rows, f"{FAILED}{type(error).__name__}", self.now)

    def _hand_over(self, letter: Kept, rest: Sequence[Kept], send: Send) -> Tidings:
        parcel = Parcel(letter.body, letter.address, self.mailer.letterhead.return_address(letter.return_token))
        try:
            look = self._patiently(partial(last_look, self.record, letter, self.now, self.readers, rest))
            tidings = send(parcel) if look.may_leave else NOT_OURS
        except Unreachable as away:
            self._give_back((letter, *rest), str(away))
            raise
        except NoAnswer as silent:
            self._unanswered(letter, str(silent))
            self._give_back(rest, str(silent))
            raise Unreachable(str(silent)) from silent
        except DatabaseError:
            raise
        except Exception:
            log.exception("A letter could not be handed over; it stays claimed until its lease ends.")
            self.tally["failed"] += 1
            return NOT_OURS
        if tidings.outcome == "refused":
            self.refusals.heard(letter, tidings)
        elif tidings is not NOT_OURS:
            self._close(letter, tidings)
        if tidings.outcome == "delivered":
            for refused in self.refusals.taken():
                self._close(*refused)
        self._hold(look)
        return tidings

    def _hold(self, look: Look) -> None:
        """Rows of a letter that may not leave as it is, once each: the next letters of this round are about them."""
        self.tally.update(look.settled)
        already = {claimed.id for claimed in self.held}
        self.held += (claimed for claimed in look.living if claimed.id not in already)

    def _close(self, letter: Kept, tidings: Tidings) -> None:
        try:
            settled = self._patiently(partial(letters.close, self.record, letter, tidings, self.now))
        except ClaimLost:
            log.warning("A letter took longer than its lease; another round has it now.")
            return
        self._count(settled)
        arrived = tidings.outcome == "delivered"
        self.tally["sent"] += arrived
        self.taken += arrived
        if tidings.outcome == "deferred":
            self.put_off, self.words = self.put_off + 1, tidings.answer

    def _unanswered(self, letter: Kept, words: str) -> None:
        self.tally["failed"] += 1
        its_own = {claimed.id for claimed in letter.rows}
        self.held = [claimed for claimed in self.held if claimed.id not in its_own]
        try:
            self._count(self._patiently(partial(letters.unanswered, self.record, letter, words, self.now)))
        except ClaimLost:
            log.warning("A letter without an answer took longer than its lease; another round has it now.")

    def _give_back(self, ready: Sequence[Kept], reason: str) -> None:
        try:
            self._count(letters.give_back(self.record, ready, reason, self.now))
        except ClaimLost:
            log.warning("Some letters were taken over by another round; the others stay claimed until the lease ends.")

    def _patiently(self, work: Callable[[], Answer]) -> Answer:
        """Until the database lets it, as long as the round has time. Raises what the last attempt raised."""
        while True:
            try:
                return work()
            except DatabaseError as away:
                if self.late():
                    raise
                log.warning("The round waits for the database: %s", away)
                time.sleep(PAUSE)

    def _count(self, settled: Counter[str]) -> None:
        self.tally.update({status: count for status, count in settled.items() if status != "done"})

    def _written(self, rows: Sequence[Claimed]) -> tuple[Kept, ...]:
        again, pairs = letters.carry_on(self.record, rows, self.now)
        if self.room is not None:
            again, pairs, untouched = within(again, pairs, self.room)
            leave(self.record, untouched)
        if not pairs:
            return again
        desk = desk_for(self.record, pairs, self.mailer.letterhead, self.now)
        drafts, broken = draft_letters(pairs, desk, self.now)
        for claimed in {claimed.id: claimed for claimed, _ in pairs if claimed.id in broken}.values():
            self.tally["failed"] += 1
            put_off(self.record, (claimed,), broken[claimed.id], self.now)
        kept, settled = letters.keep(self.record, drafts, self.now)
        self._count(settled)
        return (*again, *kept)


NOT_OURS = Tidings("")
"""Nothing was tried: another round has the letter, or it is left to the end of its lease."""


def put_off(record: Record, rows: Sequence[Claimed], reason: str, now: datetime) -> None:
    """Give back rows that failed; one that has failed too often is parked, one that waits for a text never is. Without
    a database they stay until their leases end, and are rescued then."""
    try:
        with record.database.write() as tx:
            settle_in(tx, record, rows, "waiting", reason, now, not_before=now + AGAIN_AFTER,
                             failed=reason.startswith(FAILED))  # fmt: skip
    except Exception:
        log.exception("The rows %s stay claimed until their leases end.", [claimed.row.key for claimed in rows])
