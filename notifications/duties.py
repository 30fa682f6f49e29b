"""The clock's duties, and what becomes known of each: the round, the night's watch, the yearly reminder.

One that breaks off is noted where `/readyz` and `stegen docket status` look, and raised for the log; the next beat
tries again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from cases.clock.rounds import note_failure, note_left_out
from cases.clock.standstill import is_still
from cases.lists import search_index
from cases.record import Record
from notifications import night, round, year
from notifications.delivery import Mailer

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Duties:
    """Everything that recurs in one installation. `roots` is the folder in which the nights' roots are published; with
    `hand_over` letters that are due go to an engine's queue."""

    record: Record
    mailer: Mailer
    roots: Path
    hand_over: round.HandOver | None = None

    def minute(self, now: datetime) -> round.Report:
        """What is due now is carried out, and sent or handed over; then the search index takes up what is fresh."""
        try:
            return self._carried_out(
                round.DUTY, now, lambda: round.run_round(self.record, now, self.mailer, hand_over=self.hand_over)
            )
        finally:
            self._carried_out(search_index.DUTY, now, lambda: search_index.take_up(self.record, now))

    def hours(self, now: datetime) -> night.Night | None:
        """What takes longer, or comes seldom: the night's watch when it is due, and the yearly reminder."""
        due = night.is_due(self.record, now)
        watched = self._carried_out(night.DUTY, now, lambda: night.watch(self.record, now, self.roots)) if due else None
        if not is_still(self.record):
            self._carried_out(year.DUTY, now, lambda: year.remind_of_year(self.record, now, self.mailer))
        return watched

    def left_out(self, place: int, now: datetime) -> None:
        """A beat of the round's (place 0) found the round before it still under way. The watch of a night (place 1) is
        expected to take longer than from one beat to the next, and whether it comes to its end is asked by itself."""
        if place == 0:
            note_left_out(self.record, round.DUTY, now)

    def _carried_out(self, duty: str, now: datetime, work: Callable[[], Result]) -> Result:
        try:
            return work()
        except Exception as error:
            note_failure(self.record, duty, f"{type(error).__name__}: {error}", now)
            raise
