"""A move writes less: no index that nobody asks, narrower ones, and on SQLite two tables that are their own key"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ENDED = sa.text("ended_at is not null")
OWN_KEY = ("compartment", "deadline")
SHAPE = "SELECT sql FROM sqlite_master WHERE tbl_name = :name AND sql IS NOT NULL ORDER BY type DESC"
"""The table first, then its indexes."""


def upgrade() -> None:
    op.drop_index("ix_cases_lead_forum", "cases")
    op.drop_index("ix_docket_case", "docket")
    op.create_index("ix_docket_case", "docket", ["case_id"])
    op.create_index("ix_sight_ended", "sight", ["case_id"], sqlite_where=ENDED, postgresql_where=ENDED)
    op.drop_index("ix_sight_case_id", "sight")
    if op.get_bind().dialect.name == "sqlite":
        for name in OWN_KEY:
            _anew(name, lambda shape: f"{shape} WITHOUT ROWID")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in OWN_KEY:
            _anew(name, lambda shape: shape.removesuffix(" WITHOUT ROWID"))
    op.create_index("ix_sight_case_id", "sight", ["case_id"])
    op.drop_index("ix_sight_ended", "sight")
    op.drop_index("ix_docket_case", "docket")
    op.create_index("ix_docket_case", "docket", ["case_id", "status"])
    op.create_index("ix_cases_lead_forum", "cases", ["lead_forum"])


def _anew(name: str, changed: Callable[[str], str]) -> None:
    """The same table in another shape, with its rows and indexes. No other table refers to it."""
    shape, *indexes = op.get_bind().execute(sa.text(SHAPE), {"name": name}).scalars()
    op.rename_table(name, f"{name}_before")
    for index in indexes:
        op.execute(f"DROP INDEX {index.split()[2].strip(chr(34))}")
    op.execute(changed(shape.rstrip()))
    op.execute(f"INSERT INTO {name} SELECT * FROM {name}_before")
    op.drop_table(f"{name}_before")
    for index in indexes:
        op.execute(index)
