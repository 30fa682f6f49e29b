"""Migrations leave the database before or after, never between; and what they make is what the models say."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, event, inspect

from cases.database import Database
from cases.installation import newest_revision
from cases.migrate import config_for, head, migrate, revision_of
from cases.record import Record
from cases.soundness.verify import verify
from cases.tables import metadata
from tests.cases.deviations import liftable
from tests.record import MORNING


class Killed(Exception):
    """The process is gone."""


@contextmanager
def killed_after(statements: int) -> Iterator[list[int]]:
    """Every engine dies after so many statements; the list counts those that ran."""
    ran = [0]

    def count(*_: Any) -> None:
        ran[0] += 1
        if ran[0] > statements:
            raise Killed

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield ran
    finally:
        event.remove(Engine, "before_cursor_execute", count)


def shape(url: str) -> dict[str, list[str]]:
    database = Database(url)
    found = inspect(database.engine)
    tables = {name: sorted(c["name"] for c in found.get_columns(name)) for name in sorted(found.get_table_names())}
    database.close()
    return tables


def test_migrated_tables_are_what_the_models_say(database_url: str) -> None:
    """Else a column exists in the program and not in the database, and the first case that needs it fails."""
    database = Database(database_url)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert revision_of(database) == head()
    database.close()


def test_a_migration_killed_at_any_statement_can_simply_be_run_again(
    empty_database_url: str, amount: Callable[[int, int], int]
) -> None:
    """Else a power cut during an upgrade leaves an installation that can neither go on nor back."""
    stop, kills = 1, 0
    while died(empty_database_url, stop):
        assert set(shape(empty_database_url)) <= {"alembic_version"}, f"half a migration after {stop} statements"
        kills += 1
        stop += amount(9, 1)
    assert kills > 3, "nothing was killed, so nothing was tried"
    assert "cases" in shape(empty_database_url)


def died(url: str, statements: int) -> bool:
    with killed_after(statements):
        try:
            migrate(url)
        except Killed:
            return True
    return False


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    before = shape(database_url)
    migrate(database_url)
    assert shape(database_url) == before


FILLED = (
    "INSERT INTO round (duty, finished_at, report) VALUES ('docket', '2026-04-16 08:00:00', '{}')",
    """INSERT INTO letter (message_id, account, address, subject, body, written_at, outcome, answer)
 VALUES ('<1@x>', 'a', 'a@x', 's', '', '2026-04-16 08:00:00', '', '')""",
    """INSERT INTO letter (message_id, account, address, subject, body, written_at, outcome, answer)
 VALUES ('<2@x>', 'a', 'a@x', 's', '', '2026-04-16 08:00:00', 'delivered', '')""",
)


def test_what_an_earlier_version_kept_is_kept(empty_database_url: str) -> None:
    """Else an upgrade loses the letters that were on their way."""
    command.upgrade(config_for(empty_database_url), "0001")
    database = Database(empty_database_url)
    with database.write() as tx:
        for statement in FILLED:
            tx.run(statement)
    database.close()
    migrate(empty_database_url)
    database = Database(empty_database_url)
    with database.read() as tx:
        assert tx.all("SELECT message_id, outcome, return_token FROM letter ORDER BY id") == [
            ("<1@x>", "", ""), ("<2@x>", "delivered", ""),
        ]  # fmt: skip
        assert tx.one("SELECT duty, report, failed_at, error FROM round") == ("docket", "{}", None, "")
    database.close()


UNBOUND = {True: "SET session_replication_role = replica", False: "PRAGMA foreign_keys = OFF"}
"""By PostgreSQL or not: a row may name a case that is not there. What the upgrade does to a report does not depend on
its case."""


def test_a_follow_link_that_two_reports_share_is_ended_by_the_upgrade(empty_database_url: str) -> None:
    """Else an upgrade would stop at it, or a reporter go on reading another one's report."""
    command.upgrade(config_for(empty_database_url), "0008")
    database = Database(empty_database_url)
    with closing(database.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute(UNBOUND[database.postgres])
        for case, hashed in enumerate(("shared", "shared", "own", "", "")):
            cursor.execute(f"INSERT INTO report (case_id, account, follow_hash) VALUES ({case}, 'a', '{hashed}')")
        connection.commit()
    database.close()
    database = Database(empty_database_url)
    migrate(empty_database_url)
    with database.read() as tx:
        assert tx.all("SELECT follow_hash FROM report ORDER BY case_id") == [("",), ("",), ("own",), ("",), ("",)]
    database.close()


BEFORE_FRESH_WORDS = (
    """INSERT INTO cases (id, number, kind, definition, definition_hash, status, stage, rung, forums, lead_forum, ball,
 next_task, next_date, urgent, raising_unit, raising_operation, receiving_unit, receiving_operation, concerned, opened,
 before, tally, facts, version, moved_at) VALUES (1, '2026-K7QM4TX', 'deviation', 'd', '', 'open', 's', 'local', '', '',
 'handler@unit:x', 'assign', '2026-06-15', false, 'x', 'y', '', '', '', '2026-04-16', '', '{}', '{}', 1,
 '2026-04-16 08:00:00')""",
    """INSERT INTO sight (case_id, number, holder, compartment, ground, opened_at, tab)
 VALUES (1, '2026-K7QM4TX', 'unit:x', 'cover', 'state', '2026-04-16 08:00:00', 'others')""",
    "INSERT INTO search_term VALUES ('', 'list', 1, 'shared'), ('unit:x', 'list', 1, 'shared')",
    "INSERT INTO compartment VALUES (1, 'cover', 1, '')",
    """INSERT INTO deadline (case_id, key, code, clock, started_by, start, due, status, revision, pauses, party, forum,
 hasty) VALUES (1, 'answer#1', 'answer', 'total', 'submit', '2026-04-16', '2026-06-15', 'open', 1, '[]', '', '',
 false)""",
)


def test_the_search_index_and_the_dates_are_kept_when_their_tables_take_another_shape(empty_database_url: str) -> None:
    """Else after an upgrade nothing is found, and open dates are gone with their reminders."""
    command.upgrade(config_for(empty_database_url), "0012")
    database = Database(empty_database_url)
    with closing(database.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute(UNBOUND[database.postgres])
        for statement in BEFORE_FRESH_WORDS:
            cursor.execute(statement)
        connection.commit()
    database.close()
    migrate(empty_database_url)
    with closing(Database(empty_database_url)) as database, database.read() as tx:
        assert tx.all("SELECT holder, term, case_id, compartment FROM search_term ORDER BY term") == [
            ("unit:x", "", 1, "cover"), ("unit:x", "list", 1, "shared"),
        ]  # fmt: skip
        assert tx.all("SELECT case_id, name, version FROM compartment") == [(1, "cover", 1)]
        assert tx.all("SELECT key, due, status FROM deadline") == [("answer#1", date(2026, 6, 15), "open")]


def test_a_history_is_sealed_anew_by_the_upgrade_and_a_changed_line_stays_as_conspicuous(record: Record) -> None:
    """Else after an upgrade every history would look forged, or a forged one would look whole."""
    numbers, url = [liftable(record), liftable(record)], record.database.url

    def heads() -> dict[str, set[bytes]]:
        with record.database.read() as tx:
            rows = tx.all("SELECT c.number, e.head FROM event e JOIN cases c ON c.id = e.case_id")
        return {number: {bytes(head) for one, head in rows if one == number} for number in numbers}

    sealed = heads()
    record.database.engine.dispose()
    command.downgrade(config_for(url), "0015")
    assert not any(heads()[number] & sealed[number] for number in numbers)
    with record.database.write() as tx:
        tx.run("UPDATE event SET actor = 'x' WHERE compartment = 'cover' AND seq = 2 AND case_id ="
               " (SELECT id FROM cases WHERE number = :number)", number=numbers[1])  # fmt: skip
    record.database.engine.dispose()
    migrate(url)
    assert heads()[numbers[0]] == sealed[numbers[0]]
    assert {fault.place for fault in verify(record, MORNING)} == {f"{numbers[1]} cover"}


def test_the_newest_migration_is_known_by_its_name() -> None:
    """Lost otherwise: a process would serve a database of an older form, or migrate at every start."""
    assert newest_revision() == head()
