"""The forum file's page once the question of principle is split off: what was written before begins nothing (law 6)."""

from collections.abc import Callable

from cases.contents import forum_files
from cases.reading import view
from cases.record import Record
from cases.sight import Seer
from tests.cases.deviations import MAJA
from tests.cases.disputes import both_views_written, split_off
from tests.record import MORNING
from tests.web.visitor import Visitor

MONEY = "Räkningen på 412 000 kronor för platsen."


def test_what_was_said_of_the_money_is_not_the_principle_s_view(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a view of the bill follows by itself into the new file, or its form begins with the old words."""
    number = both_views_written(record)
    texts = {"statement": MONEY, "question": "Vem?", "view_raising": "Sjukhuset betalar."}
    forum_files.write_revision(record, MAJA, number, texts, MORNING)
    split_off(record, number)
    page = at(MAJA).get(f"/cases/{number}/file")
    assert "lämnar er inte" in page.text
    form = page.text[page.text.index('id="write"') :]
    assert MONEY not in form, "the old words stand to be read and begin nothing"
    assert "Sjukhuset betalar." not in form
    assert "Den som skriver ut." in form, "the new protocol's view does"
    forum_files.write_revision(record, MAJA, number, {"statement": "Det görs olika.", "question": "Vem?"}, MORNING)
    newest = [line.texts for line in view(record, MAJA, number, MORNING).lines if line.code == "file"][-1]
    assert newest["view_receiving"] == "Den som tar emot.", "as it was signed of the principle"
