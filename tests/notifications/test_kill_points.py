"""`kill -9` of a worker at each point of docs/clock.md: nothing is lost, and a copy can be told by its Message-ID."""

import multiprocessing
import re
import signal
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path

import pytest

from cases.record import Record
from cases.soundness.verify import verify
from notifications.round import LEASE, run_round
from tests.cases.deviations import arrived
from tests.notifications.clockwork import minutes, statuses
from tests.notifications.conftest import Sink
from tests.notifications.dying import POINTS, die_at
from tests.record import MORNING

CLOCK = Path(__file__).parent.parent.parent / "docs" / "clock.md"
ROW = re.compile(r"^\| (K\d\d) \| [^|]+ \| (\w+)[^|]* \| ([^|]+) \| [^|]+ \| (\d) \|$", re.MULTILINE)
TABLE = {point: (row, letter.strip(), int(copies)) for point, row, letter, copies in ROW.findall(CLOCK.read_text())}
"""Point -> status of the rows after the kill, outcome of their letters, and the most copies of one letter."""

OUTCOMES = "SELECT DISTINCT outcome FROM letter"
NEEDED = 3
"""Letters of one case that has just arrived: to its receiver, and to two handlers."""


def killed(point: str, record: Record, folder: Path, port: int) -> None:
    """A worker of its own that dies there."""
    nursery = multiprocessing.get_context("forkserver")
    nursery.set_forkserver_preload(["tests.notifications.dying"])
    worker = nursery.Process(target=die_at, args=(point, record.database.url, str(folder), port))
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
        killed(point, record, tmp_path, sink.port)
        first = {status for status, _ in statuses(record, f"{case}/submit/%").values()}
        assert first == {row}, "as the table says"
        with record.database.read() as tx:
            outcomes = {outcome for (outcome,) in tx.all(OUTCOMES)}
        assert ("unknown" in letter) == ("" in outcomes)
        later = MORNING + LEASE + minutes(1)
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
