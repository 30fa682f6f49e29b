"""The pages of every story of the county: all three routines, the stages they end in, everybody who is in them."""

from datetime import datetime

from cases.reading import view
from cases.record import Record
from cases.sight import CaseUnknown, Seer
from tests.stories import Evening
from tests.web.visitor import SERVING, Hands, Visitor, forms_of
from web.app import create_app


def test_every_page_of_every_story_opens_for_everybody_in_it(evening: Evening) -> None:
    """Lost otherwise: a routine's rarer stages, or a question of a rarer kind, would end in a fault page."""
    record, end = evening.record, evening.end
    app = create_app(record, SERVING, Hands(end), demo=True)
    forms: set[tuple[str, str, str]] = set()
    pages = 0
    for story in evening.told.values():
        for who in story.story.people.values():
            seer = Seer(who.account, who.post)
            visitor = Visitor(app.test_client())
            if visitor.post("/sign-in/demo", {"account": seer.account, "post": seer.post}).status_code != 303:
                continue  # her function has ended in the course of the story
            assert visitor.get("/cases").status_code == 200
            for number in story.cases.values():
                pages += _look(record, visitor, seer, number, end, forms)
    assert pages > 100
    assert {definition for definition, _, _ in forms} >= {"deviation.v1", "dispute.v1", "systemic_issue.v1"}
    assert len(forms) > 40


def test_a_question_to_fifty_is_told_once_with_how_many_have_answered(evening: Evening) -> None:
    """Lost otherwise: whoever is to sum up a round counts fifty rows by hand, on a page ten screens long."""
    story, number = evening.told["fifty_principals"], evening.case("fifty_principals")
    visitor = Visitor(create_app(evening.record, SERVING, Hands(evening.end), demo=True).test_client())
    who = story.story.people["leila"]
    visitor.post("/sign-in/demo", {"account": who.account, "post": who.post})
    page = visitor.get(f"/cases/{number}").text
    assert page.count("<h3>Lämna huvudmannens svar</h3>") == 1
    assert "50 tillfrågade, senast torsdag 30 april 2026 (lämnat: 4, uteblev: 46)" in page
    assert page.count(" · uteblev</li>") == 46, "and who they are is one click away"


def _look(
    record: Record, visitor: Visitor, seer: Seer, number: str, now: datetime, forms: set[tuple[str, str, str]]
) -> int:
    """Her page, its file, and the form of each move not yet seen in this stage; 1 for a case that she knows."""
    try:
        seen = view(record, seer, number, now)
    except CaseUnknown:
        assert visitor.get(f"/cases/{number}").status_code == 404
        return 0
    page = visitor.get(f"/cases/{number}")
    assert page.status_code == 200, (number, seer.post)
    assert "@unit:" not in page.text
    assert "@forum:" not in page.text
    assert visitor.get(f"/cases/{number}/file").status_code in (200, 404)
    for offer in seen.offers:
        kind = (seen.cover.definition, seen.cover.stage, offer.move)
        if not offer.reasons and kind not in forms:
            forms.add(kind)
            form = visitor.get(f"/cases/{number}/moves/{offer.move}")
            assert form.status_code == 200, kind
            assert any(f["action"].endswith(f"/{offer.move}") for f in forms_of(form)), kind
    return 1
