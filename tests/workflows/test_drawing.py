"""The drawing of a routine is complete: what is decided is shown, in both languages, in text and in the diagram."""

import re
from dataclasses import replace

import pytest

from tests.workflows.routine_files import COUNTIES, routines
from workflows.definition import Definition
from workflows.drawing import draw, mermaid
from workflows.guards import GUARDS
from workflows.in_words import GUARDS_IN_WORDS, PLACES, ROLES, Language, said
from workflows.roles import FORUMS, SIDES, WORDS

DRAWN = [(d, language) for county in COUNTIES for d in routines(county).values() for language in ("sv", "en")]
EACH = pytest.mark.parametrize(
    ("d", "language"), DRAWN, ids=lambda v: v if isinstance(v, str) else f"{v.key}-{v.hash[:4]}"
)


def part_of(text: str, d: Definition, code: str, language: Language) -> str:
    """What the drawing says of one stage."""
    head = f"{d.stages[code].id}  {said(d.stages[code].title, language)}  ({code})\n"
    assert text.count(head) == 1
    return text.partition(head)[2].partition("\n\n")[0]


@EACH
def test_every_stage_stands_with_its_ball_its_task_and_its_moves(d: Definition, language: Language) -> None:
    """Lost otherwise: those who decide on the routine overlook a way, or a stage."""
    text = draw(d, language)
    for stage in d.stages.values():
        part = part_of(text, d, stage.code, language)
        if stage.status != "ended":
            assert said(stage.task_text, language) in part
        for move in d.from_stage[stage.code]:
            if "*" not in move.sources:
                code = "" if move.automatic else f" ({move.code})"
                assert f": {said(move.text, language)}{code} [{move.source}]" in part
        for rule in d.covering[stage.code]:
            assert f"⏱ {said(rule.text, language)} ({rule.code}): " in part


@EACH
def test_every_move_shows_where_it_leads(d: Definition, language: Language) -> None:
    """Lost otherwise: a move is read as an end where it goes on."""
    text = draw(d, language)
    for stage in d.stages.values():
        part = part_of(text, d, stage.code, language)
        for move in d.from_stage[stage.code]:
            if move.to in d.stages and "*" not in move.sources:
                target = d.stages[move.to]
                assert f"→ {target.id} {said(target.title, language)}: {said(move.text, language)} " in part


@EACH
def test_every_date_shows_its_length_source_default_and_reminders(d: Definition, language: Language) -> None:
    """Lost otherwise: a date is decided on without knowing what happens when it passes."""
    text = draw(d, language)
    for rule in d.deadlines.values():
        shown = re.search(rf"⏱ [^\n]* \({rule.code}\): [^\n]*\[{re.escape(rule.source)}\]\n( {{8}}[^\n]*\n)+", text)
        assert shown, rule.code
        assert said(rule.default_text, language) in shown[0]
        by_itself = [m for default in rule.defaults for m in d.by_code[default.move] if m.automatic]
        assert all(said(m.text, language) in shown[0] for m in by_itself if rule.covers & {*m.sources})
        for notch in rule.notches:
            assert (f"−{-notch.at} " if notch.at < 0 else f"+{notch.at} " if notch.at else "0 ") in shown[0]
        if rule.rule.unit in ("working", "calendar", "months"):
            assert f": {rule.rule.count} " in shown[0]


@EACH
def test_every_contribution_and_number_stands_in_it(d: Definition, language: Language) -> None:
    """Lost otherwise: what silence means is decided without being seen."""
    text = draw(d, language)
    for rule in d.contributions.values():
        assert f"◇ {said(rule.text, language)} ({rule.code}): " in text
        assert said(rule.silence, language) in text
    assert all(f"    {code} = {value}" in text for code, value in d.settings.items())
    assert all(said(m.text, language) in text for m in d.moves if "*" in m.sources)


@EACH
def test_no_code_is_shown_where_words_exist(d: Definition, language: Language) -> None:
    """Lost otherwise: the owner of a routine must read roles and inputs in the code's own names."""
    lines = [
        line for line in draw(d, language).splitlines() if re.match(r" {8}(av|by|fyller i|fills in|kan|may) ", line)
    ]
    assert lines
    assert not [line for line in lines if re.search(r"\b(raising|receiving|forum|both)\.|_of_|input:|asked:", line)]


@EACH
def test_what_the_clock_does_and_what_a_case_remembers_is_said_in_words(d: Definition, language: Language) -> None:
    """Lost otherwise: "lapse", "expire" and "remembers acknowledged", which only the file's own editor understands."""
    text = draw(d, language)
    assert not re.search(r"\b(lapse|expire|remove|late|inherit)\b(?! )", text)
    facts = {arg.lstrip("!").partition("=")[0] for m in d.moves for name, arg in m.guards if name == "fact"}
    conditions = [line for line in text.splitlines() if re.match(r" {8}(om|if) ", line)]
    shown = [(fact, line) for fact in facts for line in conditions if re.search(rf"(?<!”)\b{fact}\b", line)]
    assert not [pair for pair in shown if "_" in pair[0]], shown
    assert not re.search(r"\bminns\b|\bremembers\b", text)


@EACH
def test_the_diagram_has_every_stage_move_date_and_contribution(d: Definition, language: Language) -> None:
    """Lost otherwise: the picture in the documents is another routine than the one in force."""
    text = mermaid(d, language)
    lines = text.splitlines()
    assert lines[:2] == ["stateDiagram-v2", f"    [*] --> {d.initial}"]
    for stage in d.stages.values():
        assert sum(line.endswith(f'" as {stage.code}') for line in lines) == 1
        notes = text.partition(f"    note right of {stage.code}\n")[2].partition("    end note")[0]
        for rule in d.covering[stage.code]:
            assert f"⏱ {_as_shown(said(rule.text, language))}," in notes
    for move in d.moves:
        words = _as_shown(said(move.text, language))
        for source in move.sources:
            assert any(line.startswith(f"    {source} --> ") and f": {words}" in line for line in lines) or (
                source == "*" and any(line.startswith("    %%") and words in line for line in lines)
            ), move.place
    for owed in d.contributions.values():
        assert any(("◇ " in line or "%%" in line) and _as_shown(said(owed.text, language)) in line for line in lines)
    assert all(f"    {s.code} --> [*]" in lines for s in d.stages.values() if s.status == "ended")


def _as_shown(words: str) -> str:
    return words.translate(str.maketrans('":;#{}', "'–,№()"))


def test_the_diagram_keeps_its_form_whatever_the_texts_say() -> None:
    """Lost otherwise: a colon or a semicolon in a title breaks the picture."""
    d = routines("tva_steg")["deviation.v1"]
    stage = d.stages["council"]
    odd = replace(stage, title=replace(stage.title, sv='Råd: "A"; #1 {x}'))
    text = mermaid(replace(d, stages={**d.stages, "council": odd}))
    assert "    state \"N4 Råd– 'A', №1 (x)\" as council\n" in text


def test_every_guard_place_and_role_has_words() -> None:
    """Lost otherwise: a new word of the routine stops the drawing."""
    assert GUARDS_IN_WORDS.keys() == GUARDS.keys()
    assert {*SIDES, *FORUMS, "county"} == PLACES.keys()
    assert {*WORDS, "asked", "input"} == ROLES.keys()


def test_the_first_stage_comes_first_and_the_end_last() -> None:
    """Lost otherwise: the reader starts in the middle of the ladder."""
    text = draw(routines("vastra_gotaland")["dispute.v1"], "en")
    heads = re.findall(r"^(\S+)  .*  \((\w+)\)$", text, re.MULTILINE)
    assert heads[0] == ("B1", "raised")
    assert heads[-1] == ("B0", "ended")


def test_a_condition_reads_as_a_condition() -> None:
    """Lost otherwise: the drawing says the opposite of what the guard asks."""
    text = draw(routines("vastra_gotaland")["deviation.v1"], "en")
    assert "; not a meeting within 30 days" in text
    assert "if with own check" in text
    assert "if within 6 months" in text
    assert "”Ask the sending side”/”Ask the sending side again” made fewer than 1 times" in text
