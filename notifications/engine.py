"""Procrastinate, the queue between several machines (`stegen worker --engine procrastinate`).

The only file that knows it, imported only when it is asked for. Its tables hold names of batches and nothing that is
not in the docket: they may be emptied at any time. It retries nothing, and what became of a job is not kept.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status
from procrastinate.schema import SchemaManager

from cases.database import Transaction
from cases.record import Record
from notifications.batches import Queue

log = logging.getLogger(__name__)

QUEUE = "stegen"
TASK = "stegen.letters"

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(7341883619)"
"""Workers that start together: the first makes the tables. Any number, the same for all of them."""
THERE = "SELECT to_regclass('procrastinate_jobs') IS NOT NULL"

CONNECTIONS = 3
"""For each worker: one listens, one fetches and finishes jobs, one tells that the worker lives."""

AGAIN_AFTER = 1.0
"""Seconds between attempts at a database that does not answer."""

CarryOut = Callable[[str, int | None], object]
"""Does the work of one job: a batch's name, and its turn."""


class NeedsPostgres(Exception):
    """An engine needs PostgreSQL. Set STEGEN_DATABASE_URL to one, or leave out --engine: one machine does without."""


def prepare(record: Record) -> None:
    """The engine's tables, made when they are missing. Raises NeedsPostgres."""
    if not record.database.postgres:
        raise NeedsPostgres(NeedsPostgres.__doc__)
    with record.database.write() as tx:
        tx.one(ONE_AT_A_TIME)
        if not tx.value(THERE):
            tx.connection.execute(SchemaManager.get_schema())


def queue() -> Queue:
    """Writes jobs on the record's own connection, so that rows and job are committed together or not at all."""
    app = App(connector=SyncPsycopgConnector())

    def write(tx: Transaction, name: str, turn: int | None) -> None:
        job = app.configure_task(TASK, queue=QUEUE, queueing_lock=name, connection=tx.connection)
        try:
            with tx.connection.transaction():
                job.defer(name=name, turn=turn)
        except AlreadyEnqueued:
            log.info("A job named %s is queued already, and will find the newer batch of that name.", name)

    return write


def work(record: Record, carry_out: CarryOut) -> None:
    """Carry out jobs, one after the other, until SIGTERM or SIGINT; the job under way is finished first. A server that
    is restarted meanwhile is waited for."""
    while True:
        try:
            asyncio.run(_work(_app(record, carry_out)))
        except ConnectorException as away:
            log.warning("The queue's worker waits for the database: %s", away)
            time.sleep(AGAIN_AFTER)
        else:
            return


def _app(record: Record, carry_out: CarryOut) -> App:
    app = App(connector=PsycopgConnector(conninfo=record.database.address, min_size=1, max_size=CONNECTIONS))

    @app.task(name=TASK, queue=QUEUE)
    def letters(name: str, turn: int | None) -> None:
        carry_out(name, turn)

    return app


async def _work(app: App) -> None:
    async with app.open_async():
        for job in await app.job_manager.get_stalled_jobs(queue=QUEUE):
            # Its worker died. The docket takes the rows back by itself; the job has nothing left to say.
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
        await app.run_worker_async(queues=[QUEUE], delete_jobs="always")
