"""Story 2 of routine.md: a deviation that nobody answers is carried on by the clock alone, until it lies at NOSAM."""

from datetime import date

from cases.acting import act
from cases.record import Record
from cases.soundness.verify import verify
from notifications.mailbox import LocalMailbox
from tests.cases.deviations import HELENA, MAJA, PETRA, STINA, WHY, arrived, liftable
from tests.notifications.clockwork import at, in_short, play, sent, statuses
from tests.record import MORNING
from workflows.nouns import Command

END = at("2026-08-14 09:00")


def test_a_case_that_nobody_touches_reaches_the_forum_by_rounds_alone(record: Record, mailbox: LocalMailbox) -> None:
    """Else a silent case stays silent: the receiver is asked, then the contact person, then the forum, each in the
    morning of a working day, and the summer stops no ball."""
    arrived(record)
    reports = play(record, mailbox, MORNING, END)
    assert in_short(sent(record)) == [
        ("2026-04-16 10:15", "maja.ekdahl", "Nytt i ärendet "),
        ("2026-04-16 10:15", "petra.lonnroth", "Nu är det er tu"),
        ("2026-04-16 10:15", "ulf.granberg", "Nytt i ärendet "),
        ("2026-04-20 08:00", "petra.lonnroth", "Svar behövs sen"),
        ("2026-04-22 08:00", "petra.lonnroth", "Datumet har pas"),
        ("2026-04-29 08:00", "harriet.lundqvist.falk", "Datumet har pas"),
        ("2026-06-01 08:00", "ellinor.ravn", "Månadslista: av"),
        ("2026-06-01 08:00", "gunnel.ask", "Månadslista: av"),
        ("2026-06-01 08:00", "harriet.lundqvist.falk", "Svar behövs sen"),
        ("2026-06-11 08:00", "harriet.lundqvist.falk", "Svar behövs sen"),
        ("2026-06-16 08:00", "anna.lind", "Svaret dröjer –"),
        ("2026-06-16 08:00", "harriet.lundqvist.falk", "Datumet har pas"),
        ("2026-06-24 08:00", "harriet.lundqvist.falk", "Datumet har pas"),
        ("2026-07-01 08:00", "harriet.lundqvist.falk", "Datumet har pas"),
        ("2026-07-01 08:00", "helena.brodin", "Nytt i ärendet "),
        ("2026-07-01 08:00", "maja.ekdahl", "Nu är det er tu"),
        ("2026-07-01 08:00", "ulf.granberg", "Nu är det er tu"),
        ("2026-07-30 08:00", "harriet.lundqvist.falk", "Nytt i ärendet "),
        ("2026-07-30 08:00", "helena.brodin", "Nytt i ärendet "),
        ("2026-07-30 08:00", "maja.ekdahl", "Nytt i ärendet "),
        ("2026-07-30 08:00", "stina.ekelof", "Nu är det er tu"),
        ("2026-07-30 08:00", "ulf.granberg", "Nytt i ärendet "),
        ("2026-08-05 08:00", "stina.ekelof", "Svar behövs sen"),
        ("2026-08-07 08:00", "stina.ekelof", "Datumet har pas"),
        ("2026-08-14 08:00", "ingalill.skold", "Datumet har pas"),
        ("2026-08-14 08:00", "leif.tengvall", "Datumet har pas"),
    ]
    with record.database.read() as tx:
        assert tx.one("SELECT stage, ball, forums FROM cases") == (
            "forum_received", "process_leader@forum:nosam-molndal", "nosam-molndal",
        )  # fmt: skip
    assert sum(report.steps for report in reports) == 4
    assert sum(report.failed + report.parked + report.withheld for report in reports) == 0
    assert verify(record, END) == ()
    rows = statuses(record)
    assert len(rows) > 30
    assert {status for status, _ in rows.values()} == {"done", "overtaken", "waiting"}, "each says what became of it"
    assert rows["answer#1/r1/-10/receiver@operation:su"] == ("overtaken", "lapse")
    assert rows["answer#1/r1/+11/contact_person@authority:styrelsen-su"] == ("done", "")


def test_an_assigned_case_asks_the_handler_three_times_then_climbs_inside_the_party(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else the other side hears of a delay before the ward's own manager does, or the handler is buried in letters."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    play(record, mailbox, MORNING, at("2026-07-01 09:00"))
    reminders = [letter for letter in in_short(sent(record)) if not letter[2].startswith(("Nytt", "Nu är", "Svaret"))]
    assert reminders == [
        ("2026-06-01 08:00", "amanda.thorell", "Svar behövs sen"),
        ("2026-06-11 08:00", "amanda.thorell", "Svar behövs sen"),
        ("2026-06-11 08:00", "oskar.nyberg", "Svar behövs sen"),
        ("2026-06-16 08:00", "amanda.thorell", "Datumet har pas"),
        ("2026-06-16 08:00", "oskar.nyberg", "Datumet har pas"),
        ("2026-06-24 08:00", "katarina.selin", "Datumet har pas"),
        ("2026-07-01 08:00", "harriet.lundqvist.falk", "Datumet har pas"),
    ], "Oskar is away until 5 June; Amanda, his substitute, is also a handler there, and gets one letter, not two"
    with record.database.read() as tx:
        assert tx.value("SELECT stage FROM cases") == "unanswered"
    [chooses] = [x for x in sent(record) if x.account == MAJA.account and x.subject.startswith("Nu är det er tur")]
    assert "Det som behövs: Välj hur ni går vidare" in chooses.text, "the words of this stage, not of a forum's"


def test_a_parked_case_that_nobody_wakes_is_checked_each_month_and_woken_by_the_clock(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else parking is a quiet way to bury a case: whoever was to come back to it has left, and nothing ever does."""
    number = liftable(record)
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    act(record, STINA, number, Command("acknowledge"), MORNING)
    play(record, mailbox, MORNING, at("2026-04-17 16:00"))
    until = date(2026, 5, 20)
    parked = at("2026-04-20 09:00")
    waits = {"waits_for": "regionens jurister", "wait_open": "file", "until": until}
    act(record, STINA, number, Command("park", waits), parked)
    with record.database.read() as tx:
        asleep = tx.one("SELECT stage, before FROM cases")
    assert asleep == ("parked", "forum_prepared")
    play(record, mailbox, parked, at("2026-07-31 12:00"))
    why = [x.text for x in sent(record) if "Det som behövs: Stäm av" in x.text]
    assert any("Det väntade ska komma onsdag 20 maj 2026" in text for text in why), "the day that was said holds"
    with record.database.read() as tx:
        codes = [code for (code,) in tx.all("SELECT code FROM event WHERE compartment = 'cover' ORDER BY seq")]
        stage = tx.value("SELECT stage FROM cases")
    assert codes.count("lapse") >= 2, "a new check each month"
    assert "expire" in codes, "woken after ninety days"
    assert stage != "parked"
    leader = [s for s in sent(record, parked) if s.account == STINA.account]
    assert any("20 maj" in s.subject for s in leader), "she is reminded of the day that was promised"
    assert verify(record, at("2026-07-31 12:00")) == ()
