"""Run by Alembic: one transaction for all pending migrations, on SQLite too (see cases/database.py on BEGIN)."""

from alembic import context

from cases.database import Database
from cases.tables import metadata

database = Database(context.config.attributes["url"])
with database.engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, transactional_ddl=True,
        compare_type=True, user_module_prefix=None,
    )  # fmt: skip
    with context.begin_transaction():
        context.run_migrations()
database.close()
