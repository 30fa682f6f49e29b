"""From settings to an opened record: the database brought up to date, an empty one filled, the routines checked.

Looks before it writes, so that opening a record that is in order waits for nobody who is writing to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cases.database import Conflict, Database, DatabaseError, Transaction, driver_errors_told
from cases.papers import Papers
from cases.record import Record
from cases.routines import open_library
from cases.secrecy import Keyring
from workflows.definition_source import Source

if TYPE_CHECKING:
    from cases.seeding import CountyData

MIGRATIONS = Path(__file__).parent / "migrations" / "versions"
VERSIONS = "SELECT version_num FROM alembic_version"
COUNTY = "SELECT county FROM installation"
EPOCH = "SELECT epoch FROM installation"


class DatabaseNewer(DatabaseError):
    """The database was made by another version of Stegen, which this one does not know. Install that version."""


def open_record(
    url: str, county: CountyData, sources: Sequence[Source], keys: Sequence[bytes], papers: Path, now: datetime,
    epoch: str,
) -> Record:  # fmt: skip
    """Everything a process needs before its first intention. `epoch` is kept when the database is filled now.

    Raises a DatabaseError, AnotherCounty, DefinitionFaults or RoutineChanged; each says what to do.
    """
    database = Database(url)
    try:
        _prepare(database, county, epoch)
        library = open_library(database, sources, now)
        return Record(database, library, county.calendar.names, county.calendar.revision, Keyring(keys), Papers(papers))
    except BaseException:
        database.close()
        raise


def _prepare(database: Database, county: CountyData, epoch: str) -> None:
    if stands_at(database) != newest_revision():
        bring_up(database)
    with database.read() as tx:
        serves = tx.value(COUNTY)
    if serves != county.code:
        _fill(database, county, epoch)


def _fill(database: Database, county: CountyData, epoch: str) -> None:
    """Raises AnotherCounty when it is filled already, from another one."""
    from cases.seeding import seed

    try:
        with driver_errors_told():
            seed(database, county, epoch)
    except Conflict:
        # Another process filled it in the same moment, and now it stands there whole.
        with driver_errors_told():
            seed(database, county, epoch)


def filled_with(database: Database, epoch: str) -> bool:
    """Was it the process that brought this `epoch` along which found the database empty, and filled it?"""
    with database.read() as tx:
        return bool(tx.value(EPOCH) == epoch)


def bring_up(database: Database) -> str:
    """Migrate to this program's form and answer its revision. Safe to run again at any point."""
    from alembic.util.exc import CommandError

    from cases.migrate import migrate

    try:
        with driver_errors_told():
            return migrate(database.url)
    except CommandError as error:
        raise DatabaseNewer(f"{DatabaseNewer.__doc__} ({error})") from error


def newest_revision() -> str:
    """The newest revision this program knows, by the names of its migrations: asked at every start."""
    return max(path.name.partition("_")[0] for path in MIGRATIONS.glob("[0-9]*_*.py"))


def stands_at(database: Database) -> str | None:
    """The revision that a database stands at; None for an empty one."""
    with database.read() as tx:
        return str(tx.value(VERSIONS)) if _is_table(tx, "alembic_version") else None


def _is_table(tx: Transaction, name: str) -> bool:
    if tx.postgres:
        return tx.value("SELECT to_regclass(:name)", name=name) is not None
    return tx.value("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :name", name=name) is not None
