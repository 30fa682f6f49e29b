"""The invitation's page and the way to a new password, as somebody meets them who has neither."""

import re
from collections.abc import Callable

import pytest

from cases.clock.letters_written import written_letters
from cases.organisation.people import set_disabled
from cases.record import Record
from cases.signing_in.guesses import LETTER
from cases.signing_in.invitations import invite_here
from cases.signing_in.passwords import set_password
from notifications.delivery import Letterhead
from notifications.invitations import send_invitations
from notifications.mailbox import LocalMailbox
from tests.cases.deviations import ANNA, MAJA
from tests.web.second_step import PASSWORD, give_password
from tests.web.visitor import Hands, Visitor, on_both
from tests.web.whole_record import fingerprint

MAILBOX = LocalMailbox(Letterhead("http://localhost", "Stegen <stegen@localhost>"))
TWICE = {"new_password": PASSWORD, "new_password_again": PASSWORD}


@on_both
def test_an_invited_reporter_chooses_a_password_and_is_in(record: Record, nobody: Visitor, clock: Hands) -> None:
    """Lost otherwise: a new colleague would have to be given a password by somebody who then knows it."""
    path = f"/invitation/{invite_here(record, ANNA.account, clock.now)}"
    before = fingerprint(record)
    assert "Välkommen, Anna Lind" in nobody.get(path).text
    assert fingerprint(record) == before
    assert nobody.post(path, TWICE).location == "/"
    assert "Anna Lind" in nobody.get("/cases").text
    assert nobody.get(path).status_code == 410
    assert nobody.post(path, TWICE).status_code == 410


def test_an_invited_handler_goes_on_to_her_authenticator(record: Record, nobody: Visitor, clock: Hands) -> None:
    """Lost otherwise: a letter alone would open a handler's cases."""
    path = f"/invitation/{invite_here(record, MAJA.account, clock.now)}"
    assert nobody.post(path, TWICE).location.startswith("/sign-in/code")
    assert nobody.get("/cases").location.startswith("/sign-in/code")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({}, "minst 12 tecken"),
        ({"new_password": PASSWORD, "new_password_again": PASSWORD + "!"}, "De två lösenorden är olika"),
        ({"new_password": "lösenord2026!", "new_password_again": "lösenord2026!"}, "gissas först"),
        ({"new_password": "anna.lind2026", "new_password_again": "anna.lind2026"}, "ditt namn eller din adress"),
        ({"new_password": "abc " * 60, "new_password_again": "abc " * 60}, "för långt"),
    ],
)
def test_a_password_that_is_refused_says_why_and_leaves_the_invitation(
    record: Record, nobody: Visitor, clock: Hands, words: dict[str, str], told: str
) -> None:
    """Lost otherwise: one weak attempt would use the link up."""
    path = f"/invitation/{invite_here(record, ANNA.account, clock.now)}"
    answer = nobody.post(path, words)
    assert answer.status_code == 422
    assert told in answer.text
    assert nobody.post(path, TWICE).status_code == 303


@on_both
def test_a_forgotten_password_is_replaced_by_letter(record: Record, nobody: Visitor, clock: Hands) -> None:
    """Lost otherwise: somebody who forgets would need an administrator on a Sunday."""
    set_password(record, ANNA.account, PASSWORD)
    assert "ett brev på väg" in nobody.post("/forgotten", {"account": " Anna.Lind "}).text
    assert give_password(nobody, ANNA.account).status_code == 303
    send_invitations(record, clock.now, MAILBOX)
    [letter] = written_letters(record, 10)
    found = re.search(r"http://localhost(/invitation/[0-9a-f]+)", letter.body.decode().replace("=\r\n", ""))
    assert found is not None
    new = "fem helt andra ord nu"
    assert nobody.post(found.group(1), {"new_password": new, "new_password_again": new}).status_code == 303
    assert give_password(nobody, ANNA.account).status_code == 422
    assert give_password(nobody, ANNA.account, new).status_code == 303


def test_asking_tells_nobody_whether_there_is_an_account(
    record: Record, app_visitors: Callable[[], Visitor], clock: Hands
) -> None:
    """Lost otherwise: the page for a forgotten password would be a list of the county's accounts (abuse case 21)."""
    set_password(record, ANNA.account, PASSWORD)
    set_password(record, MAJA.account, PASSWORD)
    set_disabled(record, MAJA.account, True)
    told = []
    for account in (ANNA.account, MAJA.account, "ingen.alls", "", "x" * 1000):
        answers = [app_visitors().post("/forgotten", {"account": account}) for _ in range(LETTER.most + 1)]
        told.append([(a.status_code, a.text, dict(a.headers)) for a in answers])
    assert all(other == told[0] for other in told)
    assert [status for status, _, _ in told[0]] == [200, 200, 200, 429]
    assert send_invitations(record, clock.now, MAILBOX) == {"sent": 1}


def test_a_forged_host_never_reaches_the_letter(record: Record, nobody: Visitor, clock: Hands) -> None:
    """Lost otherwise: somebody could ask for a letter whose link leads to her own site (abuse case 19)."""
    set_password(record, ANNA.account, PASSWORD)
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Origin": "http://evil.example"}
    assert nobody.open("POST", "/forgotten", data={"account": ANNA.account}, headers=forged).status_code == 400
    nobody.headers |= {"X-Forwarded-Host": "evil.example"}
    assert nobody.post("/forgotten", {"account": ANNA.account}).status_code == 200
    send_invitations(record, clock.now, MAILBOX)
    assert [b"evil" in letter.body for letter in written_letters(record, 10)] == [False]
