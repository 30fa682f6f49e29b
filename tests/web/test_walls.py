"""What one party writes, nobody else's page shows: canaries in every text, one 404 for all that is not yours."""

import itertools
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from cases.acting import act
from cases.contents import forum_files
from cases.contents.matter import note, set_registry_number, share
from cases.number import new_number
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from tests.cases.deviations import ANNA, HELENA, KATARINA, MAJA, OSKAR, PETRA, REPORT, STINA, WHY, arrived, liftable
from tests.record import MORNING
from tests.web.visitor import Visitor, on_both
from workflows.nouns import Command

STRANGERS = (
    Seer("nour.haddad", "reporter@unit:hsv-goteborg-centrum"),
    Seer("kim.savas", "administrator@county"),
    Seer("rune.ekvall", "auditor@county"),
    Seer("vendela.storm", "routine_owner@county"),
    Seer("ulla.brink", "reporter@unit:hsv-kungalv"),
    Seer("samuel.torn", "reporter@unit:hsv-molndal"),
)
"""People of other parties and of the county, and a reporter of the very unit who did not write this report."""

NEVER_WAS = new_number(2026, lambda count: bytes(range(count)))
MOVES = ("assign", "escalate", "answer", "told", "no-such-move")


def canaries(record: Record) -> str:
    """A case with a word of its own in every text, before its first forum; its number."""
    words = {
        "what": "kanarie-vad", "when": "16 april 2026", "agreed": "kanarie-skulle", "consequence": "kanarie-följd",
        "reach_me": "kanarie-nå",
    }  # fmt: skip
    new = NewCase("deviation", operation="su", texts=words, patient="kanarie-patient")
    number = report(record, ANNA, new, MORNING).number
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi", "assign_note": "kanarie-su"}), MORNING)
    measures = [{"what": "kanarie-åtgärd", "owner": OSKAR.post, "date": MORNING.date().replace(month=9)}]
    answer = {"cause": "kanarie-orsak", "measures": measures, "answer_words": "kanarie-svar"}
    act(record, OSKAR, number, Command("answer", answer), MORNING)
    act(record, MAJA, number, Command("contest", {"contest_ground": "facts", "reason": "kanarie-emot"}), MORNING)
    act(record, KATARINA, number, Command("talk", {"talk_note": "kanarie-samtal"}), MORNING)
    act(record, HELENA, number, Command("sign"), MORNING)
    note(record, MAJA, number, "kanarie-inre-molndal", MORNING)
    note(record, OSKAR, number, "kanarie-inre-su", MORNING)
    share(record, MAJA, number, "kanarie-delad", MORNING)
    set_registry_number(record, MAJA, number, "kanarie-dnr", MORNING)
    texts = {"statement": "kanarie-underlag", "question": "kanarie-fråga"}
    revision, _ = forum_files.write_revision(record, MAJA, number, texts, MORNING)
    forum_files.review(record, MAJA, number, revision, MORNING)
    forum_files.read_file(record, OSKAR, number, revision, MORNING)
    return number


def _pages(number: str) -> list[str]:
    case = f"/cases/{number}"
    lists = [f"/cases?tab={tab}" for tab in ("awaiting", "others", "parked", "closed")]
    moves = [f"{case}/moves/{move}" for move in MOVES]
    return [*lists, case, f"{case}/file", *moves, f"{case}/preview/escalate", f"/report/receipt/{number}", "/mailbox"]


def _seen(visitor: Visitor, number: str) -> str:
    return "\n".join(visitor.get(path, follow_redirects=True).text for path in _pages(number))


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda s: s.post)
@on_both
def test_no_page_shows_a_stranger_anything_of_a_case(
    record: Record, at: Callable[[Seer], Visitor], stranger: Seer
) -> None:
    """Lost otherwise: a municipality could read what another one has reported, or that it has."""
    number = canaries(record)
    shown = _seen(at(stranger), number)
    assert "kanarie" not in shown
    assert number not in shown


@pytest.mark.parametrize(
    ("seer", "unseen"),
    [
        (ANNA, ("emot", "delad", "inre", "su", "dnr", "underlag", "patient")),
        (MAJA, ("inre-su", "kanarie-su", "patient")),
        (OSKAR, ("inre-molndal", "nå", "dnr", "patient")),
        (STINA, ("vad", "skulle", "följd", "orsak", "åtgärd", "emot", "inre", "delad", "underlag", "dnr", "patient")),
    ],
    ids=lambda value: value.post if isinstance(value, Seer) else "",
)
@on_both
def test_each_function_sees_its_own_compartments_and_no_other(
    record: Record, at: Callable[[Seer], Visitor], seer: Seer, unseen: tuple[str, ...]
) -> None:
    """Lost otherwise: one side's inner notes, or the local step's matter, would lie open to the other or to a forum."""
    number = canaries(record)
    shown = _seen(at(seer), number)
    leaked = [word for word in unseen if f"kanarie-{word}" in shown or (word.startswith("kanarie") and word in shown)]
    assert leaked == []


def test_a_forum_reads_its_file_and_nothing_else_after_the_lift(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the lift would carry the parties' own words along with the reviewed ones (law 6)."""
    number = canaries(record)
    act(record, HELENA, number, Command("escalate", WHY | {"reason": "kanarie-lyft"}), MORNING)
    shown = _seen(at(STINA), number)
    assert "kanarie-underlag" in shown
    hidden = "vad skulle följd nå orsak åtgärd svar emot samtal inre delad dnr patient lyft".split()
    assert [word for word in hidden if f"kanarie-{word}" in shown] == []


def _alike(one: TestResponse, other: TestResponse) -> None:
    assert one.status_code == other.status_code
    assert one.data == other.data
    assert sorted(one.headers.items()) == sorted(other.headers.items())


@on_both
def test_a_case_one_may_not_know_of_is_answered_like_one_that_never_was(
    app: Flask, record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: numbers could be tried, and the answer would tell which cases exist (abuse case 1)."""
    number = liftable(record)
    stranger = at(STRANGERS[0])
    for rule in app.url_map.iter_rules():
        if "number" not in rule.arguments:
            continue
        for method, move in itertools.product(sorted(rule.methods or ()), MOVES):
            paths = [rule.rule.replace("<case:number>", n).replace("<move>", move) for n in (number, NEVER_WAS)]
            sent = {"key": "k", "expected": "5", "note": "x", "for": "inner", "reason": "x"}
            data = sent if method == "POST" else None
            answers = [stranger.open(method, p, data=data, headers=stranger.headers) for p in paths]
            _alike(*answers)
            assert method == "OPTIONS" or answers[0].status_code == 404, (method, rule.rule)


@on_both
def test_a_number_in_any_shape_gets_the_same_page(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: an odd number could break the page, or a well formed one be told from it."""
    number, stranger = liftable(record), at(STRANGERS[0])
    for odd in ("x", "%00", "2026-", number.lower(), "'; DROP TABLE cases; --", "å" * 200):
        _alike(stranger.get(f"/cases/{number}"), stranger.get(f"/cases/{odd}"))


def test_the_other_side_reads_function_and_unit_and_not_the_name(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: the reporter's name would stand in the other party's record (law 7)."""
    number = canaries(record)
    for seer in (OSKAR, KATARINA, PETRA):
        assert "Anna Lind" not in _seen(at(seer), number), seer.post
    assert "Anna Lind" in at(HELENA).get(f"/cases/{number}").text


def test_a_redirect_is_called_what_it_is_before_it_is_made(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a step called "inside the party" hands the case to another party, and its sender to nobody."""
    number, petra = arrived(record), at(PETRA)
    path, action = f"/cases/{number}/moves/redirect", f"/cases/{number}/preview/redirect"
    for shown in (petra.get(f"/cases/{number}").text, petra.get(path).text):
        assert "Skicka vidare till en annan mottagare" in shown
        assert "inom parten" not in shown
    offered = petra.get(path).text
    assert 'value="narhalsan-goteborg"' in offered
    assert 'value="su"' not in offered, "where it lies already"
    for operation, title in (("narhalsan-goteborg", "inom parten"), ("vo-kungalv", "till en annan part")):
        seen = petra.post(action, petra.form(path, action) | {"operation": operation, "reason": "Fel mottagare"}).text
        assert f"<button>Skicka vidare {title}</button>" in seen
        assert "Läser inte längre ärendet" in seen
    assert "Ärendet går till <strong>Vård och omsorg, Kungälv</strong>" in seen


def test_an_authority_that_a_case_has_left_keeps_its_own_notes_only(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a redirected case would stay open to the wrong addressee, or end on a fault page."""
    number, petra = arrived(record), at(PETRA)
    petra.post(f"/cases/{number}/notes", {"note": "Vi är fel mottagare", "for": "inner"})
    sent = petra.move(number, "redirect", {"operation": "narhalsan-goteborg", "reason": "Fel mottagare"})
    assert sent.location == f"/cases?left={number}"
    assert f"Gjort: ärende {number} är inte längre hos er" in petra.get(sent.location).text
    assert "Gjort" not in petra.get("/cases?left=2026-AAAAAAA").text
    for path in (f"/cases/{number}", f"/cases/{number}/file", f"/cases/{number}/moves/assign"):
        page = petra.get(path)
        assert page.status_code in (200, 404), path
        assert REPORT["what"] not in page.text, path
    assert "Vi är fel mottagare" in petra.get(f"/cases/{number}").text
