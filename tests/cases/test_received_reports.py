"""What another party sent on paper keeps the day on which it came: the sixty days are counted from there."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cases.acting import Refused
from cases.answers import KeyReused
from cases.contents.matter import NotAllowed
from cases.lists.worklist import work_list
from cases.reading import view
from cases.record import Record
from cases.reports.received_reports import Received, enter_received
from cases.reports.reporting import NewCase
from cases.sight import Seer
from cases.soundness.verify import verify
from notifications.delivery import Letterhead
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.cases.deviations import ANNA, PETRA, REPORT
from tests.record import MORNING, SOON

NEW = NewCase("deviation", happened="2 april 2026", texts=REPORT, patient="Fru på fyran")
CAME = Received("vo-ale", "paper", date(2026, 4, 7))


def test_the_answer_is_due_sixty_days_from_the_day_on_which_it_came(record: Record) -> None:
    """Else a letter that lay for a week in a tray would take a week from whoever sent it (issue 4, item 2)."""
    number = enter_received(record, PETRA, NEW, CAME, MORNING).number
    seen = view(record, PETRA, number, MORNING)
    due = {d.code: d.due for d in seen.deadlines if d.status == "open"}
    assert due["answer"] == date(2026, 6, 8)
    assert due["receipt"] == date(2026, 4, 10)
    assert (seen.cover.stage, seen.cover.ball) == ("arrived", PETRA.post)
    assert seen.cover.raising.operation == "vo-ale"
    assert "2026-04-07" in str(seen.lines)
    assert all(line.at == MORNING for line in seen.lines), "written down when it was written down"
    assert verify(record, MORNING) == ()


def test_it_stands_in_the_list_as_late_as_it_is_and_letters_leave(record: Record) -> None:
    """Else what came late would look as if there were time."""
    number = enter_received(record, PETRA, NEW, CAME, MORNING).number
    [item] = work_list(record, PETRA, MORNING).items
    assert (item.number, item.next_date) == (number, date(2026, 4, 10))
    run_round(record, SOON, LocalMailbox(Letterhead("http://localhost", "Stegen <stegen@localhost>")))
    with record.database.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM letter WHERE account = :a", a=PETRA.account) == 1
    assert verify(record, MORNING) == ()


def test_what_came_today_is_as_any_other(record: Record) -> None:
    """Else an hour's difference would shift a day."""
    number = enter_received(record, PETRA, NEW, Received("vo-ale", "telephone", MORNING.date()), MORNING).number
    due = {d.code: d.due for d in view(record, PETRA, number, MORNING).deadlines}
    assert due["answer"] == date(2026, 6, 15)


@pytest.mark.parametrize(
    ("came", "field"),
    [(Received("su", "paper", date(2026, 4, 7)), "sender"), (Received("no-such", "paper", date(2026, 4, 7)), "sender"),
     (Received("vo-ale", "pigeon", date(2026, 4, 7)), "came_by"), (Received("vo-ale", "mail", None), "came_on"),
     (Received("vo-ale", "mail", date(2026, 4, 17)), "came_on"),
     (Received("vo-ale", "mail", MORNING.date() - timedelta(days=400)), "came_on")],
)  # fmt: skip
def test_what_cannot_be_is_told_at_its_question(record: Record, came: Received, field: str) -> None:
    """Else a mistyped year would make a deadline that had passed before anybody knew."""
    with pytest.raises(Refused) as refused:
        enter_received(record, PETRA, NEW, came, MORNING)
    assert field in [reason.field for reason in refused.value.refusal.reasons]
    assert work_list(record, PETRA, MORNING).items == ()


@pytest.mark.parametrize("happened", ["2026-04-08", "16 april 2026", "i går"])
def test_a_report_did_not_come_before_its_event(record: Record, happened: str) -> None:
    """Else a mistyped day would make the answer late before the event had been, and the history impossible."""
    with pytest.raises(Refused) as refused:
        enter_received(record, PETRA, replace(NEW, happened=happened), CAME, MORNING)
    assert [(reason.code, reason.field) for reason in refused.value.refusal.reasons] == [("event_after", "happened")]
    assert work_list(record, PETRA, MORNING).items == ()


@pytest.mark.parametrize("happened", ["2026-04-07", "april 2026", "någon gång", ""])
def test_an_event_that_may_have_been_before_is_taken(record: Record, happened: str) -> None:
    """Else a letter that came the same day, or says no more than the month, could not be entered."""
    number = enter_received(record, PETRA, replace(NEW, happened=happened), CAME, MORNING).number
    assert [item.number for item in work_list(record, PETRA, MORNING).items] == [number]


@pytest.mark.parametrize("seer", [ANNA, Seer("kim.savas", "administrator@county")], ids=lambda s: s.post)
def test_only_those_who_receive_enter_it(record: Record, seer: Seer) -> None:
    """Else anybody could make another party a sender."""
    with pytest.raises(NotAllowed):
        enter_received(record, seer, NEW, CAME, MORNING)


def test_the_same_form_twice_is_one_case(record: Record) -> None:
    """Else one letter would become two cases."""
    first = enter_received(record, PETRA, NEW, CAME, MORNING, key="k")
    assert enter_received(record, PETRA, NEW, CAME, MORNING, key="k").number == first.number
    with pytest.raises(KeyReused):
        enter_received(record, PETRA, NEW, Received("vo-ale", "mail", CAME.came_on), MORNING, key="k")
