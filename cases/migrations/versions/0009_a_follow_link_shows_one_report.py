"""A reporter's own link shows one report: no two have the same one"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LINKED = sa.text("follow_hash <> ''")

# Two reports with one link: it was told to both reporters, so that it must show neither.
SHARED = """UPDATE report SET follow_hash = '' WHERE follow_hash IN
 (SELECT follow_hash FROM report WHERE follow_hash <> '' GROUP BY follow_hash HAVING COUNT(*) > 1)"""


def upgrade() -> None:
    op.execute(SHARED)
    op.drop_index("ix_report_follow_hash", "report")
    op.create_index(
        "uq_report_follow_hash", "report", ["follow_hash"], unique=True, sqlite_where=LINKED, postgresql_where=LINKED
    )


def downgrade() -> None:
    op.drop_index("uq_report_follow_hash", "report")
    op.create_index("ix_report_follow_hash", "report", ["follow_hash"])
