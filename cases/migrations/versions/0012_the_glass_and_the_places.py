"""Glass that an administrator breaks, cases by the routine they follow, and what she may do with places"""

import sqlalchemy as sa
from alembic import op

from cases.migrations.administration_log import allow

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ACTS = (
    "person_added", "function_given", "function_ended", "absence_set", "absence_ended", "account_closed",
    "account_opened", "invited", "invitation_revoked", "code_reset", "identity_set", "unit_ended", "reads_reviewed",
    "mailbox_set", "mailbox_removed",
)  # fmt: skip
WITH_PLACES = (
    *ACTS, "glass_broken", "glass_ended", "cases_migrated", "unit_added", "forum_changed",
    "seat_given", "seat_ended", "meeting_added", "meeting_moved", "meeting_cancelled", "day_closed",
)  # fmt: skip
GLASS = sa.text("ground = 'glass'")
LIVING = sa.text("status <> 'ended'")


def upgrade() -> None:
    allow(WITH_PLACES)
    op.create_index("ix_sight_glass", "sight", ["holder", "ended_at"], sqlite_where=GLASS, postgresql_where=GLASS)
    op.create_index("ix_cases_followed", "cases", ["definition", "id"], sqlite_where=LIVING, postgresql_where=LIVING)


def downgrade() -> None:
    op.drop_index("ix_cases_followed", table_name="cases")
    op.drop_index("ix_sight_glass", table_name="sight")
    allow(ACTS)
