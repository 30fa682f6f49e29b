"""A parked case that somebody is to check is among what awaits her and among what is parked"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# Whom nothing is asked of has had such a case among the parked ones; where everybody is asked, the stage tells.
PARKED = """UPDATE sight SET tab = 'checking' WHERE tab = 'awaiting' AND compartment = 'cover' AND ended_at IS NULL
 AND (case_id IN (SELECT case_id FROM sight WHERE tab = 'parked' AND compartment = 'cover' AND ended_at IS NULL)
 OR case_id IN (SELECT id FROM cases WHERE stage IN ('parked', 'watching') AND status <> 'ended'))"""


def upgrade() -> None:
    op.execute(PARKED)


def downgrade() -> None:
    op.execute("UPDATE sight SET tab = 'awaiting' WHERE tab = 'checking'")
