"""A party that is not connected is told by letter: what the mail server took counts, and what it sent back does not."""

from datetime import date

import pytest

from cases.acting import act, act_by_clock
from cases.clock.answer_letters import NOTCH
from cases.clock.returned_letters import came_back
from cases.reading import view
from cases.record import Record
from cases.replay import replay_all
from cases.sight import Seer
from cases.soundness.verify import verify
from cases.waiting import waiting
from cases.wording import wording
from notifications.mailbox import LocalMailbox
from tests.cases.climb_model import LADDER, YVONNE
from tests.cases.deviations import ERIK, HELENA, INGALILL, LEIF, OSKAR, STINA, page_steps
from tests.cases.disputes import at_nosam
from tests.notifications.clockwork import at, play
from tests.record import MORNING
from workflows.nouns import Command
from workflows.office_hours import local_date

ANSWER = {"position": "opinion", "answer_text": "Ring först.", "rests_on": "Avsnitt 4.4"}
WAIT = {"waits_for": "Juridiska synpunkter.", "until": date(2026, 5, 11), "wait_open": "file"}
SIXTH = at("2026-04-24 07:00")
"""The sixth working day after the answer was sent, before the office opens."""

TOKENS = """SELECT DISTINCT l.return_token FROM letter l JOIN letter_row r ON r.letter_id = l.id
 JOIN docket d ON d.id = r.docket_id WHERE d.notch = :notch AND d.post LIKE :side AND l.outcome = 'delivered'"""
THEIRS = "%@unit:su-molndal-ortopedi"
BY_LETTER = "Brevet till den part som inte är ansluten togs emot och kom inte tillbaka på fem arbetsdagar"


@pytest.fixture
def number(record: Record, mailbox: LocalMailbox) -> str:
    """A dispute of Mölndal with the region, which is not connected; it was parked by mistake, NOSAM's answer has been
    sent, letters have left."""
    with record.database.write() as tx:
        tx.run("UPDATE party SET connected = :no WHERE code = 'vgr'", no=False)
    number = at_nosam(record)
    steps: tuple[tuple[Seer, Command], ...] = (
        (STINA, Command("acknowledge")), (STINA, Command("park", WAIT)),
        (STINA, Command("wake", {"forum_reason": "Fel."})), *page_steps(), (STINA, Command("agenda")),
        (INGALILL, Command("decide_presidium", ANSWER)), (LEIF, Command("approve")), (ERIK, Command("deliver")),
    )  # fmt: skip
    for seer, command in steps:
        act(record, seer, number, command, MORNING)
    play(record, mailbox, MORNING, at("2026-04-16 16:00"))
    return number


def owed(record: Record, number: str, seer: Seer) -> str:
    return next(c.status for c in view(record, seer, number, SIXTH).contributions if c.code == "word")


def bounce(record: Record, *, when: str) -> None:
    with record.database.read() as tx:
        tokens = [token for (token,) in tx.all(TOKENS, side=THEIRS, notch=NOTCH)]
    parked = [came_back(record, token, "550 no such user", at(when)).parked for token in tokens]
    assert any(parked), "a row is parked when the last of its letters has come back"


def test_the_clock_takes_a_letter_that_stands_for_the_answer(
    record: Record, mailbox: LocalMailbox, number: str
) -> None:
    """Lost otherwise: a case waits three weeks and a certificate for a party that has had its answer all along; or it
    ends at once, and the letter comes back the day after (domain.md section 4)."""
    play(record, mailbox, at("2026-04-16 16:00"), SIXTH)
    assert owed(record, number, HELENA) == "owed"
    play(record, mailbox, SIXTH, at("2026-04-24 16:00"))
    assert owed(record, number, HELENA) == "silent"
    seen = view(record, HELENA, number, at("2026-04-24 16:00"))
    assert (seen.cover.stage, seen.cover.ball) == ("word", HELENA.post), "the connected party says so itself"
    words = wording(record, seen, at("2026-04-24 16:00"))
    assert [words.line(line).sv for line in seen.lines if line.code == "expire"] == [
        f"{BY_LETTER}: parten har fått svaret"
    ]
    done = at("2026-04-27 09:00")
    assert act(record, HELENA, number, Command("done"), done).stage == "ended"
    seen = view(record, OSKAR, number, done)
    assert wording(record, seen, done).line(seen.lines[-1]).sv == (
        "Den ena parten läste svaret och gör så, den andra har fått det med brev"
    )
    ended = view(record, STINA, number, done)
    assert {d.status for d in ended.deadlines if d.code == "letter_time"} == {"met"}, "the good outcome is none missed"
    assert verify(record, done) == ()
    routine = record.library.routine("dispute.v1")
    assert [line for line in replay_all(record, routine, done) if line.replayed.how != "same"] == []
    bounce(record, when="2026-04-28 09:00")
    late = view(record, STINA, number, at("2026-04-28 10:00"))
    assert {row.status for row in late.docket if row.notch == NOTCH} == {"parked"}, "the forum is told"
    assert not [row for row in view(record, HELENA, number, done).docket if row.status == "parked"]


def test_a_letter_that_came_back_in_time_leaves_it_to_the_next_or_to_a_certificate(
    record: Record, mailbox: LocalMailbox, number: str
) -> None:
    """Lost otherwise: a case ends although nobody of the party ever got the answer; or what ends it is told as the end
    of a wait that was over long before."""
    act(record, HELENA, number, Command("done"), at("2026-04-17 09:00"))
    bounce(record, when="2026-04-20 09:00")
    play(record, mailbox, at("2026-04-20 09:00"), at("2026-04-27 16:00"))
    assert owed(record, number, HELENA) == "owed", "the next of the chain had it on the twentieth"
    [runs] = [d for d in view(record, STINA, number, SIXTH).deadlines if (d.code, d.status) == ("letter_time", "open")]
    assert (runs.start.isoformat(), runs.due.isoformat()) == ("2026-04-20", "2026-04-27")
    later = at("2026-04-28 16:00")
    play(record, mailbox, at("2026-04-27 16:00"), later)
    assert owed(record, number, HELENA) == "silent"
    seen = view(record, HELENA, number, later)
    assert (seen.cover.stage, seen.lines[-1].code) == ("ended", "expire")
    assert waiting(seen, wording(record, seen, later), local_date(later)) is None
    assert verify(record, later) == ()


def test_the_letter_of_an_older_answer_stands_for_no_newer_one(record: Record, number: str) -> None:
    """Lost otherwise: NOSAM's letter arrived, LGS' waits for a mail server that is away, and the case ends as answered
    before anybody outside has LGS' answer."""
    lifted, lgs = at("2026-04-17 10:00"), LADDER[1]
    lift = {"reason": "Vi läser olika.", "subject": "agreement", "pattern": "pattern"}
    steps: tuple[tuple[Seer, Command], ...] = (
        (YVONNE, Command("escalate", lift)), (lgs.leader, Command("acknowledge")), *page_steps("lgs"),
        (lgs.leader, Command("agenda")),
        (lgs.chair, Command("decide_presidium", ANSWER)), (lgs.vice, Command("approve")),
        (lgs.secretary, Command("deliver")), (HELENA, Command("done")),
    )  # fmt: skip
    for seer, command in steps:
        act(record, seer, number, command, lifted)
    sixth = at("2026-04-27 07:00")
    with record.database.write() as tx:
        case_id = tx.value("SELECT id FROM cases WHERE number = :number", number=number)
        assert act_by_clock(tx, record, case_id, "expire", sixth).stage == "word"
