"""The opened record of one county: its database, routines, days, keys and papers, passed to every intention."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date, datetime
from threading import Lock
from typing import Protocol

from cases.contents.papers import Papers
from cases.contents.secrecy import Keyring
from cases.database import Database, Transaction
from cases.organisation.places import load_organisation, revision
from workflows.attempt import World
from workflows.calendar import Calendar
from workflows.library import Library
from workflows.office_hours import local_date
from workflows.organisation import Organisation


class RedDays(Protocol):
    """A county's days off: `names` by date, and a `revision` that changes when a date or a name does. Working them out
    takes a while, so a record asks when somebody wants a date."""

    @property
    def names(self) -> Mapping[date, str]: ...
    @property
    def revision(self) -> str: ...


class Record:
    """What an intention needs besides its own words. One per process; safe in every thread."""

    def __init__(
        self,
        database: Database,
        library: Library,
        red_days: RedDays,
        keyring: Keyring,
        papers: Papers,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.database = database
        self.library = library
        self.red_days = red_days
        self.keyring = keyring
        self.papers = papers
        self.random_bytes = random_bytes
        self._organisation: tuple[tuple[int, date], Organisation] | None = None
        self._world: tuple[tuple[int, date], World] | None = None
        self._lock = Lock()

    @property
    def calendar_revision(self) -> str:
        return self.red_days.revision

    def organisation(self, tx: Transaction, now: datetime) -> Organisation:
        """Who there is today, read anew when somebody has changed it."""
        return self._organisation_at(tx, (revision(tx), local_date(now)))

    def world(self, tx: Transaction, now: datetime) -> World:
        """Organisation and calendar as they stand today, read anew when somebody has changed them."""
        stamp = (revision(tx), local_date(now))
        kept = self._world
        if kept is not None and kept[0] == stamp:
            return kept[1]
        organisation = self._organisation_at(tx, stamp)
        with self._lock:
            world = World(organisation, self._calendar(tx))
            self._world = (stamp, world)
        return world

    def _organisation_at(self, tx: Transaction, stamp: tuple[int, date]) -> Organisation:
        kept = self._organisation
        if kept is not None and kept[0] == stamp:
            return kept[1]
        with self._lock:
            organisation = load_organisation(tx, stamp[1])
            self._organisation = (stamp, organisation)
        return organisation

    def _calendar(self, tx: Transaction) -> Calendar:
        closed: dict[str, dict[date, str]] = {}
        for party, day, name in tx.all("SELECT party, day, name FROM closed_day"):
            closed.setdefault(party, {})[day] = name
        return Calendar(self.red_days.names, closed, self.red_days.revision)
