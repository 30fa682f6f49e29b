"""Signing in by an identity provider: a real one, in a process of its own on loopback."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from werkzeug.test import TestResponse

from cases.organisation.people import PeopleFault, set_identity
from cases.record import Record
from tests.cases.deviations import ANNA, MAJA, STINA
from tests.web.identity_provider_process import running
from tests.web.visitor import SERVING, Hands, Visitor, on_both
from web.app import create_app
from web.signing_in.identity_provider import IdentityProvider, Registration

LOA3 = "http://id.sambi.se/loa/loa3"
MAJAS, STINAS = "SE2120000000-M4J4", "SE2120000000-S71N"
USERS = [
    {"sub": "maja", "employeeHsaId": MAJAS, "acr": LOA3},
    {"sub": "stina", "employeeHsaId": STINAS, "acr": LOA3},
    {"sub": "weak", "employeeHsaId": MAJAS, "acr": "http://id.sambi.se/loa/loa1"},
    {"sub": "stranger", "employeeHsaId": "SE2120000000-XXXX", "acr": LOA3},
    {"sub": "nameless", "acr": LOA3},
    {"sub": "listed", "employeeHsaId": [MAJAS], "acr": LOA3},
]
BACK = "http://localhost/sign-in/provider/back"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with running(USERS) as address:
        yield address


@pytest.fixture
def clock() -> Hands:
    """The provider is a process with a clock of its own, so this one shows the same."""
    return Hands(datetime.now(UTC))


def _registered(issuer: str) -> Registration:
    return Registration("SITHS", issuer, "stegen", "a secret", "employeeHsaId", (LOA3,), "openid", BACK)


@pytest.fixture
def app(record: Record, clock: Hands, issuer: str) -> Flask:
    set_identity(record, MAJA.account, MAJAS)
    set_identity(record, STINA.account, STINAS)
    return create_app(record, SERVING, clock, demo=False, identity_provider=IdentityProvider(_registered(issuer)))


def _at_the_provider(address: str, sub: str, action: str = "authorize") -> str:
    """Somebody says there who she is; the path that she is sent back to."""
    answer = requests.post(address, data={"sub": sub, "action": action}, allow_redirects=False, timeout=10)
    back = urlsplit(answer.headers["location"])
    return f"{back.path}?{back.query}"


def _sign_in(visitor: Visitor, sub: str, path: str = "/cases") -> TestResponse:
    address = visitor.get(f"/sign-in/provider?next={path}").location
    return visitor.get(_at_the_provider(address, sub))


@on_both
def test_a_service_card_opens_the_work_list(nobody: Visitor) -> None:
    """Lost otherwise: a region's staff would need one password more, and their employer's ending would not end it."""
    assert "Logga in med SITHS" in nobody.get("/sign-in").text
    assert _sign_in(nobody, "maja").location == "/cases"
    assert "Maja Ekdahl" in nobody.get("/cases").text


def test_the_provider_is_asked_with_pkce_state_nonce_and_level(nobody: Visitor, issuer: str) -> None:
    """Lost otherwise: a code that was caught on the way could be used by whoever caught it."""
    first, second = (nobody.get("/sign-in/provider").location for _ in range(2))
    asked = [parse_qs(urlsplit(address).query) for address in (first, second)]
    assert first.startswith(f"{issuer}/oauth2/authorize?")
    assert asked[0]["code_challenge_method"] == ["S256"]
    assert asked[0]["acr_values"] == [LOA3]
    wanted = json.loads(asked[0]["claims"][0])["id_token"]
    assert wanted == {"employeeHsaId": {"essential": True}, "acr": {"essential": True, "values": [LOA3]}}
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[0][name][0]) >= 43
        assert asked[0][name] != asked[1][name]


@pytest.mark.parametrize(
    ("sub", "told"),
    [("weak", "Inloggningen räcker inte här"), ("stranger", "Du har inget konto här"),
     ("nameless", "Inloggningen blev inte av"), ("listed", "Inloggningen blev inte av")],
)  # fmt: skip
def test_who_is_not_vouched_for_is_told_why(nobody: Visitor, sub: str, told: str) -> None:
    """Lost otherwise: a weaker sign-in, or somebody else's employee, would open the account all the same."""
    answer = _sign_in(nobody, sub)
    assert answer.status_code == 403
    assert told in answer.text
    assert nobody.client.get_cookie("stegen") is None


def test_a_cancelled_sign_in_can_be_tried_again(nobody: Visitor) -> None:
    """Lost otherwise: the wrong card in the reader would end in a technical error."""
    address = nobody.get("/sign-in/provider").location
    answer = nobody.get(_at_the_provider(address, "maja", "deny"))
    assert answer.status_code == 403
    assert "Logga in igen" in answer.text
    assert _sign_in(nobody, "maja").status_code == 303


def test_a_code_for_another_browser_opens_nothing(app_visitors: Callable[[], Visitor]) -> None:
    """Lost otherwise: a link could sign somebody in as the attacker, who then reads what she writes."""
    attacker, maja = app_visitors(), app_visitors()
    path = _at_the_provider(attacker.get("/sign-in/provider").location, "stina")
    assert maja.get(path).status_code == 403
    maja.get("/sign-in/provider")
    assert maja.get(path).status_code == 403
    assert maja.client.get_cookie("stegen") is None


def test_a_code_is_good_once(app_visitors: Callable[[], Visitor]) -> None:
    """Lost otherwise: an address in a browser's history would sign in again."""
    maja = app_visitors()
    path = _at_the_provider(maja.get("/sign-in/provider").location, "maja")
    assert maja.get(path).status_code == 303
    assert maja.get(path).status_code == 403


@pytest.mark.parametrize(
    "part", ["state=x&code=y", "code=y", "state=x", "error=access_denied", "", "code=%01&state=%ff"]
)
def test_whatever_else_comes_back_is_refused(nobody: Visitor, part: str) -> None:
    """Lost otherwise: a made-up answer could end in a fault page, or in a sign-in."""
    nobody.get("/sign-in/provider")
    assert nobody.get(f"/sign-in/provider/back?{part}").status_code == 403


def test_a_token_of_another_time_is_refused(nobody: Visitor, clock: Hands) -> None:
    """Lost otherwise: a token that was kept would sign in for ever."""
    path = _at_the_provider(nobody.get("/sign-in/provider").location, "maja")
    clock.now += timedelta(hours=2)
    assert nobody.get(path).status_code == 403


@pytest.mark.parametrize(
    "wrong", ["http://127.0.0.1:1", "ISSUER/elsewhere", "ISSUER/"], ids=["nobody there", "no provider", "another name"]
)
def test_a_provider_that_does_not_answer_is_told_with_what_to_do(
    record: Record, clock: Hands, issuer: str, wrong: str
) -> None:
    """Lost otherwise: an outage of the provider, or a slip in the settings, would be a fault page of ours."""
    registration = _registered(wrong.replace("ISSUER", issuer))
    app = create_app(record, SERVING, clock, demo=False, identity_provider=IdentityProvider(registration))
    answer = Visitor(app.test_client()).get("/sign-in/provider")
    assert answer.status_code == 503
    assert "Försök igen om en stund" in answer.text


def test_signing_out_ends_both(nobody: Visitor, issuer: str) -> None:
    """Lost otherwise: the next person at the computer would be signed in again with one click."""
    _sign_in(nobody, "maja")
    token = nobody.client.get_cookie("stegen")
    assert token is not None
    answer = nobody.post("/sign-out")
    assert answer.location == "/sign-in/provider/leave"
    page = nobody.get(answer.location)
    assert "Du är utloggad ur Stegen" in page.text
    there = urlsplit(page.headers["Refresh"].removeprefix("0; url="))
    assert f"{there.scheme}://{there.netloc}" == issuer
    assert parse_qs(there.query)["post_logout_redirect_uri"] == ["http://localhost/sign-in"]
    nobody.client.set_cookie("stegen", token.value)
    assert nobody.get("/cases").location.startswith("/sign-in?")


def test_an_identity_taken_away_ends_its_sign_ins(record: Record, nobody: Visitor) -> None:
    """Lost otherwise: a wrong card tied to an account would read on until the evening."""
    _sign_in(nobody, "maja")
    with pytest.raises(PeopleFault, match=MAJA.account):
        set_identity(record, ANNA.account, MAJAS)
    set_identity(record, MAJA.account, "")
    assert nobody.get("/cases").location.startswith("/sign-in?")
    assert _sign_in(nobody, "maja").status_code == 403


def test_the_way_to_another_site_is_not_taken(nobody: Visitor) -> None:
    """Lost otherwise: a link could lead through the sign-in to a copy of it elsewhere (abuse case 19)."""
    assert _sign_in(nobody, "maja", "//evil.example").location == "/"


def test_without_a_provider_its_pages_do_not_exist(record: Record, clock: Hands) -> None:
    """Lost otherwise: an installation without one would show a door that leads nowhere."""
    visitor = Visitor(create_app(record, SERVING, clock, demo=False).test_client())
    for path in ("/sign-in/provider", "/sign-in/provider/back?code=x", "/sign-in/provider/leave"):
        assert visitor.get(path).status_code == 404, path
    assert "SITHS" not in visitor.get("/sign-in").text
