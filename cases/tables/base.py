"""What all tables share: one registry with named constraints, so that migrations can name what they change."""

from __future__ import annotations

from sqlmodel import SQLModel

# Migrations on SQLite rebuild tables and must name every constraint; the names are fixed before the first migration.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = SQLModel.metadata


class Table(SQLModel):
    """Base of every table. `table=True` classes do not validate: values are checked where they enter, and by the
    database's own constraints."""
