"""Only one round at a time gathers what a morning has for people, however many machines tick in the same moment.

Two that claim beside each other each get a part of somebody's rows, and she gets two letters where one was promised
(domain.md section 6). On SQLite a claim holds the write lock anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from cases.database import DatabaseBusy
from cases.record import Record

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(5128830417)"
"""Any number, the same for all rounds. It ends with its transaction, so nobody who dies can keep it."""


@contextmanager
def gathering_alone(record: Record) -> Iterator[None]:
    """For claims only, never for what takes long. Waits for the other at most as long as for any lock, then goes on
    beside it: a machine that froze while it gathered may cost a digest, but must not keep letters back."""
    with ExitStack() as held:
        if record.database.postgres:
            with suppress(DatabaseBusy):
                held.enter_context(_held(record))
        yield


@contextmanager
def _held(record: Record) -> Iterator[None]:
    with record.database.read() as tx:
        tx.one(ONE_AT_A_TIME)
        yield
