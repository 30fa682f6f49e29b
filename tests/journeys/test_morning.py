"""A handler's morning: the list, a filter kept, a search, a case with its files and notes; by mouse, by keyboard alone,
and in a browser that runs no scripts."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cases.acting import act
from cases.contents.matter import note
from cases.contents.patient import set_patient
from cases.record import Record
from cases.sight import Seer
from tests.cases.deviations import (
    HELENA,
    INGALILL,
    KATARINA,
    MAJA,
    OSKAR,
    PETRA,
    STINA,
    WHY,
    arrived,
    contested,
    liftable,
    prepared,
)
from tests.cases.test_disposal import ended
from tests.journeys.person import NARROW, WIDE, Person
from tests.record import MORNING
from workflows.nouns import Command

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def test_a_morning_with_the_list_the_search_and_a_case(
    served_record: Record, enter: Callable[[Seer], Person], tmp_path: Path
) -> None:
    """Lost otherwise: each page would be right and yet a handler could not get from her list to her work."""
    number = contested(served_record)
    arrived(served_record)
    set_patient(served_record, MAJA, number, "Fru på fyran", MORNING)
    maja = enter(MAJA)
    _begins_with_work_on_a_telephone(maja, number)
    maja.open("/cases?tab=others")
    maja.page.get_by_text("Filtrera listan").click()
    maja.answer("Läge", "Chefssamtal")
    maja.press("Visa")
    assert maja.page.locator(".case-row").count() == 1
    maja.answer("Spara filtret under ett namn", "Samtal som pågår")
    maja.press("Spara")
    maja.follow("Samtal som pågår")
    maja.answer("Sök bland ärenden", "listorna")
    maja.press("Sök")
    assert maja.page.locator(".case-row").count() == 2
    maja.open("/search?q=ingenstans")
    assert maja.sees("Inget som du får läsa stämmer med ingenstans.")
    maja.open(f"/cases/{number}")
    assert maja.page.get_by_role("img", name="Ärendets väg på stegen").is_visible()
    _a_file(maja, tmp_path)
    _whom_it_concerns(maja)
    maja.open(f"/cases/{number}")
    maja.page.get_by_text("Diarienummer och sekretessmarkering").click()
    maja.answer("Grund för sekretessmarkering", "26 kap. 7 § OSL")
    maja.press("Spara markeringen")
    assert maja.sees("Sekretessmarkerat hos er")
    maja.follow("Skriv ut")
    assert maja.sees("rutin.pdf")


def _begins_with_work_on_a_telephone(person: Person, number: str) -> None:
    """A case, whose move it is, and the way to what may be done stand on the first screen of the narrowest one."""
    person.page.set_viewport_size(NARROW)
    for path, wanted in (
        ("/cases?tab=others", ".case-row h3 a"),
        (f"/cases/{number}", ".turn .task"),
        (f"/cases/{number}", "a[href='#may']"),
    ):
        person.page.goto(person.base_url + path)
        box = person.page.locator(wanted).first.bounding_box()
        assert box is not None, f"{wanted} is not seen on {path}"
        assert box["y"] + box["height"] < NARROW["height"], f"{wanted} stands below the first screen of {path}"
    person.page.set_viewport_size(WIDE)


def _a_file(maja: Person, folder: Path) -> None:
    maja.page.get_by_text("Lägg till en fil").click()
    maja.press("Spara filen")
    assert maja.sees("Välj en fil först.")
    (folder / "rutin.pdf").write_bytes(PDF)
    maja.page.get_by_label("Fil", exact=True).set_input_files(folder / "rutin.pdf")
    maja.choose("Den andra parten också")
    maja.press("Spara filen")
    with maja.page.expect_download() as fetched:
        maja.page.get_by_role("link", name="rutin.pdf").click()
    assert fetched.value.suggested_filename == "rutin.pdf"


def _whom_it_concerns(maja: Person) -> None:
    maja.page.get_by_text("Visa vem det är").click()
    maja.page.locator("#patient").get_by_role("button", name="Visa").click()
    maja.look()
    assert maja.sees("Skriv varför du behöver veta det")
    maja.answer("Varför behöver du veta det?", "Jag ska ringa.")
    maja.come_by(maja.page.locator("#patient").get_by_role("button", name="Visa"))
    assert maja.sees("Fru på fyran")


@pytest.mark.parametrize("seer", [HELENA, OSKAR, PETRA, STINA], ids=lambda s: s.post)
def test_the_case_page_in_its_states_is_fit_for_every_eye(
    served_record: Record, enter: Callable[[Seer], Person], seer: Seer
) -> None:
    """Lost otherwise: a state that no journey comes by would have a fault that axe knows, or not fit a telephone."""
    local, lifted, (closed, *_) = contested(served_record), liftable(served_record), ended(served_record)
    act(served_record, HELENA, lifted, Command("escalate", WHY), MORNING)
    note(served_record, seer, lifted, "Kort.", MORNING)
    person = enter(seer)
    for number in (local, lifted, closed) if seer != STINA else (lifted,):
        for page in ("", "/print", "/file", *(() if seer in (PETRA, STINA) else ("/working-notes",))):
            person.open(f"/cases/{number}{page}")
    for path in (
        "/cases",
        "/cases?tab=mine",
        "/cases?tab=parked&kind=dispute",
        "/cases?tab=closed",
        "/search?q=listan",
    ):
        person.open(path)
    person.page.goto(f"{person.base_url}/cases")
    person.page.get_by_role("button", name="In English").click()
    for path in ("/cases", f"/cases/{lifted}", "/search?q=listan"):
        person.open(path)
    assert person.sees("Search among cases")
    if seer == OSKAR:
        hands_over(person, at_ward(served_record))
    if seer == STINA:
        _a_position_asks_for_what_it_needs(enter(INGALILL), served_record, lifted)


def _a_position_asks_for_what_it_needs(chair: Person, record: Record, number: str) -> None:
    """Lost otherwise: a chair reads six questions, four of them about positions that she does not take."""
    act(record, STINA, number, Command("acknowledge"), MORNING)
    prepared(record, number)
    stage = act(record, STINA, number, Command("agenda"), MORNING).stage
    chair.open(f"/cases/{number}/moves/{'take_position' if stage == 'forum_meeting' else 'decide_chair'}")
    view = chair.page.locator("#f-view_raising")
    for option, asked in (("Lämnar synpunkt", False), ("Samsyn nåddes inte", True)):
        assert not view.is_visible(), "nothing chosen yet leads to it"
        chair.choose(option)
        assert view.is_visible() == asked


def at_ward(record: Record) -> str:
    """With the ward's handler."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    return number


def hands_over(person: Person, number: str) -> None:
    """From the work list to the answer, every page of it looked at."""
    person.open("/cases")
    person.page.locator(f"input[value='{number}']").check()
    person.come_by(person.page.get_by_role("button", name="Hand over the chosen"))
    person.page.get_by_label("To whom?").select_option(KATARINA.post)
    person.answer("Why is it handed over?", "On leave")
    person.come_by(person.page.get_by_role("button", name="Preview"))
    person.come_by(person.page.get_by_role("button", name="Hand over (1)"))
    assert person.sees("Handed over to unit manager")


class ByKeyboard(Person):
    """Somebody who has no mouse: she goes by Tab to what she wants, and presses Enter or the space bar there."""

    def go_to(self, role: str, name: str, steps: int = 120) -> None:
        wanted = self.page.get_by_role(role, name=name).first  # type: ignore[arg-type]
        for _ in range(steps):
            self.page.keyboard.press("Tab")
            if wanted.evaluate("element => element === document.activeElement"):
                outline = wanted.evaluate("element => getComputedStyle(element).outlineStyle")
                assert outline != "none", f"{name} does not show that it is in focus"
                return
        raise AssertionError(f"{role} {name!r} is not reached by Tab")

    def enter_it(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


def test_a_case_is_answered_with_the_keyboard_alone(served_record: Record, browser: "Browser", base_url: str) -> None:
    """Lost otherwise: whoever cannot use a mouse could read her work and not do it (WCAG 2.1.1, 2.4.7)."""
    number = arrived(served_record)
    petra = ByKeyboard(browser, base_url)
    petra.page.goto(f"{base_url}/sign-in")
    petra.sign_in(PETRA)
    petra.page.keyboard.press("Tab")
    assert petra.page.evaluate("document.activeElement.textContent") == "Gå till innehållet"
    petra.page.keyboard.press("Enter")
    petra.go_to("link", "Utse enhet")
    petra.enter_it()
    petra.go_to("link", "Utse enhet")
    petra.enter_it()
    petra.go_to("button", "Utse enhet")
    petra.enter_it()
    assert petra.page.evaluate("document.activeElement.className") == "summary", "what is wrong is where she is now"
    assert petra.page.title().startswith("Fel:")
    petra.go_to("combobox", "Enhet")
    petra.page.keyboard.type("Ortopedavdelning, Mölndals")
    petra.go_to("button", "Utse enhet")
    petra.enter_it()
    assert f"/cases/{number}?done=assign" in petra.page.url
    petra.leave()


class WithoutScripts(Person):
    """Somebody whose browser runs no scripts. What she sees is looked at by others, with axe, which is one."""

    def __init__(self, browser: "Browser", base_url: str) -> None:
        super().__init__(browser, base_url)
        self._context.close()
        self._context = browser.new_context(java_script_enabled=False, locale="sv-SE")
        self.page = self._context.new_page()

    def look(self) -> None:
        self.page.wait_for_load_state()


def test_a_lift_in_a_browser_without_scripts(served_record: Record, browser: "Browser", base_url: str) -> None:
    """Lost otherwise: a script that does not arrive would take the routine with it."""
    number = liftable(served_record)
    helena = WithoutScripts(browser, base_url)
    helena.sign_in(HELENA)
    helena.open("/cases?tab=others")
    helena.page.get_by_text("Filtrera listan").click()
    helena.page.get_by_label("Slag av ärende").select_option(label="Avvikelse i samverkan")
    helena.page.get_by_role("button", name="Visa", exact=True).click()
    helena.open(f"/cases/{number}/moves/escalate")
    helena.page.get_by_label("Skäl").first.fill("Parterna ser olika på vad som hände.")
    helena.choose("Vad en överenskommelse säger eller hur den följs")
    helena.choose("En enskild händelse")
    helena.press("Förhandsgranska")
    assert "NOSAM Mölndal" in helena.page.content()
    helena.press("Lyft till samverkan")
    assert f"/cases/{number}?done=escalate" in helena.page.url
    assert "Ärendet är här: NOSAM Mölndal." in helena.page.content()
    helena.leave()
