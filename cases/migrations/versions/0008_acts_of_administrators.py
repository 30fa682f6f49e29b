"""What administrators did, which the database refuses to change; and reads of protected fields are found by day"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ACTS = (
    "person_added", "function_given", "function_ended", "absence_set", "absence_ended", "account_closed",
    "account_opened", "invited", "invitation_revoked", "code_reset", "identity_set", "unit_ended", "reads_reviewed",
)  # fmt: skip
KEPT = "what an administrator did is kept as it was written"


def text(name: str) -> sa.Column:
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "administration_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        text("account"),
        text("act"),
        text("about"),
        text("facts"),
        text("reason"),
        sa.CheckConstraint(f"act in {ACTS}", name=op.f("ck_administration_act_act")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_administration_act")),
    )
    op.create_index("ix_read_log_at", "read_log", ["at"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION administration_act_kept() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{KEPT}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER administration_act_kept BEFORE UPDATE OR DELETE ON administration_act "
            "FOR EACH ROW EXECUTE FUNCTION administration_act_kept()"
        )
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER administration_act_{verb.lower()} BEFORE {verb} ON administration_act "
                f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
            )


def downgrade() -> None:
    op.drop_index("ix_read_log_at", table_name="read_log")
    op.drop_table("administration_act")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION administration_act_kept()")
