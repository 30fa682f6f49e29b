"""Whoever answers for a place hears at once that somebody has got to read its cases."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.policy import default as modern

import pytest

from cases.organisation.administration import By, acts
from cases.organisation.people import add_person, end_holding, hold, set_address, stand_in
from cases.record import Record
from notifications.delivery import Send
from notifications.functions_given import tell_functions_given
from notifications.round import run_round
from notifications.smtp import MailServer
from tests.cases.deviations import ANNA, MAJA
from tests.notifications.clockwork import LETTERHEAD, at
from tests.notifications.conftest import Sink, free_port
from tests.record import MORNING

BY = By("kim.savas", MORNING)
TODAY = MORNING.date()
NIGHT = at("2026-04-16 23:30")
PRIVATE = "kim.private@example.org"
CONTACT_OF_SU = "harriet.lundqvist.falk"


def someone_new(record: Record) -> None:
    add_person(record, "kim.two", "Kim Två", PRIVATE, "sv", by=BY)


def letters_of(sink: Sink) -> list[tuple[str, str]]:
    """(address, text) of each letter that has left."""
    return [(to, str(message_from_bytes(m, policy=modern).get_content())) for to, m in sink.taken]


def test_the_contact_person_hears_at_once_who_got_to_read_cases(record: Record, sink: Sink) -> None:
    """Else an administrator makes herself a second account, and reads what happened to whom, and nobody knows."""
    someone_new(record)
    hold(record, "kim.two", "handler@unit:su-molndal-ortopedi", TODAY, by=BY)
    assert run_round(record, NIGHT, sink.mailer()).sent == 1
    assert run_round(record, NIGHT + timedelta(minutes=1), sink.mailer()).sent == 0, "once"
    [(address, text)] = letters_of(sink)
    with record.database.read() as tx:
        assert address == tx.value("SELECT email FROM person WHERE account = :a", a=CONTACT_OF_SU)
    for said in (
        "Kim Två",
        "kim.two",
        PRIVATE,
        "Ortopedavdelning, Mölndals sjukhus",
        "Den som gav funktionen: Kim S",
        "16 april 2026",
    ):
        assert said in text, said
    assert "I stället för" not in text
    given = next(act for act in acts(record, NIGHT, 9) if act.act == "function_given")
    assert (given.account, given.about) == ("kim.savas", "kim.two")


def test_who_stands_in_for_a_reader_is_told_of_too(record: Record, sink: Sink) -> None:
    """Else somebody's absence would be the way round."""
    someone_new(record)
    stand_in(record, MAJA.account, TODAY, TODAY, substitute="kim.two", by=BY)
    run_round(record, NIGHT, sink.mailer())
    [(_, text)] = letters_of(sink)
    assert "I stället för: Maja" in text
    assert "kim.two" in text


def test_nobody_is_told_to_stand_in_for_what_she_holds_herself(record: Record, sink: Sink) -> None:
    """Else a contact person is told that somebody has got to read the cases that she reads as it is."""
    someone_new(record)
    hold(record, "kim.two", MAJA.post, TODAY, by=BY)
    run_round(record, NIGHT, sink.mailer())
    stand_in(record, MAJA.account, TODAY, TODAY, substitute="kim.two", by=BY)
    run_round(record, NIGHT, sink.mailer())
    [(_, text)] = letters_of(sink)
    assert "I stället för" not in text


@pytest.mark.parametrize(
    ("post", "side"), [("contact_person@authority:styrelsen-su", ""), ("chair@forum:lgs", "municipal")]
)
def test_it_is_told_to_somebody_else_than_who_got_it(record: Record, sink: Sink, post: str, side: str) -> None:
    """Else a function that tells of itself to its own holder would be the way round."""
    with record.database.read() as tx:
        held = tx.all("SELECT account, function, holder FROM holding WHERE function IN ('contact_person',"
                      " 'process_leader') AND valid_to IS NULL")  # fmt: skip
    for account, function, holder in held:
        end_holding(record, account, f"{function}@{holder}", TODAY - timedelta(days=1))
    someone_new(record)
    hold(record, "kim.two", post, TODAY, side=side, by=BY)
    run_round(record, NIGHT, sink.mailer())
    [(address, _)] = letters_of(sink)
    with record.database.read() as tx:
        assert address == tx.value("SELECT email FROM person WHERE account = 'rune.ekvall'"), "the auditor"


def test_a_function_that_reads_no_case_of_others_is_no_news(record: Record, sink: Sink) -> None:
    """Else the letter that matters would drown among those about every new reporter."""
    someone_new(record)
    hold(record, "kim.two", "reporter@unit:hsv-molndal", TODAY, by=BY)
    hold(record, "kim.two", "auditor@county", TODAY, by=BY)
    hold(record, "kim.two", "handler@unit:hsv-molndal", TODAY)  # a county's folder, done by nobody
    assert run_round(record, NIGHT, sink.mailer()).sent == 0


def test_a_mail_server_that_is_away_loses_no_word_of_it(record: Record, sink: Sink) -> None:
    """Else an outage would be the hour to do it in."""
    someone_new(record)
    hold(record, "kim.two", "handler@unit:su-molndal-ortopedi", TODAY, by=BY)
    away = MailServer(f"smtp://127.0.0.1:{free_port()}", LETTERHEAD, seconds=10)
    assert run_round(record, NIGHT, away).sent == 0
    assert run_round(record, NIGHT + timedelta(hours=1), sink.mailer()).sent == 1


def test_an_address_that_takes_nothing_is_no_end_of_the_chain(record: Record, sink: Sink) -> None:
    """Else the one dead address of a contact person who has left is where such news always ends."""
    someone_new(record)
    hold(record, "kim.two", "handler@unit:su-molndal-ortopedi", TODAY, by=BY)
    with record.database.read() as tx:
        first = str(tx.value("SELECT email FROM person WHERE account = :a", a=CONTACT_OF_SU))
    sink.answers[first] = "550 no such mailbox"
    assert run_round(record, NIGHT, sink.mailer()).sent == 0
    assert run_round(record, NIGHT + timedelta(minutes=1), sink.mailer()).sent >= 1
    reached = {address for address, _ in letters_of(sink)}
    with record.database.read() as tx:
        others = {email for (email,) in tx.all(
            "SELECT p.email FROM holding h JOIN person p ON p.account = h.account JOIN authority a"
            " ON h.holder = 'authority:' || a.code"
            " WHERE h.function = 'contact_person' AND a.party = 'vgr'")}  # fmt: skip
    assert reached == others - {first}, "the party's other contact persons"
    run_round(record, NIGHT + timedelta(minutes=2), sink.mailer())
    assert len(letters_of(sink)) == len(reached), "once each"


def test_two_rounds_of_one_moment_tell_of_it_once(record: Record, sink: Sink) -> None:
    """Else two clocks that start together send the same news twice."""
    someone_new(record)
    hold(record, "kim.two", "handler@unit:su-molndal-ortopedi", TODAY, by=BY)

    @dataclass(frozen=True)
    class Beaten:
        """A way to the mail server on which another round comes by just before the first letter is kept."""

        letterhead = LETTERHEAD

        @contextmanager
        def session(self) -> Iterator[Send]:
            with sink.mailer().session() as send:
                assert tell_functions_given(record, NIGHT, sink.mailer()) == 1
                yield send

    assert tell_functions_given(record, NIGHT, Beaten()) == 0
    assert len(sink.taken) == 1


def test_the_contact_person_hears_whose_letters_go_to_another_address(record: Record, sink: Sink) -> None:
    """Else an administrator lets a handler's letters come to herself, asks for a new password there, and reads on in
    her name."""
    set_address(record, "petra.lonnroth", PRIVATE, by=BY)
    assert run_round(record, NIGHT, sink.mailer()).sent == 1
    [(address, text)] = letters_of(sink)
    assert address == f"{CONTACT_OF_SU}@vgr.example.invalid"
    for said in (PRIVATE, "(petra.lonnroth)", "Den som ändrade: Kim S"):
        assert said in text, said
    set_address(record, ANNA.account, "anna@example.org", by=BY)
    assert run_round(record, NIGHT + timedelta(minutes=1), sink.mailer()).sent == 0, "once; a reporter reads her own"
