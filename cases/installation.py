"""From settings to an opened record: the database brought up to date, an empty one filled, the routines checked.

Looks before it writes, so that opening a record that is in order waits for nobody who is writing to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy.engine import make_url

from cases.contents.papers import Papers
from cases.contents.secrecy import Keyring
from cases.database import Conflict, Database, DatabaseError, Transaction, driver_errors_told
from cases.record import Record, RedDays
from cases.routines import changed_files, followed, hold_against_kept, kept_library, open_library
from workflows.definition import Definition
from workflows.definition_source import Fault, Source

if TYPE_CHECKING:
    from cases.organisation.seeding import CountyData

MIGRATIONS = Path(__file__).parent / "migrations" / "versions"
VERSIONS = "SELECT version_num FROM alembic_version"
COUNTY = "SELECT county FROM installation"
EPOCH = "SELECT epoch FROM installation"
Answer = TypeVar("Answer")


class DatabaseNewer(DatabaseError):
    """The database was made by another version of Stegen, which this one does not know. Install that version."""


class NoRecord(DatabaseError):
    """There is no record where the settings point, and none was to be set up."""


class WorkflowFile(Protocol):
    """A workflow file as config hands it over; it is parsed when somebody asks for its data."""

    @property
    def path(self) -> Path: ...
    @property
    def text(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


class CountyRules(Protocol):
    """What every start needs of a county's folder."""

    @property
    def code(self) -> str: ...
    @property
    def calendar(self) -> RedDays: ...
    @property
    def workflow_files(self) -> Sequence[WorkflowFile]: ...


def sources_of(county: CountyRules) -> list[Source]:
    """The county's workflow files as the rules take them."""
    return [Source(str(file.path), file.text, file.data) for file in county.workflow_files]


def open_record(
    url: str, county: CountyRules, filling: Callable[[], CountyData], keys: Sequence[bytes], papers: Path,
    now: datetime, epoch: str, *, checked: bool = True, sets_up: bool = True,
) -> Record:  # fmt: skip
    """Everything a process needs before its first intention. `filling` answers what an empty database is filled with,
    and `epoch` is kept then. The routines are checked unless `checked` is off and the record knows their very texts.

    Raises a DatabaseError (NoRecord where there is none and `sets_up` is off), AnotherCounty, DefinitionFaults or
    RoutineChanged; each says what to do.
    """
    if not sets_up and _has_no_file(url):
        raise NoRecord(NoRecord.__doc__)
    database = Database(url)
    try:
        _prepare(database, county, filling, epoch, sets_up)
        known = None if checked else kept_library(database, {f.path.name: f.text for f in county.workflow_files})
        library = known or open_library(database, sources_of(county), now)
        return Record(database, library, county.calendar, Keyring(keys), Papers(papers))
    except BaseException:
        database.close()
        raise


def _has_no_file(url: str) -> bool:
    """Whether it is a database of one file that is not there: to look into it would make it."""
    address = make_url(url)
    file = address.database or ""
    return address.get_backend_name() == "sqlite" and not file.startswith("file:") and not Path(file).exists()


def _prepare(
    database: Database, county: CountyRules, filling: Callable[[], CountyData], epoch: str, sets_up: bool
) -> None:
    stands = stands_at(database)
    if stands is None and not sets_up:
        raise NoRecord(NoRecord.__doc__)
    if stands != newest_revision():
        bring_up_under(database, county)
    with database.read() as tx:
        serves = tx.value(COUNTY)
    if serves != county.code:
        _fill(database, filling(), epoch)


def _fill(database: Database, county: CountyData, epoch: str) -> None:
    """Raises AnotherCounty when it is filled already, from another one."""
    from cases.organisation.seeding import seed

    try:
        with driver_errors_told():
            seed(database, county, epoch)
    except Conflict:
        # Another process filled it in the same moment, and now it stands there whole.
        with driver_errors_told():
            seed(database, county, epoch)


def changed_since(
    url: str, county: str, definitions: Mapping[str, Definition], files: Sequence[Source]
) -> tuple[Fault, ...]:
    """Which of these files of a county the record at `url` would refuse, since cases follow another text of theirs.

    Nothing where there is no record yet, or that of another county: nothing is set up, and nothing written. Raises a
    DatabaseError where it cannot be read.
    """
    return _asked(url, county, lambda tx: tuple(changed_files(tx, definitions, files))) or ()


def followed_in(url: str, county: str) -> Mapping[str, str]:
    """Versions of a county's routines that cases follow in the record at `url`, and the hash of each; nothing where
    there is none, as above."""
    return _asked(url, county, followed) or {}


def _asked(url: str, county: str, question: Callable[[Transaction], Answer]) -> Answer | None:
    """What the record of that county answers; None where there is none."""
    if _has_no_file(url):
        return None
    database = Database(url)
    try:
        if stands_at(database) is None:
            return None
        with database.read() as tx:
            return question(tx) if tx.value(COUNTY) == county else None
    finally:
        database.close()


def filled_with(database: Database, epoch: str) -> bool:
    """Was it the process that brought this `epoch` along which found the database empty, and filled it?"""
    with database.read() as tx:
        return bool(tx.value(EPOCH) == epoch)


def bring_up_under(database: Database, county: CountyRules) -> str:
    """Migrate, unless the county's routines would be refused afterwards: the version that made the database must be
    able to go on when this one cannot. Raises DefinitionFaults and RoutineChanged with nothing written."""
    stands = stands_at(database)
    if stands is not None and stands < newest_revision():
        hold_against_kept(database, sources_of(county))
    return bring_up(database)


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
