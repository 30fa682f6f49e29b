"""What is owed is found by its day: the monthly list no longer reads all that was ever owed"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

NAME, OWED = "ix_contribution_owed_due", sa.text("status = 'owed'")


def upgrade() -> None:
    op.create_index(NAME, "contribution", ["due", "case_id"], sqlite_where=OWED, postgresql_where=OWED)


def downgrade() -> None:
    op.drop_index(NAME, table_name="contribution")
