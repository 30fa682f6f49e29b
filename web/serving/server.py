"""The server that carries the pages: gunicorn, with our log and our figures, and on one machine the clock in it.

Everything is opened once, before the processes part; no connection to a database is carried over into them.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from web.desk import EXTENSION, Desk

QUEUE = 512
"""Connections that may wait to be taken."""

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - for the processes' sign of life, which must not wait for a disk
LINE = 8190
"""Bytes of an address: filters of a list stand in it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the pages are carried: processes, threads in each, and seconds that a stop waits for what is under way.
    `beside` runs in every process, next to its pages."""

    processes: int
    threads: int
    patience: int
    beside: Callable[[], AbstractContextManager[object]] | None = None

    @property
    def rows(self) -> int:
        """Processes that can live at once: while they are being renewed, the old ones and the new."""
        return 2 * self.processes


def listen(host: str, port: int) -> socket.socket:
    """A socket that hears; port 0 takes a free one. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    heard = socket.create_server((host, port), family=family, backlog=QUEUE)
    heard.set_inheritable(True)
    return heard


def carry(pages: Flask, heard: socket.socket, plan: Plan) -> None:
    """Answer what comes in there, until the process is told to end (SIGTERM, or Ctrl-C); then what is under way is
    finished first."""
    at: Desk = pages.extensions[EXTENSION]
    at.record.database.close()
    first = os.getpid()
    try:
        _Server(pages, heard.detach(), plan).run()
    except SystemExit as ended:
        # The processes that carry pages leave this way too, and have nothing more to do.
        if ended.code or os.getpid() != first:
            raise


class _Server(BaseApplication):
    def __init__(self, pages: Flask, heard: int, plan: Plan) -> None:
        self.pages, self.heard, self.plan = pages, heard, plan
        super().__init__()

    def load_config(self) -> None:
        plan = self.plan
        memory = str(SHARED_MEMORY) if SHARED_MEMORY.is_dir() else None
        for name, value in {
            "bind": [f"fd://{self.heard}"], "workers": plan.processes, "threads": plan.threads,
            "worker_class": Threads, "graceful_timeout": plan.patience, "worker_tmp_dir": memory,
            "limit_request_line": LINE, "logger_class": ServerLog, "control_socket_disable": True,
            # What a proxy says is weighed by web.serving.proxy alone.
            "forwarded_allow_ips": "", "secure_scheme_headers": {}, "forwarder_headers": "",
            "pre_fork": _give_row, "post_fork": self._count_there, "post_worker_init": self._begin_beside,
            "worker_exit": self._end_beside,
        }.items():  # fmt: skip
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.pages

    def _count_there(self, server: Any, worker: Any) -> None:
        at: Desk = self.pages.extensions[EXTENSION]
        at.tally.take_row(worker.row)

    def _begin_beside(self, worker: Any) -> None:
        if self.plan.beside is not None:
            worker.beside = self.plan.beside()
            worker.beside.__enter__()

    def _end_beside(self, server: Any, worker: Any) -> None:
        if "beside" in vars(worker):
            worker.beside.__exit__(None, None, None)


def _give_row(server: Any, worker: Any) -> None:
    """The lowest row of the figures that no living process counts in."""
    taken = {other.row for other in server.WORKERS.values()}
    worker.row = min(set(range(len(taken) + 1)) - taken)


class Threads(ThreadWorker):
    """A process that answers in threads. However it is told to end, it finishes what is under way: gunicorn's quick end
    takes a lock in the signal's handler that the very thread it interrupts may hold, and then never ends."""

    def handle_quit(self, sig: Any, frame: Any) -> None:
        self.handle_exit(sig, frame)


class ServerLog(Logger):
    """The server's own lines go the way of all others, without the addresses that visitors asked for."""

    def setup(self, cfg: Any) -> None:
        self.cfg, self.loglevel = cfg, logging.INFO
        self._access_log_enabled = False
        self.error_log.propagate = True

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """web.serving.request_log writes a line for each request, and knows what may stand in it."""

    def warning(self, msg: Any, *args: Any, **more: Any) -> None:
        if str(msg).startswith("Invalid request"):
            super().warning("A request that is no HTTP was refused.")
        else:
            super().warning(msg, *args, **more)

    def exception(self, msg: Any, *args: Any, **more: Any) -> None:
        super().exception(str(msg).partition(" %")[0], **more)
