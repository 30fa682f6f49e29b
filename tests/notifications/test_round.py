"""What a round does with what is due now: the right letters once, no letter too many, and nothing lost."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime, timedelta

import pytest

from cases.acting import act
from cases.clock import gathering
from cases.clock.claiming import claim
from cases.clock.docket import listing
from cases.clock.rounds import last_round
from cases.database import DatabaseError
from cases.organisation.calendar_changes import close_party, needs_recount, recount_all
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.soundness.verify import verify
from notifications.mailbox import LocalMailbox
from notifications.round import DUTY, LEASE, Report, run_round
from tests.cases.deviations import ANSWERED, HELENA, KATARINA, MAJA, OSKAR, PETRA, arrived
from tests.notifications.clockwork import at, in_short, minutes, play, sent, statuses
from tests.notifications.conftest import Sink
from tests.record import MORNING, SOON
from workflows.nouns import Command

ON_POSTGRES = pytest.mark.parametrize(
    "database_kind", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)

REMINDERS = ("Svar behövs sen", "Datumet har pas")


def assigned(record: Record, now: datetime = MORNING) -> str:
    number = arrived(record, now)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), now)
    return number


def reminders(record: Record, since: datetime) -> list[tuple[str, str, str]]:
    return [letter for letter in in_short(sent(record, since)) if letter[2] in REMINDERS]


def change(record: Record, statement: str, **values: object) -> None:
    with record.database.write() as tx:
        tx.run(statement, **values)


def test_no_letter_for_a_date_that_was_moved(record: Record, mailbox: LocalMailbox) -> None:
    """Else the ward is pressed for 15 June after both sides have agreed on 10 July, and stops reading letters."""
    number = assigned(record)
    agreed = at("2026-04-20 09:00")
    day = datetime(2026, 7, 10).date()
    act(record, OSKAR, number, Command("extend", {"new_date": day, "reason": "Semester."}), agreed)
    act(record, MAJA, number, Command("agree"), agreed)
    play(record, mailbox, agreed, at("2026-06-26 09:00"))
    assert [letter[:2] for letter in reminders(record, agreed)] == [
        ("2026-06-26 08:00", "amanda.thorell"), ("2026-06-26 08:00", "oskar.nyberg"),
    ]  # fmt: skip
    assert statuses(record)["answer#1/r1/-10/handler@unit:su-molndal-ortopedi"] == ("overtaken", "agree")


def test_no_letter_for_a_date_that_was_met(record: Record, mailbox: LocalMailbox) -> None:
    """Else those who answered in time are told that they have not."""
    number = assigned(record)
    answered = at("2026-05-29 16:00")
    act(record, OSKAR, number, ANSWERED, answered)
    play(record, mailbox, answered, at("2026-06-16 09:00"))
    assert [letter[:2] for letter in reminders(record, answered)] == []
    assert statuses(record)["answer#1/r1/-10/handler@unit:su-molndal-ortopedi"] == ("overtaken", "answer")


def test_a_party_that_closes_is_heeded_by_the_very_next_round(record: Record, mailbox: LocalMailbox) -> None:
    """Else whoever is closed on Monday and Tuesday is asked on Monday for an answer by Tuesday, and on the first day
    after the days that were closed the routine's step is taken as if somebody had been there."""
    number = arrived(record)
    run_round(record, SOON, mailbox)
    closed = at("2026-04-17 10:00")
    for day in (20, 21):
        close_party(record, "vgr", datetime(2026, 4, day).date(), "Flyttdag")
    run_round(record, closed, mailbox)
    assert needs_recount(record), "nothing was due, and the night counts the others"
    run_round(record, at("2026-04-20 08:00"), mailbox)
    assert [letter[:2] for letter in reminders(record, closed)] == []
    assert statuses(record, f"{number}/receipt#1/r1/-1%") == {
        "receipt#1/r1/-1/receiver@operation:su": ("overtaken", "recount")
    }
    run_round(record, at("2026-04-22 08:00"), mailbox)
    wednesday = at("2026-04-22 08:00")
    assert [letter.subject[:15] for letter in sent(record, wednesday)] == ["Nytt i ärendet "] * 2
    assert statuses(record)["receipt#1/r2/-1/receiver@operation:su"] == ("done", ""), "for the 23rd, in the same letter"
    play(record, mailbox, at("2026-04-23 08:00"), at("2026-04-29 16:00"))
    close_party(record, "vgr", datetime(2026, 4, 30).date(), "Flyttdag")
    assert run_round(record, at("2026-05-04 08:00"), mailbox).steps == 0, "five of its own working days are not over"
    assert recount_all(record, at("2026-05-05 02:00")) == 0
    assert verify(record, at("2026-05-05 02:00")) == (), "what stands waits for its own time"
    assert run_round(record, at("2026-05-05 08:00"), mailbox).steps == 1


def test_no_letter_while_the_clock_stands_still(record: Record, mailbox: LocalMailbox) -> None:
    """Else a ward that waits for the other side's answer is reminded of its own."""
    number = assigned(record)
    asked, told = at("2026-05-25 09:00"), at("2026-06-03 09:00")
    act(record, OSKAR, number, Command("ask", {"question_text": "Vilken lista?"}), asked)
    play(record, mailbox, asked, told)
    act(record, MAJA, number, Command("supplement", {"part_text": "Läkemedelslistan."}), told)
    play(record, mailbox, told, at("2026-06-09 09:00"))
    assert [letter[:2] for letter in reminders(record, asked)] == [
        ("2026-06-09 08:00", "amanda.thorell"), ("2026-06-09 08:00", "oskar.nyberg"),
    ], "nine days of standing still move 15 June to 24 June, and its first reminder from 1 to 9 June"  # fmt: skip


def test_after_three_weeks_of_downtime_only_the_newest_notch_is_sent(record: Record, mailbox: LocalMailbox) -> None:
    """Else an outage ends in a burst of letters about the same date, the oldest of them long untrue."""
    assigned(record)
    play(record, mailbox, MORNING, at("2026-05-26 09:00"))
    back = at("2026-06-17 09:00")
    report = run_round(record, back, mailbox)
    assert [letter[:2] for letter in reminders(record, back)] == [
        ("2026-06-17 09:00", "amanda.thorell"), ("2026-06-17 09:00", "oskar.nyberg"),
    ]  # fmt: skip
    assert (report.sent, report.overtaken) == (3, 1), "the third tells the reporter that her answer is late"
    rows = {key: row for key, row in statuses(record).items() if key.endswith("handler@unit:su-molndal-ortopedi")}
    assert rows["answer#1/r1/-10/handler@unit:su-molndal-ortopedi"] == ("overtaken", "newer:+1")
    assert rows["answer#1/r1/-2/handler@unit:su-molndal-ortopedi"] == ("overtaken", "newer:+1")
    assert rows["answer#1/r1/+1/handler@unit:su-molndal-ortopedi"] == ("done", "")
    assert verify(record, back) == ()


def test_after_downtime_no_reminder_goes_out_for_a_date_that_the_same_round_gives_up(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else a handler is asked to hurry, and a second later the case is taken from him."""
    assigned(record)
    play(record, mailbox, MORNING, at("2026-06-01 09:00"))
    back = at("2026-07-06 09:00")
    report = run_round(record, back, mailbox)
    assert report.steps == 2, "the promise to the reporter has passed, and then the answer's own time"
    assert in_short(sent(record, back)) == [
        ("2026-07-06 09:00", "anna.lind", "Svaret dröjer –"),
        ("2026-07-06 09:00", "harriet.lundqvist.falk", "Datumet har pas"),
        ("2026-07-06 09:00", "helena.brodin", "Nytt i ärendet "),
        ("2026-07-06 09:00", "maja.ekdahl", "Nu är det er tu"),
        ("2026-07-06 09:00", "ulf.granberg", "Nu är det er tu"),
    ], "the contact person's letter announces the step itself, so it goes out with it"


def test_after_downtime_a_step_of_one_date_silences_no_reminder_of_another(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else the chief never hears that her unit has not even acknowledged: after the outage a step about the meeting
    was taken first, and took her letter about the receipt with it."""
    said = {"document": "hos-avtal/4.4", "disputed_clause": "4.4", "question": "Vem kallar?", "care": MAJA.post}
    new = NewCase("dispute", receiving_unit="su-molndal-ortopedi", texts=said)
    number = report(record, HELENA, new, MORNING).number
    run_round(record, SOON, mailbox)
    back = at("2026-05-05 09:00")
    assert run_round(record, back, mailbox).steps == 1
    letters = [letter for letter in sent(record, back) if letter.account == "ragnar.ekelund"]
    assert ["senast tisdag 21 april 2026" in letter.text for letter in letters] == [True]
    rows = statuses(record, f"{number}/dispute_receipt#1/%")
    assert rows["dispute_receipt#1/r1/+6/chief@operation:su"] == ("done", "")
    assert verify(record, back) == ()


def test_after_downtime_nobody_is_asked_for_something_by_a_day_that_has_been(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else a letter of Wednesday says that an answer is needed by Monday at the latest."""
    said = {"document": "hos-avtal/4.4", "disputed_clause": "4.4", "question": "Vem kallar?", "care": MAJA.post}
    new = NewCase("dispute", receiving_unit="su-molndal-ortopedi", texts=said)
    number = report(record, HELENA, new, MORNING).number
    times = {"time_one": "tisdag 13.00", "time_two": "torsdag 9.00"}
    act(record, KATARINA, number, Command("acknowledge", times), MORNING)
    play(record, mailbox, MORNING, at("2026-06-10 16:00"))
    back = at("2026-06-17 08:00")
    run_round(record, back, mailbox)
    letters = {letter.account: letter.text for letter in sent(record, back)}
    for person in (HELENA, KATARINA):
        assert "ett steg skulle ha varit klart senast måndag 15 juni 2026" in letters[person.account]
        assert "behöver vara klart" not in letters[person.account]


@ON_POSTGRES
def test_what_one_gets_of_a_morning_is_one_letter_on_several_machines_too(
    record: Record, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else whoever has six cases gets a letter from each machine with a part of them, and trusts none to be whole."""
    monkeypatch.setattr("notifications.round.LETTERS_AT_ONCE", 1)
    for _ in range(6):
        arrived(record)
    with ThreadPoolExecutor(3) as machines:
        list(machines.map(lambda _: run_round(record, at("2026-04-20 08:00"), sink.mailer()), range(3)))
    letters = Counter(address for address, _ in sink.taken)
    assert letters
    assert set(letters.values()) == {1}


def test_what_a_machine_died_with_is_still_one_letter_for_each(
    record: Record, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the morning after a crash brings people their reminders in as many letters as they came back in parts."""
    monkeypatch.setattr("cases.clock.taking_back.AT_ONCE", 1)
    for _ in range(3):
        arrived(record)
    due = at("2026-04-20 08:00")
    assert len(claim(record, due, LEASE, 1000, "died").rows) > 3
    report = run_round(record, due + LEASE + timedelta(minutes=1), sink.mailer())
    letters = Counter(address for address, _ in sink.taken)
    assert report.rescued > len(letters) == report.sent
    assert set(letters.values()) == {1}


@ON_POSTGRES
def test_a_round_beside_one_that_gathers_slowly_leaves_it_the_morning_and_one_beside_a_frozen_one_does_not(
    record: Record, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a slow machine and a quick one share out somebody's morning, and she gets two letters; or a machine that
    froze in the middle keeps everybody's letters for good."""
    monkeypatch.setattr(gathering, "PATIENCE", timedelta(milliseconds=1))
    arrived(record)
    with gathering.gathering_alone(record) as first:
        assert run_round(record, at("2026-04-20 08:00"), sink.mailer()).sent == 0
    assert first
    monkeypatch.setattr(gathering, "PATIENCE", timedelta(seconds=30))
    monkeypatch.setattr(gathering, "FROZEN", timedelta(milliseconds=1))
    with pytest.raises(DatabaseError), gathering.gathering_alone(record):
        assert run_round(record, at("2026-04-20 08:00"), sink.mailer()).sent > 0


@ON_POSTGRES
def test_nothing_is_laid_out_while_somebody_gathers_and_steps_hold_back_no_letters_for_good(
    record: Record, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a second machine writes again what the first has just written, holds half of it for a moment, and whoever
    chose to hear of two dates that morning gets two letters; or a machine that froze in a step keeps all of them."""
    monkeypatch.setattr(gathering, "PATIENCE", timedelta(milliseconds=1))
    arrived(record)
    with record.database.write() as tx:
        tx.run(
            "INSERT INTO own_reminder (account, post, ahead, since) VALUES (:account, :post, 'morning', :since)",
            account=PETRA.account, post=PETRA.post, since=MORNING.date(),
        )  # fmt: skip
    morning = at("2026-04-21 08:00")
    with gathering.gathering_alone(record) as first:
        assert run_round(record, morning, sink.mailer()).listed == 0
    assert first
    assert run_round(record, morning - minutes(1), sink.mailer()).listed == 1
    with gathering.nobody_gathering(record), gathering.nobody_gathering(record):
        assert run_round(record, morning, sink.mailer()).sent > 0, "steps of another machine hold nobody's letters"


@ON_POSTGRES
def test_a_case_that_is_held_for_a_moment_is_waited_for(
    record: Record, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else whoever has two cases gets two letters whenever one of them is being worked at just then."""
    for _ in range(2):
        arrived(record)
    with ExitStack() as held:
        tx = held.enter_context(record.database.write())
        tx.one("SELECT 1 FROM cases ORDER BY id LIMIT 1 FOR UPDATE")
        monkeypatch.setattr("notifications.round.time.sleep", lambda _: held.close())
        run_round(record, at("2026-04-20 08:00"), sink.mailer())
    letters = Counter(address for address, _ in sink.taken)
    assert letters
    assert set(letters.values()) == {1}


def test_a_step_that_counts_silence_as_consent_waits_for_the_end_of_the_summer(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else a case is closed over the heads of people on holiday."""
    number = assigned(record)
    answered = at("2026-06-12 10:00")
    act(record, OSKAR, number, ANSWERED, answered)
    play(record, mailbox, answered, at("2026-08-10 16:00"))
    assert stage(record) == "answered"
    play(record, mailbox, at("2026-08-11 08:00"), at("2026-08-11 09:00"))
    assert stage(record) == "ended"


def test_a_clock_that_wakes_in_july_takes_no_consent_that_was_due_in_june(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else an outage does in July what the routine forbids."""
    number = assigned(record)
    answered = at("2026-06-05 10:00")
    act(record, OSKAR, number, ANSWERED, answered)
    play(record, mailbox, answered, at("2026-06-29 16:00"))
    run_round(record, at("2026-07-06 09:00"), mailbox)
    assert stage(record) == "answered"
    assert statuses(record)["acceptance#1/r1/lapse"] == ("waiting", "quiet")
    run_round(record, at("2026-08-10 16:00"), mailbox)
    assert stage(record) == "answered"
    run_round(record, at("2026-08-11 08:00"), mailbox)
    assert stage(record) == "ended"


def stage(record: Record) -> str:
    with record.database.read() as tx:
        return str(tx.value("SELECT stage FROM cases"))


def test_nothing_is_sent_outside_office_hours(record: Record, mailbox: LocalMailbox) -> None:
    """Else a case reported late on a Friday rings in a handler's pocket on Saturday night."""
    friday = at("2026-04-17 22:00")
    arrived(record, friday)
    reports = [
        run_round(record, moment, mailbox) for moment in (friday, at("2026-04-18 10:00"), at("2026-04-19 10:00"))
    ]
    assert [report.sent for report in reports] == [0, 0, 0]
    assert reports[0].waiting == 2
    assert run_round(record, at("2026-04-20 08:00"), mailbox).sent == 3


def test_a_row_without_a_living_receiver_waits_and_is_listed(record: Record, mailbox: LocalMailbox) -> None:
    """Else a vacancy swallows the letter, and nobody learns of either."""
    arrived(record)
    gone = ("petra.lonnroth", "harriet.lundqvist.falk")
    for account in gone:
        change(record, "UPDATE person SET disabled = :yes WHERE account = :a", yes=True, a=account)
    assert run_round(record, SOON, mailbox).waiting == 1
    with record.database.read() as tx:
        waiting = {row.post: row.reason for row in listing(tx, status="waiting") if row.due_at <= SOON}
    assert waiting == {"receiver@operation:su": "no_receiver"}
    change(record, "UPDATE person SET disabled = :no WHERE account = :a", no=False, a=gone[0])
    later = at("2026-04-16 11:15")
    run_round(record, later, mailbox)
    assert [letter.account for letter in sent(record, later)] == ["petra.lonnroth"]


def test_a_letter_to_a_function_that_lost_sight_of_the_case_is_withheld(record: Record, mailbox: LocalMailbox) -> None:
    """Else a letter tells of a case that its receiver may not know of any more."""
    arrived(record)
    run_round(record, SOON, mailbox)
    change(record, "UPDATE sight SET ended_at = :at WHERE holder = :h", at=MORNING, h="operation:su")
    assert run_round(record, at("2026-04-20 08:00"), mailbox).withheld == 1
    rows = statuses(record)
    assert rows["receipt#1/r1/-1/receiver@operation:su"] == ("withheld", "no_sight")
    assert rows["receipt#1/r1/+1/receiver@operation:su"] == ("waiting", ""), "the next one asks again"


def test_one_bad_row_stops_neither_the_round_nor_the_others(record: Record, mailbox: LocalMailbox) -> None:
    """Else one damaged case silences the clock for everybody."""
    first, second = arrived(record), arrived(record)
    change(record, "UPDATE cases SET facts = '{' WHERE number = :n", n=first)
    report = run_round(record, SOON, mailbox)
    assert report.sent == 3
    assert set(statuses(record, f"{second}/submit/%").values()) == {("done", "")}
    assert set(statuses(record, f"{first}/submit/%").values()) == {("parked", "case_unreadable")}


def test_an_address_that_is_none_parks_only_its_own_letter(record: Record, mailbox: LocalMailbox) -> None:
    """Else a comma in one handler's address keeps her colleague from hearing of the case, or sends it to a stranger."""
    arrived(record)
    change(record, "UPDATE person SET email = 'ulf@example.invalid, x@example.invalid' WHERE account = 'ulf.granberg'")
    change(
        record, "UPDATE person SET email = :e WHERE account = 'petra.lonnroth'", e="petra@example.invalid\nBcc: x@y.z"
    )
    report = run_round(record, SOON, mailbox)
    assert [letter.account for letter in sent(record)] == ["harriet.lundqvist.falk", "maja.ekdahl"]
    assert (report.sent, report.parked) == (2, 1), "of the rows; the handlers' other colleague has hers"
    rows = statuses(record)
    assert rows["submit/v2/handler@unit:hsv-molndal"] == ("done", "")
    assert rows["submit/v2/receiver@operation:su~1"] == ("done", "")
    assert rows["submit/v2/receiver@operation:su"][0] == "parked"
    assert "cannot be written to" in rows["submit/v2/receiver@operation:su"][1]


def test_letters_that_were_never_tried_before_are_gathered_once(
    record: Record, mailbox: LocalMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else every round of an installation asks its database for two dozen locks in vain, each minute of the day."""
    asked = Counter[str]()

    def counted(there: Record) -> AbstractContextManager[bool]:
        asked["locks"] += 1
        return gathering.gathering_alone(there)

    monkeypatch.setattr("notifications.round.gathering_alone", counted)
    assigned(record)
    assert run_round(record, SOON, mailbox).sent > 0
    assert asked["locks"] == 1
    run_round(record, SOON, mailbox)
    assert asked["locks"] == 1


def test_each_round_leaves_word_of_itself(record: Record, mailbox: LocalMailbox) -> None:
    """Else nobody can tell a quiet clock from a dead one."""
    with record.database.read() as tx:
        assert last_round(tx, DUTY, MORNING) is None
    arrived(record)
    report = run_round(record, SOON, mailbox)
    assert report == Report(sent=3)
    with record.database.read() as tx:
        found = last_round(tx, DUTY, SOON)
    assert found is not None
    assert (found.at, found.report["sent"]) == (SOON, 3)
