"""From any earlier state of the tables to today's: Alembic's migrations, each whole or not at all."""

from __future__ import annotations

import argparse
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from cases.database import Database

FOLDER = Path(__file__).parent / "migrations"


def config_for(url: str) -> Config:
    config = Config(cmd_opts=argparse.Namespace(x=None))
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def migrate(url: str) -> str:
    """Bring the database at `url` to the newest form and answer its revision. Safe to run again at any point."""
    command.upgrade(config_for(url), "head")
    return head()


def make_as_of(url: str, revision: str) -> None:
    """Give an empty database the form that it had at `revision`: for rows that were written then."""
    command.upgrade(config_for(url), revision)


def head() -> str:
    """The newest revision this program knows."""
    found = ScriptDirectory(str(FOLDER)).get_current_head()
    if found is None:
        raise LookupError("the migrations folder holds no migration; the installation is not whole")
    return found


def revision_of(database: Database) -> str | None:
    """The revision that a database stands at; None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
