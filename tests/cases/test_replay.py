"""`workflow replay`: the owner of a routine sees what her change would have done to the cases there have been."""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from cases.acting import act
from cases.contents.disposal import dispose
from cases.record import Record
from cases.replay import Line, replay_all
from cases.soundness.verify import chain_root
from tests.cases.deviations import HELENA, OSKAR, WHY, contested, liftable
from tests.cases.test_disposal import ended
from tests.command import Command as Stegen
from tests.record import CONFIG, MORNING
from tests.stories import Evening
from tests.workflows.routine_files import source, spoilt
from tests.workflows.test_any_input import in_stage
from workflows.decide import Routine
from workflows.definition_check import check
from workflows.library import Library
from workflows.nouns import Command, Contribution, Deadline, Decision

WORKFLOWS = CONFIG / "vastra_gotaland" / "workflows"
END = datetime(2027, 1, 1, tzinfo=UTC)
KINDS = ("deviation.v1", "dispute.v1", "systemic_issue.v1")
SIXTY = ('unless = "more"\nrule = { calendar = 60 }', 'unless = "more"\nrule = { calendar = 45 }')
MORE = (
    'from = ["investigated"]\nto = "answered"\nby = ["receiving.handler", "receiving.unit_manager"]\nneeds = ["cause",',
    'from = ["investigated"]\nto = "answered"\nby = ["receiving.handler", "receiving.unit_manager"]\n'
    'needs = ["own_number", "cause",',
)


def changed(*changes: tuple[str, str]) -> Routine:
    """The routine for deviations with these changes in its text."""
    _, files = spoilt("vastra_gotaland", "deviation.v1.toml", *changes)
    return Library(check(files)).routine("deviation.v1")


def differing(record: Record, routine: Routine) -> list[Line]:
    return [line for line in replay_all(record, routine, END) if line.replayed.differs]


@pytest.fixture
def told(evening: Evening) -> Record:
    """The record after all of the county's stories."""
    return evening.record


@pytest.mark.parametrize("key", KINDS)
def test_an_unchanged_routine_decides_all_stories_as_they_went(told: Record, key: str) -> None:
    """Else what is shown as a difference may come of the replaying, and nobody can trust it."""
    before = chain_root(told)
    lines = list(replay_all(told, told.library.routine(key), END))
    found = Counter(line.replayed.how for line in lines)
    assert set(found) <= {"same", "lost"}, [line for line in lines if line.replayed.differs][:3]
    assert found["lost"] <= 1, [line for line in lines if line.replayed.how == "lost"]
    assert found["same"] > 15
    assert chain_root(told) == before


def test_a_shorter_time_shows_in_every_case_that_it_would_have_bound(told: Record) -> None:
    """Else a county would set 45 days and learn afterwards which of its answers would have been late."""
    found = differing(told, changed(SIXTY))
    parts = [part for line in found for part in line.replayed.parts]
    dates = [p for p in parts if p.name == "deadline answer#1" and p.was.startswith("open")]
    assert len({line.number for line in found}) >= 5
    assert all(date.fromisoformat(p.would[-10:]) < date.fromisoformat(p.was[-10:]) for p in dates)
    assert any(p.name.startswith("letter answer#1") for p in parts), "reminders move with the date"


def test_what_would_be_refused_is_told_with_its_reasons(record: Record) -> None:
    """Else a new obligatory field would be found out by the first handler who cannot answer."""
    number = contested(record)
    (line,) = differing(record, changed(MORE))
    assert (line.number, line.move, line.replayed.how) == (number, "answer", "refused")
    assert [(r.code, r.field) for r in line.replayed.reasons] == [("input_missing", "own_number")]


def test_a_stage_that_is_gone_is_named(record: Record, tmp_path: Path) -> None:
    """Else cases that stand there could not be brought over, and nobody had been told."""
    number = liftable(record)
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    _, files = spoilt("vastra_gotaland", "deviation.v1.toml")
    renamed = [source(f.path, _renamed(f.text) if f.key == "deviation.v1" else f.text) for f in files]
    found = differing(record, Library(check(renamed)).routine("deviation.v1"))
    assert [(line.move, line.replayed.how) for line in found] == [
        ("contest", "otherwise"),
        ("talk", "no_stage"),
        ("sign", "no_stage"),
        ("escalate", "no_stage"),
    ]
    assert found[0].replayed.parts[0].would == "parley"


def _renamed(text: str) -> str:
    """The managers' talk under another name as a stage; as a move it keeps its own."""
    of_stages = ("[stages.", "from", "to", "starts", "covers", '  "talk",')
    return "\n".join(
        re.sub(r'(?<=")talk(?=")|(?<=stages\.)talk', "parley", line) if line.startswith(of_stages) else line
        for line in text.splitlines()
    )


def test_a_case_whose_words_are_erased_is_replayed_all_the_same(record: Record) -> None:
    """Else disposal would take the past away from those who learn from it."""
    number, ours, theirs = ended(record)
    for seer in (ours, theirs):
        dispose(record, seer, number, "Beslut § 1", MORNING + timedelta(days=400))
    lines = list(replay_all(record, record.library.routine("deviation.v1"), END))
    assert {line.replayed.how for line in lines} == {"same"}
    assert {line.number for line in lines} == {number}
    assert differing(record, changed(SIXTY))


def test_dates_and_contributions_that_the_new_text_does_not_know() -> None:
    """Else leaving a contribution out of the routine would make the replay fall over the first case that owed it."""
    case = in_stage("deviation", "investigated")
    day = date(2026, 5, 1)
    old = case.snapshot
    case.snapshot = replace(
        old, deadlines=(*old.deadlines, Deadline("gone#1", "gone", "case", "x", day, day)),
        contributions=(Contribution("lost#1", "lost", "handler@unit:home", day),),
    )  # fmt: skip
    answer = case.decide("answer", "handler@unit:ward", cause="Rutinen brast.", measures="none")
    assert isinstance(answer, Decision)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the county's routines in which answers take 45 days."""
    for path in WORKFLOWS.glob("*.toml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8").replace(*SIXTY), encoding="utf-8")
    return tmp_path


def test_the_command_tells_what_differs_and_exits_1(stegen: Stegen, folder: Path) -> None:
    """Else a change could be released without anybody having seen what it does."""
    with stegen.record() as record:
        number, other = contested(record), contested(record)
    same = stegen("workflow", "replay", str(WORKFLOWS / "deviation.v1.toml"))
    assert same.exit_code == 0, same.output
    assert "10 step(s) of 2 case(s) go as they went" in same.stdout
    found = stegen("workflow", "replay", str(folder / "deviation.v1.toml"), number)
    assert found.exit_code == 1
    assert f"{number} line 2, submit, 2026-04-16: " in found.stderr
    assert "deadline answer#1: open 2026-06-15 -> open 2026-06-01" in found.stderr
    assert other not in found.output
    told = stegen.refusal("workflow", "replay", str(folder / "deviation.v1.toml"))
    assert {row["number"] for row in told["differences"]} == {number, other}
    assert {"name": "deadline answer#1", "was": "open 2026-06-15", "would": "open 2026-06-01"} in (
        told["differences"][0]["parts"]
    )
    assert json.dumps(told).count("Rutinen brast") == 0, "no word of a case is told"


def test_the_command_says_what_it_cannot_replay(stegen_on_sqlite: Stegen, folder: Path) -> None:
    """Else a mistyped number or file would look like a routine without differences."""
    good = str(folder / "deviation.v1.toml")
    for words in ((good, "2026-K7QM4TX"), (str(folder / "forum.v1.toml"),), (str(folder / "nothing.toml"),)):
        answer = stegen_on_sqlite("workflow", "replay", *words)
        assert answer.exit_code == 2, answer.output
        assert answer.stderr
    (folder / "deviation.v1.toml").write_text("name = ", encoding="utf-8")
    broken = stegen_on_sqlite("workflow", "replay", good)
    assert broken.exit_code in (1, 2)
    assert "deviation.v1.toml" in broken.stderr


def test_no_move_is_lost_on_the_way_up(record: Record) -> None:
    """Else the moves that matter most, those before a forum, would be counted as beyond repeating."""
    number = liftable(record)
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    act(record, OSKAR, number, Command("inform_serious", {"serious": "lex_maria", "telephoned": "I går"}), MORNING)
    lines = list(replay_all(record, record.library.routine("deviation.v1"), END))
    assert [(line.move, line.replayed.how) for line in lines][-1] == ("escalate", "same")
