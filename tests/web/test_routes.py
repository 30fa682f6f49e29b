"""Every route, from the application's own map: its right, its headers, and what a request may change."""

import itertools
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask
from werkzeug.routing import Rule

from cases.record import Record
from cases.reports.link_reports import report_by_link
from cases.reports.reporting import Follower, NewCase
from cases.reports.unit_links import make_link
from cases.sight import Seer
from tests.cases.deviations import (
    ANNA,
    HELENA,
    MAJA,
    OSKAR,
    PETRA,
    REPORT,
    STINA,
    arrived,
    ended_with_a_decision_to_report,
    liftable,
)
from tests.cases.disputes import at_nosam, to_escalate
from tests.record import MORNING
from tests.web.visitor import SERVING, Hands, Visitor, on_both
from tests.web.whole_record import fingerprint
from web.app import create_app
from web.guard import MACHINE_FIELDS, Right, UndeclaredRight, open_to, right_of, set_guard

ADMINISTRATOR = Seer("kim.savas", "administrator@county")
AUDITOR = Seer("rune.ekvall", "auditor@county")
ROUTINE_OWNER = Seer("vendela.storm", "routine_owner@county")
KEEPERS = {
    Right.ADMINISTERING: ADMINISTRATOR, Right.AUDITING: AUDITOR, Right.KEEPING_ROUTINES: ADMINISTRATOR,
}  # fmt: skip
"""Who may send the forms that are for one function alone; the rest is for people of a case."""

SENT = {"key": "k", "expected": "5", "note": "x", "unit": "hsv-molndal"}
CHOOSING = ("/functions", "/sign-in/demo")
"""Forms that are refused without a function to act in."""

ELSEWHERE = "Begäran kom från en annan plats"
TOKEN = "f" * 64
OTHER_SITES: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {},
)


def _rules(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]


def _paths(app: Flask, method: str, number: str, link: str = "x") -> Iterator[str]:
    """Every route that takes the method, with this case, this link, and some moves of its routine filled in."""
    for rule in _rules(app, method):
        choices = {"number": [number], "move": ["assign", "escalate", "told"], "handle": ["x"], "token": [link],
                   "filename": ["stegen.css"], "account": ["maja.ekdahl"],
                   "forum": ["nosam-molndal"]}  # fmt: skip
        names = sorted(rule.arguments)
        for given in itertools.product(*(choices[name] for name in names)):
            path = rule.rule
            for name, value in zip(names, given, strict=True):
                path = re.sub(f"<([a-z]+:)?{name}>", value, path)
            yield path


def test_every_route_says_who_may_open_it(app: Flask) -> None:
    """Lost otherwise: a page added in a hurry would be open to everybody, and nobody would notice."""
    assert {right_of(app, rule.endpoint) for rule in app.url_map.iter_rules()} == set(Right)


def test_a_route_without_a_right_keeps_the_application_from_starting(record: Record, clock: Hands) -> None:
    """Lost otherwise: forgetting the declaration would be the same as declaring it open."""
    app = create_app(record, SERVING, clock, demo=False)
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    with pytest.raises(UndeclaredRight, match="forgotten"):
        set_guard(app)


@on_both
def test_every_write_refuses_a_request_from_another_site(
    app: Flask, record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a page elsewhere could lift a case, give a function away or sign her out behind her back."""
    number = liftable(record)
    forms = {path: at(_who_may_send(app, path)) for path in _paths(app, "POST", number)}
    before = fingerprint(record, ())
    assert len(forms) > 40
    for path, headers in itertools.product(forms, OTHER_SITES):
        answer = forms[path].open("POST", path, data=_sent(app, path), headers=headers)
        assert answer.status_code == 403, (path, headers)
        assert ELSEWHERE in answer.text, (path, headers)
    assert fingerprint(record, ()) == before
    taken = {path: at(_who_may_send(app, path)).post(path, _sent(app, path)).status_code for path in forms}
    empty = {path for path, status in taken.items() if status == 403}
    assert empty == set(), "refused from our own pages too, which proves nothing"


def _who_may_send(app: Flask, path: str) -> Seer:
    """Somebody with the right to send that form: not only what its route asks for, but its page too."""
    right = right_of(app, app.url_map.bind("localhost").match(path, method="POST")[0])
    return KEEPERS.get(right, HELENA)


def _sent(app: Flask, path: str) -> dict[str, str]:
    """A form that is not refused for what stands in it."""
    seer = _who_may_send(app, path)
    return SENT | ({"account": seer.account, "post": seer.post} if path in CHOOSING else {})


def test_a_form_of_our_own_is_taken_from_browsers_that_only_say_their_origin(
    record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: people with an older browser could sign in but never send anything."""
    number, maja = liftable(record), at(MAJA)
    maja.headers = {"Origin": "http://localhost"}
    assert maja.post(f"/cases/{number}/notes", {"note": "En rad", "for": "inner"}).status_code == 303


@on_both
def test_looking_never_changes_anything(
    app: Flask, record: Record, at: Callable[[Seer], Visitor], nobody: Visitor
) -> None:
    """Lost otherwise: a link in a letter, opened by a mail scanner, could make a move."""
    number = liftable(record)
    others = [arrived(record), to_escalate(record), at_nosam(record), ended_with_a_decision_to_report(record)]
    link = make_link(record, HELENA, "hsv-molndal", MORNING)
    new, follower = NewCase("deviation", texts=REPORT), Follower(TOKEN, "", "sv")
    checked = report_by_link(record, link, new, follower, MORNING, key="k").number
    visitors = [
        *(at(seer) for seer in (ANNA, MAJA, OSKAR, PETRA, STINA, ADMINISTRATOR, AUDITOR, ROUTINE_OWNER)),
        nobody,
    ]
    before = fingerprint(record)
    for visitor, path in itertools.product(visitors, _paths(app, "GET", number)):
        for method in ("GET", "HEAD", "OPTIONS") if visitor is visitors[1] else ("GET",):
            assert visitor.open(method, path).status_code < 500 or path == "/readyz", (method, path)
    of_cases = (path for case in (*others, checked) for path in _paths(app, "GET", case) if case in path)
    by_links = (path for token in (TOKEN, link) for path in _paths(app, "GET", number, token) if token in path)
    for path, visitor in itertools.product((*of_cases, *by_links), (at(MAJA), at(STINA), nobody)):
        assert visitor.get(path).status_code < 500, path
    assert fingerprint(record) == before
    assert nobody.get(f"/follow/{TOKEN}").status_code == 200, "her own link was looked at, and not only a dead one"


def test_who_is_not_signed_in_is_asked_to_and_comes_back(app: Flask, record: Record, nobody: Visitor) -> None:
    """Lost otherwise: a case would open for whoever has its address, or the link of a letter would lead nowhere."""
    number = liftable(record)
    for path in _paths(app, "GET", number):
        right = right_of(app, app.url_map.bind("localhost").match(path)[0])
        answer = nobody.get(path)
        if right in (Right.ACTING, Right.SIGNED_IN):
            assert answer.status_code == 303, path
            assert answer.location.startswith("/sign-in?next="), path
        else:
            assert number not in answer.text, path


def test_a_form_that_is_sent_too_late_gives_back_what_was_typed(record: Record, nobody: Visitor) -> None:
    """Lost otherwise: half an hour of writing would be gone because a session had ended meanwhile."""
    number = liftable(record)
    answer = nobody.post(f"/cases/{number}/notes", {"note": "Allt jag kom ihåg", "for": "inner"})
    assert answer.status_code == 401
    assert "Allt jag kom ihåg" in answer.text


def test_the_demo_s_doors_do_not_exist_elsewhere(record: Record, clock: Hands) -> None:
    """Lost otherwise: anybody could sign in as anybody, and read all letters, in an installation of real people."""
    visitor = Visitor(create_app(record, SERVING, clock, demo=False).test_client())
    assert visitor.get("/mailbox").status_code == 404
    answer = visitor.post("/sign-in/demo", {"account": MAJA.account, "post": MAJA.post})
    assert answer.status_code == 404
    assert "Maja" not in visitor.get("/sign-in?all=1").text


class _Inline(HTMLParser):
    """What a strict policy would block, or what would come from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        ours = tag == "script" and (dict(attrs).get("src") or "").startswith("/static/")
        self.found += [f"<{tag}>"] if tag in ("script", "style", "iframe", "object", "embed") and not ours else []
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.found.append(f"{tag} {name}")
            leads_out = tag == "a" and ("rel", "noreferrer") in attrs
            scheme = (value or "").partition(":")[0]
            if name in ("src", "href", "action") and not leads_out and scheme in ("http", "https", "javascript"):
                self.found.append(f"{tag} {name}={value}")


def test_every_page_leaves_with_strict_headers_and_nothing_inline(
    app: Flask, record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a text that slips past the escaping could run, or a case stay in a shared computer's cache."""
    number, maja = liftable(record), at(MAJA)
    for path in [*_paths(app, "GET", number), "/cases/2026-0000000", "/nowhere"]:
        answer = maja.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert "Cookie" in answer.headers["Vary"], path
        assert path.startswith("/static/") or answer.headers["Cache-Control"] == "no-store", path
        if answer.mimetype == "text/html":
            page = _Inline()
            page.feed(answer.text)
            assert page.found == [], path


@on_both
def test_a_spoilt_form_is_refused_before_anything_reads_it(
    app: Flask, record: Record, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a character that a database cannot hold would end in a fault page."""
    number, maja = liftable(record), at(MAJA)
    for path, field in itertools.product(_paths(app, "POST", number), MACHINE_FIELDS):
        for value in ("a\x00b", "x" * 5000):
            assert maja.post(path, {field: value}).status_code == 400, (path, field)


def test_an_unknown_method_is_answered_with_what_to_do(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a bookmark on a form's address would show a bare technical error."""
    answer = at(MAJA).get("/sign-out")
    assert answer.status_code == 405
    assert "Så kan sidan inte öppnas" in answer.text


def test_declaring_a_right_leaves_the_view_as_it_is() -> None:
    """Lost otherwise: a wrapped view could lose its name, and with it its address."""

    def view() -> str:
        return "as it is"

    assert open_to(Right.EVERYBODY)(view) is view
