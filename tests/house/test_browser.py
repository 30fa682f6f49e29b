"""The journeys' browser opens and reads a page; test_fixtures.py runs this file once more without any browser."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_browser_opens_a_page(page: "Page") -> None:
    """Lost otherwise: every journey would fail for the same reason, far from it."""
    page.set_content("<html lang=sv><title>Stegen</title><h1>Ärende</h1>")
    assert page.get_by_role("heading").inner_text() == "Ärende"
