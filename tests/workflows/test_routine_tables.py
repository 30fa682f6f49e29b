"""The routine's tables, written out once more by hand from the county's own page, against the files.

A slip in a file (a 50 for a 60, a lost reminder, a ball with the wrong side) is a wrong date in every case. The rows
below are read from the tables A1 (deviation), A2 (dispute), A3 (systemic issue) and F (every forum step); wd are
working days, cd calendar days, and reminders working days before (-) or after (+) the date.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.workflows.routine_files import routines
from workflows.definition import DeadlineRule, Definition, Move
from workflows.due import Rule

KINDS = ("deviation", "dispute", "systemic_issue")
STAYS = "stays"


@dataclass(frozen=True)
class Row:
    """One date of the tables: the stage it is for, its length, its source (S or O), its reminders, its default.

    `default` is the stage that the case goes to by itself ("" for none), `quiet` whether summer forbids it. `to` names
    the functions that the table names for a reminder.
    """

    stage: str
    deadline: str
    length: str
    source: str = "O"
    reminders: tuple[int, ...] = ()
    default: str = ""
    quiet: bool = False
    to: dict[int, set[str]] = field(default_factory=dict)


MANAGER, CONTACT = {"receiving.unit_manager"}, {"receiving.contact_person"}
A1 = (
    # "14 cd" for the draft's reminder are ten working days.
    Row("A1.1", "draft_life", "30 cd", reminders=(-10,), default="A1.0", quiet=True, to={-10: {"raising.reporter"}}),
    Row("A1.2", "own_check_time", "2 wd", reminders=(1,), default=STAYS),
    Row("A1.3", "receipt", "3 wd", reminders=(-1, 1, 6), default=STAYS, to={6: CONTACT}),
    Row("A1.3p", "addressee_named", "5 wd", reminders=(-1, 1)),
    Row("A1.4", "answer", "60 cd", "S", (-10, -2, 1, 6, 11), "A1.4o", to={6: MANAGER, 11: CONTACT}),
    # "The total clock and the promise to the reporter never pause" (domain.md 5): the same sixty days, of its own.
    Row("A1.4", "promise", "60 cd", "S", default=STAYS),
    Row("A1.4f", "question", "10 wd", reminders=(-2,), default="A1.4"),
    Row("A1.4o", "choice", "material of lowest, else 20 wd", default="F1"),
    Row("A1.5", "acceptance", "15 wd", reminders=(-2,), default="A1.6", quiet=True),
    Row("A1.4", "more", "10 wd", reminders=(-2, 1, 6), default="A1.4o"),
    Row("A1.5t", "talk_time", "15 wd", reminders=(-2, 1), default=STAYS),
    Row("A1.6", "measure", "named", "S", (-10, 1, 6), to={6: MANAGER}),
)
A2 = (
    Row("B1", "dispute_receipt", "3 wd", reminders=(-1, 1, 6), to={6: {"receiving.chief"}}),
    Row("B1", "meeting_offered", "10 wd", reminders=(-1, 1, 6), default=STAYS, to={6: {"receiving.chief"}}),
    Row("B2", "dialogue_time", "40 wd", reminders=(-10, -2), default=STAYS),
    Row("B2c", "chief_time", "20 wd", reminders=(-10, -2), default="B0", quiet=True),
    Row("B3", "protocol_raising", "10 wd", reminders=(-2, 1), default=STAYS),
    Row("B3", "protocol_receiving", "10 wd", reminders=(-2, 1), default="B4"),
    Row("B4", "escalation_time", "15 wd", reminders=(-2,), default="B0", quiet=True),
)
CHAIRS = {"forum.chair", "forum.vice_chair"}
SUBSTITUTES = {"forum.substitute_of_raising", "forum.substitute_of_receiving"}
F = (
    Row("F1", "forum_receipt", "5 wd", reminders=(-1, 1, 6), to={6: CHAIRS}),
    Row("F2", "material", "material of lead, else 10 wd", reminders=(-5, -1), default="F4"),
    Row("F3", "meeting", "meeting of lead, else 30 cd", "S", (-10,), "F4"),
    Row("F4", "forum_answer", "30 cd", reminders=(-10, -2), to={-10: CHAIRS | SUBSTITUTES, -2: CHAIRS | SUBSTITUTES}),
    Row("F5", "answer_sent", "5 wd", reminders=(-1, 1)),
    Row("F6", "word_time", "15 wd", reminders=(-2,), default="0", quiet=True),
    Row("Fr", "return_by", "named", reminders=(-10, -2, 1), default="F1"),
    Row("Fp", "parked_check", "30 cd", reminders=(0,), default=STAYS),
    Row("Fp", "parked_limit", "90 cd", reminders=(0,), default="@before"),
)
OWNER = {"county.routine_owner"}
A3 = (
    Row("S1", "proposal_time", "10 wd", reminders=(-2,), default="S1b"),
    Row("S1b", "watching", "90 cd", default="S1"),
    Row("S2", "basis_time", "20 wd", reminders=(-10, -2), default=STAYS),
    Row("S4", "owner_meeting", "meeting of lead, else 30 cd", "S", (-10, -2), STAYS),
    Row("S5", "assignment_date", "named", "S", (-10,)),
    Row("S5", "status", "meeting of lead, else 60 cd", reminders=(-10,), default=STAYS),
    Row("S6", "round_end", "named", reminders=(-20, 1)),
    Row("S7", "introduction_time", "30 cd", reminders=(-5, 1)),
    Row("S8", "effect_check", "6 months", reminders=(-20, 1)),
)
ROWS = [
    *(("deviation", row) for row in A1), *(("dispute", row) for row in A2), *(("systemic_issue", row) for row in A3),
    *((kind, row) for kind in KINDS for row in F),
]  # fmt: skip

BALLS = {
    "deviation": {
        "A1.1": "raising.reporter", "A1.2": "raising.unit_manager", "A1.3": "receiving.receiver",
        "A1.3p": "arena.process_leader", "A1.4": "receiving.handler", "A1.4f": "raising.handler",
        "A1.4o": "raising.handler", "A1.5": "raising.handler", "A1.5t": "receiving.unit_manager",
        "A1.6": "measure_owner",
    },
    "dispute": {
        "B1": "receiving.unit_manager", "B2": "raising.unit_manager", "B2c": "raising.chief",
        "B3": "raising.unit_manager", "B4": "raising.chief",
    },
    "systemic_issue": {
        "S1": "arena.process_leader", "S2": "arena.preparer_of_raising", "S4": "forum.process_leader", "S5": "named",
        "S6": "forum.preparer_of_raising", "S7": "arena.process_leader", "S8": "county.routine_owner",
    },
    "F": {
        "F1": "forum.process_leader", "F2": "forum.preparer_of_raising", "F3": "forum.chair", "F4": "forum.chair",
        "F5": "forum.secretary", "F6": "raising.unit_manager", "Fr": "named", "Fp": "forum.process_leader",
    },
}  # fmt: skip
"""Whose move: the first of those whom the table names (law 1), the process leader for a forum that several serve."""

WAYS = {
    "deviation": {
        "A1.1": "A1.2 A1.0", "A1.2": "A1.3 A1.0", "A1.3": "A1.4 A1.3 A1.3p A1.2 A1.0 raised", "A1.3p": "A1.3",
        "A1.4": "A1.4f A1.5 A1.4o", "A1.4f": "A1.4", "A1.4o": "A1.5 A1.4 A1.5t F1 A1.0",
        "A1.5": "A1.6 A1.4 A1.5t raised A1.0", "A1.5t": "A1.6 F1 raised", "A1.6": "A1.6 A1.4", "A1.0": "A1.4",
    },
    "dispute": {
        "B1": "B2 investigated B3", "B2": "B0 B2c B3", "B2c": "B0 B3", "B3": "B4", "B4": "F1 B0",
    },
    "systemic_issue": {
        "S1": "S2 S0 S1b", "S1b": "S2 S0 S1", "S2": "F1", "F3": "F5 S4 F1 S6", "F4": "F5 S4 F1", "F5": "S5 F6",
        "S4": "S5 S7 S8 F1 S6", "S5": "S5 S7", "S6": "S7 S4", "S7": "S8", "S8": "S0 S4",
    },
    "F": {
        "F1": "F2 Fr F1 Fp F5", "F2": "F3 F4 F1", "F3": "F5 F3 Fp Fr F1 F4", "F4": "F5 F3 Fr Fp", "F5": "F6",
        "F6": "0 F1 F6b", "Fr": "F1", "Fp": "@before",
    },
}  # fmt: skip
"""Moves -> next, by stage ids; "0" is the routine's own end, a word is a stage of another routine."""


ASKS = {
    "deviation": {
        ("A1.3", "assign"): "unit", ("A1.3", "redirect"): "operation reason", ("A1.3", "return"): "reason",
        ("A1.2", "keep_internal"): "reason", ("A1.4", "answer"): "cause measures",
        ("A1.4", "extend"): "new_date reason", ("A1.5", "contest"): "contest_ground reason",
        ("A1.5t", "talk"): "talk_note", ("A1.6", "return"): "reason",
        ("A1.6", "extend"): "new_date reason", ("A1.4o", "escalate"): "reason subject pattern",
    },
    "dispute": {
        ("B1", "acknowledge"): "time_one time_two", ("B2", "done"): "met_on meeting_note",
        ("B2c", "close"): "settled_text", ("B2c", "split"): "question_anew settled_text",
        ("B3", "sign"): "agreed_facts disputed_facts our_view question_up",
        ("B4", "escalate"): "reason subject pattern",
    },
    "systemic_issue": {
        ("S1", "confirm"): "basis_ground sentence",
        ("S2", "prepare"): "pattern_text how_many consequence_text question_up",
        ("S4", "take_position"): "owner_says answer_text lead_one lead_two ready_by",
        ("S5", "report_decision"): "status_text",
        ("S6", "answer"): "principal_says decided_on paragraph", ("S7", "deliver"): "changes_text in_force",
        ("S8", "close"): "before_text after_text",
    },
    "F": {
        ("F1", "return"): "ground forum_reason returned_to return_task return_by", ("F2", "prepare"): "page",
        ("F3", "take_position"): "position answer_text", ("F5", "report_decision"): "meeting_says",
        ("F6", "close"): "reason decision_by", ("Fr", "done"): "done_text",
        ("F1", "park"): "forum_reason waits_for until", ("F1", "refer"): "forum forum_reason until",
    },
}  # fmt: skip
"""What must be filled in, by stage id and move."""


def definition(kind: str) -> Definition:
    return next(d for d in routines("vastra_gotaland").values() if d.kind == kind)


def in_words(rule: Rule, of: str = "") -> str:
    units = {"working": "wd", "calendar": "cd", "months": "months"}
    if rule.unit in units:
        return f"{rule.count} {units[rule.unit]}"
    return "named" if rule.unit == "fixed" else f"{rule.at} of {of}, else {in_words(rule.instead)}"


def ident(d: Definition, code: str) -> str:
    """A stage's id in the tables; its own code for stages of other routines."""
    return d.stages[code].id if code in d.stages else code


def automatic(d: Definition, rule: DeadlineRule, stage: str) -> set[str]:
    """Where the clock takes the case when this date passes, by the first of its steps."""
    if not rule.defaults:
        return {""}
    rows = [m for m in d.from_stage[stage] if m.code == rule.defaults[0].move and m.automatic]
    return {goal for m in rows for goal in _goes_to(d, m, STAYS)}


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=lambda v: v if isinstance(v, str) else f"{v.stage} {v.deadline}")
def test_the_dates_are_those_of_the_tables(kind: str, row: Row) -> None:
    """Lost otherwise: a date that the county did not decide, computed and explained with great care."""
    d = definition(kind)
    rule = d.deadlines[row.deadline]
    stage = next(s.code for s in d.stages.values() if s.id == row.stage)
    assert stage in rule.covers
    assert in_words(rule.rule, rule.meeting_of) == row.length
    assert rule.source.startswith("S ") == (row.source == "S"), rule.source
    assert sorted(n.at for n in rule.notches) == sorted(row.reminders)
    for at, roles in row.to.items():
        assert roles <= {role for n in rule.notches if n.at == at for role in n.to}
    end = f"{next(s.id for s in d.stages.values() if s.status == 'ended')}"
    assert (end if row.default == "0" else row.default) in automatic(d, rule, stage)
    assert any(default.quiet for default in rule.defaults) == row.quiet


@pytest.mark.parametrize("kind", KINDS)
def test_the_ball_lies_where_the_tables_say(kind: str) -> None:
    """Lost otherwise: the wrong side is asked, and reminded, and found to be late."""
    stages = {s.id: s for s in definition(kind).stages.values()}
    for stage, role in {**BALLS[kind], **BALLS["F"]}.items():
        assert stages[stage].ball == role, stage


@pytest.mark.parametrize("kind", [*KINDS, "F"])
def test_the_ways_are_those_of_the_tables(kind: str) -> None:
    """Lost otherwise: a way out that the parties were promised is not there."""
    for d in [definition(kind)] if kind in KINDS else map(definition, KINDS):
        stages = {s.id: s.code for s in d.stages.values()}
        end = next(s.id for s in d.stages.values() if s.status == "ended")
        for stage, targets in WAYS[kind].items():
            found = {goal for move in d.from_stage[stages[stage]] for goal in _goes_to(d, move, stage)}
            wanted = {end if t == "0" else t for t in targets.split()}
            assert wanted <= found, f"{d.kind} {stage}: {sorted(wanted - found)}"


def _goes_to(d: Definition, move: Move, stage: str) -> Iterator[str]:
    """The move's own goal, and where an end waits while a measure is not done."""
    yield stage if move.to == "@same" else ident(d, move.to)
    if move.to in d.stages and d.stages[move.to].until_done:
        yield ident(d, d.stages[move.to].until_done)


@pytest.mark.parametrize("kind", [*KINDS, "F"])
def test_what_must_be_filled_in_is_what_the_tables_say(kind: str) -> None:
    """Lost otherwise: an answer without a cause, a return without a date, a position that rests on nothing."""
    for d in [definition(kind)] if kind in KINDS else map(definition, KINDS):
        stages = {s.id: s.code for s in d.stages.values()}
        for (stage, move), inputs in ASKS[kind].items():
            rows = [m for m in d.from_stage[stages[stage]] if m.code == move and not m.automatic]
            assert any(set(inputs.split()) <= set(m.needs) for m in rows), (d.kind, stage, move)
    begun = {d.kind: set(d.opening.needs) for d in map(definition, KINDS)}
    assert begun == {"deviation": set(), "dispute": {"document", "question"}, "systemic_issue": {"sentence"}}


@pytest.mark.parametrize("kind", ["deviation", "dispute"])
def test_between_meetings_every_decision_says_what_it_rests_on(kind: str) -> None:
    """Lost otherwise: the answer of one person between meetings cannot be weighed by the meeting that hears of it."""
    d = definition(kind)
    move = "decide_chair" if kind == "deviation" else "decide_presidium"
    rows = [m for m in d.by_code[move] if not any(arg == "position=no_consensus" for _, arg in m.guards)]
    assert rows
    assert all("rests_on" in m.needs for m in rows)


def test_an_urgent_case_has_short_clocks() -> None:
    """Lost otherwise: a risk that goes on waits for the ordinary three days."""
    d = definition("deviation")
    urgent = d.deadlines["receipt"].urgent
    assert urgent is not None
    assert in_words(urgent) == "1 wd"
    assert in_words(d.contributions["first_contact"].rule) == "2 wd"


def test_a_side_that_is_silent_has_its_own_date() -> None:
    """Lost otherwise: one side's silence stops the other, or counts as its consent."""
    systemic, dispute = definition("systemic_issue"), definition("dispute")
    assert in_words(systemic.contributions["basis_side"].rule) == "10 wd"
    assert systemic.contributions["basis_side"].silence.en == "Not commented"
    assert sorted(n.at for n in systemic.contributions["principal"].notches) == [-20, 1, 22, 43, 64]
    assert dispute.deadlines["protocol_receiving"].default_text.en.endswith("is shown as not submitted")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_ended_or_consented_to_in_summer(kind: str) -> None:
    """Lost otherwise: a case ends by silence while its people are on holiday (1 July to 10 August)."""
    d = definition(kind)
    for rule in d.deadlines.values():
        for default in rule.defaults:
            rows = [m for m in d.by_code[default.move] if m.automatic and set(m.sources) & rule.covers]
            ends = any(m.to in d.stages and d.stages[m.to].status != "open" for m in rows)
            assert default.quiet or not ends, rule.code


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_says_where_it_comes_from(kind: str) -> None:
    """Lost otherwise: nobody can tell what an agreement decided from what is only our proposal."""
    d = definition(kind)
    sourced = [rule.code for rule in d.deadlines.values() if rule.source.startswith("S ")]
    assert all(rule.source for rule in d.deadlines.values())
    assert {"deviation": "answer", "dispute": "meeting", "systemic_issue": "assignment_date"}[kind] in sourced
