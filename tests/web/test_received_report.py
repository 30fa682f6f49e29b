"""A report that came on paper is entered in the pages, with the day on which it came."""

import io
import re
from collections.abc import Callable

import pytest

from cases.lists.worklist import work_list
from cases.reading import view
from cases.record import Record
from cases.sight import Seer
from tests.cases.deviations import ANNA, OSKAR, PETRA
from tests.record import MORNING
from tests.web.visitor import Visitor, form_of
from tests.web.whole_record import fingerprint

PAGE = "/report/received"
WORDS = {
    "sender": "vo-ale", "came_by": "paper", "came_on": "2026-04-07", "what": "Epikrisen saknades.", "when": "i mars",
    "patient": "Fru på fyran", "harm": "risk",
}  # fmt: skip
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def test_it_is_counted_from_its_own_day_and_says_how_it_came(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: what came by post would have a later date than it was promised."""
    petra = at(PETRA)
    assert "kom på annat sätt" in petra.get("/cases").text
    form = petra.form(PAGE) | WORDS | {"files": (io.BytesIO(PDF), "brev.pdf")}
    answer = petra.post(PAGE, form, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    page = petra.get(answer.location).text
    for shown in ("måndag 8 juni 2026", "papper", "Epikrisen saknades.", "brev.pdf"):
        assert shown in page, shown
    assert "Fru på fyran" not in page


@pytest.mark.parametrize(
    ("field", "value"), [("sender", ""), ("sender", "su"), ("came_by", ""), ("came_on", "2027-01-01"),
                         ("came_on", "i går"), ("what", ""), ("what", "Det gällde 850709-9805"), ("when", ""),
                         ("when", "2026-04-08")],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_question_and_nothing_is_lost(
    record: Record, at: Callable[[Seer], Visitor], field: str, value: str
) -> None:
    """Lost otherwise: one mistyped day would cost the whole letter that somebody has typed in."""
    petra, before = at(PETRA), fingerprint(record)
    answer = petra.post(PAGE, petra.form(PAGE) | WORDS | {field: value})
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert form_of(answer, PAGE)["patient"] == WORDS["patient"]
    assert fingerprint(record) == before


def test_all_that_is_left_open_is_told_at_once(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: whoever has corrected two questions is sent back for three others."""
    petra = at(PETRA)
    answer = petra.post(PAGE, petra.form(PAGE) | dict.fromkeys(WORDS, ""))
    assert re.findall(r'href="#f-(\w+)"', answer.text) == ["sender", "came_by", "came_on", "what", "when"]


def test_those_who_do_not_receive_are_told_so(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a reporter could make any other party the sender of what she writes."""
    anna, before = at(ANNA), fingerprint(record)
    assert "kom på annat sätt" not in anna.get("/cases").text
    assert anna.get(PAGE).status_code == 200
    assert anna.post(PAGE, WORDS).status_code == 403
    assert fingerprint(record) == before


def test_a_handler_enters_it_for_her_operation(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the one who opens the letter would have to pass it on to be entered."""
    oskar = at(OSKAR)
    answer = oskar.post(PAGE, oskar.form(PAGE) | WORDS)
    [item] = work_list(record, PETRA, MORNING).items
    assert item.number in answer.text
    assert "mottagningsfunktion" in answer.text
    assert view(record, PETRA, item.number, MORNING).cover.stage == "arrived"
