"""What stands in a letter: number, kind, what is asked, which day and why, where to click; never a word of the case."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, EmailPolicy
from email.policy import default as modern
from html import unescape
from itertools import product
from pathlib import Path

import pytest

from cases.acting import act
from cases.clock.function_mailboxes import set_mailbox
from cases.contents.matter import note
from cases.organisation.people import add_person, hold
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.sight import Seer
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from notifications.subjects import Subject
from notifications.texts import FOLDER, LANGUAGES, WORDS, TextFaults, forms
from tests.cases.deviations import (
    ANNA,
    ANSWERED,
    HELENA,
    KATARINA,
    MAJA,
    OSKAR,
    PETRA,
    STINA,
    arrived,
    ended_with_a_decision_to_report,
)  # fmt: skip
from tests.notifications.clockwork import Sent, at, play, sent
from tests.record import MORNING, SOON
from workflows.nouns import Command

CANARY = "Kanariefågel"
PETRAS_ADDRESS = "petra.lonnroth@vgr.example.invalid"
ABOUT = "SELECT COUNT(*) FROM letter_row r JOIN letter l ON l.id = r.letter_id WHERE l.message_id = :id"


def change(record: Record, statement: str, **values: object) -> None:
    with record.database.write() as tx:
        tx.run(statement, **values)


def test_no_letter_holds_a_word_from_the_case_or_a_name(record: Record, mailbox: LocalMailbox) -> None:
    """Else a patient's story lies in a mailbox that others read, and travels over the open net."""
    texts = {name: f"{CANARY} {name}" for name in ("what", "agreed", "consequence", "reach_me")}
    for office, address in (("receiver@operation:su", "su"), ("handler@unit:hsv-molndal", "molndal")):
        set_mailbox(record, office, f"office@{address}.example.invalid", "sv")
    new = NewCase("deviation", operation="su", texts=texts | {"when": f"{CANARY} i april", "harm": "harm"})
    number = report(record, ANNA, new, MORNING).number
    canaries = {code: f"{CANARY} {code}" for code in ("assign_note", "question_text", "part_text", "cause", "reason")}
    note(record, MAJA, number, f"{CANARY} anteckning", MORNING)
    assign = {"unit": "su-molndal-ortopedi", "assign_note": canaries["assign_note"]}
    act(record, PETRA, number, Command("assign", assign), MORNING)
    act(record, OSKAR, number, Command("ask", {"question_text": canaries["question_text"]}), MORNING)
    play(record, mailbox, MORNING, at("2026-05-20 09:00"))
    day = at("2026-05-20 09:00")
    measures = [{"what": f"{CANARY} åtgärd", "owner": OSKAR.post, "date": day.date() + timedelta(days=40)}]
    act(record, KATARINA, number, Command("answer", {"cause": canaries["cause"], "measures": measures}), day)
    act(record, MAJA, number, Command("contest", {"contest_ground": "facts", "reason": canaries["reason"]}), day)
    play(record, mailbox, day, at("2026-08-20 09:00"))
    letters = sent(record)
    with record.database.read() as tx:
        names = [name for (name,) in tx.all("SELECT name FROM person")]
        held = " ".join(body for (body,) in tx.all("SELECT body FROM event_text"))
    assert held.count(CANARY) > 10, "the case holds them"
    assert len(letters) > 15
    assert len([letter for letter in letters if str(letter.message["To"]).startswith("office@")]) > 2
    for letter in letters:
        whole = f"{letter.message.as_string()}\n{letter.subject}\n{letter.text}\n{letter.html}"
        assert CANARY.lower() not in whole.lower()
        assert not [name for name in names if name in whole], "only places and functions are named"


def one(record: Record, account: str) -> Sent:
    found = [letter for letter in sent(record) if letter.account == account]
    assert len(found) == 1
    return found[0]


def test_a_reminder_says_all_that_is_needed(record: Record, mailbox: LocalMailbox) -> None:
    """Else its reader must sign in to learn whether it concerns her at all."""
    number = arrived(record)
    run_round(record, SOON, mailbox)
    monday = at("2026-04-20 08:00")
    run_round(record, monday, mailbox)
    letter = sent(record, monday)[0]
    assert letter.subject == f"Svar behövs senast 21 april – avvikelse {number}"
    assert letter.text.splitlines()[:8] == [
        "Till dig som mottagningsfunktion vid Sahlgrenska Universitetssjukhuset",
        "",
        f"Avvikelse {number}: ett steg behöver vara klart senast tisdag 21 april 2026.",
        "Det som behövs: Utse enhet och handläggare, eller skicka rätt",
        "Därför då: Räknas från torsdag 16 april 2026, som är dag noll. "
        "Regel: 3 arbetsdagar; lediga dagar hoppas över.",
        "Om datumet passerar: ärendet går till kontaktpersonen.",
        f"Öppna ärendet: http://127.0.0.1:5080/cases/{number}?as=receiver@operation:su",
        "",
    ]


def test_an_overdue_letter_asks_whether_more_time_is_needed(record: Record, mailbox: LocalMailbox) -> None:
    """Else the one who is late is scolded instead of asked, and says nothing at all."""
    number = arrived(record)
    run_round(record, SOON, mailbox)
    play(record, mailbox, at("2026-04-20 08:00"), at("2026-04-22 08:00"))
    late = sent(record)[-1]
    assert late.subject == f"Datumet har passerat – avvikelse {number}", "a receipt's date cannot be moved"
    assert "föreslå en ny dag" not in late.text
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), at("2026-04-22 08:30"))
    play(record, mailbox, at("2026-06-15 08:00"), at("2026-06-16 09:00"))
    [answer] = [s for s in sent(record) if s.account == OSKAR.account and "ett steg skulle ha varit" in s.text]
    assert "föreslå en ny dag" in answer.text
    assert answer.subject == f"Datumet har passerat – behöver ni mer tid? Avvikelse {number}"
    assert "Det som behövs: Svara med orsak och åtgärder" in answer.text


def test_a_reminder_that_climbs_says_whose_move_it_is(record: Record, mailbox: LocalMailbox) -> None:
    """Else a manager reads a colleague's task as her own, and both do it or neither."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    play(record, mailbox, MORNING, at("2026-07-01 09:00"))
    letters = sent(record)
    for account in ("katarina.selin", "harriet.lundqvist.falk"):
        [letter] = [x for x in letters if x.account == account and x.subject.startswith("Datumet har passerat")]
        assert re.search(r"Det väntar på handläggare.*: Svara med orsak och åtgärder", letter.text), account
        assert "Det som behövs" not in letter.text, account


def test_whoever_says_nothing_to_an_answer_reads_what_that_means_and_that_it_happened(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else her silence is taken for consent, and everybody but herself is told so."""
    number = answered(record, mailbox)
    play(record, mailbox, at("2026-04-16 13:00"), at("2026-05-12 09:00"))
    [before, after] = [found for found in sent(record) if found.account == MAJA.account][-2:]
    assert before.subject == f"Svar behövs senast 8 maj – avvikelse {number}"
    assert "Om datumet passerar: besvarad utan invändning." in before.text
    assert after.subject == f"Ärendet är avslutat – avvikelse {number}"
    assert "ingen invändning kom, ärendet avslutades som besvarat" in after.text


def test_a_case_is_told_to_have_ended_once(record: Record, mailbox: LocalMailbox) -> None:
    """Else a decision that is reported weeks later reads as a second end, and its readers look for what was undone."""
    number = ended_with_a_decision_to_report(record)
    run_round(record, SOON, mailbox)
    met = at("2026-06-15 10:00")
    act(record, STINA, number, Command("report_decision", {"meeting_says": "agrees"}), met)
    run_round(record, at("2026-06-15 10:20"), mailbox)
    first, second = [found for found in sent(record) if found.account == MAJA.account][-2:]
    assert first.subject == f"Ärendet är avslutat – avvikelse {number}"
    assert second.subject == f"Nytt i det avslutade ärendet – avvikelse {number}"
    assert "beslutet anmäldes på mötet, som instämde" in second.text
    assert "Ärendet är avslutat." in second.text


def test_letters_are_written_in_the_receivers_own_language(record: Record, mailbox: LocalMailbox) -> None:
    """Else an English-speaking chief gets a letter that she cannot read."""
    change(record, "UPDATE person SET language = 'en' WHERE account = 'petra.lonnroth'")
    number = arrived(record)
    run_round(record, SOON, mailbox)
    letter = one(record, "petra.lonnroth")
    assert letter.subject == f"Now it is your turn – deviation {number}"
    assert "What is needed: Name unit and handler, or send it right" in letter.text
    assert letter.message["Content-Language"] == "en"


def test_the_reporter_gets_a_receipt_with_the_promised_date(record: Record, mailbox: LocalMailbox) -> None:
    """Else a nurse whose manager sends her report on never hears that it has left, nor when to expect an answer."""
    nurse = Seer("nour.haddad", "reporter@unit:hsv-goteborg-centrum")
    manager = Seer("monika.eng", "unit_manager@unit:hsv-goteborg-centrum")
    new = NewCase("deviation", operation="su", texts={"what": "Listan saknades.", "when": "16 april 2026"})
    number = report(record, nurse, new, MORNING).number
    act(record, manager, number, Command("check", {"operation": "su", "harm": "none"}), MORNING)
    run_round(record, SOON, mailbox)
    letter = one(record, "nour.haddad")
    assert letter.subject == f"Tack, rapporten är skickad – avvikelse {number}"
    assert "Mottagaren ska svara senast måndag 15 juni 2026." in letter.text
    assert "Du behöver inte göra något mer." in letter.text

    wrong = {"operation": "vo-molndal", "reason": "Personen bor i Mölndal."}
    act(record, PETRA, number, Command("redirect", wrong), at("2026-04-20 09:00"))
    run_round(record, at("2026-04-20 09:15"), mailbox)
    letter = [found for found in sent(record) if found.account == "nour.haddad"][-1]
    assert letter.subject == f"Din rapport har fått en ny mottagare – avvikelse {number}"
    for said in ("hos mottagningsfunktion", "Vård och omsorg, Mölndal", "ska svara senast måndag 22 juni 2026."):
        assert said in letter.text
    assert "Utse enhet" not in letter.text, "what the receiver is to do is no task of hers"


@pytest.mark.parametrize(
    ("language", "subject", "said"),
    [
        ("sv", "Svaret dröjer – avvikelse", ("Svaret skulle ha kommit 15 juni.", "Du behöver inte göra något.")),
        ("en", "The answer is delayed – deviation", ("was to come on 15 June.", "You need not do anything.")),
    ],
)
def test_the_reporter_hears_that_the_promised_day_has_passed(
    record: Record, mailbox: LocalMailbox, language: str, subject: str, said: tuple[str, ...]
) -> None:
    """Else she reads that the next step is somebody else's, on the day on which she was to have her answer."""
    change(record, f"UPDATE person SET language = '{language}' WHERE account = 'anna.lind'")
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    play(record, mailbox, MORNING, at("2026-06-17 09:00"))
    letter = [found for found in sent(record) if found.account == ANNA.account][-1]
    assert letter.subject == f"{subject} {number}"
    for words in said:
        assert words in letter.text
    assert f"/cases/{number}?as=" in letter.text


def answered(record: Record, mailbox: LocalMailbox) -> str:
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    run_round(record, SOON, mailbox)
    act(record, OSKAR, number, ANSWERED, MORNING)
    return number


def test_the_reporter_hears_that_the_answer_has_come(record: Record, mailbox: LocalMailbox) -> None:
    """Else she reads that the next step is somebody else's, and never says whether it helped."""
    number = answered(record, mailbox)
    run_round(record, at("2026-04-16 13:00"), mailbox)
    letter = [found for found in sent(record) if found.account == ANNA.account][-1]
    assert letter.subject == f"Svaret har kommit – avvikelse {number}"
    assert "Vi vill gärna veta: Löste det problemet?" in letter.text
    assert "Svara gärna senast fredag 8 maj 2026." in letter.text


def test_who_is_asked_for_a_part_reads_what_is_asked_of_her_and_by_when(record: Record, mailbox: LocalMailbox) -> None:
    """Else the letter says that the next step is somebody else's, and the part is never given."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    run_round(record, SOON, mailbox)
    longer = {"new_date": MORNING.date() + timedelta(days=90), "reason": "Ett prov väntas."}
    act(record, OSKAR, number, Command("extend", longer), MORNING)
    run_round(record, at("2026-04-16 13:00"), mailbox)
    letter = [found for found in sent(record) if found.account == MAJA.account][-1]
    assert letter.subject == f"Ni ombeds bidra senast 23 april – avvikelse {number}"
    assert "Det här behövs från er: Medgivande till ny svarsdag" in letter.text
    assert "någon annans" not in letter.text


def test_one_person_gets_one_letter_with_a_section_for_each_function(record: Record, mailbox: LocalMailbox) -> None:
    """Else somebody with two hats, or two accounts, and ten cases gets ten letters on the same morning."""
    change(record, "INSERT INTO holding (account, function, holder, side, acting, valid_from) VALUES"
           " ('petra.lonnroth', 'handler', :h, '', :no, '2024-01-01')", h="unit:hsv-molndal", no=False)  # fmt: skip
    add_person(record, "petra.too", "Petra", PETRAS_ADDRESS, "sv")
    for office in ("receiver@operation:su", "chief@operation:su"):
        hold(record, "petra.too", office, MORNING.date())
    numbers = [arrived(record), arrived(record)]
    run_round(record, SOON, mailbox)
    letter = one(record, "petra.lonnroth")
    assert [str(found.message["To"]) for found in sent(record)].count(PETRAS_ADDRESS) == 1, "her second account's too"
    assert letter.subject == "2 ärenden i Stegen"
    assert letter.text.count("Till dig som") == 2
    assert sorted(set(re.findall(r"\?as=(\S+)", letter.text))) == ["handler@unit:hsv-molndal", "receiver@operation:su"]
    assert all(letter.text.count(f"/cases/{number}?") == 2 for number in numbers)
    assert len(str(letter.message["References"]).split()) == 2


def test_what_falls_to_one_person_twice_is_said_once(record: Record, mailbox: LocalMailbox) -> None:
    """Else the contact person reads the same three lines for every function of hers that nobody holds."""
    arrived(record)
    play(record, mailbox, MORNING, at("2026-07-30 08:00"))
    letter = [found for found in sent(record) if found.account == "harriet.lundqvist.falk"][-1]
    assert letter.text.count("Det här har hänt i avvikelse") == 1
    with record.database.read() as tx:
        about = tx.value(ABOUT, id=str(letter.message["Message-ID"]))
    assert about == 2, "a word to the handlers and one to the managers of a ward that is not named yet"


def test_a_letter_can_be_recognised_and_is_answered_by_no_machine(record: Record, mailbox: LocalMailbox) -> None:
    """Else an absence notice answers the clock, or a copy after a crash looks like a second letter."""
    number = arrived(record)
    run_round(record, SOON, mailbox)
    message = one(record, "petra.lonnroth").message
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["To"] == "petra.lonnroth@vgr.example.invalid"
    assert re.fullmatch(r"<[0-9a-f]{32}@stegen\.example\.invalid>", str(message["Message-ID"]))
    assert message["References"] == f"<case.{number}@stegen.example.invalid>"
    assert message["Date"].datetime == SOON


def test_the_two_parts_of_a_letter_say_the_same(record: Record, mailbox: LocalMailbox) -> None:
    """Else who reads the one part answers something else than who reads the other."""
    arrived(record)
    change(record, "UPDATE person SET language = 'en' WHERE account = 'harriet.lundqvist.falk'")
    play(record, mailbox, MORNING, at("2026-08-14 09:00"))
    letters = sent(record)
    assert len(letters) > 15
    for letter in letters:
        parts = [part.get_content_type() for part in letter.message.walk()]
        assert parts == ["multipart/alternative", "text/plain", "text/html"], "text first"
        plain = re.sub(r'<span class="number">([^<]+)</span>', r"\1", letter.html)
        shown = unescape(re.sub(r"<style>.*</style>|<[^>]+>", " ", plain, flags=re.DOTALL))
        for line in letter.text.splitlines():
            words = line.rpartition(": http")[0] or line
            if words.strip("-"):
                assert " ".join(words.split()) in " ".join(shown.split()).replace(" :", ":")
        assert f'<html lang="{letter.message["Content-Language"]}">' in letter.html
        loose = re.search(
            r"\d{4}-[0-9A-Z]{7}", re.sub(r'<title>.*</title>|<span.*?</span>|href="[^"]*"', "", letter.html)
        )
        assert loose is None, "a narrow screen breaks a number at its hyphen"
        assert re.findall(r'href="([^"]+)"', letter.html) == re.findall(r"http\S+", letter.text)
        assert not re.search(r"<img|<script|src=|url\(|@import", letter.html), "nothing is fetched, nobody is watched"


def test_a_digest_of_more_than_a_thousand_rows_comes_in_pages(
    record: Record, mailbox: LocalMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else one function's letter is so large that no mail server takes it, and nobody reads any of it."""
    monkeypatch.setattr("notifications.letters.PAGE", 2)
    numbers = [arrived(record) for _ in range(5)]
    run_round(record, SOON, mailbox)
    letters = [letter for letter in sent(record) if letter.account == "petra.lonnroth"]
    assert sorted(letter.subject[-6:] for letter in letters) == [" (1/3)", " (2/3)", " (3/3)"]
    assert [sum(number in letter.text for letter in letters) for number in numbers] == [1] * 5


def test_a_serious_event_is_not_betrayed_by_the_letter_about_its_extension(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else the other party learns of a lex Maria matter from the words of a date that moved (D-70)."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    first = {"new_date": MORNING.date() + timedelta(days=80), "reason": "Semester."}
    act(record, OSKAR, number, Command("extend", first), MORNING)
    act(record, KATARINA, number, Command("inform_serious", {"serious": "lex_maria", "telephoned": "MAS"}), MORNING)
    later = first | {"new_date": MORNING.date() + timedelta(days=90)}
    act(record, OSKAR, number, Command("extend", later), MORNING)
    run_round(record, SOON, mailbox)
    told = [letter for letter in sent(record) if letter.account == "maja.ekdahl"]
    assert [letter.text.count("bad om längre tid") for letter in told] == [1]
    assert not [letter for letter in sent(record) if "allvarlig" in letter.text]


def test_every_text_is_there_in_both_languages_and_takes_its_words() -> None:
    """Else the first letter of a kind is the one that finds out that its text is missing."""
    found = forms()
    assert found.faults() == ()
    for name, language in product(WORDS, LANGUAGES):
        subject, text = found[name, language].filled({word: f"<{word}>" for word in WORDS[name]})
        assert subject
        assert text
        assert "{" not in subject + text


def test_a_broken_text_is_told_with_its_file_and_line(tmp_path: Path) -> None:
    """Else a routine owner who misspells a word in braces learns of it from a reader in June."""
    for path in FOLDER.glob("*.txt"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "before.sv.txt").write_text("Svar {nummer}\n\n{number}\n{link", encoding="utf-8")
    (tmp_path / "told.en.txt").unlink()
    (tmp_path / "turn.sv.txt").write_text("{number.__class__}\nsame line", encoding="utf-8")
    (tmp_path / "letter.html").write_text("$heading $bodies", encoding="utf-8")
    found = forms(tmp_path)
    text = "\n".join(found.faults())
    for place in ("before.sv.txt:1: {nummer}", "before.sv.txt:4:", "told.en.txt: cannot be read", "turn.sv.txt:1:",
                  "letter.html: bodies"):  # fmt: skip
        assert place in text
    with pytest.raises(TextFaults, match=r"turn\.sv\.txt:1") as raised:
        found["turn", "sv"]
    assert "before" not in str(raised.value)
    assert found["turn", "en"].subject, "a text without a fault is used"


def test_what_a_letter_says_has_happened_is_not_what_the_case_is_about(record: Record) -> None:
    """Else a mailbox that others read says that somebody's care has become a question of money."""
    moves = [move for known in record.library.definitions.values() for rows in known.by_code.values() for move in rows]
    assert len(moves) > 50
    about = re.compile(r"kostnad|\bcost|pengar|money|\ben person|one person|patient", re.IGNORECASE)
    assert [m.place for m in moves if about.search(f"{m.happened.sv} {m.happened.en}")] == []


def test_the_readme_of_the_texts_names_every_text_and_word() -> None:
    """Else a routine owner cannot know which words she may use."""
    said = (FOLDER / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`\{?(\w+)\}?`", said))
    assert set(WORDS) | {word for words in WORDS.values() for word in words} <= named


def test_a_step_that_stays_is_not_said_to_have_come(record: Record, mailbox: LocalMailbox) -> None:
    """Else whoever was late reads that the case has just come to her, and to do something by a day that has been."""
    said = {"document": "hos-avtal/4.4", "disputed_clause": "4.4", "question": "Vem kallar?", "care": MAJA.post}
    report(record, HELENA, NewCase("dispute", receiving_unit="su-molndal-ortopedi", texts=said), MORNING)
    play(record, mailbox, MORNING, at("2026-05-29 16:00"))
    [letter] = [s for s in sent(record) if s.account == KATARINA.account and "inga mötestider" in s.text]
    assert letter.when == "2026-05-04 08:00"
    assert "Nästa steg är fortfarande ert: Kvittera och föreslå två tider för ett möte" in letter.text
    assert "Skulle ha varit klart tisdag 21 april 2026." in letter.text
    assert "har kommit till er" not in letter.text


def test_a_step_that_comes_late_is_said_once(record: Record, mailbox: LocalMailbox) -> None:
    """Else the contact person reads the same step of the same case twice in one letter."""
    number = arrived(record)
    play(record, mailbox, MORNING, at("2026-04-29 09:00"))
    letter = one(record, "harriet.lundqvist.falk")
    assert letter.subject == f"Datumet har passerat – avvikelse {number}"
    assert letter.text.count("Det som behövs:") == 1
    assert "Skulle ha varit klart tisdag 21 april 2026." in letter.text
    with record.database.read() as tx:
        about = tx.value(ABOUT, id=str(letter.message["Message-ID"]))
    assert about == 2, "both rows are done by it"


def test_the_reporter_is_asked_once_whether_it_helped(record: Record, mailbox: LocalMailbox) -> None:
    """Else she is asked again at each step of the case, by a day that has been."""
    number = arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING)
    measures = [{"what": "Utbilda", "owner": OSKAR.post, "date": MORNING.date() + timedelta(days=90)}]
    act(record, KATARINA, number, Command("answer", {"cause": "Rutinen brast.", "measures": measures}), MORNING)
    play(record, mailbox, MORNING, at("2026-08-12 09:00"))
    letters = [s for s in sent(record) if s.account == ANNA.account]
    assert ["Löste det problemet?" in s.text for s in letters] == [True, *[False] * (len(letters) - 1)]
    assert len(letters) > 1
    assert not [s for s in letters if "Ni ombeds" in s.text]


@pytest.mark.parametrize("policy", [SMTP, SMTPUTF8, modern])
@pytest.mark.parametrize(
    "text",
    [
        "Någon har fått läsa ärenden hos er: handläggare vid Hemsjukvården, Mölndal",
        "Datumet har passerat – behöver ni mer tid? Avvikelse 2026-7M44PTA",
        "An answer is needed by 15 June - deviation 2026-7M44PTA, and a good deal more than a line can hold",
        "å ä ö " * 60,
    ],
)
def test_a_subject_is_read_as_it_was_written(policy: EmailPolicy, text: str) -> None:
    """Else words run together where a long line was broken."""
    message = EmailMessage(policy=policy)
    message["Subject"] = Subject(text.strip())
    message.set_content("x")
    written = message.as_bytes()
    assert str(message_from_bytes(written, policy=modern)["Subject"]) == text.strip()
    assert max(map(len, written.splitlines())) < 80


def test_an_urgent_case_is_known_by_its_subject(record: Record, mailbox: LocalMailbox) -> None:
    """Else the one case where a risk goes on lies among the others until somebody has opened it."""
    texts = {"what": "Insulinet saknas i listan.", "when": "16 april 2026", "harm": "risk"}
    number = report(record, MAJA, NewCase("deviation", operation="su", urgent=True, texts=texts), MORNING).number
    run_round(record, SOON, mailbox)
    letter = one(record, PETRA.account)
    assert letter.subject == f"Nu är det er tur – skyndsam avvikelse {number}"
    assert f"Skyndsam avvikelse {number} har kommit till er." in letter.text
    assert "Senast fredag 17 april 2026." in letter.text, "the short clock"
