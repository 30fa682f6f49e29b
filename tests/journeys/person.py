"""Somebody at a browser, as journeys speak of her; each page she looks at must serve every eye and a narrow screen."""

import re
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

from cases.sight import Seer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FAULTS = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
"""What axe is asked for: how the rest came out would be written down at length, and read by nobody."""

NARROW, WIDE = {"width": 320, "height": 720}, {"width": 1280, "height": 900}

BUILD = """() => {
  const page = document.documentElement.lang, NAMING = ["alt", "title", "label", "for", "href"];
  const told = a => a.name == "lang" ? (a.value == page ? "lang" : "lang=other")
    : ["role", "type"].includes(a.name) || a.name.startsWith("aria-current") ? a.name + "=" + a.value
    : (NAMING.includes(a.name) || a.name.startsWith("aria-")) && !a.value.trim() ? a.name + "=" : a.name;
  const of = e => e.tagName + "." + e.className + "[" + [...e.attributes].map(told).sort() + "]"
    + (e.childElementCount || e.textContent.trim() ? "" : "empty");
  const path = e => e.parentElement ? path(e.parentElement) + ">" + of(e) : of(e);
  return [...new Set([...document.querySelectorAll("*")].map(path))].sort().join("\\n");
}"""
"""How a page is built, whatever words stand in it, in which of the two languages, and however many rows its lists have.
Words in the other language than the page's count as something else, and so does a name that is empty."""

LANGUAGES = ("sv", "en")

FAULTLESS: set[str] = set()
"""Builds in which axe found nothing. The next page built like one of them is not searched again: it takes a second."""


def look_at(page: "Page") -> None:
    """Look at a page: no fault that axe knows, and nothing beyond a narrow screen's edge."""
    page.wait_for_load_state()
    where = f"{page.url}: {page.title()}"
    assert page.locator("html").get_attribute("lang") in LANGUAGES, where
    build = page.evaluate(BUILD)
    if build not in FAULTLESS:
        found = Axe().run(page, options=FAULTS)
        assert found.violations_count == 0, f"{where}\n{found.generate_report()}"
        FAULTLESS.add(build)
    before = page.viewport_size or WIDE
    page.set_viewport_size(NARROW)
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(before)
    assert width <= NARROW["width"], f"{where} is {width} pixels wide"


class Person:
    """One person in one browser. A script error or a breach of the content policy fails at `leave`."""

    def __init__(self, browser: "Browser", base_url: str, **screen: Any) -> None:
        """`screen`: what her browser's screen is like, where it is no common desk's."""
        told = {"locale": "sv-SE", "timezone_id": "Europe/Stockholm", "viewport": WIDE, **screen}
        self._context = browser.new_context(**told)
        self.page = self._context.new_page()
        self.base_url = base_url
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(error.message))
        self.page.on("console", lambda said: self._heard(said.text))

    def _heard(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.faults.append(text)

    def sign_in(self, seer: Seer) -> None:
        """By the demo's ready sign-ins, as anybody who tries it does."""
        self.page.goto(f"{self.base_url}/sign-in")
        ready = self.page.locator(f'form:has(input[value="{seer.account}"]) button[value="{seer.post}"]')
        if not ready.count():
            self.page.get_by_role("link", name="Visa alla personer").click()
        ready.click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def open(self, path: str) -> None:
        self.page.goto(self.base_url + path)
        self.look()

    def follow(self, link: str) -> None:
        self.come_by(self.page.get_by_role("link", name=link).first)

    def press(self, button: str) -> None:
        self.come_by(self.page.get_by_role("button", name=button, exact=True).first)

    def come_by(self, way: "Locator") -> None:
        """Click what leads to another page, wait for that page, and look at it."""
        with self.page.expect_navigation():
            way.click()
        self.look()

    def answer(self, question: str, text: str) -> None:
        """Fill in a text, a date or a choice of a list."""
        field = self.page.get_by_label(question).first
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=text)
        else:
            field.fill(text)

    def choose(self, option: str) -> None:
        self.page.get_by_label(option, exact=True).check()

    def sees(self, text: str) -> bool:
        return text in self.page.locator("body").inner_text()

    def part(self, heading: str) -> "Locator":
        """The section of the page under that heading."""
        return self.page.locator("section", has=self.page.get_by_role("heading", name=heading, exact=True)).last

    @property
    def number(self) -> str:
        """The number of the case that this page is about."""
        found = re.search(r"\d{4}-[0-9A-Z]{7}", self.page.url)
        assert found is not None, self.page.url
        return found.group()

    def look(self) -> None:
        look_at(self.page)

    def leave(self) -> None:
        self._context.close()
        assert not self.faults, f"The page's scripts failed: {self.faults}"
