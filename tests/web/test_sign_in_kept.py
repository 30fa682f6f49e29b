"""What was typed survives a new sign-in: a form that was sent too late comes back filled in, to its writer alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from cases.organisation.people import hold
from cases.record import Record
from cases.sight import Seer
from cases.signing_in.sign_ins import IDLE
from tests.cases.deviations import MAJA, OSKAR, liftable
from tests.web.second_step import sign_in_in_two, with_authenticator
from tests.web.visitor import Hands, Visitor, form_of, forms_of, on_both

TEXT = 'Allt jag kom ihåg om "listan" <b>& mer</b>\nen rad till'


def _late(record: Record, maja: Visitor, clock: Hands, path: str, words: dict[str, str]) -> None:
    """Maja's session ends while she writes; she sends, and signs in again."""
    clock.now += IDLE
    answer = maja.post(path, words)
    assert answer.status_code == 401
    assert "kommer formuläret tillbaka ifyllt" in answer.text
    assert "/sign-in?next=/kept" in answer.text
    assert sign_in_in_two(maja, MAJA.account, clock.now).location == "/kept"


def _again(maja: Visitor) -> str:
    """She opens the form again; the page that comes."""
    form = next(f for f in forms_of(maja.get("/kept")) if f["action"] == "/kept" and "step" in f["fields"])
    sent = maja.post("/kept", form["fields"])
    assert sent.status_code == 307
    page = maja.post(sent.location, form["fields"])
    assert page.status_code == 200
    return page.text


@on_both
def test_a_note_comes_back_filled_in(record: Record, at: Callable[[Seer], Visitor], clock: Hands) -> None:
    """Lost otherwise: half an hour of writing would be gone because a session had ended meanwhile."""
    number, maja = liftable(record), at(MAJA)
    with_authenticator(record, MAJA.account, clock.now)
    maja = _signed_in_again(maja, clock)
    _late(record, maja, clock, f"/cases/{number}/notes", {"note": TEXT, "for": "inner"})
    page = _again(maja)
    assert "Allt jag kom ihåg om &#34;listan&#34; &lt;b&gt;&amp; mer&lt;/b&gt;\nen rad till</textarea>" in page.replace(
        "\r", ""
    )
    assert "Allt jag kom ihåg" not in maja.get(f"/cases/{number}").text
    assert maja.get("/kept").location == "/"


def _signed_in_again(maja: Visitor, clock: Hands) -> Visitor:
    """Giving an account its password ended the sign-in; she takes the ordinary way in."""
    assert sign_in_in_two(maja, MAJA.account, clock.now).location == "/cases"
    clock.now += timedelta(minutes=1)
    return maja


def test_a_move_and_a_report_come_back_filled_in(record: Record, at: Callable[[Seer], Visitor], clock: Hands) -> None:
    """Lost otherwise: the longest texts of all, an answer or a report, would have to be written twice."""
    number, maja = liftable(record), at(MAJA)
    with_authenticator(record, MAJA.account, clock.now)
    maja = _signed_in_again(maja, clock)
    move = f"/cases/{number}/moves/end"
    fields = form_of(maja.get("/report"), "/report")
    _late(record, maja, clock, "/report", fields | {"what": "Det som hände", "step": "send"})
    page = _again(maja)
    assert "Det som hände</textarea>" in page
    file = f"/cases/{number}/file"
    _late(record, maja, clock, file, {"statement": "Skrivet på nytt", "question": "Vad gäller?"})
    assert "Skrivet på nytt</textarea>" in _again(maja)
    fields = {"key": "k", "expected": "3", "reason": "Ett gott skäl"}
    _late(record, maja, clock, move, fields)
    assert "Ett gott skäl" in _again(maja)


def test_nobody_else_gets_it(record: Record, at: Callable[[Seer], Visitor], clock: Hands) -> None:
    """Lost otherwise: the next person at a ward's computer would read what was written about a patient."""
    number, maja = liftable(record), at(MAJA)
    clock.now += IDLE
    assert maja.post(f"/cases/{number}/notes", {"note": TEXT, "for": "inner"}).status_code == 401
    answer = maja.post("/sign-in/demo", {"account": OSKAR.account, "post": OSKAR.post, "next": "/kept"})
    assert answer.location == "/kept"
    assert maja.get("/kept").location == "/"
    with record.database.read() as tx:
        assert "Allt jag" not in repr([bytes(row[2]) for row in tx.all("SELECT * FROM kept_form")])
        assert tx.all("SELECT account FROM kept_form") == [(MAJA.account,)]


@pytest.mark.parametrize("way", ["thrown away", "too late"])
def test_it_does_not_stay(record: Record, at: Callable[[Seer], Visitor], clock: Hands, way: str) -> None:
    """Lost otherwise: a text about a patient would lie about for ever, and come up at each sign-in."""
    number, maja = liftable(record), at(MAJA)
    clock.now += IDLE
    maja.post(f"/cases/{number}/notes", {"note": TEXT, "for": "inner"})
    if way == "too late":
        clock.now += timedelta(hours=12)
    enter = {"account": MAJA.account, "post": MAJA.post}
    assert maja.post("/sign-in/demo", enter).location == ("/" if way == "too late" else "/kept")
    if way == "thrown away":
        assert maja.post("/kept", {"discard": "yes"}).location == "/"
    with record.database.read() as tx:
        assert tx.all("SELECT * FROM kept_form") == []


def test_after_signing_out_nothing_is_kept(record: Record, at: Callable[[Seer], Visitor], nobody: Visitor) -> None:
    """Lost otherwise: anybody could fill the database, or another's page, from a session that has ended on purpose."""
    number, maja = liftable(record), at(MAJA)
    token = maja.client.get_cookie("stegen")
    assert token is not None
    maja.post("/sign-out")
    for visitor, value in ((maja, token.value), (nobody, "x" * 64)):
        visitor.client.set_cookie("stegen", value)
        answer = visitor.post(f"/cases/{number}/notes", {"note": TEXT, "for": "inner"})
        assert answer.status_code == 401
        assert "Allt jag kom ihåg" in answer.text
    with record.database.read() as tx:
        assert tx.all("SELECT * FROM kept_form") == []


def test_it_says_in_which_function_it_was_written(record: Record, at: Callable[[Seer], Visitor], clock: Hands) -> None:
    """Lost otherwise: a note would come back to a function that cannot see its case."""
    number, maja = liftable(record), at(MAJA)
    hold(record, MAJA.account, "chief@operation:su", clock.now.date())
    clock.now += IDLE
    maja.post(f"/cases/{number}/notes", {"note": TEXT, "for": "inner"})
    maja.post("/sign-in/demo", {"account": MAJA.account, "post": "chief@operation:su"})
    page = maja.get("/kept")
    assert "Skrivet i en annan funktion" in page.text
    assert maja.post("/functions", form_of(page, "/functions") | {"post": MAJA.post}).location == "/kept"
    assert "Skrivet i en annan funktion" not in maja.get("/kept").text
    assert "Allt jag kom ihåg" in _again(maja)
