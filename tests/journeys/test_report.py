"""A nurse, a paper on the wall and a telephone: reported without an account, answered, followed to its end."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from cases.record import Record
from cases.sight import Seer
from notifications.delivery import Letterhead
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.cases.deviations import ANNA, HELENA, MAJA, OSKAR, PETRA
from tests.journeys.person import NARROW, Person
from tests.journeys.the_ward import CAUSE, answer_from_the_ward, lead_to_the_ward
from tests.web.visitor import Hands
from workflows.word_at_once import PAUSE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WHAT = "Personen kom hem från avdelningen utan läkemedelslista."
AWAY = "nurse@ward.example"
COMMON, SMALL = {"width": 390, "height": 844}, {"width": 360, "height": 800}
"""Telephones' screens as most have them; NARROW is the smallest."""

SLIM = {"width": 320, "height": 800}
"""The narrowest width that must do: there the Swedish form fits, whose words are shorter."""

QUESTIONS = {
    "sv": (
        "Vad hände?", "När hände det?", "Vilken verksamhet gäller det?", "Vad skulle ha hänt", "Vad blev följden",
        "Vem gäller det?", "Hur når vi dig?",
    ),
    "en": (
        "What happened?", "When?", "Which operation", "What should have happened", "What was the consequence",
        "Whom does it concern?", "How do we reach you?",
    ),
}  # fmt: skip


class Phone:
    """A telephone of 320 pixels in the hand of somebody without an account; `taps` and `letters` count what she does.

    Its pages have no script of their own; what looks at them for faults is brought along by the test.
    """

    def __init__(self, browser: "Browser", base_url: str) -> None:
        self._context = browser.new_context(java_script_enabled=False, locale="sv-SE", viewport=NARROW, has_touch=True)
        self.page: Page = self._context.new_page()
        self.base_url = base_url
        self.taps = 0
        self.letters = 0

    def tap(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).check()
        self.taps += 1

    def write(self, label: str, text: str) -> None:
        self.page.get_by_label(label).fill(text)
        self.taps += 1
        self.letters += len(text)

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).first.click()
        self.taps += 1

    def unfold(self, summary: str) -> None:
        self.page.locator("summary", has_text=summary).click()
        self.taps += 1

    def narrow(self) -> bool:
        """Whether nothing of the page lies beyond the screen's edge."""
        widths = self.page.locator("main").bounding_box()
        return widths is not None and widths["x"] + widths["width"] <= NARROW["width"]

    def down_to(self, button: str) -> float:
        """How many of its own heights it is to the end of a button."""
        box = self.page.get_by_role("button", name=button, exact=True).bounding_box()
        return (box["y"] + box["height"]) / NARROW["height"] if box is not None else 9

    def leave(self) -> None:
        self._context.close()


@pytest.fixture
def sheet(enter: Callable[[Seer], Person]) -> str:
    """The address on the sheet that the unit's manager has printed."""
    helena = enter(HELENA)
    helena.open("/cases")
    helena.follow("Enhetens länk och QR-kod")
    helena.press("Gör en länk och skriv ut")
    assert helena.page.locator(".sheet svg").is_visible()
    found = re.search(r"/r/[0-9a-f]{40}", helena.page.locator(".sheet").inner_text().replace("\n", ""))
    assert found is not None
    return found.group()


def test_by_the_code_on_the_wall_to_the_answer_and_the_last_word(
    served_record: Record, clock: Hands, base_url: str, browser: "Browser", enter: Callable[[Seer], Person], sheet: str
) -> None:
    """Lost otherwise: whoever has two minutes and no account would not report, or would never hear what came of it."""
    phone = Phone(browser, base_url)
    number, follow = _a_nurse_reports(phone, sheet)
    assert (phone.taps, phone.letters) <= (9, 80), "two minutes: fields, choices and buttons together, and letters"
    _helena_completes(enter(HELENA), number)
    _the_hospital_answers(enter(PETRA), enter(OSKAR), number)
    mailer = LocalMailbox(Letterhead(base_url, "Stegen <stegen@localhost>"))
    clock.now += PAUSE
    run_round(served_record, clock.now, mailer)
    with served_record.database.read() as tx:
        bodies = [bytes(body).decode() for (body,) in tx.all("SELECT body FROM letter WHERE address = :a", a=AWAY)]
    assert any("/follow/" in body for body in bodies)
    assert not any(WHAT[:20] in body for body in bodies)
    _she_follows_it(phone, follow)
    phone.leave()
    maja = enter(MAJA)
    maja.open(f"/cases/{number}")
    maja.follow("Godta svaret")
    maja.press("Godta svaret")


def _a_nurse_reports(phone: Phone, sheet: str) -> tuple[str, str]:
    page = phone.page
    page.goto(phone.base_url + sheet)
    assert page.get_by_role("heading", name="Behöver något hända nu? Ring först.").is_visible()
    assert phone.narrow()
    assert phone.down_to("Granska och skicka") < 1.1, "little is scrolled on the smallest screen"
    _all_of_it_fits_one_screen(phone)
    phone.write("Vad hände?", WHAT)
    phone.write("När hände det?", "i går")
    phone.unfold("Vilken verksamhet gäller det?")
    phone.tap("Sahlgrenska Universitetssjukhuset")
    phone.tap("Risk")
    phone.unfold("Hur når vi dig?")
    phone.write("Hur når vi dig?", AWAY)
    phone.press("Granska och skicka")
    assert WHAT in page.locator("main").inner_text()
    phone.press("Skicka rapporten")
    assert phone.narrow()
    receipt = page.locator("main").inner_text()
    assert "inom 60 dagar från att den skickats" in receipt
    found = re.search(r"\d{4}-[0-9A-Z]{7}", receipt)
    assert found is not None
    return found.group(), str(page.locator(".address").get_attribute("href"))


def _all_of_it_fits_one_screen(phone: Phone) -> None:
    """In both languages, with every question of the routine to be seen, open or as a line that opens (routine.md)."""
    for language, other in (("sv", "In English"), ("en", "På svenska")):
        for screen in (COMMON, SMALL, *([SLIM] if language == "sv" else [])):
            phone.page.set_viewport_size(screen)
            assert phone.page.evaluate("document.documentElement.offsetHeight") <= screen["height"], (language, screen)
        asked = phone.page.locator("form.report").locator("label:visible, legend:visible, summary:visible")
        seen = " ".join(asked.all_inner_texts())
        assert [question for question in QUESTIONS[language] if question not in seen] == []
        phone.page.set_viewport_size(NARROW)
        with phone.page.expect_navigation(wait_until="load"):
            phone.page.get_by_role("button", name=other).click()


def _helena_completes(helena: Person, number: str) -> None:
    helena.open(f"/cases/{number}")
    helena.follow("Kontrollera och skicka")
    _the_clause_is_searched_for(helena)
    helena.choose("Sahlgrenska Universitetssjukhuset")
    helena.choose("Risk")
    helena.press("Kontrollera och skicka")
    assert helena.sees("Inkommen")


def _the_clause_is_searched_for(helena: Person) -> None:
    """In its place: Enter searches and does not send, and another day of the event offers what was in force then."""
    page = helena.page
    page.locator("#f-correction").fill("Behåll mig")
    page.get_by_text("Sök bland alla överenskommelser").click()
    page.locator("#f-document_search").fill("tvister")
    page.locator("#f-document_search").press("Enter")
    page.locator("#f-document:focus").wait_for()
    day = page.locator("#f-happened_on").input_value()
    page.locator("#f-happened_on").fill("2021-03-02")
    page.get_by_label("Hälso- och sjukvårdsavtalet, 4.4 Tvister").wait_for()
    helena.look()
    page.locator("#f-happened_on").fill(day)
    page.get_by_label("Hälso- och sjukvårdsavtalet, 4.4 Tvister").wait_for(state="detached")
    assert page.locator("#f-correction").input_value() == "Behåll mig"
    _a_slow_answer_takes_nothing_away(page)


def _a_slow_answer_takes_nothing_away(page: "Page") -> None:
    """What she types and chooses while the server searches is still there afterwards, and so is her place."""
    page.evaluate("() => { const ask = fetch; fetch = (...all) => new Promise(go => answer = () => go(ask(...all))) }")
    box, likely = page.locator("#f-document_search"), page.locator("#f-document input[type=radio]").first
    box.fill("avvik")
    box.press("Enter")
    likely.check()
    chosen = likely.input_value()
    box.press("End")
    box.press_sequentially("else")
    page.evaluate("() => { answer() }")
    page.get_by_label("4.3 Avvikelser").wait_for()
    assert box.input_value() == "avvikelse"
    assert box.evaluate("one => one === document.activeElement")
    assert page.locator("#f-document input:checked").input_value() == chosen


def _the_hospital_answers(petra: Person, oskar: Person, number: str) -> None:
    petra.open(f"/cases/{number}")
    lead_to_the_ward(petra)
    answer_from_the_ward(oskar, number)


def _she_follows_it(phone: Phone, follow: str) -> None:
    phone.page.goto(follow)
    assert phone.narrow()
    read = phone.page.locator("main").inner_text()
    assert CAUSE in read
    assert WHAT in read
    phone.tap("Delvis")
    phone.press("Svara")
    assert not phone.page.get_by_label("Delvis").count()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_of_a_report_can_be_read_by_everybody(
    enter: Callable[[Seer], Person], sheet: str, language: str
) -> None:
    """Lost otherwise: whoever uses a screen reader or a narrow screen could not report, or not learn what is wrong."""
    anna = enter(ANNA)
    if language == "en":
        anna.come_by(anna.page.get_by_role("button", name="In English"))
    for path in (sheet, "/report"):
        anna.open(path)
        send = anna.page.locator("button[value=review]")
        anna.come_by(send)
        assert anna.page.locator(".summary").is_visible()
        anna.page.locator("#f-what").fill("Det gällde 850709-9805.")
        anna.page.locator("#f-agreed").fill("avvikelser i avtalet")
        anna.page.locator(".find button").last.click()
        anna.page.locator("#f-document").wait_for()
        anna.look()
        anna.come_by(send)
        anna.page.locator("#f-what").fill("Ring dottern 070-123 45 67.")
        anna.page.locator("#f-when").fill("igår" if language == "sv" else "yesterday")
        anna.come_by(send)
        assert anna.page.locator("mark").count() == 1
        anna.come_by(anna.page.locator("button[value=send]"))
        if path == sheet:
            anna.come_by(anna.page.locator("a.address"))
            anna.page.locator("details summary").last.click()
            anna.come_by(anna.page.locator("button[value=take_back]"))
    for path in ("/r/nothing", "/follow/nothing", "/unit-link", "/cases"):
        anna.open(path)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_pages_for_what_came_on_paper_can_be_read_by_everybody(
    enter: Callable[[Seer], Person], language: str
) -> None:
    """Lost otherwise: whoever opens the post with a screen reader could not enter what came."""
    oskar = enter(OSKAR)
    if language == "en":
        oskar.come_by(oskar.page.get_by_role("button", name="In English"))
    oskar.open("/report/received")
    oskar.come_by(oskar.page.locator("button[value=send]"))
    assert oskar.page.locator(".summary").is_visible()
    oskar.page.locator("#f-sender").select_option("vo-ale")
    oskar.page.locator("input[name=came_by][value=paper]").check()
    oskar.page.locator("#f-what").fill(WHAT)
    oskar.page.locator("#f-when").fill("2 april 2026")
    oskar.come_by(oskar.page.locator("button[value=send]"))
    assert oskar.page.locator(".receipt").is_visible()


def test_a_draft_saves_itself_while_somebody_writes(enter: Callable[[Seer], Person]) -> None:
    """Lost otherwise: a nurse who is called away would find an empty form when she is back."""
    anna = enter(ANNA)
    anna.open("/report")
    anna.page.locator("#f-what").fill(WHAT)
    anna.page.locator("#f-when").focus()
    anna.page.get_by_text("Utkastet är sparat").wait_for()
    anna.open("/cases")
    anna.follow(WHAT)
    assert anna.page.locator("#f-what").input_value() == WHAT


def test_without_a_connection_nothing_is_sent_and_nothing_is_lost(enter: Callable[[Seer], Person], sheet: str) -> None:
    """Lost otherwise: in a lift without coverage the whole report would be gone."""
    anna = enter(ANNA)
    anna.open(sheet)
    anna.page.locator("#f-what").fill(WHAT)
    anna.page.context.set_offline(True)
    anna.page.locator("button[value=review]").click()
    anna.page.get_by_text("Ingen anslutning just nu").wait_for()
    assert anna.page.locator("#f-what").input_value() == WHAT
    anna.page.context.set_offline(False)
