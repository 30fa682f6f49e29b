"""How many requests each route has answered, and how fast: numbers that all processes of one server add up together.

They lie in memory that the processes share, a row for each of them, so that none ever waits for another (a lock that a
killed process had taken would stop them all). A process that takes over a row counts on in it.
"""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

STATUSES = (200, 300, 400, 500)
"""Kinds of answers, as their first number; a kind is all that a figure needs."""

BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds; what took longer than the last one stands above it."""

ELSEWHERE = "(none)"
"""Whatever no route answers: names that visitors make up never become figures of their own."""

MICROSECONDS = 1_000_000
WIDTH = 8


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one route: answers by kind of status, how many took at most each of BOUNDS (and any time), seconds in all."""

    route: str
    by_status: tuple[int, ...]
    within: tuple[int, ...]
    seconds: float


class Tally:
    """Counts for these routes, kept apart for at most `rows` processes."""

    def __init__(self, routes: Sequence[str], rows: int = 1) -> None:
        self._routes = {route: place for place, route in enumerate([*routes, ELSEWHERE])}
        self._columns = len(STATUSES) + len(BOUNDS) + 2
        self._size = len(self._routes) * self._columns
        self._numbers = memoryview(mmap.mmap(-1, max(1, rows) * self._size * WIDTH)).cast("Q")
        self._rows, self._row = max(1, rows), 0
        self._lock = Lock()

    def take_row(self, row: int) -> None:
        """This process counts in that row from now on; no other living one may."""
        self._row = row % self._rows
        self._lock = Lock()

    def count(self, route: str, status: int, seconds: float) -> None:
        start = self._row * self._size + self._routes.get(route, self._routes[ELSEWHERE]) * self._columns
        kind = min(max(status // 100 - 2, 0), len(STATUSES) - 1)
        speed = next((place for place, bound in enumerate(BOUNDS) if seconds <= bound), len(BOUNDS))
        with self._lock:
            self._numbers[start + kind] += 1
            self._numbers[start + len(STATUSES) + speed] += 1
            self._numbers[start + self._columns - 1] += int(seconds * MICROSECONDS)

    def figures(self) -> list[Figures]:
        """Of all processes together; routes that nobody has asked for are left out."""
        found = []
        for route, place in self._routes.items():
            cells = [self._sum(place * self._columns + column) for column in range(self._columns)]
            by_status, speeds = cells[: len(STATUSES)], cells[len(STATUSES) : -1]
            if any(by_status):
                within = tuple(sum(speeds[: place + 1]) for place in range(len(speeds)))
                found.append(Figures(route, tuple(by_status), within, cells[-1] / MICROSECONDS))
        return found

    def _sum(self, cell: int) -> int:
        return sum(self._numbers[row * self._size + cell] for row in range(self._rows))
