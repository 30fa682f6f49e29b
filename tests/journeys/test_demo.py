"""`stegen demo`: made anew in a folder of its own, shown plainly in a pipe, and served with ready sign-ins."""

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config.county import County
from stegen import Installation, main
from tests.house.tree import HOME

CHOSEN = ("kungalv_as_it_went", "withdrawn")
"""Short ones: what each story shows is test_stories.py's matter."""


@pytest.fixture
def short(county: County) -> County:
    return replace(county, stories=tuple(s for s in county.stories if s.code in CHOSEN))


def demo(county: County, folder: Path, *words: str, **settings: str) -> Result:
    here = Installation({"STEGEN_DATA": str(folder), **settings}, county)
    return CliRunner().invoke(main, ["demo", *words], obj=here, catch_exceptions=False)


def test_it_tells_shows_and_says_what_is_due(short: County, tmp_path: Path) -> None:
    """Else the first thing that a newcomer does would show nothing of what Stegen is for."""
    answer = demo(short, tmp_path, "--no-serve")
    assert answer.exit_code == 0, answer.output
    for story in short.stories:
        assert story.title.sv in answer.stdout
        assert all(step.says.sv in answer.stdout for step in story.steps)
    contents = answer.stdout.partition("Innehåll: ")[2].partition("\n\n")[0].splitlines()[1:]
    assert [line.split("  2026-")[0].strip() for line in contents] == [
        f"{place}  {story.title.sv}".strip() for place, story in enumerate(short.stories, 1)
    ]
    assert "Vad som ska göras härnäst, i alla ärenden" in answer.stdout
    assert "\x1b" not in answer.stdout
    assert (tmp_path / "demo" / "stegen.db").is_file()


LINE = re.compile(r"^  [ \d]\d \w+ +[^:]+: .+ 2026-\w{7}$", re.MULTILINE)


PAINTED = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
SECONDS = 20
"""Of the processor that one story's quarter may take; it takes three or four."""


def test_the_letters_of_a_quarter_are_shown_as_they_leave_and_one_is_opened(
    county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a newcomer would have to take it on trust that reminders arrive, to whom, and why on that very day; or would
    sit before a screen on which nothing moves, and go away."""
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    story = replace(county, stories=tuple(s for s in county.stories if s.code == "medication_list"))
    began = time.process_time()
    answer = demo(story, tmp_path, "--no-serve")
    assert time.process_time() - began < SECONDS
    shown, steps = PAINTED.sub("", answer.stdout), len(story.stories[0].steps)
    bar = [int(done) for done in re.findall(rf"(\d+)/{steps}\b", PAINTED.sub("", answer.stderr))]
    assert bar == sorted(bar), "it never goes back"
    assert bar[-1] == steps > bar[0], "and is seen on its way"
    before, _, opened = shown.partition("Ett av breven i sin helhet")
    told = re.search(r"^(\d+) brev på 92 dagar\.$", before, re.MULTILINE)
    assert told is not None
    lines = LINE.findall(before)
    people = sum(int(many[1]) if (many := re.search(r" × (\d+):", line)) else 1 for line in lines)
    assert people == int(told[1]) > 3
    wanted = (
        r"  11 juni +handläggare vid Ortopedavdelning, Mölndals sjukhus × 2: Svar behövs senast 15 juni – avvikelse .+"
    )
    assert any(re.fullmatch(wanted, line) for line in lines)
    whole = opened.partition("berättelser i")[0]
    assert "Till dig som " in whole
    assert "Varför just det datumet" in whole
    assert "Räknas från" in whole.partition("Varför just det datumet")[2]


def test_it_says_what_its_marks_and_sources_mean_in_the_readers_language(short: County, tmp_path: Path) -> None:
    """Else a process leader would read codes, English notes and signs that nobody has explained to her."""
    shown = demo(short, tmp_path, "--no-serve").stdout
    assert "✗ nekat" in shown
    assert "◷ gick av sig självt" in shown
    assert "Källa: samverkans egna dokument (D-05); i övrigt länets eget val" in shown
    assert "ours" not in shown
    assert "Kalender:" not in shown


def test_a_story_is_told_once_more_by_its_number(short: County, tmp_path: Path) -> None:
    """Else whoever wants to see one story again scrolls through all of them, or loses the demo that she looks at."""
    last = len(short.stories)
    answer = demo(short, tmp_path, "--story", str(last))
    assert answer.exit_code == 0, answer.output
    assert f"{last}. {short.stories[-1].title.sv}" in answer.stdout
    assert short.stories[0].title.sv not in answer.stdout
    assert (tmp_path / "demo-story").is_dir()
    assert not (tmp_path / "demo").exists()
    beyond = demo(short, tmp_path, "--story", str(last + 1))
    assert beyond.exit_code == 2
    assert f"There are {last} stories" in beyond.output


def test_it_speaks_english(short: County, tmp_path: Path) -> None:
    """Else half of its readers could not follow it."""
    answer = demo(short, tmp_path, "--no-serve", "--language", "en")
    assert "What is due next, in all cases" in answer.stdout
    assert "The case has ended. Nothing is left." in answer.stdout
    assert all(step.says.en in answer.stdout for story in short.stories for step in story.steps)


def test_it_is_made_anew_and_touches_nothing_else(short: County, tmp_path: Path) -> None:
    """Else a second demo would tell every story twice, or write invented cases into somebody's own database."""
    own = tmp_path / "own.db"
    settings = {"STEGEN_DATABASE_URL": f"sqlite:///{own}", "STEGEN_SMTP_URL": "smtp://mail.example.invalid:25"}
    first, second = (demo(short, tmp_path, "--no-serve", **settings) for _ in range(2))
    numbers = [re.findall(r"^(2026-\w{7})  ", answer.stdout, re.MULTILINE) for answer in (first, second)]
    assert len(numbers[0]) == len(numbers[1]) == 3
    assert not set(numbers[0]) & set(numbers[1])
    assert not own.exists()


def test_the_command_line_shows_the_same_cases_on_the_same_clock(short: County, tmp_path: Path) -> None:
    """Else a newcomer would look at an empty county, or at dates that are half a year over."""
    answer = demo(short, tmp_path, "--no-serve")
    words = re.search(r"^  stegen (case list --as \S+)$", answer.stdout, re.MULTILINE)
    folder = re.search(r"^  export STEGEN_DATA=(\S+)$", answer.stdout, re.MULTILINE)
    assert words is not None
    assert folder is not None
    here = Installation({"STEGEN_DATA": folder[1]}, short)
    told_until = max(story.steps[-1].at for story in short.stories)
    assert timedelta() <= here.now() - told_until < timedelta(hours=1)
    listed = CliRunner().invoke(main, words[1].split(), obj=here, catch_exceptions=False)
    assert listed.exit_code == 0, listed.output
    numbers = set(re.findall(r"2026-\w{7}", listed.stdout))
    assert numbers
    assert all(number in answer.stdout for number in numbers)
    assert "har passerat" not in listed.stdout


def test_a_remembered_clock_reaches_no_other_record(short: County, tmp_path: Path) -> None:
    """Else a real record, opened with the demo's folder still set, would get dates of invented days."""
    demo(short, tmp_path, "--no-serve")
    folder = str(tmp_path / "demo")
    own = f"sqlite:///{tmp_path}/own.db"
    assert Installation({"STEGEN_DATA": folder}, short).settings.now is not None
    assert Installation({"STEGEN_DATA": folder, "STEGEN_DATABASE_URL": own}, short).settings.now is None
    (tmp_path / "demo" / ".stegen-demo").unlink()
    assert Installation({"STEGEN_DATA": folder}, short).settings.now is None


def test_a_folder_with_something_else_in_it_is_left_alone(short: County, tmp_path: Path) -> None:
    """Else a slip of the pen would empty somebody's folder."""
    (tmp_path / "diary.txt").write_text("mine", encoding="utf-8")
    answer = demo(short, tmp_path / "data", "--no-serve", "--folder", str(tmp_path))
    assert answer.exit_code == 2
    assert "something else than a demo" in answer.output
    assert (tmp_path / "diary.txt").read_text(encoding="utf-8") == "mine"


def test_a_taken_port_is_told_before_anything_is_made(short: County, tmp_path: Path) -> None:
    """Else the demo that is running would lose its database under its feet."""
    with socket.create_server(("127.0.0.1", 0)) as busy:
        answer = demo(short, tmp_path, "--port", str(busy.getsockname()[1]))
    assert answer.exit_code == 1
    assert "--port" in answer.output
    assert not (tmp_path / "demo").exists()


def test_a_county_without_stories_says_how_to_write_one(small_county: County, tmp_path: Path) -> None:
    """Else another county would get an error that speaks of the program."""
    answer = demo(replace(small_county, stories=()), tmp_path, "--no-serve")
    assert answer.exit_code == 1
    assert "has no stories" in answer.output


SERVE = """
import sys
from dataclasses import replace
from config.county import load_county
from stegen import Installation, main
county = load_county("config/vastra_gotaland")
county = replace(county, stories=tuple(s for s in county.stories if s.code == "withdrawn"))
main(["demo", "--port", "0"], obj=Installation({"STEGEN_DATA": sys.argv[1]}, county))
"""


def test_the_pages_are_served_with_ready_sign_ins(tmp_path: Path) -> None:
    """Else the printed address would answer with nothing, or ask for a password that nobody has."""
    command = [sys.executable, "-u", "-c", SERVE, str(tmp_path)]
    process = subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout is not None
        told = []
        for line in process.stdout:
            told.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                break
        else:
            pytest.fail("".join(told))
        with urllib.request.urlopen(f"{found.group()}/sign-in") as page:  # noqa: S310
            assert "handler@unit:hsv-molndal" in page.read().decode()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 0


def test_help_names_every_choice() -> None:
    """Else a newcomer would have to read the program to tell the stories in English."""
    answer = CliRunner().invoke(main, ["demo", "--help"])
    assert all(option in answer.stdout for option in ("--folder", "--language", "--no-serve", "--port"))
