"""What changes while a round hands over its letters, one after the other, is heeded by those that have not left yet."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from email.policy import default as modern
from typing import Any

import pytest

from cases.acting import act
from cases.clock import changed_readers, claiming
from cases.clock.fates import Claimed, Outlook
from cases.clock.letters import Tidings
from cases.database import Transaction
from cases.organisation.people import end_absence, stand_in
from cases.organisation.reorganising import end_holding, give_function
from cases.record import Record
from cases.soundness.verify import verify
from notifications.delivery import Parcel, Send
from notifications.round import run_round
from tests.cases.deviations import KATARINA, OSKAR, PETRA, arrived
from tests.notifications.clockwork import LETTERHEAD, at, minutes, statuses
from tests.notifications.conftest import Sink
from tests.record import MORNING, SOON
from workflows.nouns import Command

MONDAY = at("2026-04-20 08:00")
AMANDA, FARID, INGRID = "amanda.thorell", "farid.hosseini", "ingrid.quist"
ROW = "receipt#1/r1/-1/receiver@operation:su"


class Between:
    """The way to a mail server, on which something happens just before the first letter is handed over."""

    letterhead = LETTERHEAD

    def __init__(self, sink: Sink, happens: Callable[[], object]) -> None:
        self.sink, self.happens = sink, iter((happens,))

    @contextmanager
    def session(self) -> Iterator[Send]:
        with self.sink.mailer().session() as send:

            def hand_over(parcel: Parcel) -> Tidings:
                for happens in self.happens:
                    happens()
                return send(parcel)

            yield hand_over


def read(sink: Sink, numbers: list[str]) -> list[tuple[str, set[str]]]:
    """Who got a letter about which of these cases, in order."""
    found = []
    for address, body in sink.taken:
        references = str(message_from_bytes(body, policy=modern)["References"])
        found.append((address.partition("@")[0], {number for number in numbers if number in references}))
    return found


def test_a_date_that_is_met_between_claim_and_sending_is_not_reminded_of(record: Record, sink: Sink) -> None:
    """Else somebody is asked for an answer minutes after it was given; or loses, with it, the letter about her other
    case; or a letter reaches somebody whose account was closed meanwhile."""
    met, waits = numbers = [arrived(record), arrived(record)]
    run_round(record, SOON, sink.mailer())
    sink.taken.clear()
    for colleague in (KATARINA, OSKAR):
        give_function(record, colleague.account, "receiver", "operation:su", MORNING.date())

    def happens() -> None:
        act(record, PETRA, met, Command("assign", {"unit": "su-molndal-ortopedi"}), MONDAY - minutes(1))
        with record.database.write() as tx:
            tx.run("UPDATE person SET disabled = :yes WHERE account = :a", yes=True, a=OSKAR.account)

    report = run_round(record, MONDAY, Between(sink, happens))
    letters = read(sink, numbers)
    assert letters[0] == ("petra.lonnroth", {met, waits}), "hers was on its way already"
    assert [cases for who, cases in letters if who == "katarina.selin"] == [{waits}]
    assert "oskar.nyberg" not in dict(letters)
    assert statuses(record, f"{met}/{ROW}")[ROW] == ("overtaken", "met")
    assert statuses(record, f"{waits}/{ROW}")[ROW] == ("done", "")
    assert (report.overtaken, report.failed) == (1, 0)
    run_round(record, MONDAY + minutes(20), sink.mailer())
    assert read(sink, numbers) == letters
    assert verify(record, MONDAY) == ()


def test_whoever_loses_a_function_between_claim_and_sending_gets_no_letter_to_it(
    record: Record, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a letter about a case reaches somebody minutes after her right to know of it ended, or a substitute on the
    day when whom she stood in for is back; or whoever stands in from today on hears of it a day late."""
    numbers = [arrived(record), arrived(record)]
    run_round(record, SOON, sink.mailer())
    sink.taken.clear()
    yesterday, week = MONDAY.date() - timedelta(days=1), MONDAY.date() + timedelta(days=7)
    for colleague in (AMANDA, KATARINA.account, OSKAR.account):
        give_function(record, colleague, "receiver", "operation:su", MORNING.date())
    stand_in(record, AMANDA, yesterday, week, substitute=INGRID)

    def happens() -> None:
        end_holding(record, KATARINA.account, "receiver", "operation:su", yesterday)
        stand_in(record, OSKAR.account, MONDAY.date(), week, substitute=FARID)
        end_absence(record, AMANDA, yesterday, MONDAY.date())

    questions: list[int] = []

    def counted(tx: Transaction, of: Record, rows: Sequence[tuple[Claimed, Outlook]], *more: Any) -> Any:
        questions.append(len(rows))
        return claiming.address(tx, of, rows, *more)

    monkeypatch.setattr(changed_readers, "address", counted)
    report = run_round(record, MONDAY, Between(sink, happens))
    letters = read(sink, numbers)
    assert questions == [len(numbers)], "one question about all that has not left, not one for each letter"
    assert dict(letters) == {who: set(numbers) for who in (PETRA.account, AMANDA, FARID)}
    assert len(letters) == report.sent == 3
    assert report.failed == 0
    with record.database.read() as tx:
        kept = dict(
            tx.all("SELECT account, outcome FROM letter WHERE account IN (:a, :b)", a=KATARINA.account, b=INGRID)
        )
    assert kept == {KATARINA.account: "withheld", INGRID: "withheld"}
    run_round(record, MONDAY + minutes(20), sink.mailer())
    assert read(sink, numbers) == letters
    assert verify(record, MONDAY) == ()
