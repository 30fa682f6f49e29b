"""An export holds what its function may know and no more, and shows by itself whether somebody has changed it."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from cases.acting import act
from cases.chain import START, Entry, commit, link
from cases.contents.matter import add_paper, note, share
from cases.contents.patient import set_patient
from cases.copies.export_file import ExportError, check_export
from cases.record import Record
from tests.cases.deviations import HELENA, MAJA, OSKAR, WHY, liftable
from tests.command import Command
from tests.record import MORNING
from workflows.nouns import Command as Move

OURS, THEIRS, BOTH = "Bara vår nämnd vet detta.", "Bara sjukhuset vet detta.", "Vi ses på torsdag."


def _lifted(record: Record) -> str:
    number = liftable(record)
    note(record, MAJA, number, OURS, MORNING)
    note(record, OSKAR, number, THEIRS, MORNING)
    share(record, OSKAR, number, BOTH, MORNING)
    add_paper(record, MAJA, number, io.BytesIO(b"En lista.\n"), "lista.txt", MORNING)
    set_patient(record, MAJA, number, "Patient i 3", MORNING)
    act(record, HELENA, number, Move("escalate", WHY), MORNING)
    return number


def _everything(file: Path) -> str:
    with zipfile.ZipFile(file) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_each_side_s_export_can_be_checked_and_holds_no_more_than_it_may_know(stegen: Command, tmp_path: Path) -> None:
    """Lost otherwise: one side could not show a court what was said, or would learn the other side's inner notes."""
    with stegen.record() as record:
        number = _lifted(record)
    files = {}
    for who in (
        "maja.ekdahl/handler@unit:hsv-molndal", "oskar.nyberg/handler@unit:su-molndal-ortopedi",
        "stina.ekelof/process_leader@forum:nosam-molndal", "anna.lind/reporter@unit:hsv-molndal",
    ):  # fmt: skip
        folder = tmp_path / who.partition("/")[0]
        [files[who[:4]]] = map(Path, stegen.json("export", number, "--as", who, "--to", str(folder))["files"])
    assert not [file for file in files.values() if file.stat().st_mode & 0o077], "nobody else of the machine reads it"
    checked = {who: check_export(file) for who, file in files.items()}
    assert {who: found.faults for who, found in checked.items()} == dict.fromkeys(files, ())
    ours, theirs = checked["maja"], checked["oska"]
    assert ours.heads["shared"] == theirs.heads["shared"]
    assert ours.heads["cover"] == theirs.heads["cover"] == checked["stin"].heads["cover"]
    assert (ours.papers, theirs.papers, checked["stin"].papers) == (1, 1, 0)
    assert min(ours.opened, theirs.opened) > 0, "each side opens the words of its own lines"
    assert checked["stin"].sealed > 0

    words = {who: _everything(file) for who, file in files.items()}
    assert [who for who in words if OURS in words[who]] == ["maja"]
    assert [who for who in words if THEIRS in words[who]] == ["oska"]
    assert [who for who in words if BOTH in words[who]] == ["maja", "oska"]
    assert not [who for who in words if "Patient i 3" in words[who]]
    assert "oskar.nyberg" not in words["maja"]
    assert "maja.ekdahl" not in words["oska"]

    log = stegen.json("log", "--as", "rune.ekvall/auditor")
    assert sorted(row["account"] for row in log if row["what"] == "export") == sorted(
        ("anna.lind", "maja.ekdahl", "oskar.nyberg", "stina.ekelof")
    )


def _rewritten(file: Path, to: Path, member: str, change: Callable[[str], str]) -> Path:
    """Changed as somebody would who knows the format: the list of hashes is made to fit."""
    with zipfile.ZipFile(file) as old:
        members = {name: old.read(name) for name in old.namelist()}
    members[member] = change(members.get(member, b"").decode()).encode()
    about = json.loads(members["export.json"])
    about["files"] = {name: sha256(members[name]).hexdigest() for name in members if name != "export.json"}
    members["export.json"] = json.dumps(about).encode()
    with zipfile.ZipFile(to, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)
    return to


def _history(change: Callable[[dict[str, Any]], None]) -> Callable[[str], str]:
    def changed(text: str) -> str:
        case = json.loads(text)
        for line in case["history"]:
            change(line)
        return json.dumps(case)

    return changed


def _shaped(text: str) -> Callable[[str], str]:
    """A member of another shape: its history gone, or holding what is no line."""
    return lambda old: text if text != "history" else json.dumps(json.loads(old) | {"history": [7]})


def _forged(number: str, text: str) -> str:
    """The whole shared chain invented anew, but for its last line, whose head the other party has too."""
    proofs = json.loads(text)
    before = START
    for line in proofs["shared"][:-1]:
        line["salt"], line["body"] = (
            "00" * 16,
            json.dumps({"by": "oskar.nyberg", "texts": {"text": "Vi erkänner allt."}}),
        )
        line["commitment"] = commit(bytes(16), line["body"].encode()).hex()
        entry = Entry(number, "shared", line["seq"],
                      datetime.fromisoformat(line["at"]), line["actor"], line["code"], line["outcome"],
                      bytes.fromhex(line["commitment"]))  # fmt: skip
        before = link(before, entry)
        line["head"] = before.hex()
    proofs["shared"][-1]["outcome"] = None
    return json.dumps(proofs)


def _left_out(text: str) -> str:
    proofs = json.loads(text)
    proofs["shared"][0]["outcome"] = None
    return json.dumps(proofs)


def test_a_changed_export_is_found_out(stegen_on_sqlite: Command, tmp_path: Path) -> None:
    """Lost otherwise: whoever hands the file on could change a word, a date or a paper in it."""
    with stegen_on_sqlite.record() as record:
        number = _lifted(record)
    who = ("--as", "maja.ekdahl/handler@unit:hsv-molndal", "--to", str(tmp_path))
    [file] = map(Path, stegen_on_sqlite.json("export", number, *who)["files"])
    with zipfile.ZipFile(file) as archive:
        paper = next(name for name in archive.namelist() if name.startswith("papers/"))
    changes: tuple[tuple[str, Callable[[str], str], str], ...] = (
        ("case.json", lambda text: text.replace("Listan fanns inte.", "Listan fanns."), "other words"),
        ("case.json", lambda text: text.replace('"number": "2026', '"number": "2025', 1), "another case"),
        ("proofs.json", lambda text: text.replace("Listan fanns inte.", "Listan fanns."), "words are not those"),
        ("proofs.json", lambda text: text.replace('"code": "contest"', '"code": "accept"', 1), "not what was sealed"),
        ("proofs.json", lambda text: text.replace("2026-04-16T08", "2026-04-15T08", 1), "not what was sealed"),
        (paper, lambda _: "En annan lista.\n", "size or sort"),
        (paper, lambda _: "Ny lista.\n", "not the paper that was sealed"),
        (f"papers/{'ab' * 16}/erkannande.txt", lambda _: "Vi erkänner allt.\n", "no line tells of it"),
        ("case.json", _history(lambda line: line["texts"].clear()), "other words"),
        ("case.json", _history(lambda line: line.update(at="2020-01-01T00:00:00Z")), "otherwise"),
        ("case.json", _history(lambda line: line.update(by="oskar.nyberg")), "names somebody else"),
        ("proofs.json", lambda text: json.dumps({"cover": json.loads(text)["cover"]}), "has version"),
        ("proofs.json", partial(_forged, number), "shared line 11: is not what was sealed"),
        ("proofs.json", _left_out, "in the cover alone"),
    )
    for place, (member, change, says) in enumerate(changes):
        faults = check_export(_rewritten(file, tmp_path / f"{place}.zip", member, change)).faults
        assert any(says in fault for fault in faults), (member, says, faults)
    told = stegen_on_sqlite("verify", "--export", str(file), STEGEN_DATABASE_URL="sqlite:////nowhere/at/all.db")
    assert told.exit_code == 0, "whoever checks it has no record"
    assert "is whole" in told.stdout
    assert "stage" in told.stdout.partition("Not proved")[2], "what no line proves is told as such"
    swedish = stegen_on_sqlite("verify", "--export", str(file), "--language", "sv").stdout
    checked = check_export(file)
    for says, (one, more) in ((told.stdout, ("line", "lines")), (swedish, ("rad", "rader"))):
        first, words, outcomes, *_ = says.splitlines()
        total = checked.sealed + checked.withheld
        assert f" {total} {more}" in first
        for parts in (words, outcomes):
            counts = re.findall(rf"(\d+) ({more}|{one})\b", parts)
            assert sum(int(count) for count, _ in counts) == total, "each sentence divides all lines"
            assert all((count == "1") == (word == one) for count, word in counts)
    assert " line " not in swedish
    for member, text in (("case.json", "history"), ("case.json", "[7]"), ("proofs.json", '{"shared": [{}]}')):
        odd = _rewritten(file, tmp_path / "odd.zip", member, _shaped(text))
        with pytest.raises(ExportError):
            check_export(odd)
    assert stegen_on_sqlite.refusal("verify", "--export", str(tmp_path / "0.zip"))["faults"]

    cut = tmp_path / "cut.zip"
    cut.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(ExportError, match="cut short"):
        check_export(cut)
    assert stegen_on_sqlite.refusal("export", number, *who)["error"] == "file_exists"


def test_all_cases_of_a_function_leave_together_and_nobody_else_s(shared_stegen: Command, tmp_path: Path) -> None:
    """Lost otherwise: a party that leaves the installation could not take its own record along, or would take more."""
    with shared_stegen.record() as record:
        numbers = [liftable(record), liftable(record)]
    mine = shared_stegen.json("export", "--all", "--as", "maja.ekdahl/handler@unit:hsv-molndal", "--to", str(tmp_path))
    assert sorted(Path(file).stem for file in mine["files"]) == sorted(numbers)
    unseen = shared_stegen("export", numbers[0], "--as", "rune.ekvall/auditor", "--to", str(tmp_path / "other"))
    assert unseen.exit_code == 1
    assert "inget sådant ärende" in unseen.stderr
    assert shared_stegen("export", "--as", "maja.ekdahl/handler@unit:hsv-molndal").exit_code == 2, "which ones?"
    assert not (tmp_path / "other" / f"{numbers[0]}.zip").exists()
