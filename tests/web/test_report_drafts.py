"""A report is saved as it is typed, found again on the first page, and gone when it is sent."""

from collections.abc import Callable

from cases.record import Record
from cases.reports.report_drafts import LARGEST
from cases.sight import Seer
from tests.cases.deviations import ANNA, MAJA, PETRA
from tests.web.visitor import Visitor, form_of, forms_of
from tests.web.whole_record import fingerprint

WORDS = {"what": "Ett utkast om en lista", "when": "i går", "operation": "su"}


def _drafts(visitor: Visitor) -> list[str]:
    """The keys of the drafts on the first page."""
    return [f["fields"]["key"] for f in forms_of(visitor.get("/cases")) if f["action"] == "/report/draft/drop"]


def test_what_is_typed_is_found_again_on_the_first_page(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a nurse who is called away in the middle of a sentence would begin again, or not at all."""
    anna = at(ANNA)
    form = anna.form("/report") | WORDS
    saved = anna.post("/report/draft", form)
    assert (saved.status_code, saved.mimetype) == (200, "text/plain")
    assert "Utkastet är sparat" in saved.text
    assert "Ett utkast om en lista" in anna.get("/cases").text
    again = anna.form(f"/report?draft={form['key']}", "/report")
    assert again["what"] == WORDS["what"]
    assert again["operation"] == "su"
    assert again["key"] == form["key"]


def test_the_button_saves_without_any_script(at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: on a locked-down computer nothing would be saved before it is sent."""
    anna = at(ANNA)
    page = anna.post("/report", anna.form("/report") | WORDS | {"step": "draft"})
    assert "Utkastet är sparat" in page.text
    assert form_of(page, "/report")["what"] == WORDS["what"]
    assert len(_drafts(anna)) == 1


def test_sending_takes_the_draft_away(at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the same report would be sent a second time from the list of drafts."""
    anna = at(ANNA)
    form = anna.form("/report") | WORDS
    anna.post("/report/draft", form)
    assert anna.post("/report", form | {"step": "send"}).status_code == 303
    assert _drafts(anna) == []
    late = anna.post("/report/draft", form)
    assert late.status_code == 409
    assert _drafts(anna) == []


def test_a_draft_is_its_writer_s_alone(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: half a thought about a colleague would lie open to her."""
    anna, maja = at(ANNA), at(MAJA)
    form = anna.form("/report") | WORDS
    anna.post("/report/draft", form)
    assert "Ett utkast" not in maja.get("/cases").text
    assert "Ett utkast" not in maja.get(f"/report?draft={form['key']}").text
    maja.post("/report/draft/drop", {"key": form["key"]})
    assert len(_drafts(anna)) == 1


def test_a_draft_can_be_thrown_away(at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a draft that nobody wants would stand on the first page for a month."""
    anna = at(ANNA)
    anna.post("/report/draft", anna.form("/report") | WORDS)
    [key] = _drafts(anna)
    assert anna.post("/report/draft/drop", {"key": key}).status_code == 303
    assert _drafts(anna) == []


def test_a_draft_that_is_too_long_is_told_and_not_lost(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: somebody would trust a page that no longer saves."""
    anna, before = at(ANNA), fingerprint(record)
    long = anna.form("/report") | WORDS | {"what": "x" * (LARGEST + 1)}
    assert anna.post("/report/draft", long).status_code == 413
    kept = anna.post("/report", long | {"step": "draft"})
    assert kept.status_code == 413
    assert form_of(kept, "/report")["what"] == long["what"]
    assert fingerprint(record) == before


def test_only_those_who_report_save_drafts(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: any account could fill the disk with what is no report."""
    petra, before = at(PETRA), fingerprint(record)
    assert petra.post("/report/draft", WORDS | {"key": "k"}).status_code == 403
    assert fingerprint(record) == before
