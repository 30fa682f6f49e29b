"""From the letter of invitation to the work list, and back again with a code; in a real browser, without a script."""

import re
from base64 import b32decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import make_server

from cases.clock.letters_written import written_letters
from cases.organisation.people import set_identity
from cases.record import Record
from cases.sight import Seer
from cases.signing_in.invitations import invite
from cases.signing_in.one_time_codes import code_at, step_at
from cases.signing_in.sign_ins import IDLE
from notifications.delivery import Letterhead
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.cases.deviations import MAJA, STINA, liftable
from tests.journeys.person import Person
from tests.web.identity_provider_process import running
from tests.web.quiet import Quiet
from tests.web.second_step import code_now, with_authenticator
from tests.web.visitor import SECRET, Hands
from web.app import create_app
from web.desk import Serving
from web.signing_in.identity_provider import IdentityProvider, Registration
from web.signing_in.provider import BACK

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PASSWORD = "fyra ord i en lång rad"


@pytest.fixture
def maja(browser: "Browser", base_url: str) -> Iterator[Person]:
    """Maja at a computer where nobody is signed in."""
    person = Person(browser, base_url)
    yield person
    person.leave()


def _link(record: Record) -> str:
    [letter] = written_letters(record, 1)
    found = re.search(r"/invitation/[0-9a-f]+", letter.body.decode().replace("=\r\n", ""))
    assert found is not None
    return found.group()


def test_from_the_invitation_to_the_work_list(served_record: Record, clock: Hands, base_url: str, maja: Person) -> None:
    """Lost otherwise: each page on the way in would be right, and yet nobody could get through them all."""
    invite(served_record, MAJA.account, clock.now)
    run_round(served_record, clock.now, LocalMailbox(Letterhead(base_url, "Stegen <stegen@localhost>")))
    maja.open(_link(served_record))
    assert maja.sees("Välkommen, Maja Ekdahl")
    _choose(maja, "kort")
    assert maja.sees("behöver minst 12 tecken")
    _choose(maja, PASSWORD)
    assert maja.sees("Inloggning i två steg")
    secret = _secret_of(maja)
    maja.page.get_by_label("Sex siffror", exact=True).fill("000000")
    maja.press("Klart")
    assert maja.sees("Koden stämmer inte")
    maja.page.get_by_label("Sex siffror", exact=True).fill(code_at(secret, step_at(clock.now)))
    maja.press("Klart")
    assert maja.sees("Spara dina återställningskoder")
    recovery = maja.page.locator(".codes code").all_inner_texts()
    maja.follow("Jag har sparat dem")
    assert maja.sees("Arbetslista")
    maja.press("Logga ut")
    clock.now += timedelta(hours=1)
    _sign_in(maja, code_at(secret, step_at(clock.now)))
    assert maja.sees("Maja Ekdahl")
    maja.follow("Maja Ekdahl")
    assert maja.sees("Återställningskoder kvar: 8")
    maja.press("Logga ut")
    _sign_in(maja, recovery[0])
    assert maja.sees("Arbetslista")


def _secret_of(person: Person) -> bytes:
    return b32decode(person.page.locator(".key").inner_text().replace(" ", ""))


def _choose(person: Person, password: str) -> None:
    person.page.get_by_label("Nytt lösenord", exact=True).fill(password)
    person.page.get_by_label("Samma en gång till", exact=True).fill(password)
    person.press("Spara lösenordet")


def _sign_in(person: Person, code: str) -> None:
    person.open("/sign-in")
    person.page.get_by_label("Konto", exact=True).fill(MAJA.account)
    person.page.get_by_label("Lösenord", exact=True).fill(PASSWORD)
    person.press("Logga in")
    assert person.sees("Skriv din kod")
    person.page.get_by_label("Kod", exact=True).fill(code)
    person.press("Logga in")


def test_a_note_that_was_written_too_long_comes_back(served_record: Record, clock: Hands, maja: Person) -> None:
    """Lost otherwise: what was typed while the session ran out would be gone (WCAG 2.2, success criterion 2.2.5)."""
    number = liftable(served_record)
    with_authenticator(served_record, MAJA.account, clock.now)
    maja.open("/sign-in")
    _sign_in(maja, code_now(clock.now))
    maja.open(f"/cases/{number}")
    maja.page.locator("#inner-note").fill("Allt jag kom ihåg, rad för rad")
    clock.now += IDLE
    maja.come_by(maja.page.locator("form:has(#inner-note) button"))
    assert maja.sees("Du är inte längre inloggad")
    maja.follow("Logga in")
    _enter_here(maja, clock)
    assert maja.sees("Det du skrev finns kvar")
    maja.press("Öppna formuläret igen")
    assert maja.page.locator("#inner-note").input_value() == "Allt jag kom ihåg, rad för rad"


def _enter_here(person: Person, clock: Hands) -> None:
    person.page.get_by_label("Konto", exact=True).fill(MAJA.account)
    person.page.get_by_label("Lösenord", exact=True).fill(PASSWORD)
    person.press("Logga in")
    person.page.get_by_label("Kod", exact=True).fill(code_now(clock.now))
    person.press("Logga in")


def test_the_other_pages_of_the_way_in(
    clock: Hands, maja: Person, served_record: Record, enter: Callable[[Seer], Person]
) -> None:
    """Lost otherwise: the pages that are seen on a bad day would be those that nobody could read."""
    maja.open("/forgotten")
    maja.page.get_by_label("Konto", exact=True).fill("vem.som.helst")
    maja.press("Skicka brevet")
    assert maja.sees("Finns kontot, så är ett brev på väg.")
    maja.open("/invitation/that-was-used")
    assert maja.sees("Inbjudan gäller inte längre")
    maja.open("/sign-in")
    for _ in range(6):
        maja.page.get_by_label("Konto", exact=True).fill("vem.som.helst")
        maja.page.get_by_label("Lösenord", exact=True).fill("fel lösenord")
        maja.press("Logga in")
    assert maja.sees("För många försök")
    maja.press("In English")
    assert maja.sees("Sign in")
    stina = enter(STINA)
    stina.open("/cases?as=process_leader@forum:nosam-partille")
    assert stina.sees("Länken gäller en annan funktion")
    stina.press("Fortsätt som processledare i NOSAM Partille")
    assert stina.sees("Arbetslista")


def test_a_service_card_opens_and_closes_both_doors(served_record: Record, clock: Hands, browser: "Browser") -> None:
    """Lost otherwise: our own policy could keep the browser from the provider, which no test client notices."""
    clock.now = datetime.now(UTC)
    set_identity(served_record, MAJA.account, "SE2120000000-M4J4")
    users = [{"sub": "maja", "employeeHsaId": "SE2120000000-M4J4"}]
    with running(users) as issuer, _served(served_record, clock, issuer) as base_url:
        maja = Person(browser, base_url)
        maja.open("/sign-in")
        maja.page.get_by_role("link", name="Logga in med SITHS").click()
        maja.page.get_by_role("button", name="maja").click()
        maja.page.wait_for_url(f"{base_url}/cases")
        maja.look()
        maja.page.get_by_role("button", name="Logga ut").click()
        maja.page.wait_for_url(f"{issuer}/**")
        maja.open("/cases")
        assert maja.page.url.startswith(f"{base_url}/sign-in")
        maja.leave()


@contextmanager
def _served(record: Record, clock: Hands, issuer: str) -> Iterator[str]:
    """The pages with an identity provider beside the local accounts."""
    server = make_server("127.0.0.1", 0, None, threaded=True, request_handler=Quiet)
    url = f"http://127.0.0.1:{server.server_port}"
    registration = Registration("SITHS", issuer, "stegen", "a secret", "employeeHsaId", (), "openid", url + BACK)
    provider = IdentityProvider(registration)
    server.app = create_app(record, Serving(url, SECRET), clock, demo=False, identity_provider=provider)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
