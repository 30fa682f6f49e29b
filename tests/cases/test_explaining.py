"""A date says which move started it in the words of that very move, also where several rows share its code."""

from datetime import date

import pytest

from cases.explaining import explain_deadline
from cases.record import Record
from tests.record import MORNING
from tests.workflows.routine_files import COUNTIES, routines
from tests.workflows.small_world import organisation
from workflows.answering import decides
from workflows.attempt import World
from workflows.calendar import Calendar
from workflows.definition import Definition, Move
from workflows.happened import UNTOLD, filled
from workflows.nouns import Deadline

WORLD = World(organisation(), Calendar({}))
DAY = date(2026, 4, 16)


def started(definition: Definition, code: str, by: str, row: Move | None = None) -> object:
    """What the explanation names as the event behind a date."""
    named = DAY if definition.deadlines[code].rule.unit == "fixed" else None
    deadline = Deadline(f"{code}#1", code, "case", by, DAY, DAY, named=named, forum="lgs")
    why = explain_deadline(deadline, definition, WORLD, "sv", row)
    return next(step.facts["event"] for step in why.steps if step.kind == "start")


def starters(definition: Definition, code: str) -> list[Move]:
    """Rows that lead into the stage which starts the clock, from another one."""
    rule = definition.deadlines[code]
    return [m for m in definition.moves if m.to == rule.starts and rule.starts not in m.sources]


def afterwards(row: Move) -> tuple[str, str]:
    told = filled(row.happened)
    return told.sv, told.en


@pytest.mark.parametrize("county", COUNTIES)
def test_the_event_is_a_row_that_can_have_started_the_clock(county: str) -> None:
    """Else the new date of a case that was parked is explained by "to the contact person", the first `lapse`."""
    met = 0
    for definition in routines(county).values():
        for code in definition.deadlines:
            for row in starters(definition, code):
                able = {afterwards(m) for m in starters(definition, code) if m.code == row.code}
                if decides(row):  # what was decided is not told by what it started
                    able = {(UNTOLD[row.told_as].sv, UNTOLD[row.told_as].en)}
                met += afterwards(definition.by_code[row.code][0]) not in able
                if not any(
                    word in ("rearm", "agree_date", "hold") for m in definition.by_code[row.code] for word, _ in m.then
                ):
                    assert started(definition, code, row.told_as) in able, (definition.key, code, row.place)
    assert met or county != "vastra_gotaland", "no code is shared: nothing was tried"


def test_a_row_that_the_history_names_is_told_as_it_is() -> None:
    """Else two ways to the same stage are told alike."""
    definition = routines("vastra_gotaland")["systemic_issue.v1"]
    rows = [m for m in definition.by_code["lapse"] if m.to in ("proposed", "watching")]
    assert len({row.happened.sv for row in rows}) == 2
    for row in rows:
        assert started(definition, "proposal_time", "lapse", row) == afterwards(row)
    assert started(definition, "proposal_time", "lapse")[0].startswith("Bevakningens dag")  # type: ignore[index]


def test_every_party_answers_through_the_first_of_its_authorities_the_region_first(record: Record) -> None:
    """Else a round to the principals asks another board each time the table is read in another order."""
    with record.database.read() as tx:
        org = record.world(tx, MORNING).org
        stored = tx.all("SELECT code, party, position FROM authority ORDER BY position")
    first: dict[str, str] = {}
    for code, party, _ in stored:
        first.setdefault(party, code)
    assert org.principals == tuple(first.values())
    assert [position for _, _, position in stored] == list(range(len(stored)))
    assert org.parties[org.principals[0]] == "vgr"
    assert len(org.principals) == 50
