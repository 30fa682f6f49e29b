"""Only one round at a time gathers what a morning has for people, however many machines tick in the same moment; and
nobody gathers while another round still writes what is due, or takes steps from which letters follow.

Else two rounds each get a part of somebody's rows, and she gets two letters where one was promised (domain.md
section 6). On SQLite no lock is kept: a round claims a whole morning in one transaction, and whoever comes beside it
has written all that it lays out itself before it claims.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

from cases.database import DatabaseBusy
from cases.record import Record

ALONE = "SELECT pg_advisory_xact_lock(5128830417)"
"""Any number, the same for all rounds. It ends with its transaction, so nobody who dies can keep it."""
NO_STEPS = "SELECT pg_advisory_xact_lock(5128830418)"
STEPS = "SELECT pg_advisory_xact_lock_shared(5128830418)"

PATIENCE = timedelta(seconds=10)
"""How long a round waits for another one that gathers, before it leaves the morning to that one; and for one that takes
steps, before it gathers all the same (ours)."""
FROZEN = timedelta(minutes=5)
"""A machine that has not come back to its lock for so long has frozen: the server takes the lock from it (ours)."""
FROZEN_IN_STEPS = timedelta(minutes=15)
"""The same for one that takes steps, which a round does for ten minutes at most (ours)."""

LIMITS = """SELECT set_config('lock_timeout', :patience, true),
 set_config('idle_in_transaction_session_timeout', :frozen, true)"""


@contextmanager
def gathering_alone(record: Record) -> Iterator[bool]:
    """For claims only, never for what takes long. False when another one gathers still, or lays out: what is due is in
    its hands, and what it leaves is there for the next round. Steps are waited for, and then passed by: a machine that
    is busy with them, or has frozen in one, keeps nobody's letters."""
    with laying_out_alone(record) as alone, ExitStack() as until_the_end:
        if alone:
            until_the_end.enter_context(_held(record, NO_STEPS, FROZEN))
        yield alone


@contextmanager
def laying_out_alone(record: Record) -> Iterator[bool]:
    """For writing what is to be claimed. False when another one does that, or gathers."""
    with _held(record, ALONE, FROZEN) as given:
        yield given


@contextmanager
def nobody_gathering(record: Record) -> Iterator[None]:
    """For automatic steps, which any number of rounds take beside each other. They never wait for long: where somebody
    gathers still, they are taken all the same."""
    with _held(record, STEPS, FROZEN_IN_STEPS):
        yield


@contextmanager
def _held(record: Record, lock: str, frozen: timedelta) -> Iterator[bool]:
    with ExitStack() as until_the_end:
        given = True
        if record.database.postgres:
            try:
                until_the_end.enter_context(_locked(record, lock, frozen))
            except DatabaseBusy:
                given = False
        yield given


@contextmanager
def _locked(record: Record, lock: str, frozen: timedelta) -> Iterator[None]:
    with record.database.read() as tx:
        tx.one(LIMITS, patience=_milliseconds(PATIENCE), frozen=_milliseconds(frozen))
        tx.one(lock)
        yield


def _milliseconds(time: timedelta) -> str:
    return f"{time // timedelta(milliseconds=1)}ms"
