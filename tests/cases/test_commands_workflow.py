"""`workflow check` and `workflow show`: the owner of a routine sees what it says, and every fault at once."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stegen import main
from tests.record import CONFIG

WORKFLOWS = CONFIG / "vastra_gotaland" / "workflows"


def _stegen(*words: str, **settings: str) -> Result:
    return CliRunner().invoke(main, ["workflow", *words], env=settings, catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the county's routines, to be spoiled."""
    for path in WORKFLOWS.glob("*.toml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def test_the_countys_routines_are_sound() -> None:
    """Else an installation of the county would not start."""
    for words in ((), (str(WORKFLOWS),), (str(WORKFLOWS.parent),)):
        answer = _stegen("check", *words)
        assert answer.exit_code == 0, answer.output
        assert "deviation.v1: sound." in answer.stdout


def test_every_fault_is_told_at_once_with_file_and_line(folder: Path) -> None:
    """Else the owner of a routine would mend one fault a day."""
    file = folder / "deviation.v1.toml"
    text = file.read_text(encoding="utf-8")
    text = text.replace('ball = "receiving.receiver"', 'ball = "receiving.kung"', 1)
    text = text.replace('do = "assign"\nfrom = ["arrived"]', 'do = "assign"\nfrom = ["ankommen"]', 1)
    file.write_text(text, encoding="utf-8")
    answer = _stegen("check", str(folder))
    assert answer.exit_code == 1
    lines = answer.stderr.splitlines()
    assert re.match(r"Error: \d+ fault\(s\)", lines[0])
    places = [line for line in lines if re.match(rf"{re.escape(str(file))}:\d+: ", line)]
    assert any("stages.arrived.ball: " in line for line in places)
    assert any("assign" in line and "ankommen" in line for line in places)
    told = json.loads(_stegen("check", str(folder), "--json").stdout)
    assert len(told["faults"]) == len(lines) - 1
    wrong = next(f for f in told["faults"] if f["place"] == "stages.arrived.ball")
    assert wrong["line"] == text[: text.index('ball = "receiving.kung"')].count("\n") + 1


def test_a_file_that_is_no_toml_is_told_with_the_others(folder: Path) -> None:
    """Else a missing quotation mark would hide every other fault, or show a traceback."""
    (folder / "deviation.v1.toml").write_text('name = "deviation"\nversion = \n', encoding="utf-8")
    (folder / "forum.v1.toml").write_bytes(b"\xff\xfe")
    answer = _stegen("check", str(folder))
    assert answer.exit_code == 1
    assert f"{folder / 'deviation.v1.toml'}:2: the file: is not TOML" in answer.stderr
    assert f"{folder / 'forum.v1.toml'}:1: the file: is not UTF-8" in answer.stderr


def test_a_folder_without_routines_is_said_to_be_one(tmp_path: Path) -> None:
    """Else a mistyped folder would be called sound."""
    empty = _stegen("check", str(tmp_path))
    assert empty.exit_code == 2
    assert "no workflow file" in empty.stderr
    assert _stegen("check", str(tmp_path / "inget")).exit_code == 2
    other = tmp_path / "other.json"
    other.touch()
    assert f"{other} is no workflow file" in _stegen("replay", str(other)).stderr


def test_a_routine_is_drawn_for_the_terminal_and_for_documents() -> None:
    """Else those who own the routine would have to read TOML to see it."""
    drawn = _stegen("show", "deviation")
    assert drawn.exit_code == 0
    for word in ("Inkommen", "Utreds", "60 dagar"):
        assert word in drawn.stdout
    assert "Arrived" in _stegen("show", "deviation.v1", "--language", "en").stdout
    assert _stegen("show", "deviation", "--mermaid").stdout.startswith("stateDiagram-v2")
    unknown = _stegen("show", "gnäll")
    assert unknown.exit_code == 2
    assert "deviation" in unknown.stderr


def test_the_second_countys_routines_are_its_own() -> None:
    """Else something of Västra Götaland would hide in the program."""
    answer = _stegen("check", STEGEN_COUNTY="config/tva_steg")
    if (CONFIG / "tva_steg" / "workflows").is_dir():
        assert answer.exit_code == 0, answer.output
    else:
        assert answer.exit_code == 2
