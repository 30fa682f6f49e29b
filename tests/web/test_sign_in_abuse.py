"""What somebody tries who has no right to be here: guessing, asking who exists, planting and keeping sessions."""

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from cases.organisation.people import set_disabled
from cases.record import Record
from cases.sight import Seer
from cases.signing_in.guesses import ACCOUNT, ADDRESS, Guess, Limit, TooManyTries, count, forgive
from cases.signing_in.passwords import set_password
from cases.signing_in.sign_ins import WrongSignIn, sign_in
from tests.cases.deviations import ANNA, MAJA
from tests.record import MORNING
from tests.web.second_step import PASSWORD, give_password, sign_in_in_two, with_authenticator
from tests.web.visitor import SERVING, Hands, Visitor, on_both
from tests.web.whole_record import fingerprint
from web.app import create_app

COOKIE = "stegen"
WRONG = "fel lösenord helt"


@on_both
def test_an_account_locks_after_five_wrong_passwords_and_says_how_long(
    record: Record, nobody: Visitor, clock: Hands
) -> None:
    """Lost otherwise: a machine could try a dictionary on one account in an afternoon (abuse case 21)."""
    set_password(record, ANNA.account, PASSWORD)
    for _ in range(ACCOUNT.most):
        assert give_password(nobody, ANNA.account, WRONG).status_code == 422
    clock.now += timedelta(minutes=5)
    locked = give_password(nobody, ANNA.account)
    assert locked.status_code == 429
    assert "Vänta 10 min" in locked.text
    assert locked.headers["Retry-After"] == "600"
    clock.now += timedelta(minutes=10)
    assert give_password(nobody, ANNA.account).status_code == 303


def test_an_account_that_is_not_there_locks_like_one_that_is(record: Record, clock: Hands) -> None:
    """Lost otherwise: the lock would tell which accounts exist (abuse case 21)."""
    set_password(record, ANNA.account, PASSWORD)
    app, told = create_app(record, SERVING, clock, demo=False), []
    for account in (ANNA.account, "ingen.alls"):
        visitor = Visitor(app.test_client())
        answers = [give_password(visitor, account, WRONG) for _ in range(ACCOUNT.most + 1)]
        told.append([(a.status_code, a.text.replace(account, "X"), _headers(a)) for a in answers])
    assert told[0] == told[1]


def _headers(answer: TestResponse) -> dict[str, str]:
    """All but the length, which the account's own name makes differ."""
    return {name: value for name, value in answer.headers.items() if name != "Content-Length"}


def test_a_right_password_forgives_the_wrong_ones_before(record: Record, nobody: Visitor) -> None:
    """Lost otherwise: somebody who mistypes once a day would be locked out at the end of the week."""
    set_password(record, ANNA.account, PASSWORD)
    for _ in range(3):
        for _ in range(ACCOUNT.most - 1):
            assert give_password(nobody, ANNA.account, WRONG).status_code == 422
        assert give_password(nobody, ANNA.account).status_code == 303


def test_one_address_cannot_try_every_account(record: Record) -> None:
    """Lost otherwise: one common password, tried once on each account, would never meet a limit."""
    for number in range(ADDRESS.most):
        with pytest.raises(WrongSignIn):
            _try_quickly(record, f"konto{number}")
    with pytest.raises(TooManyTries):
        _try_quickly(record, "konto-till")
    count(record, MORNING, Guess(ACCOUNT, "konto-till"), Guess(ADDRESS, "10.0.0.2"))


def _try_quickly(record: Record, account: str) -> None:
    """A try as sign_in counts it; hashing a hundred passwords would take half a minute and show nothing more."""
    count(record, MORNING, Guess(ACCOUNT, account), Guess(ADDRESS, "10.0.0.1"))
    raise WrongSignIn


@on_both
def test_guesses_at_once_are_counted_one_by_one(record: Record) -> None:
    """Lost otherwise: fifty guesses sent together would all be judged before the first was counted (abuse case 21)."""
    limit = Limit("account", 5, timedelta(minutes=15))

    def judged(_: int) -> bool:
        try:
            count(record, MORNING, Guess(limit, ANNA.account), Guess(ADDRESS, "10.0.0.1"))
        except TooManyTries:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(judged, range(50))) == limit.most


@on_both
def test_what_was_refused_is_not_counted_and_what_was_right_is_given_back(record: Record) -> None:
    """Lost otherwise: somebody who keeps trying would lock a whole municipality's address for good."""
    own, shared = Guess(ACCOUNT, "a"), Guess(Limit("address", 6, timedelta(minutes=15)), "10.0.0.1")
    for _ in range(5):
        count(record, MORNING, own, shared)
    for _ in range(3):
        with pytest.raises(TooManyTries):
            count(record, MORNING, own, shared)
    count(record, MORNING, Guess(ACCOUNT, "b"), shared)
    with pytest.raises(TooManyTries):
        count(record, MORNING, Guess(ACCOUNT, "c"), shared)
    forgive(record, MORNING, Guess(ACCOUNT, "b"), shared)
    count(record, MORNING, Guess(ACCOUNT, "c"), shared)


@pytest.mark.usefixtures("costly_passwords")
def test_an_unknown_or_closed_account_takes_as_long_as_an_open_one(
    record: Record, amount: Callable[[int, int], int]
) -> None:
    """Lost otherwise: a stopwatch would tell which accounts exist, or who has left (abuse case 21)."""
    for account in (ANNA.account, MAJA.account):
        set_password(record, account, PASSWORD)
    set_disabled(record, MAJA.account, True)
    rounds = amount(7, 150)
    spent: dict[str, list[float]] = {ANNA.account: [], "ingen.alls": [], MAJA.account: []}
    for number in range(rounds):
        for account, times in spent.items():
            begun = time.thread_time()
            with pytest.raises(WrongSignIn):
                sign_in(record, account, WRONG, f"10.0.{number % 250}.1", MORNING + number * timedelta(hours=1))
            times.append(time.thread_time() - begun)
    known, unknown, closed = (statistics.median(times) for times in spent.values())
    assert 0.6 < known / unknown < 1.6, spent
    assert 0.6 < known / closed < 1.6, spent


def test_what_is_typed_as_an_account_is_not_kept(record: Record, nobody: Visitor) -> None:
    """Lost otherwise: a password typed into the wrong field would stand in the database."""
    give_password(nobody, PASSWORD, WRONG)
    with record.database.read() as tx:
        assert PASSWORD not in repr(tx.all("SELECT * FROM guess"))


@on_both
def test_a_planted_token_is_worthless(record: Record, nobody: Visitor) -> None:
    """Lost otherwise: a cookie planted before signing in would be signed in with her (fixation, abuse case 20)."""
    set_password(record, ANNA.account, PASSWORD)
    nobody.client.set_cookie(COOKIE, "a" * 64)
    give_password(nobody, ANNA.account)
    given = nobody.client.get_cookie(COOKIE)
    assert given is not None
    assert given.value != "a" * 64
    nobody.client.set_cookie(COOKIE, "a" * 64)
    assert nobody.get("/cases").location.startswith("/sign-in?")


def test_signing_in_ends_the_sign_in_before_it(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the colleague before her at the ward's computer would stay signed in, token and all."""
    maja = at(MAJA)
    before = maja.client.get_cookie(COOKIE)
    assert before is not None
    set_password(record, ANNA.account, PASSWORD)
    give_password(maja, ANNA.account)
    maja.client.set_cookie(COOKIE, before.value)
    assert maja.get("/cases").location.startswith("/sign-in?")


@pytest.mark.parametrize("ending", ["sign-out", "password", "reset"])
def test_a_stolen_cookie_ends_with_the_session(
    record: Record, app_visitors: Callable[[], Visitor], clock: Hands, ending: str
) -> None:
    """Lost otherwise: a copied cookie would go on reading after its owner did what she could (abuse case 20)."""
    codes = with_authenticator(record, MAJA.account, clock.now)
    maja, thief = app_visitors(), app_visitors()
    sign_in_in_two(maja, MAJA.account, clock.now)
    stolen = maja.client.get_cookie(COOKIE)
    assert stolen is not None
    thief.client.set_cookie(COOKIE, stolen.value)
    assert thief.get("/cases").status_code == 200
    if ending == "sign-out":
        maja.post("/sign-out")
    elif ending == "password":
        new = "fem helt andra ord nu"
        words = {"old_password": PASSWORD, "new_password": new, "new_password_again": new}
        assert maja.post("/account/password", words).location == "/account?done=password"
        assert maja.get("/account?done=password").status_code == 200
    else:
        assert maja.post("/account/authenticator", {"code": codes[0]}).status_code == 303
    assert thief.get("/cases").location.startswith("/sign-in?")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"old_password": WRONG}, "Det nuvarande lösenordet stämmer inte"),
        ({"new_password": "kvarnsten", "new_password_again": "kvarnsten"}, "behöver minst 12 tecken"),
        ({"new_password_again": "något annat än det"}, "De två lösenorden är olika"),
        ({"new_password": "lösenord2026!", "new_password_again": "lösenord2026!"}, "gissas först"),
    ],
)
def test_a_password_is_changed_only_for_the_old_one(
    record: Record, nobody: Visitor, words: dict[str, str], told: str
) -> None:
    """Lost otherwise: an open page on a shared computer would be enough to lock its owner out."""
    set_password(record, ANNA.account, PASSWORD)
    give_password(nobody, ANNA.account)
    new = "fem helt andra ord nu"
    sent = {"old_password": PASSWORD, "new_password": new, "new_password_again": new} | words
    answer = nobody.post("/account/password", sent)
    assert answer.status_code == 422
    assert told in answer.text
    assert not any(text in answer.text for text in sent.values())
    assert give_password(nobody, ANNA.account).status_code == 303


def test_a_page_of_the_way_in_cannot_be_framed_or_kept(nobody: Visitor) -> None:
    """Lost otherwise: our sign-in could be drawn inside another page and clicked unawares (clickjacking)."""
    for path in ("/sign-in", "/forgotten", "/invitation/x"):
        answer = nobody.get(path)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], path
        assert answer.headers["X-Frame-Options"] == "DENY", path
        assert answer.headers["Cache-Control"] == "no-store", path
        assert answer.headers["Referrer-Policy"] == "same-origin", path


@on_both
def test_another_site_can_neither_sign_in_nor_out_nor_guess(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a page elsewhere could sign somebody in as the attacker, and read what she then writes."""
    set_password(record, ANNA.account, PASSWORD)
    maja = at(MAJA)
    before = fingerprint(record, ())
    account = [f"/account/{name}" for name in ("password", "authenticator", "recovery-codes")]
    steps = ["/sign-in", "/sign-in/code", "/sign-in/authenticator", "/sign-out"]
    for path in (*steps, *account, "/functions", "/forgotten", "/kept", "/invitation/x"):
        data = {"account": ANNA.account, "password": PASSWORD}
        answer = maja.open("POST", path, data=data, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403, path
        assert "Set-Cookie" not in answer.headers, path
    assert fingerprint(record, ()) == before
