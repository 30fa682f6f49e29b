"""A function's own mailbox gets its letters, case by case; nobody reads it by itself, and it opens no wall."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from cases.clock.function_mailboxes import OFFICES, FunctionMailbox, mailboxes, remove_mailbox, set_mailbox
from cases.clock.own_reminders import choose_reminders
from cases.clock.returned_letters import came_back
from cases.clock.vacancies import vacancies
from cases.database import Transaction
from cases.organisation.administration import By, note_act
from cases.organisation.people import PeopleFault, set_disabled
from cases.record import Record
from cases.soundness.verify import verify
from config.organisation import WITH_MAILBOX
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.cases.deviations import PETRA, arrived
from tests.notifications.clockwork import Sent, at, play, sent, statuses
from tests.notifications.conftest import Sink
from tests.record import MORNING, SOON

OFFICE = "receiver@operation:su"
ADDRESS = "samverkan@su.example.invalid"
CONTACT = "contact_person@authority:styrelsen-su"
MONDAY = at("2026-04-20 08:00")


def of_su(letters: list[Sent]) -> list[tuple[str, str]]:
    """(whose, address) of the letters to the hospital's receiving function and its contact person."""
    concerned = (OFFICE, CONTACT, PETRA.account, "harriet.lundqvist.falk")
    return [(s.account, str(s.message["To"])) for s in letters if s.account in concerned]


def test_letters_to_the_function_go_to_its_mailbox_case_by_case(record: Record, mailbox: LocalMailbox) -> None:
    """Else an office that several read gets one letter about five cases, which nobody can file or hand on; or each of
    them gets it in a mailbox that nobody reads during a leave."""
    set_mailbox(record, OFFICE, f" {ADDRESS} ", "en")
    numbers = sorted((arrived(record), arrived(record)))
    choose_reminders(record, PETRA, ["day"], MORNING)
    play(record, mailbox, MORNING, MONDAY)
    mine = [s for s in sent(record) if s.account == OFFICE]
    assert len(mine) == 4, "word at once and a reminder, for each of two cases"
    assert {str(s.message["To"]) for s in mine} == {ADDRESS}
    for letter in mine:
        [number] = [n for n in numbers if n in letter.subject]
        assert letter.text.count("To your mailbox as receiving function at Sahlgrenska") == 1
        assert "To you as" not in letter.text, "nobody in particular reads it"
        assert [n for n in numbers if n in letter.text] == [number]
        assert f"/cases/{number}?as=receiver@operation:su" in letter.text
        assert "To your mailbox as" in letter.html
        assert letter.message["Content-Language"] == "en"
    own = [s for s in sent(record) if s.account == PETRA.account]
    assert [s.when for s in own] == ["2026-04-20 08:00"], "what she chose for herself comes to her, and nothing else"
    assert "2 ärenden" in own[0].subject
    assert verify(record, MONDAY) == ()
    remove_mailbox(record, OFFICE)
    play(record, mailbox, MONDAY, at("2026-04-22 08:00"))
    assert of_su(sent(record, at("2026-04-22 08:00"))) == [(PETRA.account, "petra.lonnroth@vgr.example.invalid")]


def test_a_mailbox_that_takes_no_letters_leaves_them_to_the_holder_and_then_the_chain(
    record: Record, sink: Sink
) -> None:
    """Else a mailbox that was closed in a reorganisation swallows an office's letters for good."""
    set_mailbox(record, OFFICE, ADDRESS, "sv")
    arrived(record)
    sink.answers[ADDRESS] = "550 5.1.1 no such mailbox"
    run_round(record, SOON, sink.mailer())
    sink.answers["petra.lonnroth@vgr.example.invalid"] = "550 5.1.1 left"
    play(record, sink.mailer(), SOON, at("2026-04-16 10:45"))
    assert of_su(sent(record)) == [(PETRA.account, "petra.lonnroth@vgr.example.invalid")]
    run_round(record, MONDAY, sink.mailer())
    run_round(record, MONDAY, sink.mailer())
    run_round(record, MONDAY, sink.mailer())
    assert of_su(sent(record, MONDAY)) == [("harriet.lundqvist.falk", "harriet.lundqvist.falk@vgr.example.invalid")], (
        "the mailbox, the holder and then the contact person"
    )
    parked = [reason for status, reason in statuses(record).values() if status == "parked"]
    assert len(parked) == 3
    assert all(reason.startswith("refused: ") for reason in parked)


def test_a_letter_that_comes_back_from_the_mailbox_goes_to_the_holder(record: Record, mailbox: LocalMailbox) -> None:
    """Else a full mailbox is the end of a reminder that the mail server had taken."""
    set_mailbox(record, OFFICE, ADDRESS, "sv")
    arrived(record)
    run_round(record, SOON, mailbox)
    with record.database.read() as tx:
        token = tx.value("SELECT return_token FROM letter WHERE account = :a", a=OFFICE)
    back = came_back(record, token, "5.2.2 full", MORNING)
    assert back.account == OFFICE
    assert len(back.parked) == 1
    run_round(record, SOON, mailbox)
    assert of_su(sent(record)) == [(PETRA.account, "petra.lonnroth@vgr.example.invalid")]


def test_a_mailbox_fills_no_vacancy(record: Record, mailbox: LocalMailbox) -> None:
    """Else an office that everybody has left goes on getting letters that nobody may open the case from."""
    set_mailbox(record, OFFICE, ADDRESS, "sv")
    set_mailbox(record, CONTACT, "kontakt@su.example.invalid", "sv")
    number = arrived(record)
    set_disabled(record, PETRA.account, True)
    run_round(record, SOON, mailbox)
    [letter] = [s for s in sent(record) if "@" in s.account]
    assert (letter.account, str(letter.message["To"])) == (CONTACT, "kontakt@su.example.invalid")
    assert f"/cases/{number}?as=contact_person@authority:styrelsen-su" in letter.text
    set_disabled(record, "harriet.lundqvist.falk", True)
    assert [(v.number, v.post, v.why) for v in vacancies(record, MORNING) if v.post == OFFICE] == [
        (number, OFFICE, "nobody")
    ] * len([v for v in vacancies(record, MORNING) if v.post == OFFICE])
    assert any(v.post == OFFICE for v in vacancies(record, MORNING))
    run_round(record, MONDAY, mailbox)
    assert of_su(sent(record, MONDAY)) == []
    assert [reason for key, (_, reason) in statuses(record).items() if key.endswith(f"-1/{OFFICE}")] == ["no_receiver"]


def test_a_mailbox_is_told_to_those_who_answer_for_the_function(record: Record, sink: Sink) -> None:
    """Else an administrator turns an office's letters to an address of her own, and nobody knows."""
    set_mailbox(record, OFFICE, "kim.private@example.org", "sv", by=By("kim.savas", MORNING))
    run_round(record, SOON, sink.mailer())
    [(address, message)] = sink.taken
    assert address == "harriet.lundqvist.falk@vgr.example.invalid"
    assert b"kim.private@example.org" in message
    run_round(record, SOON, sink.mailer())
    assert len(sink.taken) == 1


@pytest.mark.parametrize(
    ("post", "address", "code"),
    [
        ("chair@forum:lgs", ADDRESS, "mailbox_function"),
        ("unit_manager@unit:hsv-molndal", ADDRESS, "mailbox_function"),
        ("reporter@unit:hsv-molndal", ADDRESS, "mailbox_function"),
        ("receiver@operation:nowhere", ADDRESS, "place"),
        ("receiver@unit:hsv-molndal", ADDRESS, "function"),
        (OFFICE, "two@example.org, three@example.org", "email"),
        (OFFICE, "a@example.org\nBcc: b@example.org", "email"),
        (OFFICE, "bråk@example.org", "email"),
        (OFFICE, "a@\texample.org", "email"),
        (OFFICE, "a(den andra)@example.org", "email"),
        (OFFICE, '"a b"@example.org', "email"),
        (OFFICE, "", "email"),
    ],
)
def test_what_cannot_be_a_mailbox_is_refused(record: Record, post: str, address: str, code: str) -> None:
    """Else a manager's own reminder lies in a mailbox that all share, or a letter leaves for two addresses."""
    before = mailboxes(record)
    with pytest.raises(PeopleFault) as refused:
        set_mailbox(record, post, address, "sv")
    assert refused.value.code == code
    assert mailboxes(record) == before
    with pytest.raises(PeopleFault):
        remove_mailbox(record, OFFICE)


def test_the_counties_folder_says_which_offices_have_one(record: Record) -> None:
    """Else each office is entered by hand on the day a county begins; or the folder offers what the pages refuse."""
    assert set(OFFICES) == WITH_MAILBOX
    assert [m.post for m in mailboxes(record)] == [
        "contact_person@authority:von-ockero", "registrar@authority:styrelsen-su", "secretary@forum:sro",
        "secretary@forum:vvg",
    ]  # fmt: skip


def test_two_parties_share_no_mailbox(record: Record) -> None:
    """Else one party's office reads what is asked of the other about their case (domain.md section 6)."""
    set_mailbox(record, OFFICE, ADDRESS, "sv")
    with pytest.raises(PeopleFault) as refused:
        set_mailbox(record, "handler@unit:hsv-molndal", ADDRESS.upper(), "sv")
    assert refused.value.code == "mailbox_shared"
    for shared in (CONTACT, "handler@unit:su-molndal-ortopedi", "secretary@forum:lgs"):
        set_mailbox(record, shared, ADDRESS, "sv")
    assert sum(m.address == ADDRESS for m in mailboxes(record)) == 4


def test_two_parties_share_no_mailbox_that_is_set_in_the_same_moment(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else two administrators who save at once get past the question, each before the other's row can be seen."""
    both_past_the_question: Barrier = Barrier(2)

    def after_both_asked(tx: Transaction, by: By | None, act: str, about: str, **facts: Any) -> None:
        """They meet here at once if nothing keeps the second from asking before the first has saved."""
        with suppress(BrokenBarrierError):
            both_past_the_question.wait(0.5)
        note_act(tx, by, act, about, **facts)

    def asked(post: str) -> str:
        try:
            set_mailbox(record, post, ADDRESS, "sv")
        except PeopleFault as refused:
            return refused.code
        return "set"

    monkeypatch.setattr("cases.clock.function_mailboxes.note_act", after_both_asked)
    with ThreadPoolExecutor(2) as administrators:
        came = sorted(administrators.map(asked, (OFFICE, "handler@unit:hsv-molndal")))
    assert came == ["mailbox_shared", "set"]
    assert sum(m.address == ADDRESS for m in mailboxes(record)) == 1


def test_a_mailbox_can_be_changed(record: Record) -> None:
    """Else a function is bound to its first address."""
    set_mailbox(record, OFFICE, ADDRESS, "sv")
    set_mailbox(record, OFFICE, "annan@su.example.invalid", "en")
    assert FunctionMailbox(OFFICE, "annan@su.example.invalid", "en") in mailboxes(record)
