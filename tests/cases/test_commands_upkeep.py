"""`migrate`, `verify`, `key rotate`, `county diff`: an operator learns what is wrong before the parties do."""

import base64

import pytest

from cases.contents.patient import set_patient, show_patient
from cases.contents.secrecy import SecretUnreadable
from cases.database import Database
from cases.record import Record
from tests.cases.deviations import MAJA, arrived
from tests.command import Command
from tests.databases import Databases
from tests.record import MORNING

OLD_KEY = base64.b64encode(bytes(range(32))).decode()
NEW_KEY = base64.b64encode(bytes(range(32, 64))).decode()
"""The first is the one that `Command.record` seals with."""


def _with_patients(record: Record, count: int) -> list[str]:
    numbers = [arrived(record) for _ in range(count)]
    for number in numbers:
        set_patient(record, MAJA, number, f"Patient i {number}", MORNING)
    return numbers


def test_verify_is_content_with_a_sound_record(stegen: Command) -> None:
    """Else nobody could tell a sound record from one that was not looked at."""
    with stegen.record() as record:
        arrived(record)
    assert stegen("verify").stdout == "The record is whole.\n"
    assert stegen.json("verify") == {"faults": []}


def test_verify_names_the_first_bad_row_and_exits_1(stegen: Command) -> None:
    """Else a changed row would be found by the party that it harms."""
    with stegen.record() as record:
        number = arrived(record)
        with record.database.write() as tx:
            tx.run("UPDATE event SET actor = :actor WHERE seq = 1 AND compartment = 'cover'", actor="clock@county")
    answer = stegen("verify")
    assert answer.exit_code == 1
    assert answer.stdout == ""
    assert f"history: {number} cover" in answer.stderr.splitlines()[0]
    faults = stegen.refusal("verify")["faults"]
    assert faults[0]["check"] == "history"
    assert faults[0]["place"] == f"{number} cover"


def test_the_newest_key_takes_over(stegen: Command) -> None:
    """Else a key that somebody has seen could never be taken out of use."""
    with stegen.record() as record:
        numbers = _with_patients(record, 3)
    keys = {"STEGEN_DATA_KEYS": f"{NEW_KEY},{OLD_KEY}"}
    rotated = stegen.json("key", "rotate", **keys)
    assert rotated["rotated"] == 3
    assert stegen.json("key", "rotate", **keys)["rotated"] == 0
    alone = stegen("key", "rotate", STEGEN_DATA_KEYS=NEW_KEY)
    assert alone.exit_code == 0
    assert "0 field(s)" in alone.stdout
    with stegen.record() as record, pytest.raises(SecretUnreadable, match="not in"):
        show_patient(record, MAJA, numbers[0], "Återkoppling", MORNING)


def test_a_missing_key_is_told_and_loses_nothing(stegen_on_sqlite: Command) -> None:
    """Else a field would be lost for good by a rotation that took its key away too early."""
    with stegen_on_sqlite.record() as record:
        numbers = _with_patients(record, 2)
    before = stegen_on_sqlite.rows()
    answer = stegen_on_sqlite("key", "rotate", STEGEN_DATA_KEYS=NEW_KEY)
    assert answer.exit_code == 1
    assert numbers[0] in answer.stderr
    assert "Add that key behind the newest" in answer.stderr
    assert stegen_on_sqlite.rows() == before
    assert len(stegen_on_sqlite.refusal("key", "rotate", STEGEN_DATA_KEYS=NEW_KEY)["unreadable"]) == 2


def test_migrate_fills_an_empty_database_and_may_be_repeated(databases: Databases, stegen: Command) -> None:
    """Else an operator could not prepare a database before anybody uses it, or would fear to do it twice."""
    url = databases.fresh()
    first = stegen.json("migrate", STEGEN_DATABASE_URL=url)
    assert first["before"] is None
    again = stegen("migrate", STEGEN_DATABASE_URL=url)
    assert again.stdout == f"The database is already at {first['after']}.\n"
    databases.drop(url)


def test_county_diff_shows_what_the_folder_says_otherwise(stegen_on_sqlite: Command) -> None:
    """Else a changed folder would be thought to have changed the record."""
    assert stegen_on_sqlite.json("county", "diff") == {"differences": []}
    database = Database(stegen_on_sqlite.url)
    with database.write() as tx:
        tx.run("UPDATE unit SET name = 'Ortopeden' WHERE code = 'su-molndal-ortopedi'")
    database.close()
    answer = stegen_on_sqlite("county", "diff")
    assert answer.exit_code == 0
    assert "Unit su-molndal-ortopedi" in answer.stdout
    assert "'Ortopeden' -> " in answer.stdout
    assert "1 difference(s)." in answer.stdout
