"""Several workers that share the letters through Procrastinate: whatever dies or is emptied, nothing is lost."""

import multiprocessing
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from email import message_from_bytes
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from threading import Event

import pytest

from cases.clock.mail_line import outage
from cases.record import Record
from cases.soundness.verify import verify
from notifications import engine
from notifications.batches import carry_out
from notifications.mailbox import LocalMailbox
from notifications.round import LEASE, run_round
from notifications.smtp import MailServer
from tests.cases.deviations import PETRA, arrived
from tests.command import Command
from tests.notifications.clockwork import LETTERHEAD, at, minutes
from tests.notifications.conftest import Sink, free_port
from tests.notifications.working import hand_over, work_at
from tests.record import EARLY, SOON

ON_POSTGRES = pytest.mark.parametrize(
    "database_kind", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
ROOT = Path(__file__).parent.parent.parent

DUE = at("2026-04-21 08:00")
"""The day on which the receipt falls due; whoever chose to hear of it that morning does."""
LATER = DUE + LEASE + minutes(1)
LONGEST = 60.0
"""Seconds that a test waits for what must come."""
SLOWEST = 0.2
"""Seconds more for each letter of many: a run of the full numbers shares its machine."""

PERSON = """INSERT INTO person (account, name, email, language, password_hash, disabled)
 VALUES (:a, :a, :e, 'sv', '', :no)"""
RECEIVER = """INSERT INTO holding (account, function, holder, side, acting, valid_from)
 VALUES (:a, 'receiver', :at, '', :no, :since)"""
CHOSEN = "INSERT INTO own_reminder (account, post, ahead, since) VALUES (:a, :post, 'morning', :since)"
OWN = "FROM docket WHERE account LIKE 'receiver%'"
EMPTY = "TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE"
QUEUED = "SELECT COUNT(*) FROM procrastinate_jobs WHERE status = 'todo'"


def crowd(record: Record, size: int) -> None:
    """Two cases, and so many people who each get a letter of their own about both on the morning of 21 April."""
    since = date(2026, 4, 1)
    people = [{"a": f"receiver{n}", "e": f"receiver{n}@su.example.invalid", "no": False} for n in range(size)]
    with record.database.write() as tx:
        tx.many(PERSON, people)
        tx.many(RECEIVER, [{"a": p["a"], "no": False, "at": "operation:su", "since": since} for p in people])
        tx.many(CHOSEN, [{"a": p["a"], "post": PETRA.post, "since": since} for p in people])
    for _ in range(2):
        arrived(record)
    for moment in (SOON, at("2026-04-20 08:00")):
        run_round(record, moment, LocalMailbox(LETTERHEAD))


def count(record: Record, statement: str) -> int:
    with record.database.read() as tx:
        return int(tx.value(statement))


def until(done: Callable[[], bool], letters: int = 0) -> None:
    """Waits for it: a minute, and longer for many letters, on a machine that does much else besides."""
    ends = time.monotonic() + LONGEST + letters * SLOWEST
    while not done():
        assert time.monotonic() < ends, "it did not come to that"
        Event().wait(0.02)


def all_done(record: Record, size: int) -> bool:
    return count(record, f"SELECT COUNT(*) {OWN} AND status = 'done'") == 2 * size


@contextmanager
def workers(number: int, now: datetime, record: Record, folder: Path, port: int) -> Iterator[list[ForkServerProcess]]:
    """So many processes; those that still live at the end are asked to end, and do."""
    nursery = multiprocessing.get_context("forkserver")
    nursery.set_forkserver_preload(["tests.notifications.working", "tests.notifications.dying"])
    started = [
        nursery.Process(target=work_at, args=(now, record.database.url, str(folder), port)) for _ in range(number)
    ]
    for worker in started:
        worker.start()
    try:
        yield started
        for worker in started:
            if worker.exitcode is None:
                worker.terminate()
        for worker in started:
            worker.join(LONGEST)
            assert worker.exitcode in (0, -signal.SIGKILL)
    finally:
        for worker in started:
            worker.kill()


def copies(sink: Sink) -> Counter[str]:
    """How often each letter arrived; each copy has the bytes of the first."""
    found = Counter(message_from_bytes(message)["Message-ID"] for _, message in sink.taken)
    assert len(found) == len(set(sink.taken))
    return found


@ON_POSTGRES
def test_of_three_workers_two_are_killed_and_everybody_gets_her_letter(
    record: Record, sink: Sink, tmp_path: Path, amount: Callable[[int, int], int], rng: random.Random
) -> None:
    """Else a machine that fails in the morning costs somebody a reminder, or sends it twice as if it were two."""
    size = amount(120, 3000)
    crowd(record, size)
    with workers(3, DUE, record, tmp_path, sink.port) as started:
        for moment in sorted(rng.sample(range(1, size // 2), 2)):
            until(lambda moment=moment: len(sink.taken) >= moment, size)
            victim = rng.choice([worker for worker in started if worker.exitcode is None])
            victim.kill()
            victim.join()
        until(lambda: count(record, QUEUED) == 0, size)
    assert not all_done(record, size), "what the killed ones had in hand is still theirs"
    with workers(1, LATER, record, tmp_path, sink.port):
        until(lambda: all_done(record, size), size)
    found = copies(sink)
    assert len(found) == size
    assert {address for address, _ in sink.taken} == {f"receiver{n}@su.example.invalid" for n in range(size)}
    assert sum(found.values()) - size <= 2, "at most one double for each that was killed"
    assert verify(record, LATER) == ()


@ON_POSTGRES
def test_an_emptied_queue_loses_nothing(
    record: Record, sink: Sink, tmp_path: Path, amount: Callable[[int, int], int]
) -> None:
    """Else whoever restores or cleans the engine's tables deletes reminders without knowing it."""
    size = amount(60, 3000)
    crowd(record, size)
    engine.prepare(record)
    assert hand_over(record, DUE, sink.mailer()).handed_over == 2 * size
    assert count(record, QUEUED) > 1
    with record.database.write() as tx:
        tx.run(EMPTY)
    assert hand_over(record, DUE + minutes(1), sink.mailer()).handed_over == 0, "they have their quarter of an hour"
    with workers(2, LATER, record, tmp_path, sink.port):
        until(lambda: all_done(record, size), size)
    assert set(copies(sink).values()) == {1}
    assert len(sink.taken) == size
    assert verify(record, LATER) == ()


@ON_POSTGRES
def test_a_person_gets_one_letter_however_the_rows_are_shared_out(record: Record, sink: Sink) -> None:
    """Else several machines mean several letters for one morning, which people learn to filter away."""
    crowd(record, 30)
    engine.prepare(record)
    hand_over(record, DUE, sink.mailer())
    with record.database.read() as tx:
        names = [name for (name,) in tx.all("SELECT args ->> 'name' FROM procrastinate_jobs")]
        shared = tx.all(
            f"SELECT account {OWN} AND status = 'handed_over' GROUP BY account HAVING COUNT(DISTINCT token) > 1"
        )
    assert shared == []
    assert len(names) == 3
    assert [carry_out(record, DUE, sink.mailer(), name, None)["sent"] for name in names] == [10, 10, 10]
    assert [carry_out(record, DUE, sink.mailer(), name, None) for name in names] == [Counter()] * 3, "a job run twice"
    assert all_done(record, 30)


@ON_POSTGRES
def test_a_case_that_is_held_for_a_moment_makes_no_second_letter(
    record: Record, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else whoever has two cases gets two letters whenever one of them is being worked at just then."""
    crowd(record, 5)
    engine.prepare(record)
    hand_over(record, DUE, sink.mailer())
    with record.database.read() as tx:
        name = tx.value("SELECT args ->> 'name' FROM procrastinate_jobs")
    with ExitStack() as held:
        tx = held.enter_context(record.database.write())
        tx.one("SELECT 1 FROM cases ORDER BY id LIMIT 1 FOR UPDATE")
        monkeypatch.setattr("notifications.batches.time.sleep", lambda _: held.close())
        carry_out(record, DUE, sink.mailer(), name, None)
    assert all_done(record, 5)
    assert len(sink.taken) == 5


@ON_POSTGRES
def test_a_batch_whose_cases_stay_held_is_due_again_in_a_minute(
    record: Record, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a long move in one case keeps everybody's letters of that morning back for a quarter of an hour."""
    crowd(record, 5)
    engine.prepare(record)
    hand_over(record, DUE, sink.mailer())
    with record.database.read() as tx:
        name = tx.value("SELECT args ->> 'name' FROM procrastinate_jobs")
    monkeypatch.setattr("notifications.batches.time.sleep", lambda _: None)
    with record.database.write() as tx:
        tx.all("SELECT 1 FROM cases ORDER BY id FOR UPDATE")
        assert carry_out(record, DUE, sink.mailer(), name, None)["waiting"] == 10
    assert sink.taken == []
    assert (
        count(record, f"SELECT COUNT(*) {OWN} AND status = 'waiting' AND reason = 'case_busy' AND attempts = 0") == 10
    )
    run_round(record, DUE, sink.mailer())
    assert sink.taken == [], "a pause, so that nobody runs against the same move at once"
    run_round(record, DUE + minutes(1), sink.mailer())
    assert all_done(record, 5)
    assert len(sink.taken) == 5


@ON_POSTGRES
def test_a_date_that_is_met_while_its_letter_is_queued_is_not_reminded_of(record: Record, sink: Sink) -> None:
    """Else a full queue sends letters about what was done hours ago."""
    crowd(record, 10)
    engine.prepare(record)
    hand_over(record, DUE, sink.mailer())
    with record.database.write() as tx:
        name = tx.value("SELECT args ->> 'name' FROM procrastinate_jobs")
        tx.run("UPDATE deadline SET status = 'met' WHERE code = 'receipt'")
    assert carry_out(record, DUE, sink.mailer(), name, None)["overtaken"] == 20
    assert sink.taken == []


@ON_POSTGRES
def test_a_mail_server_that_is_away_is_asked_once_and_all_goes_back(record: Record, sink: Sink) -> None:
    """Else each queued job knocks at a server that is down, and its letters wait for jobs that never come again."""
    crowd(record, 30)
    engine.prepare(record)
    away = MailServer(f"smtp://127.0.0.1:{free_port()}", LETTERHEAD, seconds=5)
    hand_over(record, DUE, away)
    with record.database.read() as tx:
        names = [name for (name,) in tx.all("SELECT args ->> 'name' FROM procrastinate_jobs")]
    for name in names:
        carry_out(record, DUE, away, name, None)
    with record.database.read() as tx:
        broken = outage(tx)
        assert (
            tx.value(f"SELECT COUNT(*) {OWN} AND status = 'waiting' AND attempts = 0 AND reason LIKE 'mail: %'") == 60
        )
    assert broken is not None
    assert broken.failures == 1
    assert hand_over(record, DUE, away).handed_over == 0, "the line is known to be broken"
    assert hand_over(record, DUE + minutes(2), sink.mailer()).handed_over == 2, "then one person's try it"
    with record.database.write() as tx:
        probe = tx.value(f"SELECT key {OWN} AND status = 'handed_over'")
    assert carry_out(record, DUE + minutes(2), sink.mailer(), probe, broken.batch)["sent"] == 1
    with record.database.read() as tx:
        assert getattr(outage(tx), "failures", None) == 0


@ON_POSTGRES
def test_the_command_makes_the_tables_and_shares_the_letters(stegen: Command) -> None:
    """Else an operator must know another program's schema before a second machine can help."""
    with stegen.record() as record:
        arrived(record, EARLY)
    words = [sys.executable, "-m", "stegen", "worker", "--engine", "procrastinate"]
    environ = {**stegen.settings, "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(words, cwd=ROOT, env=environ, text=True, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "The clock runs (procrastinate; Ctrl-C ends it).\n"
            with stegen.record() as record:
                until(lambda: count(record, "SELECT COUNT(*) FROM letter WHERE outcome = 'delivered'") == 3)
            process.send_signal(signal.SIGTERM)
            assert process.stdout.read() == "Ended.\n"
            assert process.wait(20) == 0
        finally:
            process.kill()


def test_without_postgresql_the_command_says_what_to_do(stegen_on_sqlite: Command) -> None:
    """Else somebody believes that a second machine could share a file."""
    answer = stegen_on_sqlite("worker", "--engine", "procrastinate")
    assert answer.exit_code == 2
    assert "Set STEGEN_DATABASE_URL" in answer.stderr
    assert "leave out --engine" in answer.stderr
