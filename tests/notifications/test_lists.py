"""Reminders besides the routine's: the monthly list when all else has been said, and those that people choose."""

from datetime import date, timedelta

import pytest

from cases.acting import act
from cases.clock import claiming
from cases.clock.monthly_lists import write_monthly_lists
from cases.clock.own_reminders import CHOICES, choose_reminders, chosen_reminders, day_of
from cases.record import Record
from cases.sight import Seer
from cases.soundness.verify import verify
from notifications.mailbox import LocalMailbox
from notifications.round import LEASE, run_round
from tests.cases.deviations import ANSWERED, KATARINA, MAJA, OSKAR, PETRA, arrived, ended_with_a_decision_to_report
from tests.notifications.clockwork import at, play, sent, statuses
from tests.record import MORNING
from workflows.nouns import Command
from workflows.word_at_once import PAUSE

AMANDA = Seer("amanda.thorell", "handler@unit:su-molndal-ortopedi")


def assigned(record: Record) -> str:
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    return number


def test_an_overdue_date_stands_on_one_list_a_month_and_nowhere_else(record: Record, mailbox: LocalMailbox) -> None:
    """Else a case is forgotten after its last reminder, or a handler gets 77 letters about it."""
    arrived(record)
    play(record, mailbox, MORNING, at("2026-05-29 16:00"))
    run_round(record, at("2026-06-01 07:30"), mailbox)
    assert sent(record, at("2026-05-30 00:00")) == [], "not before the office opens"
    june = at("2026-06-01 08:00")
    for hour in range(3):
        run_round(record, june + timedelta(hours=hour), mailbox)
    run_round(record, at("2026-06-09 09:00"), mailbox)
    lists = [
        letter
        for letter in sent(record, june)
        if "väntar fortfarande på nästa steg. Datum: tisdag 21 april 2026." in letter.text
    ]
    assert {letter.account for letter in lists} == {"ellinor.ravn", "gunnel.ask", "harriet.lundqvist.falk"}
    assert len(lists) == 3
    own = {letter.account for letter in lists if "Det som behövs: " in letter.text}
    told = {letter.account for letter in lists if "Det väntar på kontaktperson" in letter.text}
    assert (own, told) == ({"harriet.lundqvist.falk"}, {"ellinor.ravn", "gunnel.ask"}), "each reads whose move it is"
    assert write_monthly_lists(record, at("2026-06-30 10:00")) == 0
    assert verify(record, june) == ()


def test_what_is_left_in_an_ended_case_is_asked_for_as_such_and_stands_on_no_list(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else a leader is asked to propose a new day in a case that has ended, and each month for its next step."""
    number = ended_with_a_decision_to_report(record)
    with record.database.read() as tx:
        due = tx.value("SELECT due FROM contribution WHERE code = 'report' AND status = 'owed'")
    day = date.fromisoformat(str(due))
    play(record, mailbox, MORNING, at(f"{day + timedelta(days=70)} 16:00"))
    about = [letter for letter in sent(record, at("2026-04-17 00:00")) if number in letter.text]
    assert {letter.subject for letter in about} == {f"Kvar att göra i ett avslutat ärende – avvikelse {number}"}
    assert "Anmäl beslutet på nästa möte" in about[0].text
    assert verify(record, MORNING) == ()


def test_what_was_done_since_the_list_was_written_is_not_on_it(record: Record, mailbox: LocalMailbox) -> None:
    """Else contact persons are shown a list that is wrong, and stop reading it."""
    number = arrived(record)
    play(record, mailbox, MORNING, at("2026-05-29 16:00"))
    first = at("2026-06-01 08:00")
    assert write_monthly_lists(record, first) == 3
    harriet = Seer("harriet.lundqvist.falk", "contact_person@authority:styrelsen-su")
    act(record, harriet, number, Command("assign", {"unit": "su-molndal-ortopedi"}), first)
    run_round(record, first, mailbox)
    assert not [letter for letter in sent(record, first) if "Månadslista" in letter.subject]
    assert {status for status, _ in statuses(record, "%/list:2026-06/%").values()} == {"overtaken"}


def test_what_the_clock_ends_on_the_first_morning_of_a_month_is_not_on_its_list(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else contact persons are told that a case still waits in the very minute in which it ended."""
    number = assigned(record)
    act(record, OSKAR, number, ANSWERED, at("2026-05-07 10:00"))
    play(record, mailbox, at("2026-05-07 10:00"), at("2026-05-29 16:00"))
    first = at("2026-06-01 08:00")
    assert run_round(record, first, mailbox).steps == 1
    assert not [letter for letter in sent(record, first) if "Månadslista" in letter.subject]
    rows = statuses(record, f"{number}/acceptance#1/%/list:2026-06/%")
    assert set(rows.values()) == {("overtaken", "ended")}


def test_a_list_that_could_not_leave_in_its_month_is_overtaken_by_the_next(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else an outage over the turn of the month sends the same list twice."""
    arrived(record)
    play(record, mailbox, MORNING, at("2026-05-29 16:00"))
    write_monthly_lists(record, at("2026-06-01 08:00"))
    with record.database.write() as tx:
        tx.run("UPDATE docket SET not_before = :later WHERE key LIKE '%/list:%'", later=at("2026-07-01 08:00"))
    claiming.claim(record, at("2026-07-01 08:00"), LEASE, 100, claiming.new_token(record))
    rows = statuses(record, "%/list:2026-06/%")
    assert len(rows) == 3
    assert set(rows.values()) == {("overtaken", "newer:list")}


def test_own_reminders_of_all_four_kinds_go_to_the_one_who_chose_them_alone(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else one careful handler's wishes fill the mailboxes of all her colleagues, or one of her choices never comes."""
    friday = at("2026-04-17 10:00")
    number = arrived(record, friday)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), friday)
    run_round(record, friday + PAUSE, mailbox)
    assert choose_reminders(record, AMANDA, CHOICES, friday) == CHOICES
    june = [f"2026-06-{day:02}" for day in (5, 8, 9, 10, 11, 12, 15, 16)]
    letters = [
        letter
        for day in june
        for hour in ("08:00", "10:00")
        if run_round(record, at(f"{day} {hour}"), mailbox)
        for letter in sent(record, at(f"{day} {hour}"))
        if "Svar behövs senast 16 juni" in letter.subject and letter.when == f"{day} {hour}"
    ]
    own = {key.split("/")[2]: fate for key, fate in statuses(record, "%/own:%").items()}
    assert own == dict.fromkeys(("own:monday", "own:week", "own:day", "own:morning"), ("done", ""))
    routine = ["2026-06-05 08:00", "2026-06-12 08:00"]  # ten working days before, late, and two
    chosen = ["2026-06-08 08:00", "2026-06-09 08:00", "2026-06-15 08:00", "2026-06-16 08:00"]
    assert [letter.when for letter in letters if letter.account == AMANDA.account] == sorted(chosen + routine)
    assert {letter.when for letter in letters if letter.account == OSKAR.account} == set(routine[1:])
    assert verify(record, at("2026-06-16 10:00")) == ()


def test_an_own_reminder_falls_with_its_date(record: Record, mailbox: LocalMailbox) -> None:
    """Else she is reminded on the very morning of what she did the day before."""
    number = assigned(record)
    choose_reminders(record, AMANDA, ("morning",), MORNING)
    answered = at("2026-06-12 10:00")
    act(record, KATARINA, number, ANSWERED, answered)
    play(record, mailbox, answered, at("2026-06-15 09:00"))
    assert [letter for letter in sent(record, at("2026-06-15 00:00")) if letter.account == "amanda.thorell"] == []


def test_a_choice_made_today_sends_nothing_for_yesterday(record: Record, mailbox: LocalMailbox) -> None:
    """Else setting a reminder fills one's own mailbox at once."""
    assigned(record)
    late = at("2026-06-11 09:00")
    choose_reminders(record, AMANDA, CHOICES, late)
    run_round(record, late, mailbox)
    assert statuses(record, "%/own:%") == {}
    run_round(record, at("2026-06-12 08:00"), mailbox)
    assert {key.split("/")[2] for key in statuses(record, "%/own:%")} == {"own:day"}


def test_choices_are_kept_by_function_and_can_be_taken_back(record: Record) -> None:
    """Else a person with two hats gets under one what she asked for under the other."""
    choose_reminders(record, MAJA, ("day",), MORNING)
    with record.database.read() as tx:
        assert chosen_reminders(tx, MAJA) == ("day",)
        assert chosen_reminders(tx, Seer("maja.ekdahl", "unit_manager@unit:hsv-molndal")) == ()
    assert choose_reminders(record, MAJA, (), MORNING) == ()
    with pytest.raises(ValueError, match="there are monday"):
        choose_reminders(record, OSKAR, ("hour",), MORNING)


def test_own_days_are_working_days_before_the_date(record: Record) -> None:
    """Else a reminder for the Monday after Whitsun comes on a day when nobody works."""
    with record.database.read() as tx:
        days = record.world(tx, MORNING).calendar.days_of(None)
    due = date(2026, 6, 23)
    assert [day_of(ahead, due, days) for ahead in CHOICES] == [
        date(2026, 6, 15), date(2026, 6, 15), date(2026, 6, 22), due,
    ]  # fmt: skip
    easter = date(2026, 4, 7)
    assert [day_of(ahead, easter, days) for ahead in ("monday", "day")] == [date(2026, 3, 30), date(2026, 4, 2)]
