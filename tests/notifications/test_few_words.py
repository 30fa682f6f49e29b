"""Word at once about one case: what happens to it in a quarter of an hour is one letter (domain.md section 6)."""

from dataclasses import replace
from datetime import timedelta

from cases.acting import act
from cases.clock.relevance import PUT_FORWARD
from cases.contents import forum_files
from cases.record import Record
from cases.reports.reporting import NewCase, report
from cases.soundness.verify import verify
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.cases.deviations import ANNA, ANSWERED, MAJA, OSKAR, PETRA, REPORT, arrived, contested
from tests.notifications.clockwork import at, minutes, play, sent, statuses
from tests.record import MORNING, SOON
from workflows.library import Library
from workflows.nouns import Command

EVENING = at("2026-04-16 19:00")


def hers(record: Record, account: str) -> list[tuple[str, str, str]]:
    """Her letters: when, subject, and text on one line."""
    found = [letter for letter in sent(record) if letter.account == account]
    return [(letter.when[11:], letter.subject, " ".join(letter.text.split())) for letter in found]


def test_steps_taken_quickly_are_one_letter_that_tells_them_in_their_order(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else a handler gets five letters in ten minutes about one case, and a rule in her mail program for the rest."""
    number = arrived(record)
    for minute, (who, move) in enumerate(
        (
            (PETRA, Command("assign", {"unit": "su-molndal-ortopedi"})),
            (OSKAR, Command("ask", {"question_text": "Vilken avdelning?"})),
            (MAJA, Command("supplement", {"part_text": "Avdelning 2."})),
            (OSKAR, ANSWERED),
        ),
        1,
    ):
        act(record, who, number, move, MORNING + minutes(3 * minute))
        assert run_round(record, MORNING + minutes(3 * minute), mailbox).sent == 0
    play(record, mailbox, MORNING, EVENING)
    [(when, subject, text)] = hers(record, "ulf.granberg")
    assert (when, subject) == ("10:27", f"Nu är det er tur – avvikelse {number}"), (
        "of the answer; the rest they have seen"
    )
    assert hers(record, MAJA.account) == [(when, subject, text)], "her colleague in the function reads the same"
    assert hers(record, PETRA.account) == [], "she has passed it on meanwhile: nothing asks for her"
    rows = statuses(record, f"{number}/%/handler@unit:hsv-molndal")
    assert ("done", "") in rows.values()
    assert verify(record, EVENING) == ()


def test_several_steps_stand_in_one_sentence_for_whom_they_ask_nothing(record: Record, mailbox: LocalMailbox) -> None:
    """Else whoever only follows a case reads the last of three steps, or the same next step three times."""
    number = arrived(record)
    wrong = {"operation": "avo-goteborg", "reason": "Personen bor i Göteborg."}
    act(record, PETRA, number, Command("redirect", wrong), MORNING + minutes(4))
    play(record, mailbox, MORNING, EVENING)
    [(when, _, text)] = hers(record, MAJA.account)
    assert when == "10:15"
    told = text.partition("Det här har hänt")[2].partition(".")[0]
    assert told.count(";") == 1, text
    assert text.count("Nästa steg har") == 1


def test_an_urgent_case_waits_for_nothing_and_what_comes_when_all_are_gone_is_the_morning_s(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else a risk that goes on is told a quarter of an hour late; or the last word of the day comes at midnight, or is
    kept from the evening's readers by the pause alone."""
    report(record, ANNA, NewCase("deviation", operation="su", texts=REPORT, urgent=True), MORNING)
    assert run_round(record, MORNING, mailbox).sent == 3
    late = arrived(record, at("2026-04-16 16:20"))
    run_round(record, at("2026-04-16 16:25"), mailbox)
    assert [when for when, subject, _ in hers(record, PETRA.account) if late in subject] == ["16:25"]
    evening = arrived(record, EVENING)
    act(record, PETRA, evening, Command("assign", {"unit": "su-molndal-ortopedi"}), EVENING + minutes(60))
    run_round(record, EVENING + minutes(61), mailbox)
    run_round(record, at("2026-04-17 08:00"), mailbox)
    assert [when for when, subject, _ in hers(record, OSKAR.account) if evening in subject] == ["08:00"]


def test_what_waits_of_a_case_that_turns_urgent_leaves_with_the_word_that_says_so(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else whoever heard nothing of the case yet hears last that its risk goes on, or gets two letters of it."""
    routine = record.library.in_force("deviation")
    moves = tuple(replace(m, then=(*m.then, ("urgent", ""))) if m.code == "assign" else m for m in routine.moves)
    record.library = Library({**record.library.definitions, routine.key: replace(routine, moves=moves)})
    number, beside = arrived(record), arrived(record)
    act(record, PETRA, number, Command("assign", {"unit": "su-molndal-ortopedi"}), MORNING + minutes(6))
    run_round(record, MORNING + minutes(7), mailbox)
    told = {row: status for row, (status, _) in statuses(record, f"{number}/%").items() if "/v" in row}
    assert set(told.values()) == {"done", "overtaken"}, "hers that acted is overtaken, and stays so"
    play(record, mailbox, MORNING + minutes(7), EVENING)
    assert [when for when, subject, _ in hers(record, "ulf.granberg") if number in subject] == ["10:07"]
    assert [when for when, subject, _ in hers(record, OSKAR.account) if number in subject] == ["10:07"]
    assert [when for when, subject, _ in hers(record, PETRA.account) if beside in subject] == ["10:15"]
    assert hers(record, PETRA.account)[1:] == [], "of another case, which is not urgent"
    assert verify(record, EVENING) == ()


def test_a_forum_file_that_is_written_anew_all_day_is_one_letter_next_morning(
    record: Record, mailbox: LocalMailbox
) -> None:
    """Else six corrections are six letters to each handler; or the day's newest revision is the one nobody hears of."""
    number = contested(record)
    run_round(record, SOON, mailbox)
    for revision in range(1, 4):
        moment = MORNING + timedelta(hours=revision)
        texts = {"statement": f"Listan saknades, {revision}.", "question": "Vem skickar listan?"}
        forum_files.write_revision(record, MAJA, number, texts, moment)
        forum_files.review(record, MAJA, number, revision, moment)
    play(record, mailbox, SOON, at("2026-04-17 16:00"))
    mine = [found for found in hers(record, OSKAR.account) if "Läs underlaget" in found[2]]
    assert [when for when, _, _ in mine] == ["08:00"]
    assert mine[0][2].count("Läs underlaget innan det lämnas") == 1
    with record.database.read() as tx:
        fates = tx.all("SELECT status FROM docket WHERE notch = :word", word=PUT_FORWARD)
    assert set(fates) == {("done",)}
    assert verify(record, at("2026-04-17 16:00")) == ()
