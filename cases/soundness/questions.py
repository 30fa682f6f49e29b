"""Questions asked of a record one after another: one that stops at a row that cannot be read leaves the others to be
asked.

Such rows stand in a damaged file of SQLite alone; which they are is asked once one has stopped a question
(unreadable.py).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from cases.database import DatabaseError

Answer = TypeVar("Answer")


class Questions(Generic[Answer]):
    """What has been answered so far. One that stops at such a row leaves the others to be asked."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.stopped: Exception | None = None
        """The last that stopped, and why."""

    def on(self, question: Iterable[Answer]) -> bool:
        """Whether it was answered to its end; of one that was not, no answer is kept."""
        before, whole = len(self.answers), False
        with self.going_on():
            self.answers.extend(question)
            whole = True
        if not whole:
            del self.answers[before:]
        return whole

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Errors of another kind are raised as they come."""
        try:
            yield
        except (DatabaseError, sqlite3.OperationalError, ValueError) as error:
            if not _is_unreadable(error):
                raise
            self.stopped = error


def _is_unreadable(error: Exception) -> bool:
    """The driver has no kind of error of its own for it."""
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    said = isinstance(cause, sqlite3.OperationalError) and "Could not decode" in str(cause)
    return said or isinstance(cause, ValueError)
