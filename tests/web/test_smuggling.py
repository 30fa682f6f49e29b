"""What a form may carry besides its own fields: nothing that counts. And names of moves that no routine has."""

from collections.abc import Callable

import pytest

from cases.reading import view
from cases.record import Record
from cases.sight import Seer
from cases.tables import metadata
from tests.cases.deviations import MAJA, OSKAR, PETRA, arrived
from tests.record import MORNING
from tests.web.visitor import Visitor, form_of
from tests.web.whole_record import fingerprint

COLUMNS = sorted({column.name for table in metadata.sorted_tables for column in table.columns})
ELSEWHERE = {"stage": "ended", "status": "ended", "rung": "sro", "ball": MAJA.post, "urgent": "1", "version": "99"}
"""Columns whose values would pay; all others are sent nonsense."""


def _smuggled(own: dict[str, str]) -> dict[str, str]:
    """Every column's name that the form itself does not have."""
    return {name: ELSEWHERE.get(name, "9") for name in COLUMNS if name not in own}


def _same(record: Record, seer: Seer, one: str, other: str) -> bool:
    first, second = (view(record, seer, number, MORNING) for number in (one, other))
    as_one = repr(second).replace(other, one)
    return repr(first.cover) == repr(second.cover).replace(other, one) and len(repr(first)) == len(as_one)


def test_a_form_sets_only_what_its_move_asks_for(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: whoever adds a field to a form could set the stage, the owner or the date (abuse case 16)."""
    assert len(COLUMNS) > 60
    plain, loaded = arrived(record), arrived(record)
    petra, path = at(PETRA), "/cases/{}/moves/assign"
    for number, extra in ((plain, False), (loaded, True)):
        form = petra.form(path.format(number)) | {"unit": "su-molndal-ortopedi"}
        sent = petra.post(path.format(number), form | (_smuggled(form) if extra else {}))
        assert sent.status_code == 303, sent.text
    assert _same(record, PETRA, plain, loaded)
    assert _same(record, MAJA, plain, loaded)


def test_a_note_cannot_be_put_where_its_writer_may_not_write(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: words could be planted in the other side's inner record, under its name (abuse case 16)."""
    number = arrived(record)
    before = view(record, PETRA, number, MORNING).versions
    sent = {"note": "Inplanterat", "for": "inner", "authority": "styrelsen-su", "compartment": "inner:styrelsen-su",
            "actor": PETRA.post, "case_id": "1"}  # fmt: skip
    assert at(MAJA).post(f"/cases/{number}/notes", sent).status_code == 303
    assert view(record, PETRA, number, MORNING).versions == before
    assert "Inplanterat" not in at(PETRA).get(f"/cases/{number}").text


@pytest.mark.parametrize(
    "name",
    ["to_ended", "to_sro", "trigger", "is_ended", "__class__", "may_assign", "set_state", "lapse", "expire", "remove"],
)
def test_no_move_is_made_by_a_name_that_is_not_the_routine_s_or_is_the_clock_s(
    record: Record, at: Callable[[Seer], Visitor], name: str
) -> None:
    """Lost otherwise: the library's own triggers would be doors past every right and guard (abuse case 17)."""
    number = arrived(record)
    before = fingerprint(record)
    for seer in (MAJA, PETRA, OSKAR):
        for path in (f"/cases/{number}/moves/{name}", f"/cases/{number}/preview/{name}"):
            assert at(seer).post(path, {"key": "k", "expected": "2"}).status_code in (403, 404, 409, 422), path
    assert fingerprint(record) == before


def test_a_move_repeated_or_out_of_order_changes_nothing(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: an old form, sent again from the browser's history, would act a second time (abuse case 17)."""
    number = arrived(record)
    petra, path = at(PETRA), f"/cases/{number}/moves/assign"
    form = form_of(petra.get(path), path) | {"unit": "su-molndal-ortopedi"}
    assert petra.post(path, form).status_code == 303
    before = fingerprint(record)
    assert petra.post(path, form).status_code == 303  # the same answer as the first time
    assert petra.post(path, form | {"key": "another"}).status_code in (403, 404, 409, 422)
    assert at(PETRA).post(f"/cases/{number}/moves/accept", {"key": "b", "expected": "3"}).status_code >= 400
    assert fingerprint(record) == before
