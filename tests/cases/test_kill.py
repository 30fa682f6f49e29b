"""`kill -9` in the middle of a stream of moves: no acknowledged step is lost, none is half, and the record is whole."""

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cases.soundness.verify import verify
from tests.counties import Place
from tests.record import MORNING

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.usefixtures("nothing_leaves_this_machine")
def test_no_acknowledged_step_is_lost_when_the_process_is_killed(
    place: Place, rng: random.Random, amount: Callable[[int, int], int]
) -> None:
    """Else somebody was told "sent", and after a power cut the case knows nothing of it."""
    steps = 0
    for number in range(amount(1, 250)):  # in each of two counties: 500 on each database
        seed = f"{rng.random()} {number}"
        acknowledged = killed_stream(place, seed, after=rng.randint(1, 40))
        steps += len(acknowledged)
        with place.record.database.read() as tx:
            stored = dict(tx.all("SELECT number, version FROM cases"))
        lost = {n: (v, stored.get(n)) for n, v in acknowledged.items() if stored.get(n, 0) < v}
        assert lost == {}, "acknowledged and not there"
    assert steps > 0, "the stream acknowledged nothing, so nothing was tried"
    assert verify(place.record, MORNING) == ()


def killed_stream(place: Place, seed: str, after: int) -> dict[str, int]:
    """Start a stream of moves, kill it after so many acknowledged steps; number -> the version it was told."""
    county = place.county.code.replace("-", "_")
    command = [sys.executable, "-m", "tests.cases.stream", place.url, str(place.folder), seed, county]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        heard: dict[str, int] = {}
        for line in process.stdout:
            heard[line.split()[0]] = int(line.split()[1])
            if len(heard) >= after:
                process.kill()
                break
        # What it wrote before it died but nobody read yet was acknowledged too.
        for line in process.stdout.read().splitlines():
            parts = line.split()
            if len(parts) == 2:
                heard[parts[0]] = int(parts[1])
    return heard
