"""`backup`, `restore`, `docket stop` and `go-on` as an operator types them."""

import base64
import json
from contextlib import closing
from pathlib import Path

from cases.contents.disposal import dispose
from cases.contents.disposals_told import carried_on, undone
from cases.contents.patient import set_patient, show_patient
from tests.cases.deviations import MAJA, arrived
from tests.cases.test_disposal import ended
from tests.command import Command
from tests.databases import Databases
from tests.record import MORNING, open_at

KEY, OTHER_KEY = (base64.b64encode(bytes(range(start, start + 32))).decode() for start in (0, 32))
KIM = ("--as", "kim.savas", "--reason", "Drill")


def test_the_way_from_a_backup_to_a_clock_that_goes_on(stegen: Command, databases: Databases, tmp_path: Path) -> None:
    """Lost otherwise: an operator learns on the day of the fire that the handbook's commands do not fit together."""
    with stegen.record() as record:
        set_patient(record, MAJA, arrived(record), "Patient i 3", MORNING)
    stegen("tick", "--night")
    folder = tmp_path / "backups"
    folder.mkdir()
    made = stegen.json("backup", str(folder), STEGEN_DATA_KEYS=KEY)
    file = made["file"]
    assert Path(file).name == "stegen-2026-04-16T080000Z.zip"
    assert (made["cases"], made["roots"]) == (1, 1)
    assert stegen.json("restore", file, "--check")["seal"] == made["seal"]
    assert stegen.refusal("restore", file)["error"] == "backup"

    url, later = databases.fresh(), "2026-04-22T09:00:00+02:00"
    there = {"STEGEN_DATABASE_URL": url, "STEGEN_DATA": str(tmp_path / "new"), "STEGEN_NOW": later}
    unkeyed = stegen.refusal("restore", file, **there, STEGEN_DATA_KEYS=OTHER_KEY)
    assert unkeyed["missing_keys"], "the keys are kept apart, and were not brought along"
    assert stegen.json("verify", **there, STEGEN_DATA_KEYS=KEY) == {"faults": []}
    there |= {"STEGEN_DATA_KEYS": KEY}
    assert stegen("tick", **there).stdout == "The clock stands still: `stegen docket go-on --help`.\n"
    assert stegen.json("docket", "go-on", "--preview", **there)["letters"] == 3
    assert stegen.json("docket", "status", **there)["still"]["taken_at"].startswith("2026-04-16T08:00")
    assert stegen("docket", "go-on", *KIM, **there).exit_code == 2, "what has left already must be said"
    refused = stegen.refusal("docket", "go-on", *KIM, "--sent-until", "2026-05-01T08:00:00+02:00", **there)
    assert refused["error"] == "standstill"
    went = stegen.json("docket", "go-on", *KIM, "--sent-until", "2026-04-21T12:00:00+02:00", **there)
    assert went["counted_as_sent"] > 0
    assert stegen.json("tick", **there)["still"] == 0
    assert stegen.json("docket", "stop", *KIM, **there) == {"still": True}
    assert stegen.json("tick", **there)["still"] == 1
    databases.drop(url)


def test_a_restore_names_what_was_disposed_of_since_its_backup(stegen_on_sqlite: Command, tmp_path: Path) -> None:
    """Lost otherwise: words that an authority had erased by law would be back, and nobody would know which."""
    stegen, data = stegen_on_sqlite, tmp_path / "new"
    with stegen.record() as record:
        number, ours, theirs = ended(record)
        dispose(record, theirs, number, "Beslut 1", MORNING)
    made = stegen.json("backup", str(tmp_path / "a.zip"))
    with stegen.record() as record:
        gone = dispose(record, ours, number, "Beslut 2", MORNING)
    stegen("tick", "--night")
    there = {"STEGEN_DATABASE_URL": f"sqlite:///{data}/stegen.db", "STEGEN_DATA": str(data)}
    told = stegen.data / "roots" / "disposed.txt"
    assert len(told.read_text().splitlines()) == 2
    found = stegen.json("restore", made["file"], "--seal", made["seal"], "--disposed", str(told), **there)
    assert found["to_dispose"] == [f"{MORNING.isoformat()} {number} {','.join(gone.compartments)}"]
    stegen("tick", "--night", **there)
    assert (data / "roots" / "disposed.txt").read_text() == told.read_text(), "no night forgets what is here again"
    later = there | {"STEGEN_NOW": "2026-04-17T09:00:00+02:00"}
    stegen.json(
        "case", "dispose", number, "--decision", "Beslut 2", "--yes", "--as", f"{ours.account}/{ours.post}", **later
    )
    assert stegen.json("verify", **there) == {"faults": []}
    again = open_at(there["STEGEN_DATABASE_URL"], stegen.county, data / "papers")
    with closing(again.database):
        assert undone(again, told.read_text()) == (), "once it is disposed of again, no list names it"
        assert len(carried_on(again, told.read_text()).splitlines()) == 3


def test_a_night_after_a_restore_in_place_finds_nothing_amiss(stegen_on_sqlite: Command, tmp_path: Path) -> None:
    """Lost otherwise: every night reports a fault that is none until somebody moves files that no command names, or the
    only trace of how far the lost record had come is written over."""
    stegen, roots = stegen_on_sqlite, stegen_on_sqlite.data / "roots"
    with stegen.record() as record:
        number = arrived(record)
        set_patient(record, MAJA, number, "Patient i 3", MORNING)
    stegen("tick", "--night", STEGEN_DATA_KEYS=KEY)
    made = stegen.json("backup", str(tmp_path / "a.zip"), STEGEN_DATA_KEYS=KEY)
    with stegen.record() as record:
        show_patient(record, MAJA, number, "Ringer upp", MORNING)
    for night in ("2026-04-16T23:00:00+02:00", "2026-04-18T03:00:00+02:00"):
        stegen("tick", "--night", STEGEN_NOW=night, STEGEN_DATA_KEYS=KEY)
    lost = {file.name: file.read_bytes() for file in roots.glob("2026-*.txt")}
    assert sorted(lost) == ["2026-04-16.txt", "2026-04-18.txt"], "the one grew, the other is new"
    there = {"STEGEN_DATABASE_URL": f"sqlite:///{tmp_path}/again.db", "STEGEN_DATA_KEYS": KEY}
    there |= {"STEGEN_NOW": "2026-04-19T10:00:00+02:00"}
    found = stegen.json("restore", made["file"], **there)
    assert found["set_aside"] == str(stegen.data / "roots-after-2026-04-16T080000Z")
    assert {file.name: file.read_bytes() for file in Path(found["set_aside"]).iterdir()} == lost
    assert stegen.json("tick", "--night", **there)["faults"] == []


def test_a_root_from_before_the_backup_stays_to_bear_witness(stegen_on_sqlite: Command, tmp_path: Path) -> None:
    """Lost otherwise: whoever took reads out of the log makes a backup where no roots lie, restores it, and the night
    that had published them is cleared away as if the record had only been younger."""
    stegen = stegen_on_sqlite
    with stegen.record() as record:
        number = arrived(record)
        set_patient(record, MAJA, number, "Patient i 3", MORNING)
        show_patient(record, MAJA, number, "Nyfiken", MORNING)
    stegen("tick", "--night", STEGEN_NOW="2026-04-17T03:00:00+02:00", STEGEN_DATA_KEYS=KEY)
    with stegen.record() as record, record.database.write() as tx:
        url = record.database.url
        for (trigger,) in tx.all("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            tx.run(f"DROP TRIGGER {trigger}")
        assert tx.run("DELETE FROM log_seal WHERE log = 'reads'")
        assert tx.run("DELETE FROM read_log")
    elsewhere = {"STEGEN_DATA": str(tmp_path / "other"), "STEGEN_DATABASE_URL": url, "STEGEN_DATA_KEYS": KEY}
    made = stegen.json("backup", str(tmp_path / "a.zip"), **elsewhere, STEGEN_NOW="2026-04-18T08:00:00+02:00")
    there = {"STEGEN_DATABASE_URL": f"sqlite:///{tmp_path}/again.db", "STEGEN_DATA_KEYS": KEY}
    there |= {"STEGEN_NOW": "2026-04-19T10:00:00+02:00"}
    found = stegen("restore", "--json", made["file"], **there)
    assert json.loads(found.stdout)["set_aside"] is None
    night = stegen("tick", "--night", "--json", **there)
    assert "published at 2026-04-17" in night.stdout + found.stdout


def test_what_goes_wrong_is_said_in_a_line(stegen_on_sqlite: Command, tmp_path: Path) -> None:
    """Lost otherwise: a timer's mail would show a traceback, or nothing."""
    nowhere = stegen_on_sqlite("backup", str(tmp_path / "missing" / "a.zip"))
    assert nowhere.exit_code == 2
    assert f"There is no folder {tmp_path / 'missing'}. Make it first" in nowhere.stderr
    text = tmp_path / "a.zip"
    text.write_text("en vanlig fil")
    assert "no whole backup" in stegen_on_sqlite("restore", str(text), "--check").stderr
    assert "exists already" in stegen_on_sqlite("backup", str(text)).stderr
    assert stegen_on_sqlite("restore", str(tmp_path / "none.zip")).exit_code == 2
