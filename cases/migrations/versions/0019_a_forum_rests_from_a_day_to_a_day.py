"""A forum rests from a day to a day that is known beforehand"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "forum_pause",
        sa.Column("forum", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("stand_in", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["forum"], ["forum.code"], name=op.f("fk_forum_pause_forum_forum")),
        sa.ForeignKeyConstraint(["stand_in"], ["forum.code"], name=op.f("fk_forum_pause_stand_in_forum")),
        sa.PrimaryKeyConstraint("forum", "first", name=op.f("pk_forum_pause")),
    )


def downgrade() -> None:
    op.drop_table("forum_pause")
