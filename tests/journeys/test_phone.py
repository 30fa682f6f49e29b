"""A handler on a telephone: from the list to the answer by touch, one hand's width wide."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from cases.acting import act
from cases.reading import view
from cases.record import Record
from tests.cases.deviations import OSKAR, PETRA, arrived
from tests.journeys.person import Person
from tests.journeys.the_ward import CAUSE, answer_from_the_ward
from tests.record import MORNING
from workflows.nouns import Command

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

PHONE = {"width": 390, "height": 844}
FINGER = 24
"""Pixels that what is tapped is high and wide at least (WCAG 2.2, 2.5.8)."""


class OnPhone(Person):
    """Somebody who taps; nothing lies beyond her screen's edge, and nothing is too small for a finger."""

    def come_by(self, way: "Locator") -> None:
        way.scroll_into_view_if_needed()
        box = way.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= FINGER, way.inner_text()
        with self.page.expect_navigation():
            way.tap()
        self.look()
        assert self.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], self.page.url


def test_a_handler_answers_on_her_telephone(
    served_record: Record, browser: "Browser", base_url: str, leaving: Callable[[Person], Person]
) -> None:
    """Lost otherwise: whoever has no desk answers when she is home again, or never."""
    number = arrived(served_record)
    act(served_record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    oskar = leaving(OnPhone(browser, base_url, viewport=PHONE, has_touch=True, is_mobile=True))
    oskar.sign_in(OSKAR)
    oskar.look()
    oskar.come_by(oskar.page.locator(".case-row").get_by_role("link").first)
    assert oskar.number == number
    answer_from_the_ward(oskar, number)
    assert view(served_record, OSKAR, number, MORNING).cover.stage == "answered"
    assert oskar.sees(CAUSE)
