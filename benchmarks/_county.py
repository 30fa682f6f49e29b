"""The example county's record on either database, in as many equal copies as a comparison needs."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Literal

import psycopg

from cases.contents.papers import Papers
from cases.contents.secrecy import Keyring
from cases.database import Database
from cases.installation import sources_of
from cases.migrate import migrate
from cases.organisation.seeding import seed
from cases.record import Record
from cases.routines import kept_library, open_library
from config.county import County, load_county
from tests.databases import Databases, PostgresDatabases, Prepare, SqliteDatabases
from tests.postgres import driver_url, postgres_server
from tests.record import CONFIG, MORNING

Kind = Literal["sqlite", "postgresql"]
KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")

COUNTY: County = load_county(CONFIG / "vastra_gotaland")


@contextmanager
def databases(kind: Kind) -> Iterator[Databases]:
    """Where copies come from, for as long as the block runs; a PostgreSQL that waits for the disk like a real one."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="stegen-bench-") as folder:
            yield SqliteDatabases(Path(folder))
    else:
        with postgres_server(durable=True) as url_of, closing(PostgresDatabases(url_of)) as opened:
            yield opened


def seeded(then: Callable[[Record], object] | None = None) -> Prepare:
    """What makes an empty database the county's, and after that whatever a benchmark needs in it."""

    def prepare(url: str) -> None:
        migrate(url)
        with closing(Database(url)) as database:
            seed(database, COUNTY, "an epoch")
            if then is not None:
                then(record_on(database))

    return prepare


PLAIN = seeded()
"""The county without a case: one template for as many sizes of stock as are compared."""


def filled(places: Databases, fill: Callable[[Record], object]) -> str:
    """The URL of a new database with the county and what `fill` puts into it."""
    url = places.fresh(PLAIN)
    with closing(Database(url)) as database:
        fill(record_on(database))
    return url


def record_on(database: Database, random_bytes: Callable[[int], bytes] = os.urandom) -> Record:
    """The record that a seeded database holds. Papers are of no interest here and go to a folder that stays empty."""
    texts = {file.path.name: file.text for file in COUNTY.workflow_files}
    library = kept_library(database, texts) or open_library(database, sources_of(COUNTY), MORNING)
    papers = Papers(Path(tempfile.gettempdir()) / "stegen-bench-papers")
    return Record(database, library, COUNTY.calendar, Keyring([bytes(32)]), papers, random_bytes)


def bare_connection(url: str) -> Any:
    """The driver's own connection, as durable as ours and in the same journal mode, with nothing of ours between."""
    if not url.startswith("sqlite"):
        return psycopg.connect(driver_url(url), options="-c timezone=UTC")
    with closing(Database(url)) as ours, ours.read() as tx:
        settings = {
            name: tx.value(f"PRAGMA {name}")
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    for name, value in settings.items():
        connection.execute(f"PRAGMA {name}={value}")
    return connection
