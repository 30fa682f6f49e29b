"""The second step: who needs it, how it is set up, and that no code is good twice."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from cases.organisation.people import hold
from cases.record import Record
from cases.sight import Seer
from cases.signing_in.passwords import set_password
from tests.cases.deviations import ANNA, MAJA, arrived
from tests.web.second_step import PASSWORD, SECRET, code_now, give_password, key_on, sign_in_in_two, with_authenticator
from tests.web.visitor import SERVING, Hands, Visitor, on_both
from web.app import create_app

SET_UP = "/sign-in/authenticator"
COOKIE = "stegen"


@on_both
def test_a_handler_sets_up_her_authenticator_and_comes_to_her_list(
    record: Record, nobody: Visitor, clock: Hands
) -> None:
    """Lost otherwise: a guessed password would open a whole ward's cases."""
    set_password(record, MAJA.account, PASSWORD)
    assert give_password(nobody, MAJA.account).location == "/sign-in/code?next=/cases"
    page = nobody.get("/sign-in/code?next=/cases", follow_redirects=True)
    assert page.request.path == SET_UP
    assert "<svg" in page.text
    secret = key_on(page)
    assert nobody.post(SET_UP, {"code": "000000", "next": "/cases"}).status_code == 422
    assert key_on(nobody.get(SET_UP)) == secret
    done = nobody.post(SET_UP, {"code": code_now(clock.now, secret), "next": "/cases"})
    assert done.text.count("<code>") == 8
    assert 'href="/cases"' in done.text
    assert "Maja Ekdahl" in nobody.get("/cases").text
    assert nobody.get(SET_UP).location == "/"


def test_before_the_code_nothing_opens(record: Record, nobody: Visitor, clock: Hands) -> None:
    """Lost otherwise: the second step would be a page that one can walk around."""
    number = arrived(record)
    with_authenticator(record, MAJA.account, clock.now)
    give_password(nobody, MAJA.account)
    for path in ("/cases", f"/cases/{number}", "/functions", "/account", "/report", "/kept"):
        assert nobody.get(path).location.startswith("/sign-in/code?next="), path
    for path in (f"/cases/{number}/notes", "/functions", "/account/password", "/account/authenticator"):
        assert nobody.post(path, {"note": "x", "post": MAJA.post}).status_code == 401, path
    assert "Maja Ekdahl" not in nobody.get("/sign-in/code").text


@on_both
def test_a_code_opens_once(record: Record, app_visitors: Callable[[], Visitor], clock: Hands) -> None:
    """Lost otherwise: whoever looks over her shoulder could sign in with the code she has just typed (replay)."""
    with_authenticator(record, MAJA.account, clock.now)
    assert sign_in_in_two(app_visitors(), MAJA.account, clock.now).location == "/cases"
    assert sign_in_in_two(app_visitors(), MAJA.account, clock.now).status_code == 422
    clock.now += timedelta(seconds=30)
    assert sign_in_in_two(app_visitors(), MAJA.account, clock.now).location == "/cases"
    # An earlier code than the one that was taken is as used as that.
    other = app_visitors()
    give_password(other, MAJA.account)
    assert other.post("/sign-in/code", {"code": code_now(clock.now - timedelta(seconds=30))}).status_code == 422


@pytest.mark.parametrize(("seconds", "status"), [(-30, 303), (30, 303), (-90, 422), (90, 422)])
def test_a_telephone_s_clock_may_be_a_little_off(
    record: Record, nobody: Visitor, clock: Hands, seconds: int, status: int
) -> None:
    """Lost otherwise: a telephone that is half a minute late would lock its owner out, or a code live for minutes."""
    with_authenticator(record, MAJA.account, clock.now)
    give_password(nobody, MAJA.account)
    code = code_now(clock.now + timedelta(seconds=seconds))
    assert nobody.post("/sign-in/code", {"code": code}).status_code == status


@on_both
def test_a_recovery_code_opens_once(record: Record, app_visitors: Callable[[], Visitor], clock: Hands) -> None:
    """Lost otherwise: a lost telephone would end somebody's work, or a found list of codes open for ever."""
    codes = with_authenticator(record, MAJA.account, clock.now)
    for typed, status in ((codes[0].lower().replace("-", " "), 303), (codes[0], 422), (codes[1], 303)):
        visitor = app_visitors()
        give_password(visitor, MAJA.account)
        assert visitor.post("/sign-in/code", {"code": typed}).status_code == status, typed


def test_guessing_codes_is_stopped(record: Record, nobody: Visitor, clock: Hands) -> None:
    """Lost otherwise: with the password a machine would find the code within the hour."""
    with_authenticator(record, MAJA.account, clock.now)
    give_password(nobody, MAJA.account)
    wrong = [nobody.post("/sign-in/code", {"code": f"{n:06}"}).status_code for n in range(5)]
    assert wrong == [422] * 5
    locked = nobody.post("/sign-in/code", {"code": code_now(clock.now)})
    assert locked.status_code == 429
    assert "Vänta 15 min" in locked.text


def test_the_code_is_asked_for_within_ten_minutes(record: Record, nobody: Visitor, clock: Hands) -> None:
    """Lost otherwise: a half-finished sign-in on a ward's computer would wait for the next person all day."""
    with_authenticator(record, MAJA.account, clock.now)
    give_password(nobody, MAJA.account)
    clock.now += timedelta(minutes=10)
    assert nobody.post("/sign-in/code", {"code": code_now(clock.now)}).status_code == 401


@on_both
def test_a_reporter_who_becomes_a_handler_needs_the_code_at_once(record: Record, nobody: Visitor, clock: Hands) -> None:
    """Lost otherwise: a session that began with a password alone would read the unit's cases."""
    set_password(record, ANNA.account, PASSWORD)
    assert give_password(nobody, ANNA.account).location == "/cases"
    assert nobody.get("/cases").status_code == 200
    hold(record, ANNA.account, "handler@unit:hsv-molndal", clock.now.date())
    assert nobody.get("/cases").location.startswith("/sign-in/code")


def test_the_code_makes_a_new_session(record: Record, nobody: Visitor, clock: Hands) -> None:
    """Lost otherwise: a token that was planted before the second step would be good after it (fixation)."""
    with_authenticator(record, MAJA.account, clock.now)
    give_password(nobody, MAJA.account)
    before = nobody.client.get_cookie(COOKIE)
    nobody.post("/sign-in/code", {"code": code_now(clock.now)})
    after = nobody.client.get_cookie(COOKIE)
    assert before is not None
    assert after is not None
    assert before.value != after.value
    nobody.client.set_cookie(COOKIE, before.value)
    assert nobody.get("/cases").location.startswith("/sign-in?")


def test_an_authenticator_is_not_set_up_over_another(record: Record, nobody: Visitor, clock: Hands) -> None:
    """Lost otherwise: a stolen password would be enough to put one's own telephone in the place of hers."""
    with_authenticator(record, MAJA.account, clock.now)
    give_password(nobody, MAJA.account)
    assert nobody.get(SET_UP).location.startswith("/sign-in/code")
    # The key that such a page would have shown, computed as the server does for a session without an authenticator.
    with record.database.write() as tx:
        tx.run("UPDATE authenticator SET account = 'oskar.nyberg'")
    secret = key_on(nobody.get(SET_UP))
    with record.database.write() as tx:
        tx.run("UPDATE authenticator SET account = :a", a=MAJA.account)
    answer = nobody.post(SET_UP, {"code": code_now(clock.now, secret)})
    assert answer.location.startswith("/sign-in/code")
    assert nobody.get("/cases").location.startswith("/sign-in/code")


def test_the_record_keeps_no_secret_and_no_recovery_code(record: Record, clock: Hands) -> None:
    """Lost otherwise: a copy of the database would show the codes of every telephone."""
    codes = with_authenticator(record, MAJA.account, clock.now)
    with record.database.read() as tx:
        kept = repr(tx.all("SELECT * FROM authenticator")) + repr(tx.all("SELECT * FROM recovery_code"))
    for secret in (SECRET.hex(), SECRET.decode(), *codes, *(code.replace("-", "") for code in codes)):
        assert secret not in kept


def test_a_new_telephone_takes_a_code_of_the_old_one(record: Record, nobody: Visitor, clock: Hands) -> None:
    """Lost otherwise: an open page on a shared computer would be enough to take over an account's second step."""
    codes = with_authenticator(record, MAJA.account, clock.now)
    sign_in_in_two(nobody, MAJA.account, clock.now)
    assert nobody.post("/account/authenticator", {"code": "000000"}).status_code == 422
    answer = nobody.post("/account/authenticator", {"code": codes[0]})
    assert answer.location == "/sign-in/authenticator?next=/account"
    assert nobody.get("/cases").location.startswith("/sign-in/code")
    secret = key_on(nobody.get(answer.location))
    assert secret != SECRET
    assert nobody.post(SET_UP, {"code": code_now(clock.now, secret), "next": "/account"}).status_code == 200
    assert nobody.get("/account").status_code == 200


def test_new_recovery_codes_take_the_place_of_the_old_ones(
    record: Record, app_visitors: Callable[[], Visitor], clock: Hands
) -> None:
    """Lost otherwise: a list of codes that was left in a printer would open the account for ever."""
    old = with_authenticator(record, MAJA.account, clock.now)
    maja = app_visitors()
    sign_in_in_two(maja, MAJA.account, clock.now)
    assert "Återställningskoder kvar: 8" in maja.get("/account").text
    clock.now += timedelta(minutes=1)
    answer = maja.post("/account/recovery-codes", {"code": code_now(clock.now)})
    assert answer.text.count("<code>") == 8
    other = app_visitors()
    give_password(other, MAJA.account)
    assert other.post("/sign-in/code", {"code": old[1]}).status_code == 422


def test_the_demo_s_door_asks_for_no_code(at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: nobody could try the demo without a telephone."""
    assert at(MAJA).get("/cases").status_code == 200


def test_a_code_is_judged_by_the_telephone_s_clock_where_ours_has_been_moved(record: Record, clock: Hands) -> None:
    """Lost otherwise: in a demo, whose clock stands in another season, no code on earth would be right."""
    telephone = Hands(clock.now + timedelta(days=200))
    visitor = Visitor(create_app(record, SERVING, clock, demo=True, telephones=telephone).test_client())
    set_password(record, MAJA.account, PASSWORD)
    give_password(visitor, MAJA.account)
    secret = key_on(visitor.get(SET_UP))
    assert visitor.post(SET_UP, {"code": code_now(clock.now, secret)}).status_code == 422
    assert visitor.post(SET_UP, {"code": code_now(telephone.now, secret)}).status_code == 200
    telephone.now += timedelta(seconds=30)
    visitor.post("/sign-out")
    give_password(visitor, MAJA.account)
    assert visitor.post("/sign-in/code", {"code": code_now(telephone.now, secret)}).status_code == 303
    telephone.now += timedelta(seconds=30)
    forgotten = visitor.post("/account/authenticator", {"code": code_now(telephone.now, secret)})
    assert forgotten.location.startswith(SET_UP)
