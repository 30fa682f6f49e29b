"""A story file with faults: every one is found in one run, with file and place, so that its writer can mend it."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.county import CountyFaults, load_county
from tests.config.spoiling import COUNTIES

SOUND = """
order = 3
explain = "answer"
pages = ["a"]
title = { sv = "Ett", en = "One" }
shows = { sv = "Två", en = "Two" }

[who]
iris = "iris.vipa/handler@unit:avdelning-ett"

[[step]]
at = 2026-04-16 10:00:00
who = "iris"
does = "report"
case = "a"
kind = "deviation"
inputs.what = "Hände"
expect.stage = "arrived"
expect.due = { answer = 2026-06-15 }
says = { sv = "Sägs", en = "Said" }

[[step]]
at = 2026-10-25 10:00:00
does = "wait"
case = "a"
says.sv = "Väntar"
says.en = "Waits"
"""


@pytest.fixture
def county_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "county"
    shutil.copytree(COUNTIES / "tva_steg", folder)
    (folder / "stories").mkdir(exist_ok=True)
    return folder


def with_story(folder: Path, text: str, name: str = "one.toml") -> None:
    (folder / "stories" / name).write_text(text, encoding="utf-8")


def test_a_story_is_read_as_it_is_written(county_folder: Path) -> None:
    """Else what a process leader writes would be told at another time or by somebody else."""
    with_story(county_folder, SOUND)
    story = next(s for s in load_county(county_folder).stories if s.code == "one")
    first, second = story.steps
    assert (story.title.sv, story.shows.en, story.order, story.pages) == ("Ett", "Two", 3, ("a",))
    assert (first.who.account, first.who.post) == ("iris.vipa", "handler@unit:avdelning-ett")
    assert first.details == {"kind": "deviation", "inputs": {"what": "Hände"}}
    assert first.expect["stage"] == "arrived"
    assert (first.at, second.at) == (datetime(2026, 4, 16, 8, tzinfo=UTC), datetime(2026, 10, 25, 9, tzinfo=UTC))


def test_stories_are_told_in_their_order(county_folder: Path) -> None:
    """Else the county could not say which story its readers meet first."""
    with_story(county_folder, SOUND.replace("order = 3", "order = 9"), "a.toml")
    with_story(county_folder, SOUND, "b.toml")
    assert [s.code for s in load_county(county_folder).stories if s.code in "ab"] == ["b", "a"]


@pytest.mark.parametrize(
    ("of", "text", "place", "words"),
    [
        ('title = { sv = "Ett", en = "One" }', 'title = { sv = "Ett" }', "title", "both languages"),
        ('shows = { sv = "Två", en = "Two" }', "", "top level", "shows is missing"),
        ("order = 3", "ordr = 3", "top level", "ordr is not known"),
        ('pages = ["a"]', 'pages = "a"', "pages", "list of labels"),
        ("iris.vipa/handler", "iris.vipa:handler", "who, iris", "must say account, function and place"),
        ("iris.vipa/handler", "ingen.alls/handler", "who, iris", "not in holdings.csv"),
        ("avdelning-ett", "ingen-enhet", "who, iris", "not in holdings.csv"),
        ('who = "iris"', 'who = "ira"', "step 1 (2026-04-16 10:00:00)", "'ira' is not among"),
        ('who = "iris"\n', "", "step 1 (2026-04-16 10:00:00)", "report needs who"),
        ('does = "report"', 'does = "raport"', "step 1 (2026-04-16 10:00:00)", "'raport' is not known"),
        ('kind = "deviation"\n', "", "step 1 (2026-04-16 10:00:00)", "report needs kind"),
        ('kind = "deviation"', 'kind = "deviation"\nmove = "x"', "step 1 (2026-04-16 10:00:00)", "does not take move"),
        ('kind = "deviation"', 'kind = "deviation"\nx = 1', "step 1 (2026-04-16 10:00:00)", "x is not known here"),
        ("at = 2026-04-16 10:00:00", "at = 2026-04-16", "step 1 (2026-04-16)", "local date and time"),
        ("at = 2026-04-16 10:00:00\n", "", "step 1 (no time)", "at is missing"),
        ("at = 2026-10-25 10:00:00", "at = 2026-04-16 09:59:59", "step 2 (2026-04-16 09:59:59)", "before the step"),
        ('expect.stage = "arrived"', "expect.stage = 3", "step 1 (2026-04-16 10:00:00)", "expect.stage must be a text"),
        ("expect.stage", "expect.stege", "step 1 (2026-04-16 10:00:00)", "expect.stege is not known"),
        ('says = { sv = "Sägs", en = "Said" }', 'says = { sv = "", en = "Said" }',
         "step 1 (2026-04-16 10:00:00), says", "both languages"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(county_folder: Path, of: str, text: str, place: str, words: str) -> None:
    """Else a writer would have to look for a misspelt word in a file of four hundred lines."""
    assert SOUND.count(of) == 1
    with_story(county_folder, SOUND.replace(of, text))
    with pytest.raises(CountyFaults) as faults:
        load_county(county_folder)
    found = [f for f in faults.value.faults if f.file == "stories/one.toml" and f.place == place and words in f.text]
    assert len(found) == 1, faults.value


def test_all_faults_are_told_at_once(county_folder: Path) -> None:
    """Else a writer would load the county once for every misspelt word."""
    with_story(county_folder, SOUND.replace("order", "ordr").replace("raport", "x").replace('who = "iris"', ""))
    with_story(county_folder, "title = [", "two.toml")
    with pytest.raises(CountyFaults) as faults:
        load_county(county_folder)
    assert {f.file for f in faults.value.faults} == {"stories/one.toml", "stories/two.toml"}
    assert len(faults.value.faults) == 3


def test_a_misspelt_folder_is_no_county_without_stories(county_folder: Path) -> None:
    """Else the stories of a folder called `storys` would silently never be told."""
    (county_folder / "stories").rename(county_folder / "storys")
    with pytest.raises(CountyFaults, match="storys, whole folder: is no folder of a county"):
        load_county(county_folder)
