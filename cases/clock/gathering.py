"""Only one round at a time gathers what a morning has for people, however many machines tick in the same moment.

Two that claim beside each other each get a part of somebody's rows, and she gets two letters where one was promised
(domain.md section 6). On SQLite a claim holds the write lock anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

from cases.database import DatabaseBusy
from cases.record import Record

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(5128830417)"
"""Any number, the same for all rounds. It ends with its transaction, so nobody who dies can keep it."""

PATIENCE = timedelta(seconds=10)
"""How long a round waits for another one that gathers, before it leaves the morning to that one (ours)."""
FROZEN = timedelta(minutes=5)
"""A machine that has not come back to its lock for so long has frozen: the server takes the lock from it (ours)."""

LIMITS = """SELECT set_config('lock_timeout', :patience, true),
 set_config('idle_in_transaction_session_timeout', :frozen, true)"""


@contextmanager
def gathering_alone(record: Record) -> Iterator[bool]:
    """For claims only, never for what takes long. False when another one gathers still: what is due is in its hands,
    and what it leaves is there for the next round."""
    with ExitStack() as held:
        alone = True
        if record.database.postgres:
            try:
                held.enter_context(_held(record))
            except DatabaseBusy:
                alone = False
        yield alone


@contextmanager
def _held(record: Record) -> Iterator[None]:
    with record.database.read() as tx:
        tx.one(LIMITS, patience=_milliseconds(PATIENCE), frozen=_milliseconds(FROZEN))
        tx.one(ONE_AT_A_TIME)
        yield


def _milliseconds(time: timedelta) -> str:
    return f"{time // timedelta(milliseconds=1)}ms"
