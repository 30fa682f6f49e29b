"""More than ten working days away is a hand-over: it is told to whoever acts meanwhile, and to whoever comes back."""

from datetime import date

from cases.acting import act
from cases.organisation.administration import By
from cases.organisation.people import end_absence, hold, stand_in
from cases.record import Record
from cases.soundness.verify import verify
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.cases.deviations import KATARINA, MAJA, OSKAR, PETRA, arrived
from tests.notifications.clockwork import at, play, sent, statuses
from tests.record import MORNING
from workflows.nouns import Command

MONDAY, LONG, TWO_WEEKS = date(2026, 4, 20), date(2026, 5, 5), date(2026, 5, 4)


def test_a_long_absence_is_handed_over_case_by_case_and_back(record: Record, mailbox: LocalMailbox) -> None:
    """Else a substitute learns of a case that has lain with her for weeks by a reminder that its date has passed."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    play(record, mailbox, MORNING, at("2026-04-17 09:00"))
    for morning in ("2026-05-04", "2026-05-05", "2026-06-05", "2026-06-08", "2026-06-09"):
        run_round(record, at(f"{morning} 00:05"), mailbox)
        run_round(record, at(f"{morning} 08:00"), mailbox)
    letters = [s for s in sent(record, at("2026-05-01 00:00")) if s.account in (OSKAR.account, "amanda.thorell")]
    told = [(s.when, s.account) for s in letters if s.subject.startswith(("Nu hos dig", "Tillbaka hos dig"))]
    assert told == [("2026-05-04 08:00", "amanda.thorell"), ("2026-06-08 08:00", OSKAR.account)]
    taken, back = letters[0].text, letters[-1].text
    assert "Till dig som handläggare vid Ortopedavdelning, Mölndals sjukhus" in taken
    assert f"Avvikelse {number} är hos dig medan en kollega är borta en längre tid." in taken
    assert "Senast måndag 15 juni 2026." in taken
    assert "Oskar" not in letters[0].message.as_string()
    assert f"Avvikelse {number} är hos dig igen efter din frånvaro." in back
    assert verify(record, at("2026-06-09 09:00")) == ()


def mornings(record: Record, mailbox: LocalMailbox, *days: str) -> None:
    for day in days:
        run_round(record, at(f"{day} 00:05"), mailbox)
        run_round(record, at(f"{day} 08:00"), mailbox)


def handed(record: Record) -> list[tuple[str, str]]:
    """When a line about a long absence left, and to whom; oldest first."""
    told = ("är hos dig medan en kollega", "är hos dig igen efter din frånvaro")
    return [(s.when[:10], s.account) for s in sent(record) if any(words in s.text for words in told)]


def investigated(record: Record) -> None:
    """A case that waits for a handler, who is not away in May after all."""
    act(record, PETRA, arrived(record), Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    end_absence(record, OSKAR.account, date(2026, 5, 4), MORNING.date())


def test_who_comes_back_early_is_told_of_what_waits(record: Record, mailbox: LocalMailbox) -> None:
    """Else whoever is well again before her time never hears what came meanwhile, and her substitute has stopped."""
    investigated(record)
    stand_in(record, OSKAR.account, MONDAY, date(2026, 6, 5), substitute="ingrid.quist")
    mornings(record, mailbox, "2026-04-20", "2026-04-28")
    end_absence(record, OSKAR.account, MONDAY, date(2026, 4, 28))
    mornings(record, mailbox, "2026-04-29", "2026-04-30")
    assert handed(record) == [("2026-04-20", "ingrid.quist"), ("2026-04-29", OSKAR.account)]


def test_two_colleagues_who_leave_the_same_function_are_told_of_once(record: Record, mailbox: LocalMailbox) -> None:
    """Else whoever stands in for two handlers of a ward gets two letters about each case; one tells her."""
    investigated(record)
    hold(record, "ingrid.quist", OSKAR.post, MORNING.date(), by=By("kim.savas", MORNING))
    for away in (OSKAR.account, "amanda.thorell"):
        stand_in(record, away, MONDAY, date(2026, 6, 5), substitute="ingrid.quist")
    mornings(record, mailbox, "2026-04-20", "2026-04-21")
    assert handed(record) == [("2026-04-20", "ingrid.quist")]
    [letter] = [s for s in sent(record, at("2026-04-20 00:00")) if s.account == "ingrid.quist"]
    assert letter.text.count("är hos dig medan en kollega") == 1


def test_absences_that_adjoin_are_one(record: Record, mailbox: LocalMailbox) -> None:
    """Else four weeks of illness, entered two by two, are never handed over; or each extension is told anew, and what
    is given back goes to somebody who is still away."""
    investigated(record)
    stand_in(record, OSKAR.account, MONDAY, date(2026, 5, 1), substitute="ingrid.quist")
    mornings(record, mailbox, "2026-04-20")
    assert handed(record) == [], "as far as anybody knows, nine working days"
    stand_in(record, OSKAR.account, date(2026, 5, 4), date(2026, 5, 15), substitute="ingrid.quist")
    mornings(record, mailbox, "2026-04-21", "2026-05-04", "2026-05-05")
    stand_in(record, OSKAR.account, date(2026, 5, 18), date(2026, 5, 20), substitute="amanda.thorell")
    mornings(record, mailbox, "2026-05-16", "2026-05-18", "2026-05-19", "2026-05-21", "2026-05-22")
    assert handed(record) == [
        ("2026-04-21", "ingrid.quist"), ("2026-05-18", "amanda.thorell"), ("2026-05-21", OSKAR.account)
    ]  # fmt: skip


def test_ten_working_days_only_route(record: Record, mailbox: LocalMailbox) -> None:
    """Else each holiday week fills somebody's mailbox with cases that she need not open."""
    arrived(record)
    stand_in(record, PETRA.account, MONDAY, TWO_WEEKS, substitute="ingrid.quist")
    play(record, mailbox, MORNING, at("2026-05-05 09:00"))
    assert [key for key in statuses(record) if key.startswith(("taken_over", "given_back"))] == []
    assert "ingrid.quist" in {s.account for s in sent(record)}, "reminders were routed"


def test_without_a_substitute_whoever_it_falls_to_is_told(record: Record, mailbox: LocalMailbox) -> None:
    """Else nobody knows that the contact person carries an office's cases for a month."""
    arrived(record)
    stand_in(record, PETRA.account, MONDAY, LONG)
    play(record, mailbox, MORNING, at("2026-04-20 09:00"))
    [letter] = [s for s in sent(record) if s.account == "harriet.lundqvist.falk"]
    assert "är hos dig medan en kollega är borta" in letter.text
    assert "contact_person@authority:styrelsen-su" in letter.text


def test_what_went_on_meanwhile_is_nobodys_to_take_over(record: Record, mailbox: LocalMailbox) -> None:
    """Else a letter says that a case is hers which has gone to the ward in the night."""
    number = arrived(record)
    stand_in(record, PETRA.account, MONDAY, LONG, substitute="ingrid.quist")
    run_round(record, at("2026-04-20 00:30"), mailbox)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), at("2026-04-20 00:40"))
    play(record, mailbox, at("2026-04-20 00:40"), at("2026-04-20 09:00"))
    rows = {key: fate for key, fate in statuses(record).items() if key.startswith("taken_over")}
    assert list(rows.values()) == [("overtaken", "not_asked")]
    assert not [s for s in sent(record) if "är hos dig medan" in s.text]


def test_whoever_a_case_was_taken_from_hears_of_it_next_morning(record: Record, mailbox: LocalMailbox) -> None:
    """Else a handler goes on with an answer that her manager has taken over."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    taken = Command("hand_over", {"handed_to": KATARINA.post, "handed_why": "Ledig länge"})
    act(record, KATARINA, number, taken, at("2026-04-16 11:00"))
    play(record, mailbox, MORNING, at("2026-04-17 09:00"))
    [line] = [s for s in sent(record, at("2026-04-17 08:00")) if "oskar" in s.account]
    assert line.when == "2026-04-17 08:00"
    assert f"Det här har hänt i avvikelse {number}: ärendet lämnades över" in line.text
    assert "Nästa steg har enhetschef vid Ortopedavdelning, Mölndals sjukhus: Svara" in line.text
    assert MAJA.account not in {s.account for s in sent(record, at("2026-04-17 08:00"))}
