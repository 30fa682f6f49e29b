"""The monthly list holds what is overdue, and nothing that still has its time (domain.md 6)."""

import re
from datetime import UTC, datetime, timedelta

from cases.acting import act, act_by_clock
from cases.clock.monthly_lists import LATE, LISTED_EARLY, SILENT, write_monthly_lists
from cases.record import Record
from tests.cases.deviations import ANSWERED, OSKAR, PETRA, arrived
from tests.record import MORNING
from workflows.nouns import Command

MAY, JULY = (datetime(2026, month, 4, 8, tzinfo=UTC) for month in (5, 7))
LISTED = "SELECT DISTINCT deadline FROM docket WHERE notch LIKE 'list:%' AND due_at >= :since"


def listed(record: Record, now: datetime) -> set[str]:
    """The dates on the lists of that month."""
    write_monthly_lists(record, now)
    with record.database.read() as tx:
        return {key for (key,) in tx.all(LISTED, since=now - timedelta(days=10))}


def assigned(record: Record) -> str:
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    return number


def test_a_case_in_its_time_is_on_nobodys_list(record: Record) -> None:
    """Else contact persons and process leaders get every open case of the county each month, and read none."""
    assigned(record)
    assert listed(record, MAY) == set()


def test_an_overdue_answer_is_listed_when_its_reminders_are_over_and_the_promise_beside_it_is_not(
    record: Record,
) -> None:
    """Else the same delay stands there twice, or nowhere at all."""
    assigned(record)
    with record.database.write() as tx:
        tx.run("UPDATE docket SET status = 'overtaken' WHERE kind = 'letter' AND status = 'waiting'")
    assert listed(record, JULY) == {"answer#1"}


def test_only_overdue_dates_are_looked_at_and_those_that_are_listed_early(record: Record) -> None:
    """Else the first morning of a month reads every open date of the county, a million of them, to list a few."""
    today, ahead = {"today": MAY.date()}, {"today": MAY.date(), "last": JULY.date(), "code": "choice"}
    asked = (
        (LATE, today, "ix_deadline_open_due"), (LISTED_EARLY, ahead, "ix_deadline_open_due"),
        (SILENT, today, "ix_contribution_owed_due"),
    )  # fmt: skip
    with record.database.read() as tx:
        if tx.postgres:
            # A few rows are read faster than an index; the question is whether there is one for a million.
            tx.run("SET LOCAL enable_seqscan = off")
        for statement, values, index in asked:
            explain = "EXPLAIN " if tx.postgres else "EXPLAIN QUERY PLAN "
            plan = "\n".join(str(row) for row in tx.all(explain + statement, **values))
            assert index in plan, plan
            assert "SCAN d" not in plan, plan
            assert not re.search(r"Seq Scan on (deadline|contribution|cases)", plan), plan


def test_an_answered_case_is_off_the_list(record: Record) -> None:
    """Else a date that was met late is reported as missing for ever."""
    number = assigned(record)
    late = datetime(2026, 6, 18, 8, tzinfo=UTC)
    act(record, OSKAR, number, ANSWERED, late)
    assert listed(record, JULY) == set()


def test_what_was_never_answered_is_listed_from_the_day_on_which_the_sender_may_choose(record: Record) -> None:
    """Else the routine's "monthly list only" (A1.4o) means that nobody hears of it until it is over."""
    number = assigned(record)
    with record.database.write() as tx:
        tx.run("UPDATE docket SET status = 'overtaken' WHERE kind = 'letter' AND status = 'waiting'")
    from_clock = datetime(2026, 7, 1, 8, tzinfo=UTC)
    with record.database.write() as tx:
        case_id = tx.value("SELECT id FROM cases WHERE number = :n", n=number)
        assert act_by_clock(tx, record, case_id, "expire", from_clock).stage == "unanswered"
    assert "choice#1" in listed(record, JULY)
