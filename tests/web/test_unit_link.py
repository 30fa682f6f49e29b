"""The page where a unit's link is made, printed, renewed and revoked."""

import re
from collections.abc import Callable

from cases.record import Record
from cases.sight import Seer
from tests.cases.deviations import ANNA, HELENA, MAJA, OSKAR
from tests.web.visitor import Visitor, form_of
from tests.web.whole_record import fingerprint

PAGE = "/unit-link"


def _made(visitor: Visitor) -> str:
    """Make a link; the address on the sheet."""
    sheet = visitor.post(PAGE, form_of(visitor.get(PAGE), PAGE) | {"step": "make"})
    assert sheet.status_code == 200, sheet.text
    [address] = re.findall(r"http://localhost(/r/[0-9a-f]{40})", sheet.text)
    return str(address)


def test_the_sheet_has_the_code_the_address_and_telephone_first(at: Callable[[Seer], Visitor], nobody: Visitor) -> None:
    """Lost otherwise: there would be nothing to hang on the wall, or nothing on it for what cannot wait."""
    helena = at(HELENA)
    sheet = helena.post(PAGE, form_of(helena.get(PAGE), PAGE) | {"step": "make"}).text
    assert "<svg" in sheet
    assert "Ring först" in sheet
    assert "Hemsjukvården, Mölndal" in sheet
    assert "style=" not in sheet
    [address] = re.findall(r"http://localhost(/r/[0-9a-f]{40})", sheet)
    assert "Vad hände?" in nobody.get(address).text


def test_the_link_is_shown_once_and_renewing_ends_the_old_one(at: Callable[[Seer], Visitor], nobody: Visitor) -> None:
    """Lost otherwise: anybody at the manager's screen could copy the link, or a lost paper would work for ever."""
    helena = at(HELENA)
    old = _made(helena)
    assert old not in helena.get(PAGE).text
    new = _made(at(MAJA))
    assert nobody.get(old).status_code == 404
    assert nobody.get(new).status_code == 200
    assert "handläggare vid Hemsjukvården, Mölndal" in helena.get(PAGE).text


def test_a_revoked_link_is_gone_and_the_page_says_so(at: Callable[[Seer], Visitor], nobody: Visitor) -> None:
    """Lost otherwise: nobody would know whether the paper that went astray still works."""
    helena = at(HELENA)
    address = _made(helena)
    page = helena.post(PAGE, form_of(helena.get(PAGE), PAGE) | {"step": "revoke"})
    assert "Länken är borttagen" in page.text
    assert "Enheten har ingen länk" in page.text
    assert nobody.get(address).status_code == 404


def test_only_those_who_look_after_links_find_and_change_them(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: any reader could close a unit's door, or open one in its name."""
    before = fingerprint(record)
    assert "Enhetens länk" in at(HELENA).get("/cases").text
    for seer in (ANNA, OSKAR):
        visitor = at(seer)
        assert visitor.post(PAGE, {"unit": "hsv-molndal", "step": "make"}).status_code == 403
    assert "Länkar sköts av" in at(ANNA).get(PAGE).text
    assert fingerprint(record) == before
