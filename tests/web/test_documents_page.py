"""Who owns a governing document, as an administrator sees and changes it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from cases.acting import act
from cases.organisation.administration import acts
from cases.organisation.calendar_changes import BUMP
from cases.reading import view
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from tests.cases.deviations import ANNA, MAJA, REPORT
from tests.record import MORNING
from tests.web.visitor import Hands, Visitor, on_both
from workflows.nouns import Command

KIM = Seer("kim.savas", "administrator@county")
PAGE = "/administration/documents"
FILLED = {"document": "hos-avtal", "owner": "vvg", "first": "2026-05-01", "reason": "Nytt uppdrag"}


def _owner(record: Record, day: date) -> str:
    with record.database.read() as tx:
        org = record.world(tx, datetime(day.year, day.month, day.day, 10, tzinfo=UTC)).org
    found = org.agreements["hos-avtal"].owner
    assert [f.code for f in org.forums.values() if "hos-avtal" in f.owns] == [found]
    return found


@on_both
def test_a_document_is_another_forum_s_from_a_day_on(
    record: Record, clock: Hands, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a systemic issue rises to a forum that has not owned the guideline for a year."""
    kim = at(KIM)
    kim.post("/language", {"language": "sv", "next": "/"})
    shown = kim.get(PAGE).text
    assert "Hälso- och sjukvårdsavtalet" in shown
    assert "version 2017 från lördag 1 april 2017 till och med lördag 31 december 2022" in shown
    assert _owner(record, MORNING.date()) == "sro"
    done = kim.post(PAGE, FILLED, follow_redirects=True)
    assert "Från fredag 1 maj 2026: VVG" in done.text
    assert _owner(record, date(2026, 4, 30)) == "sro"
    assert _owner(record, date(2026, 5, 1)) == "vvg"
    for wrong in ({}, {"document": "x"}, {"owner": "x"}, {"owner": ""}, {"first": "2026-04-15"}, {"first": "snart"}):
        answer = kim.post(PAGE, FILLED | wrong)
        assert (answer.status_code, 'role="alert"' in answer.text) == (422, True), wrong
    assert kim.post(PAGE, {"document": "hos-avtal", "owner": "lgs"}).status_code == 303
    assert _owner(record, MORNING.date()) == "lgs", "from today, where no day is said"
    assert _owner(record, date(2026, 5, 1)) == "vvg", "and what was given for a day to come stands"
    told = [(act.act, act.about, act.reason) for act in acts(record, MORNING + timedelta(days=900), 9)]
    assert ("document_given", "hos-avtal", "Nytt uppdrag") in told
    log = kim.get("/administration/log").text
    assert "Styrdokument fick en annan ägare" in log
    assert "Hälso- och sjukvårdsavtalet" in log


@on_both
def test_a_case_keeps_the_owner_of_the_clause_that_it_named(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a manager who checks the day of an event moves the case to another forum's table, or a document
    belongs to a forum that does not exist yet."""
    named = NewCase("deviation", texts=REPORT | {"document": "hos-avtal/4.3"}, happened="14 april 2026")
    checked, renamed = (report(record, ANNA, named, MORNING).number for _ in range(2))
    with record.database.write() as tx:
        tx.run("UPDATE forum SET valid_from = :day WHERE code = 'simba-styrgrupp'", day=date(2027, 1, 1))
        tx.run(BUMP)
    kim = at(KIM)
    assert kim.post(PAGE, FILLED | {"owner": "simba-styrgrupp"}).status_code == 422
    assert kim.post(PAGE, FILLED | {"owner": "simba-styrgrupp", "first": "2027-01-01"}).status_code == 303
    assert kim.post(PAGE, {"document": "hos-avtal", "owner": "lgs"}).status_code == 303
    same = {"operation": "su", "harm": "risk", "happened_on": date(2026, 4, 14)}
    act(record, MAJA, checked, Command("check", same), MORNING)
    act(record, MAJA, renamed, Command("check", same | {"document": "hos-avtal/4.3"}), MORNING)
    other = report(record, ANNA, named, MORNING).number
    owners = [view(record, MAJA, number, MORNING).cover.facts["owner"] for number in (checked, renamed, other)]
    assert owners == ["sro", "sro", "lgs"]
