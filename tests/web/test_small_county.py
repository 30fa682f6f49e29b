"""The same pages for another county: three parties, two steps, nothing of Västra Götaland in the code."""

import re

from flask import Flask

from cases.record import Record
from tests.web.visitor import SERVING, Hands, Visitor, form_of
from web.app import create_app

ALMA = {"account": "alma.tjader", "post": "reporter@unit:hemteamet-bjorkasa"}
IRIS = {"account": "iris.vipa", "post": "contact_person@authority:regionstyrelsen-norrmark"}
WORDS = {"what": "Listan saknades.", "when": "16 april 2026", "operation": "lasarettet"}


def _pages(record: Record) -> Flask:
    return create_app(record, SERVING, Hands(), demo=True)


def _as(app: Flask, who: dict[str, str]) -> Visitor:
    visitor = Visitor(app.test_client())
    assert visitor.post("/sign-in/demo", who).status_code == 303
    return visitor


def test_the_demo_finds_its_people_in_any_county(small_record: Record) -> None:
    """Lost otherwise: another county's demo would open on an empty page."""
    page = Visitor(_pages(small_record).test_client()).get("/sign-in").text
    for shown in ("Kommunens sida", "Regionens sida", "Närmaste samverkansorgan", "Hemteamet i Björkåsa", "Visa alla"):
        assert shown in page, shown


def test_a_county_without_a_routine_for_disputes_offers_none(small_record: Record) -> None:
    """Lost otherwise: a button would lead to a form that nobody can send."""
    app = _pages(small_record)
    for who in (IRIS, {"account": "alma.tjader", "post": "handler@unit:hemteamet-bjorkasa"}):
        visitor = _as(app, who)
        assert "/dispute" not in visitor.get("/cases").text
        assert visitor.get("/dispute").status_code == 404
        assert visitor.post("/dispute", {"step": "send", "question": "Vem?"}).status_code == 404


def test_a_report_in_another_county_is_promised_by_its_own_routine(small_record: Record) -> None:
    """Lost otherwise: the form would only know the questions, places and dates of one county."""
    app = _pages(small_record)
    alma = _as(app, ALMA)
    form = alma.form("/report")
    assert "harm" not in form
    page = alma.post("/report", form | WORDS | {"step": "review"})
    assert "08-465 004 01" in page.text
    sent = alma.post("/report", form_of(page, "/report") | {"step": "send"})
    assert sent.status_code == 303, sent.text
    number = sent.location.rpartition("/")[2]
    assert "måndag 1 juni 2026" in alma.get(sent.location).text
    iris = _as(app, IRIS)
    case = iris.get(f"/cases/{number}").text
    assert len(re.findall(r'<span class="rung-name">(.*?)</span>', case)) == 2
    answer = iris.move(number, "answer", {"cause": "Rutinen brast.", "answer_words": "Vi rättar den."})
    assert answer.status_code == 303, answer.text
    assert "Vi rättar den." in alma.get(f"/cases/{number}").text
