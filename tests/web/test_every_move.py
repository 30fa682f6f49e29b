"""Every move of every routine can be made in the pages: its form is there, with a question for each of its inputs."""

from collections.abc import Callable, Iterator

from cases.acting import act
from cases.record import Record
from cases.sight import Seer
from tests.cases.deviations import HELENA, WHY, liftable
from tests.record import MORNING
from tests.web.visitor import Visitor
from workflows.definition import Definition, Move
from workflows.nouns import CLOCK, Command


def _peoples_rows(definition: Definition) -> Iterator[tuple[str, Move]]:
    """(stage, row) of every move that somebody makes; the clock's own have no form."""
    for row in definition.moves:
        stages = definition.stages if "*" in row.sources else row.sources
        if any(role != CLOCK and not role.startswith("clock") for role in row.by):
            yield from ((stage, row) for stage in stages)


def _put(record: Record, number: str, definition: Definition, stage: str) -> None:
    """A case as if it followed that routine and had come to that stage; only to be looked at."""
    status = definition.stages[stage].status
    with record.database.write() as tx:
        tx.run(
            "UPDATE cases SET kind = :kind, definition = :key, definition_hash = :hash, stage = :stage,"
            " status = :status WHERE number = :number",
            kind=definition.kind, key=definition.key, hash=definition.hash, stage=stage, status=status, number=number,
        )  # fmt: skip


def _asked(definition: Definition, row: Move) -> list[str]:
    """What a row asks for; where to is left out of a lift's form when law 3 leaves one way only."""
    return [code for code in (*row.needs, *row.may) if definition.inputs[code].type != "forum"]


def test_every_row_of_every_routine_has_its_form(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a step of the routine could be taken at the command line only, and a case would stand still."""
    local, lifted = liftable(record), liftable(record)
    act(record, HELENA, lifted, Command("escalate", WHY), MORNING)
    helena, walked, lacking = at(HELENA), 0, []
    for definition in record.library.definitions.values():
        rows = list(_peoples_rows(definition))
        for stage, code in dict.fromkeys((stage, row.code) for stage, row in rows):
            number = lifted if definition.stages[stage].before_forum else local
            _put(record, number, definition, stage)
            page = helena.post(f"/cases/{number}/moves/{code}", {"step": "change"})
            assert page.status_code == 200, f"{definition.key} {code} in {stage}"
            alike = [row for at_stage, row in rows if (at_stage, row.code) == (stage, code)]
            # Of rows that share a move the form is for the one that fits the case; when none does it has them all.
            if not any(all(f'name="{c}' in page.text for c in _asked(definition, row)) for row in alike):
                lacking.append(f"{definition.key} {code} in {stage}")
            walked += len(alike)
    assert lacking == []
    assert walked > 200
