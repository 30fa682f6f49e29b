"""How many letters a silent case makes: what the mail server was given is counted, person by person (domain.md 6)."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default as modern

from cases.acting import act
from cases.contents import forum_files
from cases.organisation.reorganising import end_holding
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from notifications.round import run_round
from tests.cases.deviations import HELENA, MAJA, OSKAR, PETRA, arrived, contested
from tests.notifications.clockwork import anything_waits, at, play
from tests.notifications.conftest import Sink
from tests.notifications.reminder_oracle import LISTED
from tests.notifications.test_year import told_by
from tests.record import MORNING
from workflows.nouns import Command

GUNNEL = Seer("gunnel.ask", "contact_person@authority:von-molndal")
WARD = "su-molndal-ortopedi"
REMINDS = ("Svar behövs senast", "Datumet har passerat")
LISTS = "Månadslista"
HANDLER, MANAGER, CONTACT = "amanda.thorell", "katarina.selin", "harriet.lundqvist.falk"


def subjects(sink: Sink) -> dict[str, Counter[str]]:
    """Account -> how its letters begin."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for address, body in sink.taken:
        subject = str(message_from_bytes(body, policy=modern)["Subject"])
        kind = next((start for start in (*REMINDS, LISTS) if subject.startswith(start)), "other")
        found[address.partition("@")[0]][kind] += 1
    return found


def test_a_silent_case_is_three_letters_to_the_handler_and_five_in_the_party(record: Record, sink: Sink) -> None:
    """Else one handler gets 77 letters about one case, and a rule in her mail program for the rest."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": WARD}), MORNING)
    end_holding(record, OSKAR.account, "handler", f"unit:{WARD}", date(2026, 4, 15))
    play(record, sink.mailer(), MORNING, at("2026-07-01 08:30"))
    found = subjects(sink)
    reminders = {account: kinds[REMINDS[0]] + kinds[REMINDS[1]] for account, kinds in found.items()}
    assert reminders[HANDLER] == 3
    assert {account: count for account, count in reminders.items() if count} == {
        HANDLER: 3, MANAGER: 1, CONTACT: 1,
    }, "five in the party, and not one to the other side or to a forum"  # fmt: skip


def test_a_file_to_read_is_three_letters_and_one_that_is_read_none(record: Record, sink: Sink) -> None:
    """Else a handler learns by chance that a file waits for her, or is reminded of what she has read."""
    for reads in (False, True):
        number = contested(record)
        texts = {"statement": "Listan saknades.", "question": "Vem skickar listan?"}
        revision, _ = forum_files.write_revision(record, OSKAR, number, texts, MORNING)
        forum_files.review(record, OSKAR, number, revision, MORNING)
        if reads:
            forum_files.read_file(record, MAJA, number, revision, MORNING)
    play(record, sink.mailer(), MORNING, at("2026-07-31 17:00"))
    mine = [body for address, body in sink.taken if address.startswith(MAJA.account)]
    plain = (message_from_bytes(body, policy=modern).get_body(("plain",)) for body in mine)
    told = [" ".join(str(part.get_content()).split()) for part in plain if part is not None]
    assert sum("Läs underlaget innan det lämnas" in text for text in told) == 3, "asked, and twice reminded"


CHIEF, LEADER, OURS = "ragnar.ekelund", "stina.ekelof", "helena.brodin"
OF_ONE_DATE = {
    "assigned": ({HANDLER: 3, MANAGER: 1, CONTACT: 1}, {LEADER: 2, "leif.tengvall": 1, "ingalill.skold": 1}),
    # Nobody assigns it: with word that it has come to the contact person the whole chain has fallen to her.
    "left": ({PETRA.account: 2}, {CONTACT: 5}),
    "dispute": ({MANAGER: 2, CHIEF: 1}, {MANAGER: 2, CHIEF: 1}, {OURS: 2}, {MANAGER: 2}, {"yvonne.sandin": 1}),
    "pattern": ({"ellinor.ravn": 1}, {"ellinor.ravn": 1}),
}
"""Case -> of its first dates, in order: how often each person is reminded of it while nobody touches the case, by the
figures of the routine's rows A1.3 to F1, B1 to B4 and S1."""


def test_a_silent_case_of_each_workflow_is_as_many_letters_as_the_routine_says(record: Record, sink: Sink) -> None:
    """Else it is one kind of case in which people learn to look away: reports, answers, disputes, patterns, and what
    forums owe, left alone for half a year. What they were given is counted by what the letters say."""
    end_holding(record, OSKAR.account, "handler", f"unit:{WARD}", date(2026, 4, 15))
    said = {"document": "hos-avtal/4.4", "disputed_clause": "4.4", "question": "Vem kallar?", "care": MAJA.post}
    pattern = NewCase("systemic_issue", unit="hsv-molndal", operation="su", texts={"sentence": "Listor saknas."})
    cases = {
        arrived(record): "left", arrived(record): "assigned",
        report(record, HELENA, NewCase("dispute", receiving_unit=WARD, texts=said), MORNING).number: "dispute",
        report(record, GUNNEL, pattern, MORNING).number: "pattern",
    }  # fmt: skip
    number = next(number for number, name in cases.items() if name == "assigned")
    act(record, PETRA, number, Command("assign", {"unit": WARD}), MORNING)
    mornings = [at("2026-04-17 08:00") + timedelta(days=day) for day in range(182)]
    for moment in (MORNING, *mornings):
        if anything_waits(record, moment) or moment.day <= 4:
            run_round(record, moment, sink.mailer())
    told, _ = told_by(sink)
    reminded: dict[str, dict[date, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for one, count in told.items():
        assert count == 1, f"{one} twice"
        if one.how != LISTED:
            reminded[cases[one.case]][one.due][one.address.partition("@")[0]] += 1
    for name, wanted in OF_ONE_DATE.items():
        dates = reminded[name]
        assert [dict(dates[due]) for due in sorted(dates)][: len(wanted)] == list(wanted), name
    listed = Counter((one.address, one.case, one.due, one.day.month) for one in told if one.how == LISTED)
    assert len(listed) > 10
    assert set(listed.values()) == {1}, "one line a month"
    assert not [one for one in listed if one[0].startswith(HANDLER)], "nothing more to whoever was silent"
