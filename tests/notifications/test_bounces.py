"""Letters that come back: the report finds its row, the row is parked, and the next of the chain gets what it said."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default as modern

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cases.clock.clock_standing import standing
from cases.clock.letters import Tidings
from cases.clock.returned_letters import came_back
from cases.record import Record
from cases.signing_in.invitations import NotInvited, invite, invited
from cases.soundness.verify import verify
from notifications.bounces import read_bounce
from notifications.commands import docket_group, mailbox
from notifications.delivery import Parcel, Send
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.cases.deviations import arrived
from tests.notifications.clockwork import LETTERHEAD, minutes, sent, statuses
from tests.notifications.conftest import Sink
from tests.notifications.reports import ABSENCE, report
from tests.notifications.test_commands import Installation, Settings
from tests.record import MORNING, SOON

PETRA = "petra.lonnroth@vgr.example.invalid"
ROW = "submit/v2/receiver@operation:su"


def letter_to(record: Record, address: str) -> tuple[str, str]:
    """The envelope's sender and the Message-ID of the one letter to an address."""
    with record.database.read() as tx:
        token, message_id = tx.one("SELECT return_token, message_id FROM letter WHERE address = :a", a=address) or ("",)
    return f"stegen+r-{token}@stegen.example.invalid", message_id


def read(record: Record, message: bytes) -> dict[str, object]:
    done = CliRunner().invoke(mailbox, ["bounces", "--json"], input=message, obj=Installation(record, Settings()))
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    assert len(found) == 1
    return dict(found[0])


@pytest.fixture
def returned(record: Record, mailbox: LocalMailbox) -> Record:
    """Three letters have left, among them one to Petra."""
    arrived(record)
    assert run_round(record, SOON, mailbox).sent == 3
    return record


def test_a_letter_that_came_back_goes_to_the_next_of_the_chain(returned: Record, mailbox: LocalMailbox) -> None:
    """Else a mailbox that was closed in spring swallows the reminders of the summer, and everybody believes in them."""
    to, _ = letter_to(returned, PETRA)
    told = read(returned, report(to, PETRA))
    assert (told["result"], len(list(told["parked"]))) == ("returned", 1)  # type: ignore[call-overload]
    rows = statuses(returned, "%/submit/%")
    said = "refused: 5.1.1 550 5.1.1 <petra.lonnroth@vgr.example.invalid>: Recipient address rejected: User unknown"
    assert rows[ROW] == ("parked", said)
    assert rows[f"{ROW}~1"] == ("waiting", "")
    later = SOON + minutes(1)
    assert run_round(returned, later, mailbox).sent == 1
    assert [letter.account for letter in sent(returned, later)] == ["harriet.lundqvist.falk"]
    assert verify(returned, later) == ()


def test_a_report_that_is_here_before_the_word_that_the_letter_was_taken_counts(record: Record, sink: Sink) -> None:
    """Else a mail server that is quick to say that nobody is there ends a reminder that nobody got."""
    arrived(record)
    told = []

    class Quick:
        letterhead = LETTERHEAD

        @contextmanager
        def session(self) -> Iterator[Send]:
            with sink.mailer().session() as send:

                def hand_over(parcel: Parcel) -> Tidings:
                    taken = send(parcel)
                    if parcel.address == PETRA:
                        told.append(read(record, report(parcel.sender, PETRA)))
                    return taken

                yield hand_over

    run_round(record, SOON, Quick())
    assert [(one["result"], one["parked"]) for one in told] == [("returned", [])]
    rows = statuses(record, "%/submit/%")
    assert (rows[ROW][0], rows[f"{ROW}~1"][0]) == ("parked", "done")
    assert "User unknown" in rows[ROW][1]
    assert sink.taken[-1][0] == "harriet.lundqvist.falk@vgr.example.invalid"
    assert verify(record, MORNING + minutes(1)) == ()


def test_the_same_report_twice_has_one_effect(returned: Record) -> None:
    """Else a mail server that repeats itself makes the contact person read the same thing again and again."""
    to, _ = letter_to(returned, PETRA)
    assert read(returned, report(to, PETRA))["parked"] != []
    again = read(returned, report(to, PETRA))
    assert (again["result"], again["parked"]) == ("returned", [])
    assert len(statuses(returned, f"%/{ROW}%")) == 2


def test_a_colleague_who_got_it_keeps_the_row_done(returned: Record) -> None:
    """Else a function that was reached is written to a second time."""
    to, _ = letter_to(returned, "ulf.granberg@molndal.example.invalid")
    assert read(returned, report(to, "ulf"))["parked"] == []
    assert statuses(returned)["submit/v2/handler@unit:hsv-molndal"] == ("done", "")


def test_an_invitation_that_came_back_is_parked_with_the_others_and_its_link_ends(record: Record, sink: Sink) -> None:
    """Else a new colleague waits for a letter that nobody knows is lost, and its link lies in a mailbox of errors."""
    invite(record, "anna.lind", MORNING)
    assert run_round(record, SOON, sink.mailer()).sent == 1
    told = read(record, report(sink.senders[0], "anna.lind@molndal.example.invalid"))
    assert (told["result"], told["parked"]) == ("returned", ["invitation/anna.lind"])
    here = Installation(record, Settings())
    answer = CliRunner().invoke(docket_group, ["list", "--status", "parked", "--json"], obj=here)
    (row,) = json.loads(answer.output)
    assert (row["key"], row["status"]) == ("invitation/anna.lind", "parked")
    assert "User unknown" in row["reason"]
    assert "stegen user invite anna.lind" in row["reason"]
    with record.database.read() as tx:
        assert standing(tx, MORNING).parked == 1
    token = re.search(r"/invitation/([0-9a-f]{64})", message_from_bytes(sink.taken[0][1], policy=modern).get_content())
    assert token is not None
    with pytest.raises(NotInvited):
        invited(record, token[1], MORNING)
    invite(record, "anna.lind", MORNING)
    assert run_round(record, SOON, sink.mailer()).sent == 1, "asked for anew it goes again"
    assert read(record, report(sink.senders[0], "anna.lind@molndal.example.invalid"))["parked"] == [], "an older letter"


def test_a_report_about_a_late_letter_changes_nothing(returned: Record) -> None:
    """Else a letter that arrives an hour late is sent to somebody else as well."""
    to, _ = letter_to(returned, PETRA)
    for action, status in (("delayed", "4.4.1"), ("delivered", "2.0.0"), ("relayed", "2.0.0")):
        assert read(returned, report(to, PETRA, action=action, status=status))["result"] == "late"
    assert statuses(returned)[ROW] == ("done", "")
    told = read(returned, report(to, PETRA, status="4.4.7"))
    assert told["result"] == "returned", "given up after days of trying, whatever its number"


def test_other_messages_and_strangers_letters_are_passed_over(returned: Record) -> None:
    """Else an absence notice takes a handler's reminders away, or a stranger's report does."""
    assert read(returned, ABSENCE)["result"] == "no_report"
    assert read(returned, b"")["result"] == "no_report"
    stranger = report("stegen+r-00000000000000000000@stegen.example.invalid", PETRA)
    assert read(returned, stranger)["result"] == "unknown"
    _, message_id = letter_to(returned, PETRA)
    for whole in (True, False):
        forged = report("stegen@stegen.example.invalid", PETRA, message_id=message_id, whole=whole)
        assert read(returned, forged)["result"] == "unknown", "every reader of the letter knows its Message-ID"
    deep = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(3000))
    assert read(returned, deep + stranger)["result"] == "no_report"
    assert not came_back(returned, "", "550", MORNING).known, "no token finds the letters that have none"
    assert statuses(returned)[ROW] == ("done", "")


@given(st.binary(max_size=400), st.integers(0, 1500), st.integers(0, 400))
def test_no_message_is_too_broken_to_be_read(noise: bytes, place: int, cut: int) -> None:
    """Else one malformed report stops the mail server's pipe, and all that come after it."""
    whole = report("stegen+r-0123456789abcdef0123@x.example.invalid", PETRA)
    for message in (noise, whole[:place] + noise + whole[place + cut :], whole[:place]):
        found = read_bounce(message)
        assert found is None or isinstance(found.failed, bool)


def test_a_report_is_read_as_it_is_written(amount: Callable[[int, int], int]) -> None:
    """Else the token is lost among the headers that mail servers add."""
    for number in range(amount(5, 200)):
        token = f"{number:020x}"
        found = read_bounce(report(f"Stegen <stegen+r-{token}@x.example.invalid>", PETRA, whole=number % 2 == 0))
        assert found is not None
        assert (found.token, found.failed) == (token, True)
