"""The administrator's pages of the docket: what was put aside, what waits, which letters left; nothing of any case."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from cases.break_glass import break_glass
from cases.clock import docket_pages
from cases.record import Record
from cases.sight import Seer
from notifications.delivery import Letterhead
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.cases.deviations import arrived
from tests.record import MORNING, SOON
from tests.web.visitor import Hands, Visitor, on_both

KIM = Seer("kim.savas", "administrator@county")
PARKED_LETTERS = "SELECT key FROM docket WHERE kind = 'letter' AND status = 'parked' ORDER BY id"


@pytest.fixture
def kim(at: Callable[[Seer], Visitor]) -> Visitor:
    visitor = at(KIM)
    visitor.post("/language", {"language": "sv", "next": "/"})
    return visitor


def _all_parked(record: Record) -> None:
    with record.database.write() as tx:
        tx.run("UPDATE docket SET status = 'parked', reason = 'refused by the mail server' WHERE status = 'waiting'")


@on_both
def test_what_was_put_aside_is_tried_again_or_dropped_with_a_reason(record: Record, kim: Visitor) -> None:
    """Lost otherwise: a dead address would need somebody at a terminal, and letters would wait for her; or she is
    offered to drop the letter that tells a party what she has opened, and finds out only then that nobody may."""
    number = arrived(record)
    break_glass(record, KIM, number, "Brand i serverrummet", MORNING, 60)
    _all_parked(record)
    with record.database.read() as tx:
        keys = [key for (key,) in tx.all(PARKED_LETTERS)]
    path, key = "/administration/docket", keys[0]
    page = kim.get(path).text
    rows = {row.partition('"')[0]: row for row in page.split('name="row" value="')[1:]}
    assert {row: 'value="drop"' in form for row, form in rows.items() if row in keys} == {
        row: "/glass_broken/" not in row for row in keys
    }
    assert page.count("administratör nödöppnat") == sum("/glass_broken/" in row for row in keys) > 0
    keys = [key for key in keys if "/glass_broken/" not in key]
    without = kim.post(path, {"row": key, "do": "retry", "reason": " "})
    assert (without.status_code, "Skriv ett skäl" in without.text) == (422, True)
    assert kim.post(path, {"row": key, "do": "retry", "reason": "Adressen är rättad"}).status_code == 303
    with record.database.read() as tx:
        assert tx.value("SELECT status FROM docket WHERE key = :key", key=key) == "waiting"
    unknown = kim.post(path, {"row": "2026-0000000/x", "do": "drop", "reason": "x"})
    assert (unknown.status_code, "Det gick inte" in unknown.text) == (422, True)
    assert kim.post(path, {"row": keys[-1], "do": "drop", "reason": "Ingen läser där"}).status_code == 303
    page = kim.get("/administration/log").text
    assert "Nytt försök" in page
    assert "Ingen läser där" in page


@on_both
def test_what_waits_and_what_left_is_shown_page_by_page(
    record: Record, kim: Visitor, clock: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lost otherwise: whether tomorrow's letters are there, and whether today's left, is seen at a terminal alone; or a
    page grows with the letters of all cases, or leaves some of them out."""
    monkeypatch.setattr(docket_pages, "PAGE", 2)
    for _ in range(3):
        arrived(record)
    waiting, sent = "/administration/docket/waiting", "/administration/docket/sent"
    assert "Inget brev har skrivits" in kim.get(sent).text
    with record.database.read() as tx:
        order = "ORDER BY d.due_at, d.id"
        expected = [key for (key,) in tx.all(f"SELECT key FROM docket d WHERE status = 'waiting' {order}")]
    rows, further = _turned(kim, waiting)
    assert (len(rows), further) == (len(expected), -(-len(expected) // 2))
    run_round(record, SOON, LocalMailbox(Letterhead("http://localhost", "Stegen <stegen@localhost>")))
    clock.now = SOON + timedelta(minutes=1)
    with record.database.read() as tx:
        written = int(tx.value("SELECT COUNT(*) FROM letter WHERE outcome = 'delivered'"))
    letters, _ = _turned(kim, sent)
    assert len(letters) == written > 2
    page = kim.get(sent).text
    assert f"det senaste dygnet: {written}." in page
    assert "till mottagningsfunktion vid Sahlgrenska Universitetssjukhuset" in page
    with record.database.write() as tx:
        tx.run("UPDATE letter SET delivered_at = :at WHERE id = 1", at=SOON - timedelta(days=1))
        tx.run("UPDATE docket SET reason = 'no_receiver' WHERE status = 'waiting'")
    assert f"det senaste dygnet: {written - 1}." in kim.get(sent).text
    assert "Utse någon i funktionen" in kim.get(waiting).text
    for path in (f"{waiting}?after=2026-0000000/x", f"{waiting}?after=2026-04-16T08:00~1", f"{sent}?before=nothing"):
        assert kim.get(path).status_code == 404
    for path in (waiting, sent):
        assert not re.search(r"20\d\d-[0-9A-Z]{7}", kim.get(path).text), "an administrator learns of a case"


def _turned(visitor: Visitor, path: str) -> tuple[list[str], int]:
    """(headings of all pages of a list of the docket, how many pages there were)."""
    rows, pages, here = list[str](), 0, path
    while here:
        text = visitor.get(here).text
        found = re.search(rf'href="({path}\?[^"]+)"', text)
        here, pages = html.unescape(found[1]) if found else "", pages + 1
        rows += re.findall(r'<h2 class="small-head">(.*?)</h2>', text)
    return rows, pages


@on_both
def test_a_page_reads_no_more_of_the_docket_than_it_shows(record: Record) -> None:
    """Lost otherwise: the page of an installation that has sent a million letters reads them all to show fifty."""
    page, count = {"limit": 51}, {"most": 1001}
    asked = (
        (docket_pages.WAITING, page, "ix_docket_due"),
        (docket_pages.WAITING_AFTER, {**page, "due_at": MORNING, "id": 1}, "ix_docket_due"),
        (docket_pages.ALL_WAITING, count, "ix_docket_due"),
        (docket_pages.ON_THE_WAY[0], count, "ix_docket_claimed"),
        (docket_pages.ON_THE_WAY[1], count, "ix_docket_handed_over"),
    )
    with record.database.read() as tx:
        if tx.postgres:
            # A few rows are read faster than an index; the question is whether there is one for a million.
            tx.run("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN " if tx.postgres else "EXPLAIN QUERY PLAN "
        for statement, values, index in asked:
            plan = "\n".join(str(row) for row in tx.all(explain + statement, **values))
            assert index in plan, plan
            assert not re.search(r"Seq Scan on docket|SCAN d\b(?! USING)", plan), plan
        plan = "\n".join(str(row) for row in tx.all(explain + docket_pages.SENT, before=10**6, **page))
        assert not re.search(r"Seq Scan on|SCAN (letter|r|d|c)\b", plan), plan
