"""The routine's tables, each cell a line in routine_tables.toml, against the files.

A slip in a file (a 50 for a 60, a lost reminder, a ball with the wrong side, a way that is missing) is a wrong date or
a dead end in every case. What is in a file and in no cell is found as well.
"""

import tomllib
from pathlib import Path

import pytest

from tests.workflows.routine_cells import KINDS, Cells, cells, definition, everywhere, length
from tests.workflows.routine_files import COUNTIES, routines

TABLES: Cells = tomllib.loads((Path(__file__).parent / "routine_tables.toml").read_text(encoding="utf-8"))
LISTS = ("moves", "inputs", "dates", "owed")


def told(stage: str, kind: str) -> dict[str, list[str]]:
    """What the tables say of a stage in a case of that kind: its own row, and what the kind has besides."""
    rows = [TABLES[key] for key in (stage, f"{stage} {kind}") if key in TABLES]
    found = {name: [line for row in rows for line in row.get(name, ())] for name in LISTS}
    found["moves"] += [line for row in rows for line in row.get("beside", ())]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_cell_of_the_tables_stands_in_the_file(kind: str) -> None:
    """Lost otherwise: a date, a way or a reminder that the county did not decide, explained with great care; or the
    wrong side is asked, reminded and found to be late."""
    for stage, row in cells(definition(kind)).items():
        assert row["whose"] == TABLES[stage]["whose"], stage
        for name, lines in told(stage, kind).items():
            assert sorted(row[name]) == sorted(lines), (stage, name)


def test_no_row_of_the_tables_is_left_out() -> None:
    """Lost otherwise: a stage that the county decided on, and that no case can come to."""
    known = {stage for kind in KINDS for stage in cells(definition(kind))}
    assert {key.partition(" ")[0] for key in TABLES} - known == {"settings", "everywhere", "silence"}


@pytest.mark.parametrize("kind", KINDS)
def test_what_holds_for_every_stage(kind: str) -> None:
    """Lost otherwise: a decision between meetings is never reported, or a number decides that nobody has seen."""
    d = definition(kind)
    assert everywhere(d) == TABLES["everywhere"]["owed"]
    assert d.settings.items() <= TABLES["settings"].items()
    assert {*d.settings} >= {"material_days", "reopen_months", "step_late_days"}
    begun = {"deviation": set(), "dispute": {"document", "question"}, "systemic_issue": {"sentence"}}
    assert set(d.opening.needs) == begun[kind]


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
    assert length(urgent) == "1 wd"
    assert length(d.contributions["first_contact"].rule) == "2 wd"


def test_a_side_that_is_silent_has_its_own_date() -> None:
    """Lost otherwise: one side's silence stops the other, or counts as its consent."""
    systemic, dispute = definition("systemic_issue"), definition("dispute")
    assert length(systemic.contributions["basis_side"].rule) == "10 wd"
    assert systemic.contributions["basis_side"].silence.en == "Not commented"
    assert sorted(n.at for n in systemic.contributions["principal"].notches) == [-20, 1, *range(22, 254, 21)]
    assert dispute.deadlines["protocol_receiving"].default_text.en.endswith("is shown as not submitted")


def test_nothing_is_ended_or_consented_to_in_summer() -> None:
    """Lost otherwise: a case ends by silence, or silence is taken for a yes, while its people are on holiday (1 July to
    10 August); in either county, and by a step that somebody adds next year."""
    may_be_taken = set()
    for d in (*routines("vastra_gotaland").values(), *routines("tva_steg").values()):
        for rule, default in ((one, step) for one in d.deadlines.values() for step in one.defaults):
            rows = [m for m in d.by_code[default.move] if m.automatic and set(m.sources) & rule.covers]
            assert rows, f"{d.kind}: {rule.code} names a step that the clock does not have"
            ends = any(m.to in d.stages and d.stages[m.to].status != "open" for m in rows)
            assert default.quiet or not ends, rule.code
            if not default.quiet:
                may_be_taken.add(f"{rule.code} {default.move}")
    assert may_be_taken == TABLES["silence"].keys(), "each is listed with what silence comes to, or waits for August"


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_says_where_it_comes_from(kind: str) -> None:
    """Lost otherwise: nobody can tell what an agreement decided from what is only our proposal."""
    d = definition(kind)
    sourced = [rule.code for rule in d.deadlines.values() if rule.source.startswith("S ")]
    assert all(rule.source for rule in d.deadlines.values())
    assert {"deviation": "answer", "dispute": "meeting", "systemic_issue": "assignment_date"}[kind] in sourced


@pytest.mark.parametrize("county", COUNTIES)
def test_what_happens_when_a_date_passes_is_said_as_it_is(county: str) -> None:
    """Lost otherwise: a date says that somebody is reminded who is not, or that what is late already is done."""
    for d in routines(county).values():
        for rule in d.deadlines.values():
            reminded = any(notch.at > 0 for notch in rule.notches)
            assert "reminded" not in rule.default_text.en or reminded or rule.defaults, (d.key, rule.code)
            covered = {d.stages[stage].title.en.lower() for stage in rule.covers if stage in d.stages}
            stays = not rule.defaults and rule.default_text.en.lower() in covered
            assert not stays, f"{d.key}: {rule.code} leads to where the case is"
