"""The metronome: APScheduler beats, and each beat asks the docket what is due and unsent now.

It knows no dates and keeps nothing: no job store, one interval job in memory, never late and never twice at once
(with its defaults five seconds of downtime lost 50 of 50 reminders). Ten metronomes by accident do no harm.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
"""How often the docket is asked; a letter is at most so late (ours)."""


@contextmanager
def beating(
    *beats: Callable[[], object], every: timedelta = EVERY, left_out: Callable[[int], object] | None = None
) -> Iterator[BackgroundScheduler]:
    """Call each of `beats` at once and then at every interval, each in a thread of its own, until the block ends.

    A beat that raises or takes too long is logged, and the next one comes all the same; a slow one holds up no other.
    `left_out` is told the place among `beats` of one that is left out, because the one before it is still under way.
    Leaving the block waits for the beats under way.
    """
    metronome = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(len(beats))})
    metronome.add_listener(_troubled, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
    if left_out is not None:
        metronome.add_listener(lambda event: left_out(int(event.job_id)), EVENT_JOB_MAX_INSTANCES)
    jobs = [
        metronome.add_job(
            beat, "interval", id=str(place), seconds=every.total_seconds(), misfire_grace_time=None, coalesce=True,
            max_instances=1,
        )
        for place, beat in enumerate(beats)
    ]  # fmt: skip
    metronome.start()
    for job in jobs:
        # The first beat would come after one interval: brought forward by as much, it comes now.
        job.modify(next_run_time=job.next_run_time - every)
    try:
        yield metronome
    finally:
        metronome.shutdown(wait=True)


def _troubled(event: JobEvent) -> None:
    if event.code == EVENT_JOB_ERROR:
        log.error("The clock's round broke off; the next one takes up what is left.", exc_info=event.exception)
    elif event.code == EVENT_JOB_MISSED:
        log.warning("The clock missed a beat; the next one catches up.")
    else:
        log.warning("The clock's round is still under way; this beat is left out.")
