"""What the nights have published outside the record, held against it: a log that was written anew, seals and all.

Of the root over all heads only the newest could be worked out again, and only until the next line is written. A log's
head stays among its seals for good, and stands in the night's file line by line:

    2026-04-17T00:00:00Z log reads 5f2c…
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from cases.database import Transaction

SEALED = "SELECT log, head FROM log_seal"
FILES = "[0-9]*-*-*.txt"
WORDS = 4
WHY = "it was written anew since, or the record was restored from before that night"


class Published(NamedTuple):
    """One log's head as a night's file tells it; `at` as it stands there."""

    at: str
    log: str
    head: str


def published_in(folder: Path) -> Iterator[Published]:
    """The heads of logs in the nights' files of a folder, oldest first. OSError as it comes."""
    for file in sorted(folder.glob(FILES)):
        for line in file.read_text(encoding="ascii", errors="replace").splitlines():
            words = line.split()
            if len(words) == WORDS and words[1] == "log":
                yield Published(words[0], words[2], words[3])


def of_published(tx: Transaction, told: Iterable[Published]) -> Iterator[tuple[str, str]]:
    """(log, what is wrong) for each published head that no seal of the record has."""
    sealed = {(log, bytes(head).hex()) for log, head in tx.all(SEALED)}
    for one in told:
        if (one.log, one.head) not in sealed:
            yield one.log, f"the head published at {one.at} is none of its seals: {WHY}"
