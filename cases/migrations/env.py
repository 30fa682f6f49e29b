"""Run by Alembic: one transaction for all pending migrations, on SQLite too (see cases/database.py on BEGIN)."""

from contextlib import closing

from alembic import context

from cases.database import Database
from cases.tables import metadata

with closing(Database(context.config.attributes["url"])) as database, database.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        transactional_ddl=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
