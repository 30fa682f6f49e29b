"""Invitations by letter: each once, with a link that nobody can read out of the record, whatever happens to it."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default as modern

import pytest

from cases.clock.invitation_letters import LEASE, claim_next
from cases.clock.letters_written import written_letters
from cases.organisation.people import set_disabled
from cases.record import Record
from cases.signing_in.invitations import (
    LASTS,
    CannotInvite,
    NotInvited,
    accept,
    ask_again,
    invitation_of,
    invite,
    invite_here,
    invited,
    revoke,
)
from cases.signing_in.passwords import WeakPassword, set_password
from notifications.invitations import send_invitations
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.cases.deviations import ANNA, MAJA
from tests.notifications.conftest import Sink
from tests.record import MORNING, SOON

PASSWORD = "fyra ord i en lång rad"
ADDRESS = "anna.lind@molndal.example.invalid"


def _token(message: bytes) -> str:
    body = message_from_bytes(message, policy=modern).get_body(("plain",))
    found = re.search(r"/invitation/([0-9a-f]{64})", str(body.get_content()) if body is not None else "")
    assert found is not None, message
    return found.group(1)


def test_an_invitation_leaves_once_and_its_link_takes_a_password_once(record: Record, sink: Sink) -> None:
    """Else a new colleague would never get in, or an old letter would open her account again."""
    invite(record, ANNA.account, MORNING)
    assert run_round(record, SOON, sink.mailer()).sent == 1
    assert run_round(record, SOON, sink.mailer()).sent == 0
    [(address, message)] = sink.taken
    assert address == ADDRESS
    text = str(message_from_bytes(message, policy=modern).get_content())
    assert "anna.lind" in text
    assert "onsdag 22 april 2026" in text
    token = _token(message)
    assert invited(record, token, MORNING).account == ANNA.account
    with pytest.raises(WeakPassword):
        accept(record, token, "kort", MORNING)
    assert accept(record, token, PASSWORD, MORNING) == ANNA.account
    for _ in range(2):
        with pytest.raises(NotInvited):
            accept(record, token, PASSWORD, MORNING)


def test_the_record_keeps_no_link_that_a_mail_server_took(record: Record, sink: Sink) -> None:
    """Else a copy of the database would open every account that is invited."""
    invite(record, ANNA.account, MORNING)
    send_invitations(record, MORNING, sink.mailer())
    token = _token(sink.taken[0][1])
    with record.database.read() as tx:
        kept = repr([bytes(body) for (body,) in tx.all("SELECT body FROM letter")])
        kept += repr(tx.all("SELECT * FROM invitation")) + repr(tx.all("SELECT message_id, subject FROM letter"))
    assert len(written_letters(record, 10)) == 1
    assert all(token[start : start + 16] not in kept for start in range(0, 64, 16))


def test_in_the_local_mailbox_the_letter_is_read_with_its_link(record: Record, mailbox: LocalMailbox) -> None:
    """Else an installation without a mail server could invite nobody."""
    invite(record, ANNA.account, MORNING)
    run_round(record, SOON, mailbox)
    [letter] = written_letters(record, 10)
    assert accept(record, _token(letter.body), PASSWORD, MORNING) == ANNA.account


def test_a_server_that_puts_off_gets_it_later_with_another_link(record: Record, sink: Sink) -> None:
    """Else one busy minute of the mail server would cost somebody her invitation."""
    invite(record, ANNA.account, MORNING)
    sink.answers[ADDRESS] = "451 later"
    assert send_invitations(record, MORNING, sink.mailer()) == {"due": 1}
    assert not send_invitations(record, MORNING, sink.mailer())
    sink.answers.clear()
    assert send_invitations(record, MORNING + timedelta(minutes=10), sink.mailer()) == {"sent": 1}
    assert accept(record, _token(sink.taken[0][1]), PASSWORD, MORNING) == ANNA.account


def test_a_refused_address_is_told_to_whoever_looks(record: Record, sink: Sink) -> None:
    """Else an invitation to a misspelt address would be waited for in silence."""
    invite(record, ANNA.account, MORNING)
    sink.answers[ADDRESS] = "550 5.1.1 no such mailbox"
    assert send_invitations(record, MORNING, sink.mailer()) == {"refused": 1}
    told = invitation_of(record, ANNA.account)
    assert told is not None
    assert (told.status, told.answer) == ("refused", "550 5.1.1 no such mailbox")


def test_a_server_that_relays_for_nobody_ends_no_invitation(record: Record, sink: Sink) -> None:
    """Else a mail server that is set up wrongly for an hour costs everybody who was invited in it her letter; or an
    address that takes none is tried for days, once the server takes letters again."""
    invite(record, ANNA.account, MORNING)
    sink.everybody = "554 relay access denied"
    assert send_invitations(record, MORNING, sink.mailer()) == {"due": 1}
    told = invitation_of(record, ANNA.account)
    assert told is not None
    assert (told.status, told.answer) == ("due", "554 relay access denied")
    sink.everybody, sink.answers[ADDRESS] = "", "554 no thank you"
    invite(record, MAJA.account, MORNING)
    later = MORNING + timedelta(minutes=10)
    assert send_invitations(record, later, sink.mailer()) == {"sent": 1, "refused": 1}, "now it is about the address"


def test_an_address_that_is_none_holds_up_nobody(record: Record, sink: Sink) -> None:
    """Else one address with a slip in it would keep everybody else from being invited."""
    with record.database.write() as tx:
        tx.run("UPDATE person SET email = 'å@@x, y@z' WHERE account = :a", a=MAJA.account)
    for account in (MAJA.account, ANNA.account):
        invite(record, account, MORNING)
    assert send_invitations(record, MORNING, sink.mailer()) == {"refused": 1, "sent": 1}
    assert [address for address, _ in sink.taken] == [ADDRESS]


def test_when_nobody_knows_whether_it_arrived_another_one_goes(record: Record, sink: Sink) -> None:
    """Else a line that breaks at the wrong moment would leave somebody without an invitation."""
    invite(record, ANNA.account, MORNING)
    sink.hangs_up.add(ADDRESS)
    assert send_invitations(record, MORNING, sink.mailer()) == {"due": 1}
    sink.hangs_up.clear()
    assert send_invitations(record, MORNING + timedelta(minutes=10), sink.mailer()) == {"sent": 1}
    first, second = (_token(message) for _, message in sink.taken)
    with pytest.raises(NotInvited):
        accept(record, first, PASSWORD, MORNING)
    assert accept(record, second, PASSWORD, MORNING) == ANNA.account


def test_a_worker_that_died_with_it_is_taken_over_from(record: Record, mailbox: LocalMailbox) -> None:
    """Else a power cut in the wrong second would lose an invitation, or send it from two rounds at once."""
    invite(record, ANNA.account, MORNING)
    assert claim_next(record, MORNING) is not None
    assert claim_next(record, MORNING) is None
    assert send_invitations(record, MORNING + LEASE, mailbox) == {"sent": 1}


def test_a_mail_server_that_is_away_loses_nothing(record: Record, sink: Sink) -> None:
    """Else an outage would swallow every invitation of that morning."""
    invite(record, ANNA.account, MORNING)
    away = Sink(port=1)
    assert send_invitations(record, MORNING, away.mailer()) == {"due": 1}
    assert send_invitations(record, MORNING + timedelta(minutes=10), sink.mailer()) == {"sent": 1}


@pytest.mark.parametrize("ending", ["revoked", "closed", "replaced", "late"])
def test_an_invitation_can_be_taken_back_and_ends(record: Record, mailbox: LocalMailbox, ending: str) -> None:
    """Else a letter in an old mailbox would open an account that was closed for good reason."""
    token, now = invite_here(record, ANNA.account, MORNING), MORNING
    if ending == "revoked":
        assert revoke(record, ANNA.account)
        assert not revoke(record, ANNA.account)
    elif ending == "closed":
        set_disabled(record, ANNA.account, True)
        set_disabled(record, ANNA.account, False)
    elif ending == "replaced":
        invite(record, ANNA.account, MORNING)
    else:
        now += LASTS
    with pytest.raises(NotInvited):
        accept(record, token, PASSWORD, now)


def test_one_that_was_taken_back_before_it_left_does_not_leave(record: Record, sink: Sink) -> None:
    """Else somebody who was invited by mistake would get the letter all the same."""
    invite(record, ANNA.account, MORNING)
    assert revoke(record, ANNA.account)
    invite(record, MAJA.account, MORNING)
    set_disabled(record, MAJA.account, True)
    assert not send_invitations(record, MORNING, sink.mailer())
    assert sink.taken == []
    with pytest.raises(CannotInvite):
        invite(record, MAJA.account, MORNING)


def test_a_mailbox_alone_opens_no_account_that_a_provider_vouches_for(record: Record) -> None:
    """Else whoever reads somebody's mail could walk around the service card."""
    ask_again(record, ANNA.account, "10.0.0.1", MORNING)
    assert claim_next(record, MORNING) is None
    set_password(record, ANNA.account, PASSWORD)
    ask_again(record, ANNA.account, "10.0.0.1", MORNING)
    due = claim_next(record, MORNING)
    assert due is not None
    assert due.account == ANNA.account
