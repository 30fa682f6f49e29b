"""What administrators did, which the database refuses to change; and reads of protected fields are found by day"""

from alembic import op

from cases.migrations.administration_log import create, drop

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ACTS = (
    "person_added", "function_given", "function_ended", "absence_set", "absence_ended", "account_closed",
    "account_opened", "invited", "invitation_revoked", "code_reset", "identity_set", "unit_ended", "reads_reviewed",
)  # fmt: skip


def upgrade() -> None:
    create(ACTS)
    op.create_index("ix_read_log_at", "read_log", ["at"])


def downgrade() -> None:
    op.drop_index("ix_read_log_at", table_name="read_log")
    drop()
