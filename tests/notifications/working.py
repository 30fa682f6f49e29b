"""Workers that run in processes of their own: of several that share the letters through the engine, until they are
ended; and clocks that tick when they are told to."""

from datetime import datetime
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from cases.record import Record
from config.county import load_county
from notifications import engine
from notifications.batches import carry_out, hand_over_held
from notifications.clock import beating
from notifications.round import Report, run_round
from notifications.smtp import MailServer
from tests.notifications.clockwork import LETTERHEAD
from tests.record import CONFIG, checked, open_at, unhurried

COUNTY = checked(load_county(CONFIG / "vastra_gotaland"))


def work_at(now: datetime, url: str, folder: str, port: int, *, durable: bool = False) -> None:
    """Clock and jobs of one worker, for which it is always that instant; `durable` where the server itself dies."""
    opened = open_at(url, COUNTY, Path(folder))
    record = opened if durable else unhurried(opened)
    mailer = MailServer(f"smtp://127.0.0.1:{port}", LETTERHEAD, seconds=10)
    engine.prepare(record)
    with beating(lambda: hand_over(record, now, mailer)):
        engine.work(record, lambda name, turn: carry_out(record, now, mailer, name, turn))


def hand_over(record: Record, now: datetime, mailer: MailServer) -> Report:
    """One round whose letters go to the engine's queue."""
    return run_round(record, now, mailer, hand_over=partial(hand_over_held, queue=engine.queue()))


def tick_when_told(line: Connection, url: str, folder: str, port: int) -> None:
    """One round at each instant that comes over the line, answered with its report, until None comes."""
    record = unhurried(open_at(url, COUNTY, Path(folder)))
    mailer = MailServer(f"smtp://127.0.0.1:{port}", LETTERHEAD, seconds=60)
    for now in iter(line.recv, None):
        line.send(run_round(record, now, mailer))
    record.database.close()
