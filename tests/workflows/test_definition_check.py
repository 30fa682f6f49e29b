"""The check of the routines: sound files pass, and every fault is told with its file, its line and what to do."""

import tomllib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.workflows.routine_files import COUNTIES, faults_of, routines, source, spoilt, texts
from workflows.definition_source import Fault, Source, line_of
from workflows.guards import GUARDS, REASONS

SMALL, LARGE = "tva_steg", "vastra_gotaland"
DEVIATION, FORUM, GROUND = "deviation.v1.toml", "forum.v1.toml", "ground.v1.toml"
TABLE = Path(__file__).with_name("spoilt_routines.toml")


@dataclass(frozen=True)
class Spoilt:
    """One textual change, and what must be said about it: the line it stands in, and words of the advice."""

    name: str
    old: str
    new: str
    at: str
    says: str
    county: str = SMALL
    file: str = DEVIATION


EVERY = tuple(Spoilt(**row) for row in tomllib.loads(TABLE.read_text())["spoilt"])


@pytest.mark.parametrize("county", COUNTIES)
def test_the_counties_routines_are_sound(county: str) -> None:
    """Lost otherwise: the installation refuses to start, or a case meets the fault."""
    assert routines(county)


@pytest.mark.parametrize("wrong", EVERY, ids=lambda s: s.name)
def test_a_fault_is_found_where_it_stands(wrong: Spoilt) -> None:
    """Lost otherwise: the owner looks for a misspelt word in a thousand lines, or learns of it from a case."""
    text, files = spoilt(wrong.county, wrong.file, (wrong.old, wrong.new))
    found = [f for f in faults_of(files) if wrong.says in f.text]
    assert found, f"not found among {[str(f) for f in faults_of(files)]}"
    assert {f.path for f in found} == {wrong.file}
    line = text.splitlines()[found[0].line - 1]
    assert line.startswith(wrong.at), f"line {found[0].line} is {line!r}"


@pytest.mark.parametrize("wrong", [s for s in EVERY if s.county == SMALL], ids=lambda s: s.name)
def test_one_fault_is_not_told_as_many(wrong: Spoilt) -> None:
    """Lost otherwise: the one real fault drowns in what follows from it."""
    _, files = spoilt(wrong.county, wrong.file, (wrong.old, wrong.new))
    assert len(faults_of(files)) <= 3


def test_thirty_kinds_of_fault_are_tried() -> None:
    """Lost otherwise: the table above could shrink unnoticed."""
    assert len({s.says for s in EVERY}) >= 80


def test_ten_faults_are_told_at_once() -> None:
    """Lost otherwise: mending a file takes ten rounds, each ending in the next fault."""
    ten = [
        ('reach = "raising"', 'reaches = "raising"'),
        ("rule = { calendar = 14 }", 'rule = { calendar = "14" }'),
        ('if = ["own_operation"]', 'if = ["own_operations"]'),
        ('then = ["down"]', 'then = ["downwards"]'),
        ('do = "accept"', 'do = "acept"'),
        ('needs = ["cause", "answer_words"]', 'needs = ["cause", "answer_word"]'),
        ('ball = "raising.reporter"', 'ball = "raising.reporters"'),
        ('clock = "forum"', 'clock = "council"'),
        ('type = "operation"', 'type = "operations"'),
        ("stale = { sv", "old = { sv"),
    ]
    text, files = spoilt(SMALL, DEVIATION, *ten)
    lines = text.splitlines()
    told = {lines[fault.line - 1] for fault in faults_of(files)}
    for _, new in ten[:-1]:
        assert any(new.partition("\n")[0] in line for line in told), new
    assert "[reasons]" in told


def retold(*changes: tuple[str, str]) -> dict[str, set[str]]:
    """What is said of the small routine after several changes: the words of each fault -> the lines it stands in."""
    text = texts(SMALL)[DEVIATION]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    told: dict[str, set[str]] = {}
    for fault in faults_of([source(DEVIATION, text)]):
        told.setdefault(fault.text, set()).add(text.splitlines()[fault.line - 1])
    return told


def test_a_stage_must_be_left_by_people_too() -> None:
    """Lost otherwise: a stopped clock strands every case that waits there."""
    rows = ('["raising.handler", "raising.chief"]', '["both.chief"]')
    head = 'from = ["read"]\nto = "{}"\nby = '
    told = retold(*((head.format("ended") + by, head.format("@same") + by) for by in rows))
    assert told == {"no person can move a case on from here; give somebody a move to another stage": {"[stages.read]"}}


def test_whoever_has_the_ball_can_go_on_with_the_case() -> None:
    """Lost otherwise: a case stands in the list of somebody who can do nothing with it, until its date has passed."""
    rows = 'by = ["receiving.handler", "receiving.unit_manager"]'
    text = texts(LARGE)[DEVIATION]
    assert rows in text
    moved = text.replace(rows, 'by = ["raising.handler"]')
    files = [source(name, moved if name == DEVIATION else whole) for name, whole in texts(LARGE).items()]
    (fault,) = faults_of(files)
    assert "receiving.handler has no move in this stage" in fault.text
    assert fault.place == "stages.investigated.ball"
    assert moved.splitlines()[fault.line - 1] == 'ball = "receiving.handler"'


def test_a_dead_end_is_told() -> None:
    """Lost otherwise: cases that nobody can ever end."""
    told = retold(('from = ["read"]\nto = "ended"', 'from = ["read"]\nto = "council"'),
                  ('from = ["council"]\nto = "arrived"', 'from = ["council"]\nto = "read"'))  # fmt: skip
    assert told == {"a dead end: from here no way leads to an end": {"[stages.council]", "[stages.read]"}}


def test_a_routine_without_an_end_is_told() -> None:
    """Lost otherwise: every case stays open for ever."""
    living = 'status = "open"\ntask = "rest"\ntask_text = { sv = "Vila", en = "Rest" }\nball = "raising.handler"\n'
    told = retold(('status = "ended"', f'{living}date = "resting"\nsource = "ours"'),
                  ("[deadlines.reading]", '[deadlines.resting]\ntext = { sv = "Vila", en = "Rest" }\nclock = "case"\n'
                   'starts = "ended"\ncovers = ["ended"]\nrule = { calendar = 9 }\nsource = "ours"\n'
                   'default_text = { sv = "Inget", en = "Nothing" }\n\n[deadlines.reading]'))  # fmt: skip
    assert 'no stage ends a case; one needs status = "ended"' in told


def test_a_step_of_the_ladder_needs_a_way_up() -> None:
    """Lost otherwise: a forum that cannot answer keeps the case for ever."""
    text = texts(SMALL)[DEVIATION].replace('do = "escalate"\nfrom = ["read"]', 'do = "close"\nfrom = ["read"]')
    text = text.replace('met_by = ["done", "escalate"]', 'met_by = ["done", "close"]')
    text = text.replace(
        '[[moves]]\ndo = "return"\nfrom = ["council"]\nto = "arrived"',
        '[[moves]]\ndo = "return"\nfrom = ["council"]\nto = "read"',
    )
    found = faults_of([source(DEVIATION, text)])
    assert ["without a way up" in fault.text for fault in found] == [True, True]
    assert {text.splitlines()[fault.line - 1] for fault in found} == {"[stages.council]", "[stages.read]"}


def test_a_file_that_belongs_to_no_routine_is_told() -> None:
    """Lost otherwise: somebody changes a file that nothing reads, and waits for the change."""
    alone = source("forum.v2.toml", texts(LARGE)[FORUM].replace("version = 1", "version = 2", 1))
    files = [source(name, text) for name, text in texts(LARGE).items()]
    assert [(f.path, f.text) for f in faults_of([*files, alone])] == [
        ("forum.v2.toml", "no routine includes this file, so nothing in it is in force")
    ]


def test_the_same_version_twice_is_told() -> None:
    """Lost otherwise: which of the two is in force would depend on the order of the folder."""
    files = [source(DEVIATION, texts(SMALL)[DEVIATION]), source("copy/" + DEVIATION, texts(SMALL)[DEVIATION])]
    assert ["is also in" in fault.text for fault in faults_of(files)] == [True]


def test_whatever_stands_in_a_file_is_told_and_never_an_error() -> None:
    """Lost otherwise: a slip of the pen ends in a traceback, which tells the owner of a routine nothing."""
    text = texts(SMALL)[DEVIATION]
    sound = tomllib.loads(text)
    odd: tuple[Any, ...] = (0, -5, "", "told:x=y", [], {}, True, [1], [{}])
    for number, place in enumerate(list(places(sound))[::3]):
        data = part = deepcopy(sound)
        for key in place[:-1]:
            part = part[key]
        part[place[-1]] = odd[number % len(odd)]
        assert all(fault.line for fault in faults_of([Source(DEVIATION, text, data)]))


def places(value: Any, *above: Any) -> Iterator[tuple[Any, ...]]:
    """Every key of parsed TOML, however deep."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, within in inner:
        yield (*above, key)
        yield from places(within, *above, key)


def test_no_file_at_all_is_told() -> None:
    """Lost otherwise: an installation without routines starts, and refuses every case later."""
    assert "no file here describes a whole routine" in faults_of([])[0].text
    assert "no file here describes a whole routine" in faults_of([source(GROUND, texts(LARGE)[GROUND])])[0].text


def test_every_message_says_what_to_do() -> None:
    """Lost otherwise: the owner of a routine, who is no programmer, is told that something is wrong and not what."""
    told: list[Fault] = []
    for wrong in EVERY:
        told += faults_of(spoilt(wrong.county, wrong.file, (wrong.old, wrong.new))[1])
    assert all(len(fault.text.split()) >= 4 for fault in told)
    assert all(str(fault).startswith(f"{fault.path}:{fault.line}: {fault.place}: ") for fault in told)


def test_every_guard_has_reasons() -> None:
    """Lost otherwise: a refusal without words, or a reason that the check does not ask the routine for."""
    assert GUARDS.keys() == REASONS.keys()


def test_a_place_is_found_in_every_way_of_writing_it() -> None:
    """Lost otherwise: a fault points at line 1 when the file is laid out in another way than ours."""
    text = """name = "x"
[stages.one]
id = "1"
[[moves]]
do = "a"
[[moves]]
do = "b"
[inputs.c]
options.yes = 1
[reasons]
r = 2
"""
    assert line_of(text, "name") == 1
    assert line_of(text, "stages.one.id") == 3
    assert line_of(text, "stages.one.ball") == 2
    assert line_of(text, "moves[1].b.do") == 7
    assert line_of(text, "moves[7].b.do") == 1
    assert line_of(text, "inputs.c.options.yes") == 9
    assert line_of(text, "reasons.r") == 11
    assert line_of(text, "nothing.here") == 1


def test_a_file_that_several_routines_include_words_a_text_by_the_kind_of_case() -> None:
    """Lost otherwise: whoever handles a deviation reads what would hold "in a dispute"."""
    routine = {d.kind: d for d in routines(LARGE).values()}
    for kind, decides, other in (("deviation", "Ordföranden", "Presidiet"), ("dispute", "Presidiet", "Ordföranden")):
        to_between = (m for m in routine[kind].by_code["agenda"] if m.to == "forum_between")
        texts = [routine[kind].reasons["meeting_far"].sv, *(m.follows.sv for m in to_between if m.follows)]
        assert len(texts) == 2
        assert all(decides in text and other not in text and "tvist" not in text for text in texts), kind
    half = ('dispute = { sv = "Inget möte ligger inom 30 dagar. Presidiet', 'dispute = { no = "Inget möte. Presidiet')
    text, files = spoilt(LARGE, FORUM, half)
    (fault,) = {f.line for f in faults_of(files)}
    assert text.splitlines()[fault - 1].startswith("meeting_far"), "also in the routines of other kinds"
