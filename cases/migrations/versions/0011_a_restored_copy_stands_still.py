"""The clock of a restored copy stands still until somebody has said which letters have left already"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STANDS = sa.text("ended_at is null")


def text(name: str) -> sa.Column:
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=False)


def instant(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sqlmodel.sql.sqltypes.UTCDateTime(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "standstill",
        sa.Column("id", sa.Integer(), nullable=False),
        instant("since", nullable=False),
        instant("taken_at"),
        text("reason"),
        instant("ended_at"),
        text("ended_by"),
        text("ended_because"),
        instant("sent_until"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standstill")),
    )
    op.create_index("ix_standstill_stands", "standstill", ["id"], sqlite_where=STANDS, postgresql_where=STANDS)


def downgrade() -> None:
    op.drop_table("standstill")
