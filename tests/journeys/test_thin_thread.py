"""One case through all rooms, clicked: reported, answered, contested, lifted after a preview, and its letter read."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cases.record import Record
from cases.sight import Seer
from notifications.delivery import Letterhead
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.cases.deviations import ANNA, HELENA, KATARINA, MAJA, OSKAR, PETRA, STINA
from tests.journeys.person import Person
from tests.journeys.the_ward import answer_from_the_ward, lead_to_the_ward
from tests.web.visitor import Hands
from workflows.word_at_once import PAUSE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WHAT = "Personen kom hem från avdelningen utan läkemedelslista."
STATEMENT = "En person skrevs ut utan läkemedelslista till hemsjukvården."


def test_a_deviation_from_the_report_to_the_forum_s_letter(
    served_record: Record, clock: Hands, base_url: str, enter: Callable[[Seer], Person]
) -> None:
    """Lost otherwise: the rooms would each be right and yet nobody could get a case from one end to the other."""
    number = _anna_reports(enter(ANNA))
    _petra_assigns(enter(PETRA), number)
    answer_from_the_ward(enter(OSKAR), number)
    maja = enter(MAJA)
    _maja_contests(maja, number)
    _the_managers_talk(enter(KATARINA), enter(HELENA), number)
    _the_file_is_written_and_read(enter(HELENA), enter(OSKAR), number)
    _helena_lifts(enter(HELENA), number)
    stina = enter(STINA)
    _stina_sees_the_file_and_not_the_original(stina, number)
    mailer = LocalMailbox(Letterhead(base_url, "Stegen <stegen@localhost>"))
    clock.now += PAUSE
    run_round(served_record, clock.now, mailer)
    clock.now += timedelta(days=6)
    run_round(served_record, clock.now, mailer)
    _the_letter_is_read(enter(STINA), number)


def _anna_reports(anna: Person) -> str:
    anna.look()
    anna.follow("Rapportera en avvikelse")
    assert anna.sees("Ring först")
    anna.press("Granska och skicka")
    assert anna.sees("Fyll i: Vad hände?")
    anna.answer("Vad hände?", WHAT)
    anna.answer("När hände det?", "16 april 2026")
    anna.choose("Sahlgrenska Universitetssjukhuset")
    anna.choose("Risk")
    anna.page.locator("summary", has_text="Vem gäller det?").click()
    anna.answer("Vem gäller det?", "Fru på fyran")
    anna.press("Granska och skicka")
    assert anna.sees("031-390 06 00")
    anna.press("Skicka rapporten")
    assert anna.sees("måndag 15 juni 2026")
    number = anna.number
    anna.follow("Visa ärendet")
    assert anna.sees(WHAT)
    return number


def _petra_assigns(petra: Person, number: str) -> None:
    petra.look()
    assert petra.sees(number)
    petra.follow("Utse enhet")
    petra.part("Datum").get_by_text("Varför detta datum?").first.click()
    assert petra.sees("Räknas från torsdag 16 april 2026")
    lead_to_the_ward(petra)


def _maja_contests(maja: Person, number: str) -> None:
    maja.open(f"/cases/{number}")
    maja.follow("Vi är inte överens")
    maja.choose("Fakta")
    maja.answer("Skäl", "Listan fanns inte på avdelningen heller.")
    maja.press("Vi är inte överens")
    assert maja.sees("Chefssamtal")


def _the_managers_talk(katarina: Person, helena: Person, number: str) -> None:
    katarina.open(f"/cases/{number}")
    katarina.follow("Skriv anteckning från samtalet")
    katarina.answer("Vad ni kom fram till", "Vi talades vid i dag och kom inte överens.")
    katarina.press("Skriv anteckning från samtalet")
    helena.open(f"/cases/{number}")
    assert helena.sees("Vi talades vid i dag och kom inte överens.")
    helena.follow("Jag har läst anteckningen")
    helena.press("Jag har läst anteckningen")
    assert helena.sees("lämnat")


def _the_file_is_written_and_read(helena: Person, oskar: Person, number: str) -> None:
    helena.open(f"/cases/{number}/moves/escalate")
    assert helena.sees("Det finns inget granskat underlag")
    helena.follow("Skriv, granska och läs underlaget")
    helena.answer("Vad frågan gäller, utan person", STATEMENT)
    helena.answer("Frågan till samverkansorganet", "Vem ansvarar för att listan följer med?")
    helena.press("Spara som ny revision")
    helena.press("Jag har granskat underlaget")
    oskar.open(f"/cases/{number}/file")
    oskar.press("Vår sida har läst underlaget")
    assert oskar.sees("Läst av den mottagande sidan")


def _helena_lifts(helena: Person, number: str) -> None:
    helena.open(f"/cases/{number}/moves/escalate")
    helena.answer("Skäl", "Parterna ser olika på vad som hände.")
    helena.choose("Vad en överenskommelse säger eller hur den följs")
    helena.choose("En enskild händelse")
    helena.press("Förhandsgranska")
    assert helena.part("Vem som får läsa vad från och med nu").get_by_text("NOSAM Mölndal").first.is_visible()
    assert STATEMENT in helena.part("Vad som lämnar parterna").inner_text()
    assert "processledare i NOSAM Mölndal" in helena.part("Brev som skrivs").inner_text()
    assert "torsdag 23 april 2026" in helena.part("Datum som sätts").inner_text()
    helena.press("Lyft till samverkan")
    here = helena.page.locator(".ladder [aria-current=step]")
    assert "NOSAM Mölndal" in (here.text_content() or "")


def _stina_sees_the_file_and_not_the_original(stina: Person, number: str) -> None:
    stina.look()
    assert stina.sees(number)
    stina.follow("Kvittera ärendet eller återför det")
    assert not stina.sees(WHAT)
    stina.follow("Underlag till samverkan")
    assert stina.sees(STATEMENT)
    assert not stina.sees(WHAT)


def _the_letter_is_read(stina: Person, number: str) -> None:
    stina.follow("Brevlåda")
    reminder = stina.page.locator("li", has_text="stina.ekelof").filter(has_text="23 april")
    stina.come_by(reminder.get_by_role("link").first)
    assert stina.sees(number)
    assert not stina.sees(STATEMENT)
    stina.come_by(stina.page.locator(".paper").get_by_role("link").first)
    assert stina.number == number


def test_the_door_can_be_read_by_everybody(enter: Callable[[Seer], Person]) -> None:
    """Lost otherwise: whoever uses a screen reader or a narrow screen would never get in."""
    maja = enter(MAJA)
    for path in ("/sign-in", "/functions", "/mailbox"):
        maja.open(path)
        assert maja.page.get_by_role("heading", level=1).is_visible(), path


def test_the_thread_begins_without_any_script(browser: "Browser", base_url: str) -> None:
    """Lost otherwise: on a locked-down ward computer the form could be opened and never sent."""
    context = browser.new_context(java_script_enabled=False, locale="sv-SE")
    page = context.new_page()
    page.goto(f"{base_url}/sign-in")
    page.get_by_role("button", name="Anna Lind").click()
    page.get_by_role("link", name="Rapportera en avvikelse").click()
    page.get_by_label("Vad hände?").fill(WHAT)
    page.get_by_label("När hände det?").fill("i går")
    page.locator("summary", has_text="Vilken verksamhet gäller det?").click()
    page.get_by_label("Sahlgrenska Universitetssjukhuset").check()
    page.get_by_role("button", name="Granska och skicka").click()
    page.get_by_role("button", name="Skicka rapporten").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Tack, rapporten är skickad"
    context.close()


@pytest.mark.parametrize("path", ["/cases/2026-0000000", "/cases?tab=all", "/sign-out"])
def test_the_pages_of_errors_can_be_read_by_everybody(enter: Callable[[Seer], Person], path: str) -> None:
    """Lost otherwise: whoever meets a fault with a screen reader or a narrow screen would be alone with it."""
    maja = enter(MAJA)
    maja.open(path)
    assert maja.page.get_by_role("heading", level=1).is_visible()
