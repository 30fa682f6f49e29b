"""A governing document becomes another forum's from a day on, and the log of administration knows of it"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from cases.migrations.administration_log import allow

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ACTS = (
    "person_added", "function_given", "function_ended", "absence_set", "absence_ended", "account_closed",
    "account_opened", "invited", "invitation_revoked", "code_reset", "identity_set", "unit_ended", "reads_reviewed",
    "mailbox_set", "mailbox_removed", "glass_broken", "glass_ended", "cases_migrated", "unit_added", "forum_changed",
    "seat_given", "seat_ended", "meeting_added", "meeting_moved", "meeting_cancelled", "day_closed",
    "clock_stopped", "clock_went_on",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "document_owner",
        sa.Column("document", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("owner", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document"], ["governing_document.code"], name=op.f("fk_document_owner_document_governing_document")
        ),
        sa.ForeignKeyConstraint(["owner"], ["forum.code"], name=op.f("fk_document_owner_owner_forum")),
        sa.PrimaryKeyConstraint("document", "first", name=op.f("pk_document_owner")),
    )
    allow((*ACTS, "document_given"))


def downgrade() -> None:
    allow(ACTS)
    op.drop_table("document_owner")
