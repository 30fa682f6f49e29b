"""The opened record of one county: its database, routines, days, keys and papers, passed to every intention."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date, datetime
from threading import Lock

from cases.database import Database, Transaction
from cases.papers import Papers
from cases.places import load_organisation, revision
from cases.secrecy import Keyring
from workflows.attempt import World
from workflows.calendar import Calendar
from workflows.library import Library
from workflows.office_hours import local_date


class Record:
    """What an intention needs besides its own words. One per process; safe in every thread."""

    def __init__(
        self,
        database: Database,
        library: Library,
        red_days: Mapping[date, str],
        calendar_revision: str,
        keyring: Keyring,
        papers: Papers,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.database = database
        self.library = library
        self.red_days = red_days
        self.calendar_revision = calendar_revision
        self.keyring = keyring
        self.papers = papers
        self.random_bytes = random_bytes
        self._world: tuple[tuple[int, date], World] | None = None
        self._lock = Lock()

    def world(self, tx: Transaction, now: datetime) -> World:
        """Organisation and calendar as they stand today, read anew when somebody has changed them."""
        today = local_date(now)
        stamp = (revision(tx), today)
        kept = self._world
        if kept is not None and kept[0] == stamp:
            return kept[1]
        with self._lock:
            world = World(load_organisation(tx, today), self._calendar(tx))
            self._world = (stamp, world)
        return world

    def _calendar(self, tx: Transaction) -> Calendar:
        closed: dict[str, dict[date, str]] = {}
        for party, day, name in tx.all("SELECT party, day, name FROM closed_day"):
            closed.setdefault(party, {})[day] = name
        return Calendar(self.red_days, closed, self.calendar_revision)
