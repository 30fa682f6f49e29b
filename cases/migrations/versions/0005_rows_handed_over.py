"""Rows that an engine's queue holds are found by their batch, however large the docket is"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

HANDED_OVER = sa.text("status = 'handed_over'")


def upgrade() -> None:
    op.create_index(
        "ix_docket_handed_over", "docket", ["token", "id"], sqlite_where=HANDED_OVER, postgresql_where=HANDED_OVER
    )


def downgrade() -> None:
    op.drop_index("ix_docket_handed_over", table_name="docket")
