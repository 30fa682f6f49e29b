"""The clock in depth: deferrals, stand-ins, letters that come back, the mail line, acts by hand, own reminders"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ZERO, EMPTY = sa.text("0"), sa.text("''")


def text(name: str, **more: object) -> sa.Column:
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=False, **more)


def instant(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sqlmodel.sql.sqltypes.UTCDateTime(), nullable=nullable)


def upgrade() -> None:
    op.add_column("docket", sa.Column("deferrals", sa.Integer(), nullable=False, server_default=ZERO))
    op.add_column("docket", instant("deferred_since"))
    op.add_column("docket", sa.Column("rank", sa.Integer(), nullable=False, server_default=ZERO))
    op.add_column("docket", text("account", server_default=EMPTY))
    op.add_column("letter", text("return_token", server_default=EMPTY))
    returning = sa.text("return_token <> ''")
    op.create_index(
        "ix_letter_return", "letter", ["return_token"], unique=True, sqlite_where=returning, postgresql_where=returning
    )
    with op.batch_alter_table("round") as batch_op:
        batch_op.alter_column("finished_at", existing_type=sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        batch_op.add_column(instant("failed_at"))
        batch_op.add_column(text("error", server_default=EMPTY))
    op.create_table(
        "mail_line",
        text("name"),
        instant("since", nullable=False),
        text("reason"),
        sa.Column("failures", sa.Integer(), nullable=False),
        instant("next_at", nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mail_line")),
    )
    op.create_table(
        "docket_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("docket_id", sa.Integer(), nullable=False),
        instant("at", nullable=False),
        text("account"),
        text("act"),
        text("reason"),
        sa.CheckConstraint("act in ('retry', 'release', 'drop')", name=op.f("ck_docket_act_act")),
        sa.ForeignKeyConstraint(["docket_id"], ["docket.id"], name=op.f("fk_docket_act_docket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_docket_act")),
    )
    op.create_index(op.f("ix_docket_act_docket_id"), "docket_act", ["docket_id"])
    op.create_table(
        "own_reminder",
        text("account"),
        text("post"),
        text("ahead"),
        sa.Column("since", sa.Date(), nullable=False),
        sa.CheckConstraint("ahead in ('morning', 'day', 'week', 'monday')", name=op.f("ck_own_reminder_ahead")),
        sa.ForeignKeyConstraint(["account"], ["person.account"], name=op.f("fk_own_reminder_account")),
        sa.PrimaryKeyConstraint("account", "post", "ahead", name=op.f("pk_own_reminder")),
    )


def downgrade() -> None:
    for table in ("own_reminder", "docket_act", "mail_line"):
        op.drop_table(table)
    op.execute("DELETE FROM round WHERE finished_at IS NULL")
    with op.batch_alter_table("round") as batch_op:
        batch_op.drop_column("error")
        batch_op.drop_column("failed_at")
        batch_op.alter_column("finished_at", existing_type=sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False)
    op.drop_index("ix_letter_return", table_name="letter")
    op.drop_column("letter", "return_token")
    for column in ("account", "rank", "deferred_since", "deferrals"):
        op.drop_column("docket", column)
