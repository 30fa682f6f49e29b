"""The statement of accessibility that the law asks for (SFS 2018:1937): on every page, in both languages, true."""

from collections.abc import Callable

import pytest
from flask import Flask

from cases.record import Record
from cases.sight import Seer
from tests.cases.deviations import MAJA, arrived
from tests.web.visitor import SECRET, Hands, Visitor
from web.accessibility import ASSESSED, SUPERVISION
from web.app import create_app
from web.desk import Serving

PARTS = {
    "sv": ("delvis förenliga", "Kända brister", "Säg till", "Tillsyn", "självskattning"),
    "en": ("comply in part", "Known shortcomings", "Tell us", "Supervision", "self-assessment"),
}
"""What the act and the supervising authority's regulation ask for: status, shortcomings, contact, supervision, how."""


@pytest.mark.parametrize("language", PARTS)
def test_the_statement_has_every_part_that_the_law_names(nobody: Visitor, language: str) -> None:
    """Lost otherwise: a public body that uses these pages breaks the law, and nobody knows whom to tell."""
    nobody.client.set_cookie("stegen_language", language)
    page = nobody.get("/accessibility")
    assert page.status_code == 200
    for part in PARTS[language]:
        assert part in page.text, part
    assert f'href="{SUPERVISION}"' in page.text
    assert str(ASSESSED.year) in page.text


def test_every_page_leads_to_it(app: Flask, record: Record, at: Callable[[Seer], Visitor], nobody: Visitor) -> None:
    """Lost otherwise: somebody who cannot use a page would not find whom to tell."""
    number = arrived(record)
    for visitor, path in ((nobody, "/sign-in"), (at(MAJA), "/cases"), (at(MAJA), f"/cases/{number}"), (nobody, "/no")):
        assert 'href="/accessibility"' in visitor.get(path).text, path


def test_it_names_whom_this_installation_says(record: Record, clock: Hands) -> None:
    """Lost otherwise: everybody would be sent to "whoever looks after Stegen", and not know who that is."""
    serving = Serving("http://localhost", SECRET, contact="stegen@vardsamverkan.example")
    page = Visitor(create_app(record, serving, clock, demo=False).test_client()).get("/accessibility")
    assert "stegen@vardsamverkan.example" in page.text
