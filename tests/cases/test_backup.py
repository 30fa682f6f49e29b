"""A backup is one real moment, whole or not there; a restore gives that moment back, on either database, or nothing."""

import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import inspect

from cases.chain import root
from cases.clock.standstill import is_still
from cases.contents.matter import add_paper
from cases.contents.patient import set_patient, show_patient
from cases.copies.backup import LEFT_OUT, Taken
from cases.copies.backup_file import BackupError
from cases.copies.restore import look, restore
from cases.database import Database
from cases.installation import newest_revision, stands_at
from cases.migrate import make_as_of
from cases.reading import view
from cases.record import Record
from cases.soundness.sealed_logs import seal_logs
from cases.soundness.verify import all_heads, chain_root, verify
from cases.tables import metadata
from config.county import County
from tests.cases.deviations import MAJA, arrived, liftable
from tests.cases.dying_copies import (
    dies_restoring,
    dies_taking,
    place,
    quiet,
    restored,
    runs_full,
    taken,
)
from tests.counties import Place
from tests.databases import Databases
from tests.record import MORNING, open_at

ROOT = Path(__file__).parent.parent.parent


def _with_matter(record: Record, data: Path) -> str:
    """A lifted case with papers and a patient who was looked up, beside another one; and a night's seals and root."""
    number = liftable(record)
    add_paper(record, MAJA, number, io.BytesIO(b"En lista.\n"), "lista.txt", MORNING)
    set_patient(record, MAJA, number, "Patient i 3", MORNING)
    show_patient(record, MAJA, number, "Ska ringa", MORNING)
    seal_logs(record, MORNING)
    arrived(record)
    (data / "roots").mkdir(exist_ok=True)
    (data / "roots" / "2026-04-16.txt").write_text("2026-04-16T02:00:00Z 0 00\n")
    return number


def _sqlite(folder: Path) -> str:
    folder.mkdir()
    return f"sqlite:///{folder}/stegen.db"


def _left(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_backup_gives_back_the_same_record_on_either_database(
    place: Place, databases: Databases, tmp_path: Path
) -> None:
    """Lost otherwise: after a fire, or a move to PostgreSQL, a case would come back as another."""
    number = place.lifted()
    add_paper(place.record, place.people.handler, number, io.BytesIO(b"En lista.\n"), "lista.txt", MORNING)
    seal_logs(place.record, MORNING)
    local = place.arrived()
    set_patient(place.record, place.people.handler, local, "Patient i 3", MORNING)
    show_patient(place.record, place.people.handler, local, "Ska ringa", MORNING)
    (place.folder / "roots").mkdir()
    (place.folder / "roots" / "2026-04-16.txt").write_text("2026-04-16T02:00:00Z 0 00\n")
    first = taken(place.url, place.folder, tmp_path / "first.zip", MORNING)
    assert first.manifest.cases == 2
    assert len(first.manifest.papers) == 1

    elsewhere = tmp_path / "elsewhere"
    url = _sqlite(elsewhere)
    restored(tmp_path / "first.zip", url, elsewhere, MORNING, place.county.code)
    second = taken(url, elsewhere, tmp_path / "second.zip", MORNING)
    assert second.manifest == first.manifest

    home = tmp_path / "home"
    back = databases.fresh()
    restored(tmp_path / "second.zip", back, home, MORNING, place.county.code)
    assert taken(back, home, tmp_path / "third.zip", MORNING).manifest == first.manifest
    opened = open_at(back, place.county, home / "papers")
    with closing(opened.database):
        assert verify(opened, MORNING) == ()
        assert chain_root(opened) == (first.manifest.root, first.manifest.heads)
        assert is_still(opened)
        replace(place, record=opened).lifted()  # rows go on being numbered where they ended
        assert verify(opened, MORNING) == ()
    databases.drop(back)


def test_what_a_backup_leaves_out_is_named_and_holds_no_key(record: Record, tmp_path: Path) -> None:
    """Lost otherwise: a new table would be missed on the day of a restore, or a stolen backup could be read."""
    _with_matter(record, tmp_path)
    made = taken(record.database.url, tmp_path, tmp_path / "a.zip", MORNING)
    assert {table.name for table in made.manifest.tables} == set(metadata.tables) - set(LEFT_OUT)
    assert len(made.manifest.keys) == 1
    with zipfile.ZipFile(made.file) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Patient i 3" not in everything
    assert b"Listan saknades" in everything
    assert not list(tmp_path.glob(".a.zip*"))
    assert made.file.stat().st_mode & 0o077 == 0


def test_a_backup_made_while_people_work_is_one_moment(
    record: Record, county: County, tmp_path: Path, rng: random.Random, amount: Callable[[int, int], int]
) -> None:
    """Lost otherwise: the copy would hold a move's history without its dates, and nobody would know until the fire."""
    command = [sys.executable, "-m", "tests.cases.stream", record.database.url, str(tmp_path), str(rng)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as working:
        assert working.stdout is not None
        assert working.stdout.readline() == "ready\n"
        made: list[Taken] = []
        for number in range(amount(1, 100)):
            heard = [working.stdout.readline() for _ in range(rng.randint(1, 3))]
            assert all(heard)
            made.append(taken(record.database.url, tmp_path, tmp_path / f"{number}.zip", MORNING))
            assert working.stdout.readline(), "whoever worked was stopped by the backup"
        working.kill()
        working.stdout.read()
    for number, copy in enumerate(made):
        folder = tmp_path / f"copy{number}"
        url = _sqlite(folder)
        restored(copy.file, url, folder, MORNING)
        opened = open_at(url, county, folder / "papers")
        with closing(opened.database):
            assert verify(opened, MORNING) == ()


@pytest.mark.usefixtures("nothing_leaves_this_machine")
def test_killed_or_without_room_a_backup_is_not_there_and_can_be_run_again(
    record: Record, tmp_path: Path, amount: Callable[[int, int], int]
) -> None:
    """Lost otherwise: half a file would lie there under the backup's name, and be the only one left in a year."""
    _with_matter(record, tmp_path)
    folder = tmp_path / "backups"
    folder.mkdir()
    file, steps, killed = folder / "a.zip", 0, 0
    while dies_taking(steps, record.database.url, tmp_path, file, MORNING):
        assert _left(folder) in ([], [".a.zip.part"])
        killed += 1
        steps += amount(12, 1)
    assert killed > 2
    assert _left(folder) == ["a.zip"], "a later run takes over what a killed one has left"
    look(file, quiet)
    file.unlink()
    assert runs_full(20_000, record.database.url, tmp_path, file, MORNING)
    assert _left(folder) == []


@pytest.mark.usefixtures("nothing_leaves_this_machine")
def test_a_killed_restore_leaves_an_empty_place_and_can_be_run_again(
    record: Record, county: County, databases: Databases, tmp_path: Path, amount: Callable[[int, int], int]
) -> None:
    """Lost otherwise: a clock would wake up over half a record, on the worst day of the year."""
    _with_matter(record, tmp_path)
    made = taken(record.database.url, tmp_path, tmp_path / "a.zip", MORNING)
    url, data, steps, killed = databases.fresh(), tmp_path / "new", 0, 0
    while dies_restoring(steps, made.file, url, data, MORNING):
        assert _cases_in(url) == 0
        killed += 1
        steps += amount(35, 3)
    assert killed > 2
    opened = open_at(url, county, data / "papers")
    with closing(opened.database):
        assert verify(opened, MORNING) == ()
        assert is_still(opened)
    databases.drop(url)


def _cases_in(url: str) -> int:
    """0 too where there is no table of them yet."""
    with closing(Database(url)) as database:
        if stands_at(database) is None:
            return 0
        with database.read() as tx:
            return int(tx.value("SELECT COUNT(*) FROM cases"))


def _changed(file: Path, to: Path, member: str, content: Callable[[bytes], bytes]) -> Path:
    """The same archive with one member's bytes replaced."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content(old.read(name)) if name == member else old.read(name))
    return to


def _said(member: str, value: object) -> Callable[[bytes], bytes]:
    return lambda text: json.dumps({**json.loads(text), member: value}).encode()


def _without(*tables: str) -> Callable[[bytes], bytes]:
    def left_out(text: bytes) -> bytes:
        told = json.loads(text)
        return json.dumps({**told, "tables": [t for t in told["tables"] if t["name"] not in tables]}).encode()

    return left_out


def _with_lines(file: Path, to: Path, lines: bytes) -> Path:
    """Other lines in the read log, with a hash that fits."""

    def fitting(text: bytes) -> bytes:
        told = json.loads(text)
        next(table for table in told["tables"] if table["name"] == "read_log")["sha256"] = sha256(lines).hexdigest()
        return json.dumps(told).encode()

    return _changed(_changed(file, to.with_suffix(".part"), "manifest.json", fitting), to, "tables/read_log.jsonl",
                    lambda _: lines)  # fmt: skip


def test_what_is_no_whole_backup_or_no_empty_place_is_refused_and_writes_nothing(
    record: Record, tmp_path: Path
) -> None:
    """Lost otherwise: a cut, changed or foreign file would become a record that people trust."""
    _with_matter(record, tmp_path)
    good = taken(record.database.url, tmp_path, tmp_path / "good.zip", MORNING).file
    cut, text = tmp_path / "cut.zip", tmp_path / "text.zip"
    cut.write_bytes(good.read_bytes()[:-2000])
    text.write_text("en vanlig fil")
    paper = f"papers/{next(iter(look(good, quiet).manifest.papers))}"
    events = "tables/event.jsonl"
    wrong = {
        cut: "cut short",
        text: "cut short",
        _changed(good, tmp_path / "edited.zip", events, lambda t: t.replace(b"submit", b"accept", 1)): events,
        _changed(good, tmp_path / "swapped.zip", paper, lambda _: b"En annan lista.\n"): paper,
        _changed(good, tmp_path / "newer.zip", "manifest.json", _said("revision", "9999")): "Install that version",
        _changed(good, tmp_path / "later.zip", "manifest.json", _said("format", "stegen-backup/2")): "stegen-backup/2",
        _changed(good, tmp_path / "odd.zip", "manifest.json", _said("roots", {"../x.txt": ""})): "cut short",
        _changed(
            good, tmp_path / "logless.zip", "manifest.json", _without("read_log", "administration_act")
        ): "read_log",
        _changed(good, tmp_path / "root.zip", "manifest.json", _said("root", "00" * 32)): "do not end in its root",
        _with_lines(good, tmp_path / "rows.zip", b"[1,\n"): "read_log.jsonl, line 1, in the backup is no row",
        _changed(good, tmp_path / "county.zip", "manifest.json", _said("county", "another")): "STEGEN_COUNTY",
    }
    for number, (file, says) in enumerate(wrong.items()):
        data = tmp_path / f"data{number}"
        data.mkdir()
        with pytest.raises(BackupError, match=says):
            restore(file, place(f"sqlite:///{data}/stegen.db", data), MORNING, quiet)
        late = file.name in ("root.zip", "rows.zip")
        assert _cases_in(f"sqlite:///{data}/stegen.db") == 0 if late else _left(data) == []
    with pytest.raises(BackupError, match="seal is"):
        look(good, quiet, "00" * 32)
    assert look(good, quiet, look(good, quiet).seal.upper()).manifest.cases == 2
    with pytest.raises(BackupError, match="empty place"):
        restore(good, place(record.database.url, tmp_path), MORNING, quiet)
    with pytest.raises(BackupError, match="never written over"):
        taken(record.database.url, tmp_path, good, MORNING)
    with pytest.raises(BackupError, match="no record here"):
        taken(f"sqlite:///{tmp_path}/nothing.db", tmp_path, tmp_path / "x.zip", MORNING)


FIRST = "0011"
"""The first form of the database that could be backed up."""


def _as_of(revision: str, made: Taken, folder: Path, heads: list[tuple[str, bytes]]) -> Path:
    """The same backup as a version of that time would have made it: without the tables and columns that came later, and
    with a root over the histories alone, that end in `heads`."""
    url = _sqlite(folder / "old")
    make_as_of(url, revision)
    with closing(Database(url)) as database:
        forms = inspect(database.engine)
        then = {name: {column["name"] for column in forms.get_columns(name)} for name in forms.get_table_names()}
    file = folder / "old.zip"
    with zipfile.ZipFile(made.file) as new, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as old:
        told = json.loads(new.read("manifest.json"))
        told["tables"] = [table for table in told["tables"] if table["name"] in then]
        for table in told["tables"]:
            member = f"tables/{table['name']}.jsonl"
            stay = [place for place, (name, _) in enumerate(table["columns"]) if name in then[table["name"]]]
            rows = [json.loads(line) for line in new.read(member).splitlines()]
            lines = "".join(json.dumps([row[place] for place in stay]) + "\n" for row in rows).encode()
            table |= {"columns": [table["columns"][place] for place in stay], "sha256": sha256(lines).hexdigest()}
            old.writestr(member, lines)
        for name in new.namelist():
            if not name.startswith(("tables/", "manifest")):
                old.writestr(name, new.read(name))
        told |= {"root": root(heads).hex(), "heads": len(heads)}
        old.writestr("manifest.json", json.dumps({**told, "revision": revision}))
    return file


def test_a_backup_of_an_older_version_restores_into_this_one(record: Record, county: County, tmp_path: Path) -> None:
    """Lost otherwise: the backups of all years before an upgrade would be worth nothing on the day after it."""
    number = _with_matter(record, tmp_path)
    made = taken(record.database.url, tmp_path, tmp_path / "a.zip", MORNING)
    (tmp_path / "then").mkdir()
    with record.database.read() as tx:
        file = _as_of(FIRST, made, tmp_path / "then", all_heads(tx, logs=False))
    url = _sqlite(tmp_path / "now")
    restored(file, url, tmp_path / "now", MORNING)
    opened = open_at(url, county, tmp_path / "now" / "papers")
    with closing(opened.database):
        assert stands_at(opened.database) == newest_revision()
        # The search index is derived, and was kept in other tables then: `stegen search rebuild` makes it anew.
        assert [fault for fault in verify(opened, MORNING) if fault.check != "search"] == []
        assert is_still(opened)
        assert view(opened, MAJA, number, MORNING).cover.number == number
