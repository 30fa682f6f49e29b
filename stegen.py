"""The command `stegen`: opens the record that the settings name, and puts the rooms' own commands together.

The only file that may import both shells; the outermost line, which asks the clock and reads the environment.
"""

from __future__ import annotations

import secrets

from cases.database import Database
from cases.migrate import head, migrate, revision_of
from cases.papers import Papers
from cases.record import Record
from cases.routines import open_library
from cases.secrecy import Keyring
from cases.seeding import seed
from config.county import County, load_county
from config.settings import Settings
from workflows.definition_file import Source


def sources_of(county: County) -> list[Source]:
    """The county's workflow files as the rules take them."""
    return [Source(str(f.path), f.text, f.data) for f in county.workflow_files]


def open_record(settings: Settings, county: County | None = None) -> Record:
    """Migrate, seed when empty, check the routines, and open: everything a process needs before its first intention."""
    county = county or load_county(settings.county)
    url = settings.database_url.get_secret_value()
    settings.data.mkdir(parents=True, exist_ok=True)
    database = Database(url)
    if revision_of(database) != head():
        migrate(url)
    seed(database, county, secrets.token_hex(16))
    library = open_library(database, sources_of(county), settings.clock())
    keyring = Keyring([key.get_secret_value() for key in settings.data_keys])
    papers = Papers(settings.data / "papers")
    return Record(database, library, county.calendar.names, county.calendar.revision, keyring, papers)
