"""Which tables and columns a record has at a revision: a backup of that time must hold them all, and no others."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import inspect

from cases.copies.backup import LEFT_OUT
from cases.database import Database
from cases.installation import newest_revision
from cases.migrate import make_as_of
from cases.tables import metadata

MIGRATIONS_OWN = "alembic_version"


def columns_of(revision: str) -> Mapping[str, frozenset[str]]:
    """Columns by table, without the tables that no backup holds. An earlier form is made once more, in a folder that
    goes away: nothing else knows it. Raises OSError where there is no room for that."""
    if revision == newest_revision():
        found = {table.name: frozenset(table.columns.keys()) for table in metadata.sorted_tables}
    else:
        with TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'form.db'}"
            make_as_of(url, revision)
            with closing(Database(url)) as database:
                form = inspect(database.engine)
                found = {
                    name: frozenset(column["name"] for column in form.get_columns(name))
                    for name in form.get_table_names()
                }
    return {name: columns for name, columns in found.items() if name not in (*LEFT_OUT, MIGRATIONS_OWN)}
