"""A PostgreSQL that is held, full, or not to be written to: one line that says what to do, and nothing of the move."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from sqlalchemy.engine import make_url

from cases.database import Database
from config.county import County
from tests.cases.deviations import arrived
from tests.cases.test_commands_refused import PETRAS, UNIT, unwritten
from tests.command import Command
from tests.databases import PostgresDatabases

pytestmark = pytest.mark.postgres

FULL = """CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION USING
 ERRCODE = '53100', MESSAGE = 'could not extend file "base/1": No space left on device'; END $$"""
"""As the server says it when it cannot extend a table's file, in the middle of a move's statements."""


@pytest.fixture(scope="module")
def stegen(
    postgres_databases: PostgresDatabases, county: County, _seeded: Callable[[str], None],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Command]:  # fmt: skip
    """An installation on PostgreSQL alone."""
    url = postgres_databases.fresh(_seeded)
    command = Command(url, tmp_path_factory.mktemp("held") / "installation", county)
    with command.record():
        yield command
    postgres_databases.drop(url)


@pytest.fixture
def number(stegen: Command) -> str:
    """A case that waits for the ward's receiving function."""
    with stegen.record() as record:
        return arrived(record)


def ran(stegen: Command, *statements: str) -> None:
    with closing(Database(stegen.url)) as database, database.write() as tx:
        for statement in statements:
            tx.run(statement)


def test_a_case_that_somebody_holds(stegen: Command, number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a session that was left open in the middle of something makes every command wait for ever."""
    monkeypatch.setattr("cases.database.POSTGRES_OPTIONS", "-c timezone=UTC -c lock_timeout=100")
    with closing(Database(stegen.url)) as database, database.write() as tx:
        tx.run("SELECT 1 FROM cases WHERE number = :number FOR UPDATE", number=number)
        with unwritten(stegen, 2, "Somebody else is writing", "try again") as answers:
            answers.append(stegen("case", "act", number, "assign", *PETRAS, *UNIT))
    assert stegen("case", "act", number, "assign", *PETRAS, *UNIT).exit_code == 0, "nobody holds it any more"


def test_a_standby(stegen: Command, number: str) -> None:
    """Else a move would be taken by a server that cannot keep it."""
    name = make_url(stegen.url).database
    ran(stegen, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    try:
        with unwritten(stegen, 2, "cannot be written to", "standby") as answers:
            answers.append(stegen("case", "act", number, "assign", *PETRAS, *UNIT))
        assert stegen("case", "show", number, *PETRAS).exit_code == 0, "what is stored can still be read"
    finally:
        ran(stegen, "SET TRANSACTION READ WRITE", f'ALTER DATABASE "{name}" RESET default_transaction_read_only')


def test_a_full_disk(stegen: Command, number: str) -> None:
    """Else half a step would be kept when the server's disk fills in the middle of it."""
    ran(stegen, FULL, "CREATE TRIGGER filling BEFORE INSERT ON docket FOR EACH ROW EXECUTE FUNCTION no_space()")
    try:
        with unwritten(stegen, 2, "disk is full", "free some space") as answers:
            answers.append(stegen("case", "act", number, "assign", *PETRAS, *UNIT))
    finally:
        ran(stegen, "DROP FUNCTION no_space CASCADE")
    assert stegen("case", "act", number, "assign", *PETRAS, *UNIT).exit_code == 0
