"""Letters through a real mail server: each accounted for, whatever the server does."""

import datetime as dt
import ipaddress
import ssl
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default as modern
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cases.record import Record
from notifications.delivery import Parcel, Unreachable
from notifications.round import run_round
from notifications.smtp import MailServer
from tests.cases.deviations import arrived
from tests.notifications.clockwork import LETTERHEAD, minutes, sent, statuses
from tests.notifications.conftest import Sink, free_port
from tests.record import SOON

HARRIET = "harriet.lundqvist.falk@vgr.example.invalid"
MAJA, ULF, PETRA = "maja.ekdahl@molndal.example.invalid", "ulf.granberg@molndal.example.invalid", (
    "petra.lonnroth@vgr.example.invalid"
)  # fmt: skip


def test_letters_arrive_as_they_are_kept(record: Record, sink: Sink) -> None:
    """Else what the record says was sent is not what people got."""
    number = arrived(record)
    assert run_round(record, SOON, sink.mailer()).sent == 3
    assert sorted(address for address, _ in sink.taken) == [MAJA, PETRA, ULF]
    kept = {str(letter.message["To"]): letter.message.as_bytes() for letter in sent(record)}
    for address, message in sink.taken:
        read = message_from_bytes(message, policy=modern)
        assert str(read["To"]) == address
        assert number in str(read["Subject"])
        assert message_from_bytes(message, policy=modern).as_bytes() == kept[address]


def test_a_refused_address_is_parked_and_the_others_get_theirs(record: Record, sink: Sink) -> None:
    """Else one mailbox that is gone holds up a whole county's reminders, or nobody ever learns of it."""
    arrived(record)
    sink.answers = {PETRA: "550 no such mailbox", ULF: "550 no such mailbox"}
    report = run_round(record, SOON, sink.mailer())
    assert [address for address, _ in sink.taken] == [MAJA, HARRIET], "the contact person stands in for the receiver"
    assert (report.sent, report.parked) == (2, 1)
    rows = statuses(record)
    assert rows["submit/v2/handler@unit:hsv-molndal"] == ("done", ""), "the function was reached"
    assert rows["submit/v2/receiver@operation:su"] == ("parked", "refused: 550 no such mailbox")
    assert rows["submit/v2/receiver@operation:su~1"] == ("done", "")
    assert rows["receipt#1/r1/-1/receiver@operation:su"][0] == "waiting", "the next notch is tried all the same"


def test_a_mailbox_that_is_full_for_now_gets_its_letter_later_and_only_that_one(record: Record, sink: Sink) -> None:
    """Else a full mailbox loses a letter, or its colleague gets the same one twice."""
    arrived(record)
    sink.answers = {ULF: "452 mailbox full"}
    report = run_round(record, SOON, sink.mailer())
    assert (report.sent, report.waiting) == (2, 1)
    assert statuses(record)["submit/v2/handler@unit:hsv-molndal"] == ("waiting", "mail: 452 mailbox full")
    sink.answers = {}
    assert run_round(record, SOON + minutes(1), sink.mailer()).sent == 0, "not at once again"
    assert run_round(record, SOON + minutes(7), sink.mailer()).sent == 1
    assert sorted(address for address, _ in sink.taken) == [MAJA, PETRA, ULF]
    assert statuses(record)["submit/v2/handler@unit:hsv-molndal"] == ("done", "")


def test_letters_wait_unclaimed_while_the_server_is_away(record: Record, sink: Sink) -> None:
    """Else an outage of the mail server uses up the attempts of every letter that falls due in it."""
    arrived(record)
    nobody = MailServer(f"smtp://127.0.0.1:{free_port()}", LETTERHEAD, seconds=5)
    report = run_round(record, SOON, nobody)
    assert (report.sent, report.failed) == (0, 0)
    assert set(statuses(record, "%/submit/%").values()) == {("waiting", "")}
    assert run_round(record, SOON + minutes(2), sink.mailer()).sent == 1, "one letter tries the way"
    assert run_round(record, SOON + minutes(3), sink.mailer()).sent == 2
    assert sorted(address for address, _ in sink.taken) == [MAJA, PETRA, ULF]


def test_a_letter_without_an_answer_goes_again_with_the_same_bytes(record: Record, sink: Sink) -> None:
    """Else a line that breaks at the wrong moment loses a letter, or doubles one that nobody can recognise."""
    arrived(record)
    sink.hangs_up = {MAJA}
    report = run_round(record, SOON, sink.mailer())
    assert report.failed == 1
    sink.hangs_up = set()
    assert statuses(record)["submit/v2/handler@unit:hsv-molndal"][0] == "waiting"
    for minute in range(1, 12):
        run_round(record, SOON + minutes(minute), sink.mailer())
    copies = [message for address, message in sink.taken if address == MAJA]
    assert len(copies) == 2
    assert copies[0] == copies[1]
    assert sorted(address for address, _ in sink.taken) == [MAJA, MAJA, PETRA, ULF]
    assert {status for status, _ in statuses(record, "%/submit/%").values()} == {"done"}


class Trusted:
    """A mail server with a certificate of its own that asks for a password once the line is closed to others: from
    the first byte, or after STARTTLS."""

    def __init__(self, folder: Path, *, at_once: bool = False) -> None:
        self.sink = Sink(port=free_port())
        self.logins: list[LoginPassword] = []
        certificate, key = self_signed(folder)
        served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        served.load_cert_chain(certificate, key)
        self.trust = ssl.create_default_context(cafile=certificate)
        self.scheme = "smtps" if at_once else "smtp"
        # Inside TLS from the first byte the library does not know that it is.
        closed = {"ssl_context": served, "auth_require_tls": False}
        self.controller = Controller(
            self.sink, hostname="127.0.0.1", port=self.sink.port, auth_required=True, authenticator=self.login,
            **(closed if at_once else {"tls_context": served, "require_starttls": True}),
        )  # fmt: skip

    def login(self, *told: object) -> AuthResult:
        given = told[-1]
        assert isinstance(given, LoginPassword)
        self.logins.append(given)
        return AuthResult(success=given.password == b"p@ss", handled=False)

    def mailer(self, password: str) -> MailServer:
        return MailServer(
            f"{self.scheme}://stegen:{password}@localhost:{self.sink.port}", LETTERHEAD, self.trust, seconds=10
        )


def self_signed(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2045, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return paths


@pytest.fixture
def trusted(tmp_path: Path) -> Iterator[Trusted]:
    server = Trusted(tmp_path)
    server.controller.start()
    yield server
    server.controller.stop()


def test_the_password_travels_inside_tls_alone(trusted: Trusted) -> None:
    """Else anybody on the way reads the password of the county's mail."""
    with trusted.mailer("p%40ss").session() as send:
        assert send(Parcel(b"Subject: x\r\n\r\n.x\r\n", MAJA, "stegen@example.invalid")).outcome == "delivered"
    assert [login.login for login in trusted.logins] == [b"stegen"]
    assert [message for _, message in trusted.sink.taken] == [b"Subject: x\r\n\r\n.x\r\n"], "a leading dot survives"


def test_a_wrong_password_sends_nothing_and_says_where_to_look(trusted: Trusted) -> None:
    """Else letters are claimed and lost one by one while the operator looks elsewhere."""
    with pytest.raises(Unreachable, match="check STEGEN_SMTP_URL"), trusted.mailer("wrong").session():
        raise AssertionError("a session was opened with a wrong password")


def test_a_certificate_that_nobody_vouches_for_is_not_believed(trusted: Trusted) -> None:
    """Else whoever stands in the middle gets every letter."""
    unknown = replace(trusted.mailer("p%40ss"), trust=ssl.create_default_context())
    with pytest.raises(Unreachable, match="does not let us in"), unknown.session():
        raise AssertionError("a session was opened with a stranger")
    assert trusted.logins == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
def test_letters_leave_over_tls_from_the_first_byte(record: Record, tmp_path: Path) -> None:
    """Else a county whose mail server knows smtps:// alone gets no letter, or sends its password in the open."""
    server = Trusted(tmp_path, at_once=True)
    server.controller.start()
    try:
        arrived(record)
        assert run_round(record, SOON, server.mailer("p%40ss")).sent == 3
        in_the_open = replace(server.mailer("p%40ss"), url=f"smtp://127.0.0.1:{server.sink.port}", seconds=0.3)
        with pytest.raises(Unreachable), in_the_open.session():
            raise AssertionError("it spoke without TLS")
    finally:
        server.controller.stop()
    assert sorted(address for address, _ in server.sink.taken) == [MAJA, PETRA, ULF]
    assert [login.password for login in server.logins] == [b"p@ss"]
    assert set(statuses(record, "%/submit/%").values()) == {("done", "")}
