"""A backup or a restore that dies at a named step, by `kill -9` of itself, in a process of its own."""

import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from cases.copies.backup import Taken, back_up
from cases.copies.backup_file import BackupError
from cases.copies.restore import Looked, Place, restore

FULL = 23
"""How a process ends that could not write on."""


def quiet(_what: str, _done: int) -> None:
    """For those who do not look."""


def taken(url: str, data: Path, file: Path, now: datetime) -> Taken:
    return back_up(url, data / "papers", data / "roots", file, now, quiet)


WEST = "vastra-gotaland"


def place(url: str, data: Path, county: str = WEST) -> Place:
    return Place(url, data / "papers", data / "roots", county)


def restored(file: Path, url: str, data: Path, now: datetime, county: str = WEST) -> Looked:
    return restore(file, place(url, data, county), now, quiet)


def dies_taking(steps: int, url: str, data: Path, file: Path, now: datetime) -> bool:
    """Whether a backup died after so many steps; False when it was finished before."""
    return _killed(lambda tell: back_up(url, data / "papers", data / "roots", file, now, tell), steps)


def dies_restoring(steps: int, file: Path, url: str, data: Path, now: datetime) -> bool:
    return _killed(lambda tell: restore(file, place(url, data), now, tell), steps)


def runs_full(most: int, url: str, data: Path, file: Path, now: datetime) -> bool:
    """Whether a backup ended with an error of its own on a disk that takes files of `most` bytes only."""

    def with_little_room(tell: Callable[[str, int], None]) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        try:
            back_up(url, data / "papers", data / "roots", file, now, tell)
        except (OSError, BackupError):
            os._exit(FULL)

    return _ended(with_little_room, quiet) == FULL


def _killed(work: Callable[[Callable[[str, int], None]], Any], steps: int) -> bool:
    left = [steps]

    def tell(_what: str, _done: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return _ended(work, tell) == -signal.SIGKILL


def _ended(work: Callable[[Callable[[str, int], None]], Any], tell: Callable[[str, int], None]) -> int | None:
    """The exit code: 0, or the signal with a minus before it."""
    process = multiprocessing.get_context("fork").Process(target=work, args=(tell,))
    process.start()
    process.join()
    return process.exitcode
