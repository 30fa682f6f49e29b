"""The logs beside the histories are sealed each night, by seals that the database refuses to change"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KEPT = "the seal of a log is kept as it was written"


def upgrade() -> None:
    op.create_table(
        "log_seal",
        sa.Column("log", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("night", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("lines", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("log", "night", name=op.f("pk_log_seal")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION log_seal_kept() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{KEPT}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER log_seal_kept BEFORE UPDATE OR DELETE ON log_seal "
            "FOR EACH ROW EXECUTE FUNCTION log_seal_kept()"
        )
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER log_seal_{verb.lower()} BEFORE {verb} ON log_seal "
                f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
            )


def downgrade() -> None:
    op.drop_table("log_seal")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION log_seal_kept()")
