"""`kill -9` of a worker at each point of docs/clock.md: nothing is lost, and a copy can be told by its Message-ID."""

import multiprocessing
import re
import signal
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from email import message_from_bytes
from pathlib import Path

import pytest

from cases.record import Record
from cases.soundness.verify import verify
from notifications.mailbox import LocalMailbox
from notifications.round import LEASE, run_round
from tests.cases.deviations import PETRA, arrived
from tests.notifications.clockwork import LETTERHEAD, at, minutes, play, statuses
from tests.notifications.conftest import Sink
from tests.notifications.dying import POINTS, WRITING, die_at
from tests.record import SOON

CLOCK = Path(__file__).parent.parent.parent / "docs" / "clock.md"
ROW = re.compile(r"^\| (K\d\d) \| [^|]+ \| (\w+)[^|]* \| ([^|]+) \| [^|]+ \| (\d) \|$", re.MULTILINE)
TABLE = {point: (row, letter.strip(), int(copies)) for point, row, letter, copies in ROW.findall(CLOCK.read_text())}
"""Point -> status of the rows after the kill, outcome of their letters, and the most copies of one letter."""

OUTCOMES = "SELECT DISTINCT outcome FROM letter"
CHOSEN = "INSERT INTO own_reminder (account, post, ahead, since) VALUES (:account, :post, 'morning', :since)"
TOLD = """SELECT r.docket_id, l.account, COUNT(*) FROM letter_row r JOIN letter l ON l.id = r.letter_id
 WHERE l.outcome = 'delivered' AND l.delivered_at >= :morning GROUP BY 1, 2"""
LISTED = ("ellinor.ravn", "gunnel.ask", "harriet.lundqvist.falk")
NEEDED = 3
"""Letters of one case that has just arrived: to its receiver, and to two handlers."""


def killed(point: str, now: datetime, record: Record, folder: Path, port: int) -> None:
    """A worker of its own that dies there, in a round at that instant."""
    nursery = multiprocessing.get_context("forkserver")
    nursery.set_forkserver_preload(["tests.notifications.working", "tests.notifications.dying"])
    worker = nursery.Process(target=die_at, args=(point, now, record.database.url, str(folder), port))
    worker.start()
    worker.join(60)
    assert worker.exitcode == -signal.SIGKILL, "it did not come to that point"


def test_the_table_names_every_point_that_is_tried() -> None:
    """Else what the operators' page promises is not what is tested."""
    assert set(TABLE) == set(POINTS)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.few_on_postgresql(6)
def test_a_worker_killed_at_a_point_loses_nothing(
    record: Record, sink: Sink, tmp_path: Path, point: str, amount: Callable[[int, int], int]
) -> None:
    """Else a power cut in the morning costs somebody a reminder, or sends it twice as if it were two."""
    row, letter, most = TABLE[point]
    for _ in range(amount(1, 25)):
        sink.taken.clear()
        case = arrived(record)
        killed(point, SOON, record, tmp_path, sink.port)
        first = {status for status, _ in statuses(record, f"{case}/submit/%").values()}
        assert first == {row}, "as the table says"
        with record.database.read() as tx:
            outcomes = {outcome for (outcome,) in tx.all(OUTCOMES)}
        assert ("unknown" in letter) == ("" in outcomes)
        later = SOON + LEASE + minutes(1)
        for minute in range(3):
            run_round(record, later + minutes(minute), sink.mailer())
        copies = Counter(message_from_bytes(message)["Message-ID"] for _, message in sink.taken)
        assert max(copies.values()) <= most
        assert len(copies) == len(set(sink.taken)), "copies have the same bytes"
        assert len(copies) == NEEDED
        assert {status for status, _ in statuses(record, f"{case}/submit/%").values()} == {"done"}
        assert verify(record, later) == ()
        with record.database.write() as tx:
            tx.run("DELETE FROM letter_row")
            tx.run("DELETE FROM letter")


def test_a_worker_killed_in_a_step_a_list_or_somebody_s_own_reminder_leaves_each_to_the_next_one(
    record: Record, sink: Sink, tmp_path: Path
) -> None:
    """Else a power cut on the first of the month costs a list, or takes a step twice: on one morning there are a step
    to take, a list to write and a reminder that somebody chose, and a worker after the other dies of it."""
    morning = at("2026-06-01 08:00")
    with record.database.write() as tx:
        tx.run(CHOSEN, account=PETRA.account, post=PETRA.post, since=date(2026, 4, 1))
    for arrival in ("2026-04-16 10:00", "2026-05-19 10:00", "2026-05-27 10:00"):
        number = arrived(record, at(arrival))
    play(record, LocalMailbox(LETTERHEAD), at("2026-04-16 10:00"), at("2026-05-29 16:00"))
    before = Counter(code for _, code in _steps(record))
    for point in WRITING:
        killed(point, morning, record, tmp_path, sink.port)
        assert sink.taken == [], "a round writes and steps before it sends"
        morning += LEASE + minutes(1)
    for minute in range(2):
        run_round(record, morning + minutes(minute), sink.mailer())
    taken = Counter(code for _, code in _steps(record))
    assert taken - before == Counter({"lapse": 1}), "the ball of the second case went on, once"
    assert {PETRA.account, *LISTED} <= {address.partition("@")[0] for address, _ in sink.taken}
    with record.database.read() as tx:
        told = tx.all(TOLD, morning=morning)
    assert len(told) > len(LISTED)
    assert {count for _, _, count in told} == {1}, "each row once to each of its people"
    own = {key.split("/")[2]: fate for key, fate in statuses(record, f"{number}/%/own:%").items()}
    assert own == {"own:morning": ("done", "")}
    assert list(statuses(record, "%/list:2026-06/%").values()) == [("done", "")] * len(LISTED)
    with record.database.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM docket WHERE status IN ('claimed', 'parked')") == 0
    assert verify(record, morning) == ()


def _steps(record: Record) -> list[tuple[int, str]]:
    with record.database.read() as tx:
        return tx.all("SELECT case_id, code FROM event WHERE compartment = 'cover' ORDER BY case_id, seq")
