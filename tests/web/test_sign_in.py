"""Signing in, one function at a time, and every way in which a session ends."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from cases.record import Record
from cases.sight import Seer
from cases.signing_in.passwords import set_password
from cases.signing_in.sign_ins import IDLE, LONGEST
from tests.cases.deviations import ANNA, MAJA, OSKAR, STINA, arrived, liftable
from tests.record import MORNING
from tests.web.visitor import SERVING, Hands, Visitor, on_both
from web.app import create_app
from web.desk import Serving

PASSWORD = "fyra ord i en lång rad"
COOKIE = "stegen"


def _with_password(visitor: Visitor, account: str = ANNA.account, password: str = PASSWORD, path: str = "") -> int:
    return visitor.post("/sign-in", {"account": account, "password": password, "next": path}).status_code


def _token(visitor: Visitor, name: str = COOKIE) -> str:
    cookie = visitor.client.get_cookie(name)
    return cookie.value if cookie is not None else ""


@on_both
def test_account_and_password_open_the_work_list(record: Record, nobody: Visitor) -> None:
    """Lost otherwise: only the demo's people could work."""
    set_password(record, ANNA.account, PASSWORD)
    assert _with_password(nobody) == 303
    assert "Anna Lind" in nobody.get("/cases").text
    assert _with_password(nobody, " Anna.Lind ") == 303


@pytest.mark.parametrize(
    ("account", "password"),
    [("anna.lind", "fel lösenord helt"), ("ingen.alls", PASSWORD), ("anna.lind", ""), ("", ""),
     ("anna.lind", PASSWORD + " "), ("maja.ekdahl", PASSWORD), ("anna.lind", "x" * 5000)],
)  # fmt: skip
def test_what_does_not_fit_is_answered_alike(record: Record, nobody: Visitor, account: str, password: str) -> None:
    """Lost otherwise: the answer would tell which accounts exist (abuse case 21)."""
    set_password(record, ANNA.account, PASSWORD)
    answer = nobody.post("/sign-in", {"account": account, "password": password})
    assert answer.status_code == 422
    assert "Kontot och lösenordet hör inte ihop" in answer.text
    assert _token(nobody) == ""
    if password:
        assert password not in answer.text


def test_the_record_keeps_no_token_and_no_password(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a copy of the database would open every page."""
    set_password(record, MAJA.account, PASSWORD)
    token = _token(at(MAJA))
    with record.database.read() as tx:
        kept = repr(tx.all("SELECT * FROM sign_in")) + repr(tx.all("SELECT password_hash FROM person"))
    assert len(token) == 64
    assert token not in kept
    assert PASSWORD not in kept


@on_both
def test_a_session_ends_when_it_is_not_used(at: Callable[[Seer], Visitor], clock: Hands) -> None:
    """Lost otherwise: a ward's shared computer would stay open for the next person."""
    maja = at(MAJA)
    clock.now += IDLE - timedelta(minutes=1)
    assert maja.get("/cases").status_code == 200
    clock.now += IDLE - timedelta(minutes=1)
    assert maja.get("/cases").status_code == 200
    clock.now += IDLE
    assert maja.get("/cases").status_code == 303


def test_a_session_ends_after_a_working_day_however_busy(at: Callable[[Seer], Visitor], clock: Hands) -> None:
    """Lost otherwise: a stolen token would live for as long as it is used."""
    maja, started = at(MAJA), clock.now
    while clock.now < started + LONGEST - timedelta(minutes=30):
        clock.now += timedelta(minutes=30)
        assert maja.get("/cases").status_code == (200 if clock.now < started + LONGEST else 303)
    clock.now = started + LONGEST
    assert maja.get("/cases").status_code == 303


def test_signing_out_ends_the_session_for_good(at: Callable[[Seer], Visitor], nobody: Visitor) -> None:
    """Lost otherwise: a kept cookie would open the pages again (abuse case 20)."""
    maja = at(MAJA)
    token = _token(maja)
    assert maja.post("/sign-out").status_code == 303
    assert _token(maja) == ""
    nobody.client.set_cookie(COOKIE, token)
    assert nobody.get("/cases").status_code == 303


def test_a_new_password_ends_every_session(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: whoever stole a session would keep it after the password was changed."""
    maja = at(MAJA)
    set_password(record, MAJA.account, PASSWORD)
    assert maja.get("/cases").status_code == 303


def test_a_closed_account_is_out_at_once(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: somebody who has left could read on until the evening."""
    maja = at(MAJA)
    with record.database.write() as tx:
        tx.run("UPDATE person SET disabled = :yes WHERE account = :a", yes=True, a=MAJA.account)
    assert maja.get("/cases").status_code == 303


@on_both
def test_a_lost_function_ends_the_session(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a handler who has moved would read her old unit's cases."""
    number, maja = liftable(record), at(MAJA)
    assert maja.get(f"/cases/{number}").status_code == 200
    _end(record, MAJA.account)
    assert maja.get(f"/cases/{number}").location.startswith("/sign-in?")
    with record.database.write() as tx:
        tx.run("UPDATE holding SET valid_to = NULL WHERE account = :a", a=MAJA.account)
    assert maja.get(f"/cases/{number}").location.startswith("/sign-in?")


def test_somebody_without_a_function_learns_whom_to_ask(record: Record, nobody: Visitor) -> None:
    """Lost otherwise: a new colleague whose rights are late would see an empty page and no reason."""
    set_password(record, ANNA.account, PASSWORD)
    _end(record, ANNA.account)
    assert _with_password(nobody) == 303
    answer = nobody.get("/cases", follow_redirects=True)
    assert answer.request.path == "/functions"
    assert "Kontot har ingen funktion i dag" in answer.text


def _end(record: Record, account: str) -> None:
    with record.database.write() as tx:
        yesterday = MORNING.date() - timedelta(days=1)
        tx.run("UPDATE holding SET valid_to = :d WHERE account = :a", d=yesterday, a=account)


@on_both
def test_one_function_at_a_time_and_the_switch_is_a_new_session(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: what a person may read in one function would mix with another's, or an old token live on."""
    stina = at(STINA)
    before = _token(stina)
    other = "process_leader@forum:nosam-partille"
    assert other in stina.get("/functions").text
    assert stina.post("/functions", {"post": other, "next": "/cases"}).location == "/cases"
    assert _token(stina) != before
    assert "NOSAM Partille" in stina.get("/cases").text
    stina.client.set_cookie(COOKIE, before)
    assert stina.get("/cases").status_code == 303


@pytest.mark.parametrize("post", [OSKAR.post, "chair@forum:vvg", "administrator@county", "", "x"])
def test_nobody_takes_a_function_that_is_another_s(at: Callable[[Seer], Visitor], post: str) -> None:
    """Lost otherwise: a changed form would make a nurse the chair of VVG."""
    maja = at(MAJA)
    assert maja.post("/functions", {"post": post}).status_code == 403
    assert "handläggare" in maja.get("/cases").text


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "/\\evil.example", "https://evil.example", "https:evil.example", "/\t/evil.example",
     "javascript:alert(1)", "/%2f%2fevil.example", "///evil.example", "/no-such-page", "evil", "/@evil.example",
     "/sign-out"],
)  # fmt: skip
def test_after_signing_in_one_comes_to_our_own_pages_only(record: Record, nobody: Visitor, elsewhere: str) -> None:
    """Lost otherwise: a link could lead through our sign-in to a copy of it elsewhere (abuse case 19)."""
    set_password(record, ANNA.account, PASSWORD)
    answer = nobody.post("/sign-in", {"account": ANNA.account, "password": PASSWORD, "next": elsewhere})
    assert answer.location == "/" or answer.status_code == 400


def test_the_way_to_a_case_survives_the_sign_in(record: Record, nobody: Visitor) -> None:
    """Lost otherwise: the link of a letter would end on the work list."""
    set_password(record, ANNA.account, PASSWORD)
    number = arrived(record)
    form = nobody.form(nobody.get(f"/cases/{number}").location, "/sign-in")
    answer = nobody.post("/sign-in", form | {"account": ANNA.account, "password": PASSWORD})
    assert answer.location == f"/cases/{number}"


def test_behind_https_the_cookie_is_tied_to_this_host(record: Record, clock: Hands) -> None:
    """Lost otherwise: the token would travel unencrypted, or another host below the same name could set it."""
    secure = Serving("https://stegen.example.org", SERVING.secret_key)
    visitor = Visitor(create_app(record, secure, clock, demo=True).test_client())
    data = {"account": MAJA.account, "post": MAJA.post}
    answer = visitor.post("/sign-in/demo", data, base_url="https://stegen.example.org")
    cookie = answer.headers["Set-Cookie"]
    for part in ("__Host-stegen=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie, part
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"]


def test_a_forged_host_is_refused(app: Flask) -> None:
    """Lost otherwise: a link made from the request would carry somebody else's host (abuse case 19)."""
    for name in ("evil.example", "localhost.evil.example", ""):
        answer = app.test_client().get("/sign-in", headers={"Host": name})
        assert answer.status_code == 400, name
        assert "evil" not in answer.text
