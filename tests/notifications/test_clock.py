"""The metronome beats at once and then on, whatever a beat does, and waits for the last one."""

import logging
import threading
from datetime import timedelta

import pytest

from notifications.clock import beating

SOON = timedelta(milliseconds=20)
PATIENCE = 20
"""Seconds that a busy machine may need; far more than any beat takes."""


def test_the_first_beat_comes_at_once_and_others_follow() -> None:
    """Else a restart every half hour, with a beat every hour, would never send anything."""
    heard, often = threading.Semaphore(0), 3
    with beating(heard.release, every=SOON):
        assert all(heard.acquire(timeout=PATIENCE) for _ in range(often))
    first = threading.Event()
    with beating(first.set, every=timedelta(hours=1)):
        assert first.wait(PATIENCE)


def test_a_beat_that_raises_is_told_and_the_next_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    """Else one bad minute silences the clock until somebody restarts it, and nobody knows why."""
    beats: list[int] = []
    recovered = threading.Event()

    def beat() -> None:
        beats.append(1)
        if len(beats) < 3:
            raise RuntimeError("the database was away")
        recovered.set()

    with caplog.at_level(logging.ERROR, "notifications.clock"), beating(beat, every=SOON):
        assert recovered.wait(PATIENCE)
    assert "the next one takes up what is left" in caplog.text
    assert "the database was away" in caplog.text


def test_two_beats_never_run_at_once_and_the_last_one_is_waited_for() -> None:
    """Else a stopped server leaves a half-done round behind, or a slow round is overtaken by the next; and that beats
    are left out is known to nobody."""
    inside, most = [0], [0]
    missed: list[int] = []
    told = threading.Event()

    def beat() -> None:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        assert told.wait(PATIENCE)
        inside[0] -= 1

    def left_out(place: int) -> None:
        missed.append(place)
        told.set()

    with beating(beat, every=SOON, left_out=left_out):
        assert told.wait(PATIENCE)
    assert (inside[0], most[0]) == (0, 1)
    assert set(missed) == {0}


def test_a_slow_beat_holds_up_no_other() -> None:
    """Else no letter leaves while the whole record is checked at night."""
    slow, quick, over = threading.Event(), threading.Semaphore(0), threading.Event()

    def check_everything() -> None:
        slow.set()
        over.wait(PATIENCE)

    with beating(check_everything, quick.release, every=SOON):
        assert slow.wait(PATIENCE)
        assert all(quick.acquire(timeout=PATIENCE) for _ in range(5))
        over.set()
