"""Clocks beside each other, each in a process of its own: eight that tick in one moment, and one that is frozen."""

import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from threading import Event
from typing import NamedTuple

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from cases.clock import gathering
from cases.record import Record
from cases.soundness.verify import verify
from notifications.round import LEASE, Report, run_round
from tests.cases.deviations import arrived
from tests.notifications.clockwork import at, minutes, statuses
from tests.notifications.conftest import Sink, listening
from tests.notifications.working import tick_when_told
from tests.record import SOON

LONGEST = 120
"""Seconds that a busy machine may need for one round."""


class Clock(NamedTuple):
    """A clock of its own: told an instant it runs one round there, and answers with the report."""

    process: ForkServerProcess
    line: Connection

    def answer(self) -> Report:
        assert self.line.poll(LONGEST), "it did not answer"
        report = self.line.recv()
        assert isinstance(report, Report), report
        return report


@contextmanager
def clocks(number: int, record: Record, folder: Path, port: int) -> Iterator[Sequence[Clock]]:
    nursery = multiprocessing.get_context("forkserver")
    nursery.set_forkserver_preload(["tests.notifications.working", "tests.notifications.dying"])
    started = []
    for _ in range(number):
        ours, theirs = nursery.Pipe()
        process = nursery.Process(target=tick_when_told, args=(theirs, record.database.url, str(folder), port))
        process.start()
        theirs.close()
        started.append(Clock(process, ours))
    try:
        yield started
        for clock in started:
            clock.line.send(None)
        for clock in started:
            clock.process.join(LONGEST)
            assert clock.process.exitcode == 0
    finally:
        for clock in started:
            clock.process.kill()


def test_eight_ticks_at_one_moment_send_each_letter_once(
    record: Record, sink: Sink, tmp_path: Path, amount: Callable[[int, int], int]
) -> None:
    """Else four web servers that each keep a clock send four letters to everybody, or one with a part each."""
    with clocks(8, record, tmp_path, sink.port) as eight:
        for _ in range(amount(1, 500)):
            # Two moments with eight ticks each.
            sink.taken.clear()
            _two_moments(record, sink, eight)
            with record.database.write() as tx:
                for table in ("letter_row", "letter", "docket"):
                    tx.run(f"DELETE FROM {table}")


def _two_moments(record: Record, sink: Sink, eight: Sequence[Clock]) -> None:
    numbers = [arrived(record) for _ in range(6)]
    reports = []
    for moment in (SOON, at("2026-04-20 08:00")):
        for clock in eight:
            clock.line.send(moment)
        reports += [clock.answer() for clock in eight]
    with record.database.read() as tx:
        done = tx.value("SELECT COUNT(*) FROM docket WHERE status = 'done'")
        pairs = tx.value("SELECT COUNT(*) FROM letter_row")
        ids = {f"<{i}>" for (i,) in tx.all("SELECT message_id FROM letter WHERE outcome = 'delivered'")}
    assert done == 3 * len(numbers), "two words at once and a first reminder for each case"
    assert pairs == 4 * len(numbers), "each row to each of its people once: two handlers, and twice the receiver"
    assert sum(report.sent for report in reports) == len(sink.taken) == len(ids)
    assert max(Counter(address for address, _ in sink.taken).values()) <= 2, "one letter to each at each moment"


def test_a_clock_that_ticks_between_two_claims_of_another_s_takes_no_part_of_its_morning(
    record: Record, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else two clocks on one file share out a morning that is too much for one claim, and people get two letters."""
    monkeypatch.setattr("notifications.round.LETTERS_AT_ONCE", 2)
    monkeypatch.setattr(gathering, "PATIENCE", timedelta(milliseconds=1))
    for _ in range(3):
        arrived(record)
    run_round(record, SOON, sink.mailer())
    sink.taken.clear()
    due, beside, chance = at("2026-04-20 08:00"), list[Report](), record.random_bytes

    def once_it_has_claimed(size: int) -> bytes:
        """The tokens of claims are made of chance: the second time that the first clock asks for it."""
        with record.database.read() as tx:
            holds = tx.one("SELECT 1 FROM docket WHERE status = 'claimed'") is not None
        if holds and not beside:
            beside.append(Report())
            beside[0] = run_round(record, due, sink.mailer())
        return chance(size)

    record.random_bytes = once_it_has_claimed
    first = run_round(record, due, sink.mailer())
    assert (beside[0].sent, first.sent, len(sink.taken)) == (0, 1, 1), "one letter with all three of hers"


class Freezing(Sink):
    """A mail server during whose answer the first worker that comes to it is frozen, as a machine is that sleeps."""

    victim: int = 0
    after: bool = False

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await super().handle_RCPT(server, session, envelope, address, options)
        self._freeze(not self.after)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        self._freeze(self.after)
        return answer

    def _freeze(self, now: bool) -> None:
        if now and self.victim:
            os.kill(self.victim, signal.SIGSTOP)
            self.victim = 0


@pytest.mark.parametrize("after", [False, True])
def test_a_worker_frozen_past_its_lease_marks_nothing_of_anothers(record: Record, tmp_path: Path, after: bool) -> None:
    """Else a machine that slept over lunch writes its old news over what happened meanwhile, or sends the rest of its
    letters a second time."""
    arrived(record)
    later = SOON + LEASE + minutes(1)
    with listening(Freezing()) as sink, clocks(1, record, tmp_path, sink.port) as [sleeper]:
        assert isinstance(sink, Freezing)
        pid = sleeper.process.pid
        assert pid is not None
        sink.victim, sink.after = pid, after
        sleeper.line.send(SOON)
        _until_stopped(pid)
        assert run_round(record, later, sink.mailer()).sent == 3
        settled = _settled(record)
        os.kill(pid, signal.SIGCONT)
        assert sleeper.answer().sent == 0, "it counts nothing as its own"
    copies = Counter(message for _, message in sink.taken)
    assert sorted(copies.values()) == [1, 1, 2], "one letter twice with the same bytes; what it had left is not sent"
    assert set(statuses(record, "%/submit/%").values()) == {("done", "")}
    assert _settled(record) == settled, "what the other round wrote stands"
    assert verify(record, later) == ()


def _until_stopped(pid: int) -> None:
    """Waits until the system has frozen that process; `/proc` tells it to whoever is not its parent."""
    stat, ends = Path(f"/proc/{pid}/stat"), time.monotonic() + LONGEST
    while stat.read_text().rpartition(")")[2].split()[0] != "T":
        assert time.monotonic() < ends, "it never came to the mail server"
        Event().wait(0.005)


def _settled(record: Record) -> list[tuple[str, datetime, str]]:
    with record.database.read() as tx:
        return tx.all(
            "SELECT key, settled_at, status FROM docket UNION ALL SELECT message_id, delivered_at, outcome FROM letter"
            " ORDER BY 1"
        )
