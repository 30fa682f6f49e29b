"""A worker of several that share the letters through the engine: run in a process of its own, until it is ended."""

from datetime import datetime
from functools import partial
from pathlib import Path

from cases.record import Record
from config.county import load_county
from notifications import engine
from notifications.batches import carry_out, hand_over_held
from notifications.clock import beating
from notifications.round import Report, run_round
from notifications.smtp import MailServer
from tests.notifications.clockwork import LETTERHEAD
from tests.record import CONFIG, open_at, unhurried

COUNTY = load_county(CONFIG / "vastra_gotaland")


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
