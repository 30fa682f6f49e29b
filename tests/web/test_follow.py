"""The reporter's own link: her report, the answer, one question; and nobody else's words."""

from typing import Any

import pytest

from cases.acting import act
from cases.contents.matter import note, share
from cases.reading import view
from cases.record import Record
from cases.reports.following import SAID, SAID_BY_ADDRESS, NotSaid, count_said
from cases.reports.link_reports import report_by_link
from cases.reports.reporting import Follower, NewCase
from cases.reports.unit_links import make_link
from cases.signing_in.guesses import TooManyTries
from tests.cases.deviations import HELENA, MAJA, OSKAR, PETRA, REPORT
from tests.record import MORNING
from tests.web.visitor import Visitor, form_of, forms_of, on_both
from tests.web.whole_record import fingerprint
from web.reporting import follow
from workflows.nouns import Command

TOKEN = "f" * 64
FOLLOW = f"/follow/{TOKEN}"


@pytest.fixture
def number(record: Record) -> str:
    """Reported by the unit's link, answered, with a word of its own in every text; the case's number."""
    words = {"what": "kanarie-vad", "when": "i går", "reach_me": "kanarie-nå", "harm": "risk"}
    follower = Follower(TOKEN, "", "sv")
    new = NewCase("deviation", operation="su", texts=words, patient="kanarie-patient")
    link = make_link(record, HELENA, "hsv-molndal", MORNING)
    found = report_by_link(record, link, new, follower, MORNING, key="k").number
    checked = {"operation": "su", "harm": "risk", "on_behalf": "kanarie-egen"}
    act(record, HELENA, found, Command("check", checked), MORNING)
    act(record, PETRA, found, Command("assign", {"unit": "su-molndal-ortopedi", "assign_note": "kanarie-su"}), MORNING)
    return found


def _answer(record: Record, number: str) -> None:
    measures = [{"what": "kanarie-åtgärd", "owner": OSKAR.post, "date": MORNING.date().replace(month=9)}]
    act(record, OSKAR, number, Command("answer", {"cause": "kanarie-orsak", "measures": measures}), MORNING)


def test_she_reads_her_report_the_promise_and_the_answer_and_no_more(
    record: Record, nobody: Visitor, number: str
) -> None:
    """Lost otherwise: she would not hear, or a link that was forwarded would tell what the parties write."""
    assert "måndag 15 juni 2026" in nobody.get(FOLLOW).text
    _answer(record, number)
    note(record, MAJA, number, "kanarie-inre", MORNING)
    share(record, OSKAR, number, "kanarie-delad", MORNING)
    act(record, MAJA, number, Command("contest", {"contest_ground": "facts", "reason": "kanarie-emot"}), MORNING)
    page = nobody.get(FOLLOW).text
    for word in ("vad", "orsak", "åtgärd"):
        assert f"kanarie-{word}" in page, word
    for word in ("nå", "patient", "egen", "su", "inre", "delad", "emot"):
        assert f"kanarie-{word}<" not in page, word
    for name in ("Helena", "Maja", "Oskar"):
        assert name not in page, name


def test_she_says_once_whether_it_solved_the_problem(record: Record, nobody: Visitor, number: str) -> None:
    """Lost otherwise: the only reward for reporting, and the only measure of an answer, would be missing; or what she
    says would vanish without a word."""
    first = nobody.get(FOLLOW).text
    for her_own in ("Mottagaren tar reda på vad som hände.", "Sahlgrenska Universitetssjukhuset", "Risk"):
        assert her_own in first, her_own
    assert "Löste det problemet?" not in nobody.get(FOLLOW).text
    _answer(record, number)
    form = form_of(nobody.get(FOLLOW), FOLLOW)
    assert nobody.post(FOLLOW, form | {"step": "solved", "solved_it": "no"}).status_code == 303
    assert nobody.post(FOLLOW, form | {"step": "solved", "solved_it": "no"}).status_code == 303, "sent twice is once"
    assert "Löste det problemet?" not in str([f["fields"] for f in forms_of(nobody.get(FOLLOW))])
    page = nobody.get(FOLLOW).text
    assert "Tack för ditt svar.</strong> Löste det problemet? Nej." in page
    assert "Svaret har kommit. Din enhet tar ställning till det." in page
    assert view(record, MAJA, number, MORNING).cover.facts["solved"] == "no"
    again = nobody.post(FOLLOW, form | {"key": "other", "step": "solved", "solved_it": "yes"})
    assert again.status_code == 422
    assert view(record, MAJA, number, MORNING).cover.facts["solved"] == "no"


def test_looking_changes_nothing(record: Record, nobody: Visitor, number: str) -> None:
    """Lost otherwise: a mail scanner that opens the letter's link would answer for her."""
    _answer(record, number)
    before = fingerprint(record, ())
    for method in ("GET", "HEAD", "OPTIONS"):
        nobody.open(method, FOLLOW)
    assert fingerprint(record, ()) == before


def test_an_open_question_is_told(record: Record, nobody: Visitor, number: str) -> None:
    """Lost otherwise: pressing the button without a choice would end on a fault page."""
    _answer(record, number)
    answer = nobody.post(FOLLOW, form_of(nobody.get(FOLLOW), FOLLOW) | {"step": "solved"})
    assert answer.status_code == 422
    assert "Löste det problemet?" in answer.text


def test_her_wish_to_have_it_back_reaches_her_own_handler(record: Record, nobody: Visitor, number: str) -> None:
    """Lost otherwise: a reporter who was wrong could only hope that nobody minds (story 13)."""
    form = form_of(nobody.get(FOLLOW), FOLLOW)
    blank = nobody.post(FOLLOW, form | {"step": "ask_back", "reason": " "})
    assert blank.status_code == 422
    kept = nobody.post(FOLLOW, form | {"step": "ask_back", "reason": "Det gällde 850709-9805"})
    assert kept.status_code == 422
    assert "Det gällde 850709-9805" in kept.text
    assert nobody.post(FOLLOW, form | {"step": "ask_back", "reason": "kanarie-ångrar"}).status_code == 303
    assert "Du har bett att få tillbaka rapporten" in nobody.get(FOLLOW).text
    assert "kanarie-ångrar" in str(view(record, MAJA, number, MORNING).lines)
    assert "kanarie-ångrar" not in str(view(record, PETRA, number, MORNING).lines)


def test_what_is_sent_through_a_link_is_counted(record: Record, nobody: Visitor, number: str) -> None:
    """Lost otherwise: a program could write to the record as fast as it likes."""
    codes = {
        nobody.post(FOLLOW, {"step": "solved", "solved_it": "no", "key": f"k{tries}"}).status_code
        for tries in range(21)
    }
    assert codes == {422, 429}


@on_both
def test_invented_links_are_not_found_however_often_and_leave_nothing(
    record: Record, nobody: Visitor, number: str
) -> None:
    """Lost otherwise: a program that invents links would fill the database row by row, or bring a fault page about."""
    before = fingerprint(record, ())
    sent = {"step": "solved", "solved_it": "yes", "key": "k"}
    paths = [f"/follow/{'a' * 64}"] * (SAID.most + 2) + [f"/follow/never-{tries}" for tries in range(5)]
    answers = [nobody.post(path, sent) for path in paths]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1
    assert fingerprint(record, ()) == before


def test_many_links_from_one_address_are_counted_together(record: Record, nobody: Visitor, number: str) -> None:
    """Lost otherwise: whoever collects links could write through all of them at once."""
    links = [Follower(f"{each:064}", "", "sv") for each in range(SAID_BY_ADDRESS.most // SAID.most + 1)]
    unit = make_link(record, HELENA, "hsv-molndal", MORNING)
    for link in links:
        report_by_link(record, unit, NewCase("deviation", operation="su", texts=REPORT), link, MORNING, key=link.token)
    tries = [(link.token, tries) for link in links for tries in range(SAID.most)][: SAID_BY_ADDRESS.most + 1]
    codes = [
        nobody.post(f"/follow/{token}", {"step": "solved", "solved_it": "no", "key": f"{tries}"}).status_code
        for token, tries in tries
    ]
    assert codes == [422] * SAID_BY_ADDRESS.most + [429]


@pytest.mark.parametrize("error", [None, TooManyTries(MORNING), NotSaid()], ids=["said", "too many", "said already"])
def test_a_link_that_ends_meanwhile_is_answered_like_one_that_has_ended(
    record: Record, nobody: Visitor, number: str, monkeypatch: pytest.MonkeyPatch, error: Exception | None
) -> None:
    """Lost otherwise: a disposal in the same second would show her a fault page, and tell that there was a report."""

    def disposed_of(*given: Any) -> None:
        count_said(*given)
        with record.database.write() as tx:
            tx.run("UPDATE report SET follow_hash = ''")
        if error is not None:
            raise error

    sent = {"step": "solved", "solved_it": "yes", "key": "k"}
    never = nobody.post("/follow/x", sent)
    monkeypatch.setattr(follow, "count_said", disposed_of)
    answer = nobody.post(FOLLOW, sent)
    assert (answer.status_code, answer.data) == (404, never.data)


@on_both
def test_a_link_that_never_was_and_one_that_has_ended_are_answered_alike(
    record: Record, nobody: Visitor, number: str
) -> None:
    """Lost otherwise: the answer would tell that there was a report, and that it has been disposed of."""
    with record.database.write() as tx:
        tx.run("UPDATE report SET follow_hash = ''")
    before = fingerprint(record, ())
    sent = {"step": "ask_back", "reason": "Jag ångrar mig", "key": "k"}
    for method, data in (("GET", None), ("POST", sent)):
        paths = (FOLLOW, "/follow/" + "0" * 64, "/follow/x", "/follow/%00")
        answers = [nobody.open(method, path, data=data, headers=nobody.headers) for path in paths]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.data for answer in answers}) == 1
        assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1
    assert fingerprint(record, ()) == before
