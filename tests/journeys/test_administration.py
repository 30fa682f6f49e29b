"""The system's keepers at their pages, in a real browser: somebody new gets in, a unit ends, a review is kept."""

import re
from collections.abc import Callable

import pytest

from cases.contents.patient import set_patient, show_patient
from cases.record import Record
from cases.sight import Seer
from tests.cases.deviations import MAJA, arrived
from tests.cases.test_migrating import SIXTY, second_version
from tests.journeys.person import Person
from tests.record import MORNING
from tests.web.visitor import Hands

KIM = Seer("kim.savas", "administrator@county")
RUNE = Seer("rune.ekvall", "auditor@county")


def _swedish(person: Person) -> Person:
    if person.page.get_by_role("button", name="På svenska").count():
        person.press("På svenska")
    return person


def _park(record: Record) -> None:
    with record.database.write() as tx:
        tx.run("UPDATE docket SET status = 'parked', reason = 'refused by the mail server' WHERE status = 'waiting'")


def test_somebody_new_is_let_in_and_the_log_tells(
    served_record: Record, clock: Hands, enter: Callable[[Seer], Person]
) -> None:
    """Lost otherwise: the pages could be right one by one and yet nobody could let a new colleague in."""
    kim = _swedish(enter(KIM))
    kim.follow("Administration")
    assert kim.sees("Hur det står till")
    kim.follow("Personer")
    for question, text in (("Konto", "ny.person"), ("Namn", "Ny Person")):
        kim.page.get_by_label(question, exact=True).fill(text)
    kim.answer("E-post", "ny")
    kim.press("Lägg till")
    assert kim.sees("Skriv en e-postadress")
    kim.answer("E-post", "ny@example.org")
    kim.press("Lägg till")
    assert kim.sees("Kontot finns nu")
    kim.page.get_by_text("Ge en funktion").click()
    kim.page.get_by_label("Funktion", exact=True).select_option("handler")
    kim.page.get_by_label("Var", exact=True).select_option("unit:hsv-molndal")
    kim.press("Ge funktionen")
    assert kim.sees("Funktionen är given")
    kim.press("Skicka inbjudan")
    assert kim.sees("går i väg med klockans nästa varv")
    kim.open("/administration/log")
    assert kim.sees("Inbjudan skickad: Ny Person")


def _break_the_glass(kim: Person, number: str) -> None:
    """One case, opened with a reason, read while the seconds run, and closed."""
    kim.open("/administration/glass")
    kim.page.get_by_label(re.compile("nummer|number")).fill(number)
    kim.come_by(kim.page.get_by_role("button", name=re.compile("Öppna ärendet och|Open the case and")))
    kim.page.get_by_label(re.compile("Varför|Why")).fill("Fel frist")
    kim.come_by(kim.page.get_by_role("button", name=re.compile("Öppna ärendet och|Open the case and")))
    kim.come_by(kim.page.get_by_role("button", name=re.compile("Läs ärendet|Read the case")))
    assert re.search(r"(Kvar|Left): (59|60):\d\d", kim.page.locator("#glass").inner_text())
    kim.come_by(kim.page.get_by_role("button", name=re.compile("Stäng nu|Close it now")))


@pytest.mark.parametrize("language", ["På svenska", "In English"])
def test_every_page_of_theirs_serves_every_eye(
    served_record: Record, clock: Hands, enter: Callable[[Seer], Person], language: str
) -> None:
    """Lost otherwise: an administrator who uses a screen reader or a telephone would be left out."""
    number = arrived(served_record)
    set_patient(served_record, MAJA, number, "Fru på fyran", MORNING)
    show_patient(served_record, MAJA, number, "Ringer upp anhörig", MORNING)
    _park(served_record)
    kim, rune = enter(KIM), enter(RUNE)
    for person in (kim, rune):
        if person.page.get_by_role("button", name=language).count():
            person.press(language)
    for path in (
        "",
        "/people",
        "/people?q=maja",
        f"/people/{MAJA.account}",
        "/mailboxes",
        "/units",
        "/forums",
        "/forums/nosam-molndal",
        "/documents",
        "/days",
        "/docket",
        "/log",
        "/settings",
    ):
        kim.open(f"/administration{path}")
    kim.open("/administration/units")
    kim.page.get_by_label(re.compile("Enhet som upphör|Unit that ends")).select_option("hsv-harryda")
    kim.page.get_by_label(re.compile("Sista dagen|Last day")).fill("2026-04-30")
    kim.come_by(kim.page.get_by_role("button", name=re.compile("Granska|Look it through")))
    kim.open("/administration/forums/nosam-molndal")
    kim.page.get_by_label(re.compile("^(Läge|State)$")).select_option("paused")
    kim.come_by(kim.page.get_by_role("button", name=re.compile("Granska|Look it through")))
    second_version(served_record, SIXTY)
    kim.open("/administration/routines")
    for summary in kim.page.locator("main summary").all()[:3]:
        summary.click()
    kim.look()
    kim.open("/administration/routines/migration?from=deviation.v1&to=deviation.v2")
    _break_the_glass(kim, number)
    clock.now = MORNING.replace(month=7)
    for path in ("/review", "/review/administration"):
        rune.page.goto(rune.base_url + "/sign-in")
        rune.sign_in(RUNE)
        rune.open(path)
    assert rune.page.url.endswith("/review/administration")
