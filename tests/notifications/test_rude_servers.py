"""Whatever a mail server does to everybody, each letter is accounted for: it arrived, or it waits."""

from collections import Counter

import pytest

from cases.record import Record
from cases.soundness.verify import verify
from notifications.round import run_round
from notifications.smtp import MailServer
from tests.cases.deviations import arrived
from tests.notifications.clockwork import LETTERHEAD, minutes, statuses
from tests.notifications.conftest import Sink
from tests.notifications.rude_server import CUT, DRIP, ENDLESS, HANG, rude_server
from tests.record import MORNING, SOON

SECONDS = 0.3
"""How long an answer is waited for here: a server that hangs does so for good, and one that drips is never silent for
so long."""

LATER = {
    "hangs before its banner": {"banner": HANG},
    "hangs up before its banner": {"banner": CUT},
    "drips its banner": {"banner": DRIP},
    "never ends its greeting": {"ehlo": ENDLESS},
    "drips its answer to the receiver": {"rcpt": DRIP},
    "is busy": {"banner": "421 too many connections"},
    "wants nobody": {"banner": "554 go away"},
    "speaks another protocol": {"banner": "* OK IMAP4rev1 ready"},
    "knows no greeting": {"ehlo": "502 no", "helo": "502 no"},
    "hangs at the greeting": {"ehlo": HANG},
    "offers TLS and hangs up": {"ehlo": "250-rude\r\n250 STARTTLS", "starttls": CUT},
    "offers TLS and speaks none": {"ehlo": "250-rude\r\n250 STARTTLS", "starttls": "220 go on\r\nnonsense"},
    "offers TLS and has none": {"ehlo": "250-rude\r\n250 STARTTLS", "starttls": "454 not available"},
    "does not know the sender now": {"mail": "451 try later"},
    "never takes this sender": {"mail": "550 sender unknown"},
    "hangs at the sender": {"mail": HANG},
    "puts every receiver off": {"rcpt": "450 greylisted"},
    "is out of space": {"rcpt": "452 out of space"},
    "closes at the receiver": {"rcpt": "421 closing"},
    "hangs at the receiver": {"rcpt": HANG},
    "hangs up at the receiver": {"rcpt": CUT},
    "wants no data now": {"data": "451 not now"},
    "hangs up before the data": {"data": CUT},
    "puts the letter off": {"dot": "451 local error"},
    "closes instead of taking it": {"dot": "421 closing"},
    "refuses every receiver": {"rcpt": "550 5.1.1 no such mailbox"},
    "relays for nobody": {"rcpt": "554 5.7.1 relay access denied"},
    "refuses all data": {"data": "554 no"},
    "takes every letter for spam": {"dot": "554 looks like spam"},
}
"""What it does -> how. Nothing was taken: afterwards each letter arrives once."""

TWICE = {"hangs at the dot": {"dot": HANG}, "drips at the dot": {"dot": DRIP}, "hangs up at the dot": {"dot": CUT}}
"""It may have taken the letter: the same bytes go again."""

RUDE_GOODBYES = {
    "hangs at goodbye": {"quit": HANG},
    "hangs up at goodbye": {"quit": CUT},
}


def mailer(port: int) -> MailServer:
    return MailServer(f"smtp://127.0.0.1:{port}", LETTERHEAD, seconds=SECONDS)


def afterwards(record: Record, sink: Sink) -> Counter[str]:
    """The server is well again for a while; how many copies of each letter it got."""
    for minute in (2, 3, 4, 5, 12, 13):
        run_round(record, SOON + minutes(minute), sink.mailer())
    return Counter(address for address, _ in sink.taken)


@pytest.mark.parametrize("habit", [*LATER, *TWICE])
@pytest.mark.few_on_postgresql(5)
def test_what_was_not_taken_arrives_once_the_server_is_well(record: Record, sink: Sink, habit: str) -> None:
    """Else a letter is lost to a server that was rude for an hour, or arrives twice because of it."""
    arrived(record)
    with rude_server(LATER.get(habit) or TWICE[habit]) as server:
        report = run_round(record, SOON, mailer(server.port))
    assert report.sent == report.parked == 0
    assert {status for status, _ in statuses(record, "%/submit/%").values()} == {"waiting"}
    copies = afterwards(record, sink)
    assert sorted(copies.values()) == [1, 1, 1]
    assert {status for status, _ in statuses(record, "%/submit/%").values()} == {"done"}
    if habit in TWICE:
        assert len(server.heard) == 1, "it was tried with one letter"
        assert server.heard[0] in [message.replace(b"\r\n.", b"\r\n..") for _, message in sink.taken]
    assert verify(record, MORNING + minutes(13)) == ()


@pytest.mark.parametrize("habit", RUDE_GOODBYES)
def test_a_rude_goodbye_changes_nothing(record: Record, sink: Sink, habit: str) -> None:
    """Else letters that arrived are sent again because of how the server said goodbye."""
    arrived(record)
    with rude_server(RUDE_GOODBYES[habit]) as server:
        assert run_round(record, SOON, mailer(server.port)).sent == 3
        assert len(server.heard) == 3
    assert afterwards(record, sink) == Counter()
