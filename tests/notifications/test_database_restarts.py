"""PostgreSQL is killed and started again under a worker: it goes on by itself; no letter is lost, none goes twice."""

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from threading import Event, Thread

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from cases.record import Record
from cases.soundness.verify import verify
from config.county import County
from notifications.round import run_round
from tests.notifications.conftest import Sink, listening
from tests.notifications.test_engine import DUE, all_done, count, crowd, until
from tests.notifications.working import work_at
from tests.postgres import CANNOT_START, OwnServer, server_of_ones_own
from tests.record import open_at

pytestmark = pytest.mark.postgres

PEOPLE = 40
SHOWN = 60.0
"""Seconds that a worker is given to end."""


@dataclass
class Killing(Sink):
    """Kills the database when it has taken so many letters, before it says so."""

    at: int = 7
    server: OwnServer | None = None
    killed: Event = field(default_factory=Event)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        if len(self.taken) == self.at and self.server is not None:
            self.server.kill()
            self.killed.set()
        return answer


@pytest.fixture
def server() -> Iterator[OwnServer]:
    try:
        with server_of_ones_own() as started:
            yield started
    except CANNOT_START as failure:
        pytest.skip(f"PostgreSQL did not start: {failure}")


@pytest.fixture
def crowded(server: OwnServer, county: County, _seeded: Callable[[str], None], tmp_path: Path) -> Iterator[Record]:
    """A record on that server, in which so many people are each to get a letter of their own about two cases."""
    _seeded(server.url_of("postgres"))
    record = open_at(server.url_of("postgres"), county, tmp_path / "papers")
    crowd(record, PEOPLE)
    yield record
    record.database.close()


@contextmanager
def killing(server: OwnServer) -> Iterator[Killing]:
    sink = Killing(server=server)
    with listening(sink):
        yield sink


def everybody_has_one_letter(record: Record, sink: Sink) -> None:
    found = Counter(message_from_bytes(message)["Message-ID"] for _, message in sink.taken)
    assert len(sink.taken) == PEOPLE
    assert set(found.values()) == {1}
    assert all_done(record, PEOPLE)
    assert verify(record, DUE) == ()


def test_a_round_waits_for_the_database_and_goes_on(server: OwnServer, crowded: Record) -> None:
    """Else each restart of the database costs somebody a second copy of a letter, or a quarter of an hour's delay."""
    with killing(server) as sink:
        reports = []
        going = Thread(target=lambda: reports.append(run_round(crowded, DUE, sink.mailer())))
        going.start()
        assert sink.killed.wait(SHOWN)
        server.start()
        going.join(SHOWN)
        assert [report.sent for report in reports] == [PEOPLE]
        everybody_has_one_letter(crowded, sink)
    server.kill()
    server.start()
    assert all_done(crowded, PEOPLE), "who comes after a restart meets no error"


def test_a_worker_of_an_engine_waits_for_the_database_and_goes_on(
    server: OwnServer, crowded: Record, tmp_path: Path
) -> None:
    """Else a restart of the database silences every worker, and nobody is told before letters are missed."""
    nursery = multiprocessing.get_context("forkserver")
    nursery.set_forkserver_preload(["tests.notifications.working", "tests.notifications.dying"])
    with killing(server) as sink:
        words = (DUE, server.url_of("postgres"), str(tmp_path), sink.port)
        worker = nursery.Process(target=work_at, args=words, kwargs={"durable": True})
        worker.start()
        try:
            assert sink.killed.wait(SHOWN)
            server.start()
            until(lambda: all_done(crowded, PEOPLE))
            until(lambda: count(crowded, "SELECT COUNT(*) FROM procrastinate_jobs WHERE status = 'todo'") == 0)
            everybody_has_one_letter(crowded, sink)
            worker.terminate()
            worker.join(SHOWN)
            assert worker.exitcode == 0
        finally:
            worker.kill()
