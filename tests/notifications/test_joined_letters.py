"""A letter that tells several steps at once tells all that each of them asks of its reader (domain.md section 6)."""

from datetime import date, datetime

from cases.acting import act
from cases.break_glass import break_glass
from cases.contents import forum_files
from cases.record import Record
from cases.reports.following import ask_back
from cases.reports.link_reports import report_by_link
from cases.reports.reporting import Follower, NewCase, report
from cases.reports.unit_links import make_link
from cases.sight import Seer
from cases.soundness.verify import verify
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.cases.deviations import (
    ANNA,
    ERIK,
    HELENA,
    INGALILL,
    KATARINA,
    LEIF,
    MAJA,
    OSKAR,
    PETRA,
    REPORT,
    STINA,
    WHY,
    arrived,
    contested,
    liftable,
    prepared,
)  # fmt: skip
from tests.notifications.clockwork import at, minutes, play, sent
from tests.record import MORNING
from workflows.nouns import Command

SELMA = Seer("selma.karlberg", "receiver@operation:avo-goteborg")
KIM = Seer("kim.savas", "administrator@county")
GUNNEL = "gunnel.ask"
"""The contact person in Mölndal: whatever function nobody holds there falls to her."""
HARRIET = Seer("harriet.lundqvist.falk", "contact_person@authority:styrelsen-su")
LATER = Command("extend", {"new_date": date(2026, 7, 31), "reason": "Semester."})
ASSIGN = Command("assign", {"unit": "su-molndal-ortopedi"})
ASK_PART = Command("ask_part", {"part_of": "vo-molndal", "question_text": "Vad vet ni?"})
TOLD = Command("told", {"told_when": "2025", "told_text": "Det hände förut."})


def vacate(record: Record, *posts: str) -> None:
    """Nobody holds them any more."""
    with record.database.write() as tx:
        for function, _, holder in (post.partition("@") for post in posts):
            ended = "UPDATE holding SET valid_to = '2026-01-01' WHERE function = :function AND holder = :holder"
            assert tx.run(ended, function=function, holder=holder)


def hers(record: Record, account: str, since: datetime) -> list[tuple[str, str, str]]:
    """Her letters from then on: when, subject, and text on one line."""
    found = [letter for letter in sent(record, since) if letter.account == account]
    return [(letter.when[11:], letter.subject, " ".join(letter.text.split())) for letter in found]


def investigated(record: Record, now: datetime = MORNING) -> str:
    """With the hospital's handler, and all words about it sent an hour later."""
    number = arrived(record, now)
    act(record, PETRA, number, ASSIGN, now)
    return number


def test_of_functions_that_fall_to_one_person_the_one_whose_turn_it_is_speaks(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else the contact person of a party that two people are reads "news in the case" when it waits for her."""
    texts = {"document": "hos-avtal/4.4", "disputed_clause": "4.4", "question": "Vem kallar?", "care": MAJA.post}
    new = NewCase("dispute", receiving_unit="su-molndal-ortopedi", stage="protocol", texts=texts)
    number = report(record, HELENA, new, MORNING - minutes(60)).number
    view = {"agreed_facts": "Mötet uteblev.", "disputed_facts": "Vem som kallar.", "question_up": "Vem kallar?"}
    act(record, HELENA, number, Command("sign", view | {"our_view": "Sjukhuset kallar."}), MORNING - minutes(60))
    play(record, mailbox, MORNING - minutes(60), MORNING - minutes(5))
    vacate(record, "chief@operation:vo-molndal", HELENA.post, MAJA.post)
    act(record, KATARINA, number, Command("sign", {"our_view": "Kommunen kallar."}), MORNING)
    play(record, mailbox, MORNING, MORNING + minutes(60))
    [(when, subject, text)] = hers(record, GUNNEL, MORNING)
    assert (when, subject) == ("10:15", f"Nu är det er tur – tvist {number}")
    assert "Det som behövs: Svara på uppdragsfrågorna" in text
    assert "Därför då: " in text


def test_what_each_step_asks_for_stands_in_the_one_letter(record: Record, mailbox: LocalMailbox) -> None:
    """Else whoever is asked twice in a quarter of an hour reads the second only, and the first is never given."""
    number, beside = investigated(record), investigated(record)
    play(record, mailbox, MORNING, MORNING + minutes(30))
    now = MORNING + minutes(60)
    act(record, OSKAR, number, LATER, now)
    act(record, OSKAR, number, Command("ask", {"question_text": "Vilken avdelning?"}), now + minutes(5))
    play(record, mailbox, now, now + minutes(60))
    [(when, subject, text)] = hers(record, MAJA.account, now)
    assert (when, subject) == ("11:15", f"Nu är det er tur – avvikelse {number}")
    assert "Dessutom behövs från er: Medgivande till ny svarsdag (senast torsdag 23 april 2026)" in text
    vacate(record, MAJA.post, "receiver@operation:vo-molndal")
    now += minutes(60)
    act(record, OSKAR, beside, LATER, now)
    act(record, OSKAR, beside, ASK_PART, now)
    play(record, mailbox, now, now + minutes(60))
    [(_, subject, text)] = hers(record, GUNNEL, now)
    assert subject == f"Ni ombeds bidra senast 23 april – avvikelse {beside}"
    assert "Det här behövs från er: Medgivande till ny svarsdag; Delsvar" in text


def test_what_comes_with_the_next_step_is_not_asked_for_a_second_time(record: Record, mailbox: LocalMailbox) -> None:
    """Else a manager who is to confirm what was agreed on reads that something else is needed from her as well."""
    number = contested(record)
    act(record, KATARINA, number, Command("talk", {"talk_note": "Vi talades vid."}), MORNING)
    act(record, HELENA, number, Command("agree"), MORNING)
    play(record, mailbox, MORNING, MORNING + minutes(30))
    [(_, subject, text)] = hers(record, KATARINA.account, MORNING)
    assert subject == f"Nu är det er tur – avvikelse {number}"
    assert "Dessutom" not in text


def test_whoever_has_the_next_step_is_told_that_it_came_though_more_happened_since(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else a handler who put a question at once reads "still yours" of a case that she was never told has come."""
    number = arrived(record)
    play(record, mailbox, MORNING, MORNING + minutes(30))
    now = MORNING + minutes(60)
    act(record, PETRA, number, ASSIGN, now)
    part = Command("ask_part", {"part_of": "avo-goteborg", "question_text": "Vad vet ni?"})
    act(record, OSKAR, number, part, now + minutes(3))
    act(record, SELMA, number, Command("supplement", {"part_text": "Avdelning 2."}), now + minutes(6))
    play(record, mailbox, now, now + minutes(60))
    [(when, subject, _)] = hers(record, OSKAR.account, now)
    assert (when, subject) == ("11:15", f"Nu är det er tur – avvikelse {number}")


def test_a_reporter_whose_answer_is_accepted_at_once_gets_it_with_its_question(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else all that she ever reads is that the case has ended; she is to get the answer, and to be asked once
    (domain.md section 4)."""
    number = investigated(record)
    play(record, mailbox, MORNING, MORNING + minutes(30))
    now = MORNING + minutes(60)
    measures = [{"what": "Ny rutin", "owner": OSKAR.post, "date": date(2026, 4, 17)}]
    act(record, OSKAR, number, Command("answer", {"cause": "Rutinen brast.", "measures": measures}), now)
    act(record, MAJA, number, Command("accept"), now + minutes(5))
    act(record, OSKAR, number, Command("done"), now + minutes(10))
    play(record, mailbox, now, now + minutes(120))
    [(when, subject, text)] = hers(record, ANNA.account, now)
    assert (when, subject) == ("11:15", f"Svaret har kommit – avvikelse {number}")
    assert "Vi vill gärna veta: Löste det problemet?" in text
    assert "Ärendet är avslutat." in text
    assert "går vidare" not in text


def test_an_ended_case_asks_for_what_is_still_owed(record: Record, mailbox: LocalMailbox) -> None:
    """Else whoever has an assignment left reads that she need not do anything more."""
    number = liftable(record)
    position = {"position": "assignment", "assigned_to": MAJA.post, "answer_text": "Gör en gemensam rutin.",
                "rests_on": "Rutinen."}  # fmt: skip
    act(record, HELENA, number, Command("escalate", WHY), MORNING)
    act(record, STINA, number, Command("acknowledge"), MORNING)
    prepared(record, number)
    for seer, move, inputs in (
        (STINA, "agenda", {}), (INGALILL, "decide_chair", position), (LEIF, "approve", {}), (ERIK, "deliver", {}),
    ):  # fmt: skip
        act(record, seer, number, Command(move, inputs), MORNING)
    play(record, mailbox, MORNING, MORNING + minutes(30))
    now = MORNING + minutes(60)
    for seer, move in ((HELENA, "done"), (KATARINA, "confirm"), (OSKAR, "done")):
        act(record, seer, number, Command(move), now)
    play(record, mailbox, now, now + minutes(30))
    [(_, subject, text)] = hers(record, MAJA.account, now)
    assert subject.startswith("Ni ombeds bidra senast")
    assert "Det här behövs från er: Rapport om uppdraget" in text
    assert "Ärendet är avslutat." in text
    assert "inte göra något mer" not in text


def test_word_of_an_emergency_opening_stands_by_itself_and_no_step_takes_it_away(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else whoever moves the case on before the office opens, or is told of a step in the same letter, never learns
    that an administrator has read it."""
    number = investigated(record)
    play(record, mailbox, MORNING, MORNING + minutes(30))
    vacate(record, MAJA.post)
    early = at("2026-04-17 07:50")
    break_glass(record, KIM, number, "Brand i serverrummet", early, 30)
    act(record, OSKAR, number, Command("ask", {"question_text": "Vilken avdelning?"}), early + minutes(1))
    act(record, HARRIET, number, TOLD, early + minutes(2))
    play(record, mailbox, early, early + minutes(60))
    opened = f"En administratör har öppnat avvikelse {number} i ett nödläge"
    [(when, _, text)] = hers(record, HARRIET.account, early)
    assert when == "08:00"
    assert opened in text
    [(_, _, text)] = hers(record, GUNNEL, early)
    assert opened in text
    assert f"Avvikelse {number} har kommit till er." in text
    assert verify(record, early + minutes(60)) == ()


def test_a_reporter_s_wish_to_withdraw_reaches_the_unit_whatever_it_does_meanwhile(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else it lies unread: it is no step, and who works with the case has not seen it."""
    link = make_link(record, HELENA, "hsv-molndal", MORNING)
    tokens = {sent_by_link(record, link, token): token for token in ("e" * 64, "f" * 64)}
    number, beside = tokens
    act(record, PETRA, beside, ASSIGN, MORNING)
    act(record, OSKAR, beside, Command("ask", {"question_text": "Vilken avdelning?"}), MORNING)
    play(record, mailbox, MORNING, MORNING + minutes(60))
    early = at("2026-04-17 07:50")
    for of, token in tokens.items():
        ask_back(record, token, "Jag skrev fel person.", early, key=of)
    act(record, MAJA, number, TOLD, early + minutes(3))
    play(record, mailbox, early, early + minutes(60))
    [(when, _, text)] = hers(record, MAJA.account, early)
    assert when == "08:00"
    assert text.count("rapportören ber att få ta tillbaka rapporten") == 2
    assert f"Det här har hänt i avvikelse {number}:" in text
    assert "Nästa steg är fortfarande ert: Svara på frågan" in text, "it gives her no other"


def sent_by_link(record: Record, link: str, token: str) -> str:
    """Reported without an account, looked at and sent to the hospital; the case's number."""
    new, reader = NewCase("deviation", texts=REPORT, operation="su"), Follower(token, f"{token[0]}@example.se", "sv")
    number = report_by_link(record, link, new, reader, MORNING, key=token[0]).number
    act(record, HELENA, number, Command("check", {"harm": "risk", "operation": "su"}), MORNING)
    return number


def test_a_word_that_waits_for_the_morning_keeps_no_other_waiting(record: Record, mailbox: LocalMailbox) -> None:
    """Else a handler with a forum file to read hears of all that happens in the case a day late."""
    number = contested(record)
    texts = {"statement": "Listan saknades.", "question": "Vem skickar listan?"}
    revision, _ = forum_files.write_revision(record, MAJA, number, texts, MORNING)
    forum_files.review(record, MAJA, number, revision, MORNING)
    run_round(record, MORNING + minutes(15), mailbox)
    now = MORNING + minutes(60)
    act(record, KATARINA, number, Command("talk", {"talk_note": "Vi talades vid."}), now)
    act(record, HELENA, number, Command("agree"), now)
    play(record, mailbox, now, at("2026-04-17 09:00"))
    assert [when for when, _, _ in hers(record, OSKAR.account, now)] == ["11:15", "08:00"]
