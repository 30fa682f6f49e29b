"""A function may have a mailbox of its own, which stands in the log; a long absence is handed over once"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from cases.migrations.administration_log import allow

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ACTS = (
    "person_added", "function_given", "function_ended", "absence_set", "absence_ended", "account_closed",
    "account_opened", "invited", "invitation_revoked", "code_reset", "identity_set", "unit_ended", "reads_reviewed",
)  # fmt: skip
WITH_MAILBOXES = (*ACTS, "mailbox_set", "mailbox_removed")


def text(name: str) -> sa.Column:
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "function_mailbox",
        text("post"),
        text("address"),
        text("language"),
        sa.CheckConstraint("language in ('sv', 'en')", name=op.f("ck_function_mailbox_language")),
        sa.PrimaryKeyConstraint("post", name=op.f("pk_function_mailbox")),
    )
    op.add_column("absence", sa.Column("handed_over_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    allow(WITH_MAILBOXES)


def downgrade() -> None:
    allow(ACTS)
    op.drop_column("absence", "handed_over_at")
    op.drop_table("function_mailbox")
