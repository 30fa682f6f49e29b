"""Places that change: forums pause and meet, operations take seats, units begin, a party closes for a day."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from cases.acting import act, preview
from cases.organisation.administration import acts
from cases.organisation.calendar_changes import needs_recount
from cases.organisation.people import person
from cases.reading import view
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from cases.soundness.verify import verify
from notifications.night import watch
from tests.cases.deviations import ANNA, HELENA, MAJA, STINA, WHY, arrived, liftable
from tests.record import MORNING
from tests.web.visitor import Hands, Visitor, form_of, on_both
from workflows.ladder import refused_target
from workflows.nouns import Command, Decision, Refusal

KIM = Seer("kim.savas", "administrator@county")
FORUMS = "/administration/forums"
NOSAM = f"{FORUMS}/nosam-molndal"


@pytest.fixture
def kim(at: Callable[[Seer], Visitor]) -> Visitor:
    visitor = at(KIM)
    visitor.post("/language", {"language": "sv", "next": "/"})
    return visitor


def _due(record: Record, number: str, seer: Seer, code: str) -> date:
    return next(d.due for d in view(record, seer, number, MORNING).deadlines if d.code == code and d.status == "open")


@on_both
def test_a_paused_forum_is_passed_by_the_next_lift_and_taken_up_again(
    record: Record, clock: Hands, kim: Visitor
) -> None:
    """Lost otherwise: a forum that does not meet would be found out by the case that nobody answers (X-08)."""
    number = liftable(record)
    lift = Command("escalate", WHY)
    before = preview(record, HELENA, number, lift, MORNING)
    assert isinstance(before, Decision)
    assert before.cover.forums == ("nosam-molndal",)
    paused = {"state": "paused", "stand_in": "lgs", "reason": "Ingen ordförande"}
    looked = kim.post(NOSAM, paused)
    assert "Nya lyft går förbi" in looked.text
    assert acts(record, MORNING + timedelta(days=1), 10) == (), "nothing is done by looking it through"
    assert kim.post(NOSAM, form_of(looked, "") | {"step": "change"}).status_code == 200
    done = kim.post(NOSAM, form_of(looked, "") | {"step": "do"}, follow_redirects=True)
    assert "Organet är ändrat" in done.text
    after = preview(record, HELENA, number, lift, MORNING)
    assert isinstance(after, Decision)
    assert "nosam-molndal" not in after.cover.forums
    assert after.cover.facts["detour"][0][:2] == ["nosam-molndal", "paused"]
    assert kim.post(NOSAM, {"state": "active", "step": "do"}).status_code == 303
    again = preview(record, HELENA, number, lift, MORNING)
    assert isinstance(again, Decision)
    assert again.cover.forums == ("nosam-molndal",)
    page = kim.get("/administration/log").text
    assert "Samverkansorgan ändrat" in page
    assert "Ingen ordförande" in page
    for wrong in ({"state": "x"}, {"stand_in": "nosam-molndal"}, {"until": "1900-01-01"}, {"until": "snart"}):
        answer = kim.post(NOSAM, {"state": "paused", **wrong})
        assert (answer.status_code, 'role="alert"' in answer.text) == (422, True), wrong
    assert kim.get(f"{FORUMS}/finns-inte").status_code == 404
    assert kim.get(f"{FORUMS}/%00").status_code == 404


@on_both
def test_a_pause_holds_on_its_days_and_on_no_others(
    record: Record, clock: Hands, kim: Visitor, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: somebody has to be at work on the first day of a summer's pause, and on the day after it."""
    number, lift = liftable(record), Command("escalate", WHY)
    planned = {"do": "plan", "first": "2026-06-22", "last": "2026-08-09", "meanwhile": "lgs", "reason": "Sommar"}
    assert kim.post(f"{NOSAM}/meetings", {"do": "add", "day": "2026-06-30", "starts": "13:00"}).status_code == 303
    looked = kim.post(f"{NOSAM}/pauses", planned)
    for told in ("Öppna ärenden som ligger här: 0", "tisdag 30 juni 2026", "Nya lyft går förbi"):
        assert told in looked.text, told
    assert "Sommar" not in kim.get("/administration/log").text, "nothing is done by looking it through"
    planned |= {"step": "do"}
    done = kim.post(f"{NOSAM}/pauses", planned | {"cancel": "2026-06-30"}, follow_redirects=True)
    assert "mötena under den är inställda" in done.text
    assert "från måndag 22 juni 2026" in done.text
    assert "verksamt" in done.text

    def lands(day: str) -> tuple[str, ...]:
        found = preview(record, HELENA, number, lift, datetime.fromisoformat(f"{day}T08:00+00:00"))
        return found.cover.forums if isinstance(found, Decision) else ()

    assert (lands("2026-06-21"), lands("2026-08-10")) == (("nosam-molndal",), ("nosam-molndal",))
    for day in ("2026-06-22", "2026-08-09"):
        assert "nosam-molndal" not in lands(day), day
    with record.database.read() as tx:
        org = record.world(tx, datetime(2026, 7, 1, 8, tzinfo=UTC)).org
    assert refused_target(org, "nosam-molndal", date(2026, 7, 1)) == ("paused", "lgs")
    assert "Sommar" in kim.get("/administration/log").text
    for wrong in ({"first": "2026-04-15"}, {"first": ""}, {"first": "2026-07-01"}, {"first": "2026-09-02", "last": "x"},
                  {"first": "2026-09-02", "last": "2026-09-01"}, {"first": "2026-09-02", "meanwhile": "nosam-molndal"},
                  {"do": "undo", "first": "2026-09-02"}):  # fmt: skip
        for step in ("", "do"):
            answer = kim.post(f"{NOSAM}/pauses", planned | wrong | {"step": step})
            assert (answer.status_code, 'role="alert"' in answer.text) == (422, True), (wrong, step)
    clock.now = datetime(2026, 7, 1, 8, tzinfo=UTC)
    later = at(KIM)
    assert re.search("pausat|paused", later.get(NOSAM).text)
    undone = later.post(f"{NOSAM}/pauses", {"do": "undo", "first": "2026-06-22"}, follow_redirects=True)
    assert re.search("lägg in dem som ska hållas|enter those that are to be held", undone.text)
    assert lands("2026-07-01") == ("nosam-molndal",)
    today = {"do": "plan", "first": "2026-07-01", "last": "2026-07-03", "step": "do"}
    for form in (today, today | {"do": "undo"}, today):
        assert later.post(f"{NOSAM}/pauses", form).status_code == 303, "ended on its first day, it can be entered again"
    assert "nosam-molndal" not in lands("2026-07-01")


@on_both
def test_who_stands_in_is_at_work_on_all_those_days(record: Record, kim: Visitor) -> None:
    """Lost otherwise: two summers' pauses cover each other, and what is referred in July is refused without a door."""
    lgs = "/administration/forums/lgs/pauses"
    july = {"do": "plan", "first": "2026-07-01", "last": "2026-07-31", "reason": "Juli"}
    summer = {"do": "plan", "first": "2026-06-22", "last": "2026-08-09", "meanwhile": "lgs"}
    assert kim.post("/administration/forums/vvg/pauses", july | {"step": "do"}).status_code == 303
    for span in ({}, {"last": ""}, {"first": "2026-07-31"}, {"last": "2026-07-01"}):
        refused = kim.post(f"{NOSAM}/pauses", summer | span | {"meanwhile": "vvg"})
        assert (refused.status_code, "alla de dagarna" in refused.text) == (422, True), span
    assert kim.post(f"{NOSAM}/pauses", summer | {"step": "do"}).status_code == 303
    told = kim.post(lgs, july)
    assert (told.status_code, "NOSAM Mölndal" in told.text) == (200, True)
    with record.database.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM forum_pause WHERE forum = 'lgs'") == 0, "nothing has been done yet"
    assert 'value="Juli"' in kim.post(lgs, form_of(told, lgs) | {"step": "change"}).text, "what was typed is not lost"
    assert "NOSAM Mölndal" in kim.post("/administration/forums/lgs", {"state": "paused", "until": "2026-07-01"}).text
    assert kim.post(lgs, form_of(told, lgs) | {"step": "do"}).status_code == 303


def test_a_forum_that_nobody_leads_is_not_made_active(record: Record, kim: Visitor) -> None:
    """Lost otherwise: a question that is referred to a group reaches nobody, and the case waits for its answer."""
    with record.database.write() as tx:
        tx.run("DELETE FROM holding WHERE function = 'process_leader' AND holder = 'forum:nosam-molndal'")
    answer = kim.post(NOSAM, {"state": "active", "step": "do"})
    assert (answer.status_code, "ingen processledare" in answer.text) == (422, True)
    assert kim.post(NOSAM, {"state": "active", "stand_in": "lgs", "step": "do"}).status_code == 303
    assert kim.post(NOSAM, {"state": "paused", "step": "do"}).status_code == 303


def test_the_last_leader_of_an_active_forum_does_not_leave_unsaid(record: Record, kim: Visitor) -> None:
    """Lost otherwise: a function is ended on the people page, and cases are sent to a forum where nobody reads them."""
    end = f"/administration/people/{STINA.account}/functions/end"
    last = {"post": STINA.post, "last": "2026-04-30"}
    refused = kim.post(end, last)
    assert (refused.status_code, "Ingen leder organet efter den dagen" in refused.text) == (422, True)
    assert kim.post(NOSAM, {"state": "active", "stand_in": "lgs", "step": "do"}).status_code == 303
    told = kim.post(end, last)
    assert "efter torsdag 30 april 2026." in told.text
    assert "träder in" in told.text
    assert person(record, STINA.account).holdings[0].until is None, "nothing has been done yet"
    assert kim.post(end, form_of(told, end) | {"step": "do"}).status_code == 303
    assert date(2026, 4, 30) in {held.until for held in person(record, STINA.account).holdings}


@on_both
def test_a_seat_decides_where_the_next_case_goes(record: Record, kim: Visitor) -> None:
    """Lost otherwise: a reorganised hospital would be outside every forum until somebody wrote in the database."""
    number, lift = liftable(record), Command("escalate", WHY)
    looked = kim.post(f"{NOSAM}/seats", {"do": "end", "operation": "su", "until": "2026-04-15"})
    assert "Öppna ärenden här där verksamheten är part: 0." in looked.text
    assert acts(record, MORNING + timedelta(days=1), 10) == (), "nothing is done by looking it through"
    end = form_of(looked, f"{NOSAM}/seats") | {"reason": "Ny organisation"}
    assert kim.post(f"{NOSAM}/seats", end | {"step": "change"}).status_code == 200
    assert kim.post(f"{NOSAM}/seats", end | {"step": "do"}).status_code == 303
    assert "Ny organisation" in kim.get("/administration/log").text
    without = preview(record, HELENA, number, lift, MORNING)
    assert isinstance(without, Refusal) or without.cover.forums != ("nosam-molndal",)
    again = kim.post(f"{NOSAM}/seats", {"do": "end", "operation": "su"})
    assert (again.status_code, "ingen plats här den dagen" in again.text) == (422, True)
    assert kim.post(f"{NOSAM}/seats", {"do": "give", "operation": "su", "since": "2026-04-16"}).status_code == 303
    seated = preview(record, HELENA, number, lift, MORNING)
    assert isinstance(seated, Decision)
    assert seated.cover.forums == ("nosam-molndal",)
    for wrong in ({"operation": "su"}, {"operation": "finns-inte"},
                  {"operation": "narhalsan", "since": "2026-05-02", "until": "2026-05-01"}):  # fmt: skip
        assert kim.post(f"{NOSAM}/seats", {"do": "give", **wrong}).status_code == 422, wrong


@on_both
def test_a_moved_meeting_moves_the_dates_bound_to_it_once(record: Record, clock: Hands, kim: Visitor) -> None:
    """Lost otherwise: people prepare for a day on which nobody meets."""
    assert kim.post(f"{NOSAM}/meetings", {"do": "add", "day": "2026-05-12", "starts": "13:00"}).status_code == 303
    number = liftable(record)
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    act(record, STINA, number, Command("acknowledge"), MORNING)
    before = _due(record, number, STINA, "material")
    to = {"do": "move", "day": "2026-05-12", "to": "2026-05-13"}
    moved = kim.post(f"{NOSAM}/meetings", to, follow_redirects=True)
    assert "Mötena är ändrade" in moved.text
    assert _due(record, number, STINA, "material") == before + timedelta(days=1)
    lines = [line.code for line in view(record, STINA, number, MORNING).lines]
    assert lines.count("recount") == 1
    rests = {"do": "plan", "first": "2026-05-11", "last": "2026-05-15", "meanwhile": "lgs"}
    looked = kim.post(f"{NOSAM}/pauses", rests)
    assert "Möten som ställs in:" in looked.text
    assert kim.post(f"{NOSAM}/pauses", form_of(looked, f"{NOSAM}/pauses") | {"step": "do"}).status_code == 303
    assert _due(record, number, STINA, "material") != before + timedelta(days=1), "the meeting is off, and its date too"
    lines = [line.code for line in view(record, STINA, number, MORNING).lines]
    assert lines.count("recount") == 2
    undone = kim.post(f"{NOSAM}/pauses", {"do": "undo", "first": "2026-05-11"}, follow_redirects=True)
    assert re.search(r"Inställda möten:</p><ul><li>onsdag 13 maj 2026", undone.text), "it is not back in silence"
    there = {"day": "2026-05-13"}
    for wrong in ({"do": "cancel", **there}, {"do": "move", **there}, {"do": "add", "day": "x"}):
        assert kim.post(f"{NOSAM}/meetings", wrong).status_code == 422, wrong
    assert verify(record, MORNING) == ()


@on_both
def test_a_closed_day_moves_dates_in_the_night(record: Record, clock: Hands, kim: Visitor, tmp_path: Path) -> None:
    """Lost otherwise: an answer would be due on a day when nobody is at work."""
    number = arrived(record)
    assert _due(record, number, MAJA, "answer") == date(2026, 6, 15)
    closed = {"party": "vgr", "day": "2026-06-15", "name": "Flyttdag"}
    for wrong in ({"party": "x"}, {"day": "i juni"}, {"name": " "}, {"day": "2026-04-16"}):
        assert kim.post("/administration/days", closed | wrong).status_code == 422, wrong
    assert not needs_recount(record)
    done = kim.post("/administration/days", closed, follow_redirects=True)
    assert "Flyttdag" in done.text
    assert needs_recount(record)
    watch(record, MORNING + timedelta(hours=16), tmp_path)
    assert _due(record, number, MAJA, "answer") == date(2026, 6, 16)
    assert not needs_recount(record)
    assert verify(record, MORNING + timedelta(hours=16)) == ()


@on_both
def test_a_new_unit_reports_from_its_first_day(record: Record, kim: Visitor) -> None:
    """Lost otherwise: a ward that opens on Monday could not report before somebody has a terminal."""
    path = "/administration/units/new"
    with record.database.read() as tx:
        operation = record.world(tx, MORNING).org.sides["hsv-molndal"].operation
    new = {"code": "hsv-molndal-ny", "name": "Hemsjukvården Ny, Mölndal", "operation": operation}
    codes = [{"code": code} for code in ("Åsa!", "x" * 61, "hsv-molndal")]
    for wrong in (*codes, {"name": " "}, {"operation": "x"}, {"since": "snart"}):
        answer = kim.post(path, new | wrong)
        assert (answer.status_code, 'role="alert"' in answer.text) == (422, True), wrong
    assert kim.post(path, new).status_code == 303
    given = {"function": "reporter", "where": "unit:hsv-molndal-ny"}
    assert kim.post(f"/administration/people/{ANNA.account}/functions", given).status_code == 303
    words = {"what": "Listan saknades.", "when": "16 april 2026"}
    there = Seer(ANNA.account, "reporter@unit:hsv-molndal-ny")
    sent = report(record, there, NewCase("deviation", texts=words), MORNING)
    assert view(record, there, sent.number, MORNING).cover.stage
    assert "Enhet tillagd" in kim.get("/administration/log").text
