"""The log of administration knows that somebody stopped the clock by hand, or let it go on"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ACTS = (
    "person_added", "function_given", "function_ended", "absence_set", "absence_ended", "account_closed",
    "account_opened", "invited", "invitation_revoked", "code_reset", "identity_set", "unit_ended", "reads_reviewed",
    "mailbox_set", "mailbox_removed", "glass_broken", "glass_ended", "cases_migrated", "unit_added", "forum_changed",
    "seat_given", "seat_ended", "meeting_added", "meeting_moved", "meeting_cancelled", "day_closed",
)  # fmt: skip
WITH_THE_CLOCK = (*ACTS, "clock_stopped", "clock_went_on")
KEPT = "what an administrator did is kept as it was written"


def text(name: str) -> sa.Column:
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=False)


def upgrade() -> None:
    allow(WITH_THE_CLOCK)


def downgrade() -> None:
    allow(ACTS)


def allow(acts: tuple[str, ...]) -> None:
    """The log knows these acts. SQLite cannot change a check: there the log is copied into a table with the new one."""
    check = f"act in {acts}"
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_administration_act_act"), "administration_act", type_="check")
        op.create_check_constraint(op.f("ck_administration_act_act"), "administration_act", check)
        return
    op.rename_table("administration_act", "administration_act_before")
    op.create_table(
        "administration_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        text("account"),
        text("act"),
        text("about"),
        text("facts"),
        text("reason"),
        sa.CheckConstraint(check, name=op.f("ck_administration_act_act")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_administration_act")),
    )
    op.execute("INSERT INTO administration_act SELECT id, at, account, act, about, facts, reason"
               " FROM administration_act_before")  # fmt: skip
    op.drop_table("administration_act_before")
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER administration_act_{verb.lower()} BEFORE {verb} ON administration_act "
            f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
        )
