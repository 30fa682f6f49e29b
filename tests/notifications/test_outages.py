"""Mail servers that take nothing for a while: nothing is lost, given up too soon, or sent in a burst."""

import os
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import default as modern

import pytest

from cases.acting import act
from cases.clock import claiming
from cases.clock.mail_line import LARGEST, outage
from cases.clock.settling import settle
from cases.clock.taking_back import rescue
from cases.record import Record
from cases.soundness.verify import verify
from notifications.delivery import Parcel
from notifications.mailbox import LocalMailbox
from notifications.round import LEASE, run_round
from notifications.sending import MANY
from notifications.smtp import MailServer
from tests.cases.deviations import ANSWERED, MAJA, OSKAR, PETRA, arrived
from tests.notifications.clockwork import LETTERHEAD, at, minutes, sent, statuses
from tests.notifications.conftest import Sink, free_port
from tests.record import MORNING, SOON
from workflows.nouns import Command

PETRA_AT = "petra.lonnroth@vgr.example.invalid"
ULF = "ulf.granberg@molndal.example.invalid"
PERSON = """INSERT INTO person (account, name, email, language, password_hash, disabled)
 VALUES (:a, :a, :e, 'sv', '', :no)"""
HANDLER = """INSERT INTO holding (account, function, holder, side, acting, valid_from)
 VALUES (:a, 'handler', :unit, '', :no, :since)"""
FIRST = "submit/v2/handler@unit:hsv-molndal"


def rounds(record: Record, mailer: MailServer | LocalMailbox, start: datetime, end: datetime, every: timedelta) -> int:
    """Rounds at every so many minutes; how many letters they sent."""
    moment, count = start, 0
    while moment <= end:
        count += run_round(record, moment, mailer).sent
        moment += every
    return count


def test_a_full_mailbox_is_tried_for_five_days_and_then_parked(record: Record, sink: Sink) -> None:
    """Else a letter is given up over a weekend, or tried for ever and nobody is told."""
    arrived(record)
    sink.answers = {ULF: "452 mailbox full", "maja.ekdahl@molndal.example.invalid": "452 mailbox full"}
    rounds(record, sink.mailer(), MORNING, MORNING + timedelta(days=4, hours=23), minutes(60))
    assert statuses(record)[FIRST] == ("waiting", "mail: 452 mailbox full")
    with record.database.read() as tx:
        tries, attempts = tx.one("SELECT deferrals, attempts FROM docket WHERE key LIKE :k", k=f"%/{FIRST}") or (0, 0)
    assert tries > 5
    assert attempts == 0, "an attempt with an answer never counts as poison"
    rounds(record, sink.mailer(), MORNING + timedelta(days=4, hours=23), MORNING + timedelta(days=6), minutes(60))
    assert statuses(record)[FIRST] == ("parked", "refused: for five days: mail: 452 mailbox full")
    assert statuses(record)[f"{FIRST}~1"] == ("done", "")
    assert "gunnel.ask@molndal.example.invalid" in [address for address, _ in sink.taken], "the contact person has it"


def test_a_server_that_says_not_now_to_all_is_left_alone(record: Record, sink: Sink) -> None:
    """Else a server that is out of disk is asked ten thousand times in an hour."""
    crowd(record, MANY + 30)
    arrived(record)
    sink.everybody = "450 out of disk"
    run_round(record, SOON, sink.mailer())
    assert sink.asked == MANY
    run_round(record, SOON, sink.mailer())
    assert sink.asked == MANY, "the line is known to be broken"
    with record.database.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM docket WHERE status IN ('parked', 'claimed')") == 0
        assert "out of disk" in getattr(outage(tx), "reason", "")
    sink.everybody = ""
    assert rounds(record, sink.mailer(), MORNING + minutes(2), MORNING + minutes(30), minutes(1)) == MANY + 33
    assert len({address for address, _ in sink.taken}) == len(sink.taken) == MANY + 33


def test_a_server_that_refuses_everybody_parks_nothing(record: Record, sink: Sink) -> None:
    """Else a mail server whose rules were changed by mistake parks a county's reminders, and nobody is told why."""
    arrived(record)
    sink.everybody = "554 5.7.1 Relay access denied"
    rounds(record, sink.mailer(), MORNING, MORNING + timedelta(days=3), minutes(30))
    with record.database.read() as tx:
        assert "Relay access denied" in getattr(outage(tx), "reason", "")
        assert tx.value("SELECT COUNT(*) FROM docket WHERE status NOT IN ('waiting', 'overtaken')") == 0
    sink.everybody = ""
    rounds(record, sink.mailer(), MORNING + timedelta(days=4), MORNING + timedelta(days=4, hours=3), minutes(1))
    assert len({address for address, _ in sink.taken}) == len(sink.taken) == 3
    assert verify(record, MORNING + timedelta(days=4, hours=3)) == ()


def test_one_address_alone_that_is_refused_is_believed_once_another_is_taken(record: Record, sink: Sink) -> None:
    """Else an evening's one letter is parked by a server that takes none, or a closed mailbox is tried for days."""
    number = arrived(record)
    run_round(record, SOON, sink.mailer())
    sink.answers = {PETRA_AT: "550 not here"}
    monday, row = at("2026-04-20 08:00"), "receipt#1/r1/-1/receiver@operation:su"
    rounds(record, sink.mailer(), monday, monday + minutes(20), minutes(5))
    assert statuses(record, f"{number}/{row}")[row] == ("waiting", "mail: 550 not here")
    arrived(record, monday + minutes(21))
    rounds(record, sink.mailer(), monday + minutes(21), monday + minutes(50), minutes(1))
    rows = statuses(record, f"{number}/{row}%")
    assert rows[row] == ("parked", "refused: 550 not here")
    assert rows[f"{row}~1"] == ("done", "")


def test_an_outage_of_a_minute_costs_nobody_a_second_letter(record: Record, sink: Sink) -> None:
    """Else whoever has ten cases gets her morning in four letters, each of them saying less than the truth."""
    crowd(record, 8)
    for _ in range(3):
        arrived(record)
    run_round(record, SOON, LocalMailbox(LETTERHEAD))
    monday = at("2026-04-20 08:00")
    for _ in range(3):
        arrived(record, monday - minutes(30))
    nobody = MailServer(f"smtp://127.0.0.1:{free_port()}", LETTERHEAD, seconds=5)
    assert run_round(record, monday, nobody).sent == 0
    sent_by_minute = [run_round(record, monday + minutes(after), sink.mailer()).sent for after in range(1, 7)]
    assert [count for count in sent_by_minute if count] == [1, 5, 5], "eleven people, each of them whole"
    assert len({address for address, _ in sink.taken}) == len(sink.taken) == 11
    petra = next(message for address, message in sink.taken if address == PETRA_AT)
    assert "6 ärenden" in str(message_from_bytes(petra, policy=modern)["Subject"])
    assert verify(record, monday + minutes(7)) == ()


def crowd(record: Record, size: int, unit: str = "hsv-molndal") -> list[str]:
    """So many more handlers of a unit, in Mölndal's home care unless told otherwise, each with an address of her own;
    the addresses."""
    people = [{"a": f"{unit}{n}", "e": f"{unit}{n}@many.example.invalid", "no": False} for n in range(size)]
    holdings = [{"a": p["a"], "no": False, "unit": f"unit:{unit}", "since": date(2024, 1, 1)} for p in people]
    with record.database.write() as tx:
        tx.many(PERSON, people)
        tx.many(HANDLER, holdings)
    return [str(person["e"]) for person in people]


WARD, OTHER_WARD = "su-molndal-ortopedi", "su-sahlgrenska-medicin"
REMINDED = re.compile(r"(2026-\w{7}): ett steg behöver vara klart senast tisdag 21 april")


def with_wards(record: Record, since: datetime) -> dict[str, str]:
    """What becomes of it during the outage -> a case that is to be answered by 21 April; `elsewhere` is another ward's
    and ends too."""
    cases = {}
    for name in ("stays", "ends", "answered", "moved", "elsewhere"):
        cases[name] = arrived(record, since)
        ward = OTHER_WARD if name == "elsewhere" else WARD
        act(record, PETRA, cases[name], Command("assign", {"unit": ward}), since)
    for moment in (since, at("2026-04-07 08:00")):
        run_round(record, moment, LocalMailbox(LETTERHEAD))
    return cases


def goes_on(record: Record, cases: Mapping[str, str], now: datetime) -> None:
    """Work goes on while no letter leaves."""
    for ended in ("ends", "elsewhere"):
        act(record, MAJA, cases[ended], Command("end", {"reason": "Det gällde en annan enhet."}), now)
    act(record, OSKAR, cases["answered"], ANSWERED, now)
    longer = {"new_date": date(2026, 6, 1), "reason": "Prov väntas."}
    act(record, OSKAR, cases["moved"], Command("extend", longer), now)
    act(record, MAJA, cases["moved"], Command("agree"), now)


def test_a_server_away_for_three_days_loses_and_parks_nothing_and_comes_back_paced(
    record: Record, sink: Sink, amount: Callable[[int, int], int]
) -> None:
    """Else an outage over a weekend costs reminders, ends in a flood that the mail server shuts out, or asks thousands
    for what was done meanwhile."""
    cases = with_wards(record, at("2026-02-20 09:00"))
    people, others = crowd(record, amount(60, 9_000), WARD), crowd(record, amount(6, 1_000), OTHER_WARD)
    friday, monday = at("2026-04-17 08:00"), at("2026-04-20 08:00")
    nobody = MailServer(f"smtp://127.0.0.1:{free_port()}", LETTERHEAD, seconds=5)
    rounds(record, nobody, friday, friday + minutes(150), minutes(30))
    for words in ("421 4.3.2 closing down", "451 4.3.0 try again later"):
        sink.everybody = words
        friday += minutes(180)
        rounds(record, sink.mailer(), friday, friday + minutes(150), minutes(30))
    rounds(record, sink.mailer(), friday + minutes(180), monday - minutes(30), minutes(30))
    goes_on(record, cases, at("2026-04-19 12:00"))
    with record.database.read() as tx:
        line = outage(tx)
        assert tx.value("SELECT COUNT(*) FROM docket WHERE status = 'parked' OR attempts > 0") == 0
    assert line is not None
    assert line.since == at("2026-04-17 08:00")
    assert sink.taken == []
    sink.everybody, turns = "", []
    for minute in range(60):
        before = len(sink.taken)
        run_round(record, monday + minutes(minute), sink.mailer())
        turns.append(len(sink.taken) - before)
    turns = [count for count in turns if count]
    assert turns[0] == 1
    assert turns == sorted(turns[:-1]) + turns[-1:], "more in each turn than in the last"
    assert max(turns) <= LARGEST
    texts = {address: _text(body) for address, body in sink.taken}
    assert len(texts) == len(sink.taken), "all that is hers in one letter"
    reminded = {address: set(REMINDED.findall(text)) for address, text in texts.items()}
    assert [person for person in people if reminded.get(person) != {cases["stays"]}] == []
    assert [person for person in others if reminded.get(person)] == [], "nothing of a case that has ended"
    with record.database.read() as tx:
        assert outage(tx) is None
        assert tx.value("SELECT COUNT(*) FROM docket WHERE status IN ('parked', 'claimed') OR attempts > 0") == 0
    assert verify(record, monday + minutes(60)) == ()


def _text(body: bytes) -> str:
    plain = message_from_bytes(body, policy=modern).get_body(("plain",))
    assert plain is not None
    return " ".join(plain.get_content().split())


def test_a_worker_that_dies_on_one_row_does_not_park_its_neighbours(record: Record, mailbox: LocalMailbox) -> None:
    """Else one poisoned letter takes everybody else's down with it."""
    numbers = [arrived(record) for _ in range(6)]
    poison = f"{numbers[2]}/submit/v2/receiver@operation:su"
    now = MORNING
    for _ in range(12):
        _round_that_dies_on(record, poison, now, mailbox)
        now += LEASE + minutes(1)
    with record.database.read() as tx:
        rows = dict(tx.all("SELECT key, status FROM docket WHERE key LIKE '%/submit/%'"))
        reason = tx.value("SELECT reason FROM docket WHERE key = :k", k=poison)
    assert rows.pop(poison) == "parked"
    assert reason == "no_outcome"
    assert set(rows.values()) == {"done"}
    assert len(rows) == 11


def _round_that_dies_on(record: Record, poison: str, now: datetime, mailbox: LocalMailbox) -> None:
    """What a killed worker leaves behind: rows claimed, nothing settled. Without the poison in its claim it lives."""
    rescue(record, now, LEASE)
    for tried, limit in enumerate(claiming.TOGETHER_BY_ATTEMPTS):
        at_once, token = limit or 100, claiming.new_token(record)
        while batch := claiming.claim(record, now, LEASE, at_once, token, tried=(tried, tried)):
            if poison in [claimed.row.key for claimed in batch.rows]:
                return
            for claimed in batch.rows:
                settle(record, claimed, "done", "", now)
            token = claiming.new_token(record)


@pytest.mark.parametrize("gone", ["petra.lonnroth", "harriet.lundqvist.falk"])
def test_what_a_function_refuses_goes_to_the_next_of_the_chain_until_nobody_is_left(
    record: Record, sink: Sink, gone: str
) -> None:
    """Else a mailbox that was closed swallows every reminder, and the function that stands in never hears of it."""
    arrived(record)
    sink.answers = {f"{who}@vgr.example.invalid": "550 gone" for who in {"petra.lonnroth", gone}}
    run_round(record, SOON, sink.mailer())
    rows = statuses(record, "%/submit/%")
    assert rows["submit/v2/receiver@operation:su"] == ("parked", "refused: 550 gone")
    if gone == "petra.lonnroth":
        assert rows["submit/v2/receiver@operation:su~1"] == ("done", "")
    else:
        assert rows["submit/v2/receiver@operation:su~1"] == ("parked", "refused: 550 gone")
        assert rows["submit/v2/receiver@operation:su~2"] == ("waiting", "no_receiver")
    assert verify(record, MORNING) == ()


def test_a_round_that_runs_out_of_time_gives_back_what_it_did_not_try(record: Record, sink: Sink) -> None:
    """Else a slow server makes a round outlive its claims, and letters are taken for poison."""
    for _ in range(3):
        arrived(record)
    report = run_round(record, SOON, sink.mailer(), stopwatch=lambda: 10_000.0 if sink.taken else 0.0)
    assert report.sent == 1
    with record.database.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM docket WHERE status = 'claimed' OR attempts > 0 OR deferrals > 0") == 0
    run_round(record, SOON, sink.mailer())
    assert len({address for address, _ in sink.taken}) == len(sink.taken) == 3


def test_steps_that_take_long_leave_the_rest_to_the_next_round(record: Record, sink: Sink) -> None:
    """Else letters are claimed with a lease that has ended before they are sent, and are parked for poison untried."""
    number = arrived(record)
    run_round(record, SOON, sink.mailer())
    later = at("2026-05-04 09:00")
    started = iter([0.0])
    report = run_round(record, later, sink.mailer(), stopwatch=lambda: next(started, 10_000.0))
    assert (report.steps, report.sent) == (0, 0)
    with record.database.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM docket WHERE status = 'claimed' OR attempts > 0 OR deferrals > 0") == 0
    assert run_round(record, later, sink.mailer()).steps > 0, f"nothing was due in {number}: nothing was tried"


def test_the_envelope_names_the_letter_and_the_header_does_not(record: Record, sink: Sink) -> None:
    """Else a letter that comes back finds no case, or anybody who reads a letter can say that it came back."""
    arrived(record)
    run_round(record, SOON, sink.mailer())
    with record.database.read() as tx:
        tokens = {token for (token,) in tx.all("SELECT return_token FROM letter")}
    assert {f"stegen+r-{token}@stegen.example.invalid" for token in tokens} == set(sink.senders)
    assert len(tokens) == 3
    assert all(len(token) == 20 for token in tokens)
    assert not [token for token in tokens for _, message in sink.taken if token.encode() in message]
    assert len(sent(record)) == 3


def test_letters_arrive_byte_by_byte_whatever_they_hold(sink: Sink, amount: Callable[[int, int], int]) -> None:
    """Else a line that begins with a dot cuts a letter short, and the next command of ours is read as its end."""
    with sink.mailer().session() as send:
        for number in range(amount(30, 1_000)):
            lines = [os.urandom(number % 7).hex().encode().replace(b"0", b".") for _ in range(number % 9)]
            message = b"\r\n".join([b"Subject: x", b"", *lines, b""])
            assert send(Parcel(message, ULF, "stegen@example.invalid")).outcome == "delivered"
            assert sink.taken[-1][1] == message
