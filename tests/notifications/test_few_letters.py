"""How many letters a silent case makes: what the mail server was given is counted, person by person (domain.md 6)."""

from collections import Counter, defaultdict
from datetime import date
from email import message_from_bytes
from email.policy import default as modern

from cases.acting import act
from cases.contents import forum_files
from cases.organisation.reorganising import end_holding
from cases.record import Record
from cases.reports.reporting import NewCase, report
from tests.cases.deviations import HELENA, MAJA, OSKAR, PETRA, arrived, contested
from tests.notifications.clockwork import at, play
from tests.notifications.conftest import Sink
from tests.record import MORNING
from workflows.nouns import Command

HALF_A_YEAR = at("2026-10-16 17:00")
WARD = "su-molndal-ortopedi"
REMINDS = ("Svar behövs senast", "Datumet har passerat")
LISTS = "Månadslista"
HANDLER, MANAGER, CONTACT = "amanda.thorell", "katarina.selin", "harriet.lundqvist.falk"

ABOUT = """SELECT l.account, d.case_id, d.deadline || '/' || d.revision, d.post, COUNT(DISTINCT l.id)
 FROM letter l JOIN letter_row r ON r.letter_id = l.id JOIN docket d ON d.id = r.docket_id
 WHERE l.outcome = 'delivered' AND d.deadline <> '' AND d.notch NOT LIKE 'list:%' GROUP BY 1, 2, 3, 4"""


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


def test_nobody_is_reminded_of_one_date_more_often_than_the_routine_says(record: Record, sink: Sink) -> None:
    """Else it is one kind of case in which people learn to look away: reports, answers, disputes, and what forums
    owe, left alone for half a year."""
    arrived(record)
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": WARD}), MORNING)
    said = {"document": "hos-avtal/4.4", "disputed_clause": "4.4", "question": "Vem kallar?", "care": MAJA.post}
    report(record, HELENA, NewCase("dispute", receiving_unit=WARD, texts=said), MORNING)
    play(record, sink.mailer(), MORNING, HALF_A_YEAR)
    with record.database.read() as tx:
        counted = tx.all(ABOUT)
    assert len(sink.taken) > 50
    assert len({(case_id, key) for _, case_id, key, _, _ in counted}) > 10, "many dates of three cases"
    to_one_person, to_a_chain = Counter[tuple[str, int, str]](), defaultdict[tuple[int, str], dict[str, int]](dict)
    for account, case_id, key, post, count in counted:
        to_one_person[account, case_id, key] += count
        if "@forum:" not in post:
            to_a_chain[case_id, key][post] = max(to_a_chain[case_id, key].get(post, 0), count)
    assert max(sum(chain.values()) for chain in to_a_chain.values()) == 5, "the most that a date asks of a whole party"
    often = {who for who, count in to_one_person.items() if count > 3}
    assert {account for account, _, _ in often} == {CONTACT}, "she alone, whom a whole vacant chain falls to"
    assert max(to_one_person.values()) == 5
    for account, kinds in subjects(sink).items():
        assert kinds[LISTS] <= 6, f"{account}: one list a month"
        assert account != HANDLER or not kinds[LISTS], "nothing more to whoever was silent"
