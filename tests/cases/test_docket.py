"""The docket: each row is carried out once, by whoever holds it now, as long as it holds; nothing of it is lost."""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from cases.acting import act
from cases.clock.automatic import take_step
from cases.clock.claiming import claim, new_token
from cases.clock.docket import due_rows, listing
from cases.clock.fates import MOST_ATTEMPTS, Claimed, ClaimLost
from cases.clock.settling import settle, settle_in
from cases.clock.taking_back import rescue
from cases.database import Transaction
from cases.record import Record
from cases.soundness.verify import verify
from tests.cases.deviations import HELENA, KATARINA, PETRA, arrived, contested
from tests.record import MORNING, SOON
from workflows.nouns import Command
from workflows.office_hours import STOCKHOLM

LEASE = timedelta(minutes=10)
LATER = SOON + timedelta(minutes=11)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


MONDAY = at("2026-04-20 08:00")
"""The first reminder about the receipt of a case that was reported on the morning of the Thursday before."""


def claimed(record: Record, now: datetime = SOON, kind: str = "letter", limit: int = 100) -> tuple[Claimed, ...]:
    return claim(record, now, LEASE, limit, new_token(record), kind).rows


def rows(record: Record, like: str = "%") -> dict[str, tuple[str, str]]:
    """Rows by key without the case's number: status and reason."""
    with record.database.read() as tx:
        found = tx.all("SELECT key, status, reason FROM docket WHERE key LIKE :like ORDER BY id", like=like)
    return {key.partition("/")[2]: (status, reason) for key, status, reason in found}


def done(record: Record, now: datetime) -> None:
    for row in claimed(record, now):
        settle(record, row, "done", "", now)


def test_what_is_claimed_is_nobody_elses_until_its_lease_ends(record: Record) -> None:
    """Else two workers write to the same people at once."""
    arrived(record)
    first = claimed(record)
    assert [row.row.notch for row in first] == ["told:submit", "told:submit"]
    assert claimed(record) == ()
    assert rescue(record, SOON + timedelta(minutes=9), LEASE) == 0
    assert rescue(record, LATER, LEASE) == 2
    again = claimed(record, LATER)
    assert [row.row.key for row in again] == [row.row.key for row in first]
    assert [row.attempts for row in again] == [2, 2]


def test_only_its_own_token_settles_a_row(record: Record) -> None:
    """Else a worker that slept past its lease marks as sent what another is still to send."""
    arrived(record)
    old = claimed(record)
    rescue(record, LATER, LEASE)
    new = claimed(record, LATER)
    with pytest.raises(ClaimLost):
        settle(record, old[0], "done", "", LATER)
    assert rows(record)[old[0].row.key.partition("/")[2]] == ("claimed", "lease_ended")
    settle(record, new[0], "done", "", LATER)
    assert rows(record)[new[0].row.key.partition("/")[2]] == ("done", "")


def test_many_claimers_share_the_rows_and_no_row_is_claimed_twice(record: Record) -> None:
    """Else four workers make four letters of one."""
    for _ in range(10):
        arrived(record)
    with ThreadPoolExecutor(8) as threads:
        batches = list(threads.map(lambda _: claimed(record, limit=3), range(16)))
    taken = [row.id for batch in batches for row in batch]
    taken += [row.id for row in claimed(record)]
    assert len(taken) == len(set(taken)) == 20


def test_settling_a_notch_writes_the_one_that_follows(record: Record) -> None:
    """Else the first reminder is the last one."""
    arrived(record)
    done(record, SOON)
    done(record, MONDAY)
    keys = rows(record, "%/receipt#1/%")
    assert keys["receipt#1/r1/-1/receiver@operation:su"] == ("done", "")
    assert keys["receipt#1/r1/+1/receiver@operation:su"] == ("waiting", "")
    assert verify(record, MONDAY) == ()


def test_a_row_whose_date_was_met_between_claim_and_settling_is_not_put_back(record: Record) -> None:
    """Else a letter that the server did not take goes out an hour later, about a date that was met meanwhile."""
    number = arrived(record)
    done(record, SOON)
    row = claimed(record, MONDAY)[0]
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MONDAY)
    settle(record, row, "waiting", "mail: 451", MONDAY, not_before=MONDAY + LEASE)
    assert rows(record)["receipt#1/r1/-1/receiver@operation:su"] == ("overtaken", "met")
    assert verify(record, MONDAY) == ()


def test_a_row_whose_date_was_met_in_an_outage_is_overtaken_at_the_claim(record: Record) -> None:
    """Else the clock, back after a week, reminds of what is long done."""
    number = arrived(record)
    done(record, SOON)
    with record.database.write() as tx:
        tx.run("UPDATE deadline SET status = 'met' WHERE code = 'receipt'")
    batch = claim(record, MONDAY, LEASE, 100, new_token(record))
    assert (batch.rows, dict(batch.settled)) == ((), {"overtaken": 1})
    assert rows(record, f"{number}/receipt#1/r1/-1/%") == {
        "receipt#1/r1/-1/receiver@operation:su": ("overtaken", "met")
    }


def test_a_notch_that_was_overtaken_is_armed_anew_when_its_function_is_asked_again(record: Record) -> None:
    """Else the contact person, who had the ball for a while, never gets the last warning that is meant for her."""
    arrived(record)
    last = "answer#1/r1/+11/contact_person@authority:styrelsen-su"
    for day in ("2026-04-16 10:15", "2026-04-20 08:00", "2026-04-22 08:00", "2026-04-29 08:00"):
        step_and_letters(record, at(day))
    assert rows(record)[last] == ("overtaken", "lapse"), "as the ball-holder she has earlier notches ahead of her"
    for day in ("2026-06-01 08:00", "2026-06-11 08:00", "2026-06-16 08:00"):
        step_and_letters(record, at(day))
    assert rows(record)[last] == ("waiting", "")


def step_and_letters(record: Record, now: datetime) -> None:
    for row in claimed(record, now, "step"):
        if row.row.kind == "step":
            take_step(record, row, now)
        else:
            settle(record, row, "done", "", now)
    done(record, now)


def test_a_step_is_taken_and_settled_together(record: Record) -> None:
    """Else a crash in between takes the ball twice, or loses the step."""
    arrived(record)
    day = at("2026-04-29 08:00")
    steps = [row for row in claimed(record, day, "step") if row.row.kind == "step"]
    assert [row.row.move for row in steps] == ["lapse"]
    assert take_step(record, steps[0], day) == "done"
    with record.database.read() as tx:
        assert tx.value("SELECT ball FROM cases") == "contact_person@authority:styrelsen-su"
    with pytest.raises(ClaimLost):
        take_step(record, steps[0], day)
    with record.database.read() as tx:
        lapses = tx.value("SELECT COUNT(*) FROM event WHERE code = 'lapse'")
    assert lapses == 1, "the second attempt wrote nothing"


def test_a_step_whose_date_was_met_after_the_claim_is_not_taken(record: Record) -> None:
    """Else the clock takes a case from somebody who has just done what was asked."""
    number = arrived(record)
    day = at("2026-04-29 08:00")
    step = next(row for row in claimed(record, day, "step") if row.row.kind == "step")
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), day)
    assert take_step(record, step, day) == "overtaken"
    assert rows(record)["receipt#1/r1/lapse"] == ("overtaken", "met")


def test_a_step_that_the_routine_refuses_is_parked_with_its_reasons(record: Record) -> None:
    """Else a case that cannot go on by itself stands still, and nobody is told."""
    contested(record)
    with record.database.write() as tx:
        tx.run("UPDATE docket SET move = 'climb_away' WHERE move = 'lapse' AND status = 'waiting'")
    with record.database.read() as tx:
        due = tx.value("SELECT due_at FROM docket WHERE move = 'climb_away'")
    step = next(row for row in claimed(record, due, "step") if row.row.move == "climb_away")
    assert take_step(record, step, due) == "parked"
    with record.database.read() as tx:
        found = [(row.move, row.reason) for row in listing(tx, status="parked")]
    assert found == [("climb_away", "refused:unknown_move")]


def test_a_row_that_kills_its_worker_is_parked_in_the_end(record: Record) -> None:
    """Else one poisoned letter stops the clock again and again, for everybody."""
    arrived(record)
    moments = (SOON + n * timedelta(minutes=11) for n in itertools.count())
    for _ in range(MOST_ATTEMPTS):
        now = next(moments)
        assert len(claimed(record, now)) == 2
        rescue(record, now + LEASE + timedelta(seconds=1), LEASE)
    assert set(rows(record, "%/submit/%").values()) == {("parked", "no_outcome")}


def test_a_row_that_keeps_failing_is_parked_and_the_next_notch_stands(record: Record) -> None:
    """Else a text that cannot be written holds up every later reminder of that date."""
    arrived(record)
    done(record, SOON)
    now = MONDAY
    for _ in range(MOST_ATTEMPTS):
        row = claimed(record, now)[0]
        with record.database.write() as tx:
            settle_in(tx, record, (row,), "waiting", "failed:KeyError", now, not_before=now + LEASE, failed=True)
        assert claimed(record, now) == ()
        now += LEASE
    keys = rows(record, "%/receipt#1/%")
    assert keys["receipt#1/r1/-1/receiver@operation:su"] == ("parked", "failed:KeyError")
    assert keys["receipt#1/r1/+1/receiver@operation:su"] == ("waiting", "")


def test_a_claim_takes_as_many_statements_for_many_rows_as_for_few(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a busy Monday morning makes every claim slower than the last."""
    for name in ("run", "all", "many"):
        monkeypatch.setattr(Transaction, name, counting(getattr(Transaction, name)))
    arrived(record)
    claimed(record)
    arrived(record)
    few = counted(lambda: claimed(record))
    for _ in range(12):
        arrived(record)
    many = counted(lambda: claimed(record))
    assert (few[0], many[0]) == (2, 24)
    assert few[1] == many[1]


STATEMENTS = itertools.count()


def counting(original: Callable[..., Any]) -> Callable[..., Any]:
    def counted(*words: Any, **values: Any) -> Any:
        next(STATEMENTS)
        return original(*words, **values)

    return counted


def counted(work: Callable[[], tuple[Claimed, ...]]) -> tuple[int, int]:
    """How many rows it claimed, with how many statements."""
    before = next(STATEMENTS)
    rows = len(work())
    return rows, next(STATEMENTS) - before - 1


def test_what_is_due_is_listed_oldest_first_with_its_case(record: Record) -> None:
    """Else nobody can see how far behind the clock is."""
    number = arrived(record)
    with record.database.read() as tx:
        due = due_rows(tx, MONDAY, 10)
        assert [(row.number, row.notch) for row in due] == [
            (number, "told:submit"), (number, "told:submit"), (number, "-1"),
        ]  # fmt: skip
        assert len(due_rows(tx, MONDAY, 1)) == 1
        assert due_rows(tx, MORNING - timedelta(days=1), 10) == ()


def test_contributions_are_reminded_of_like_dates(record: Record) -> None:
    """Else a manager who owes a word never hears of it, because the case's own date is somebody else's."""
    number = contested(record)
    act(record, KATARINA, number, Command("talk", {"talk_note": "Vi talades vid."}), MORNING)
    with record.database.read() as tx:
        key, due, notch = tx.one(
            "SELECT key, due_at, notch FROM docket WHERE deadline = 'talk_read#1' AND status = 'waiting'"
            " ORDER BY due_at"
        ) or ("", MORNING, "")
    assert (key.split("/")[-1], notch) == (HELENA.post, "-1")
    assert key in [row.row.key for row in claimed(record, due)]
    act(record, HELENA, number, Command("end", {"reason": "Klart."}), due)
    rescue(record, due + LEASE + LEASE, LEASE)
    assert rows(record)[key.partition("/")[2]] == ("overtaken", "withdrawn")
