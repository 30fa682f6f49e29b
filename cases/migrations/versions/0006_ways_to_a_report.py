"""The unit's printed link, drafts of reports, and a letter's address for a reporter without an account"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

LIVING = sa.text("revoked_at is null")


def text(name: str, **more: object) -> sa.Column:
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=False, **more)


def instant(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sqlmodel.sql.sqltypes.UTCDateTime(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "unit_link", sa.Column("id", sa.Integer(), nullable=False), text("unit"), text("token_hash"),
        instant("made_at"), text("made_by"), text("made_as"), instant("revoked_at", nullable=True), text("revoked_as"),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_unit_link_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_unit_link_token_hash")),
    )  # fmt: skip
    op.create_index(
        "uq_unit_link_living", "unit_link", ["unit"], unique=True, sqlite_where=LIVING, postgresql_where=LIVING
    )
    op.create_table(
        "report_draft", text("account"), text("key"), text("post"),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("wrapped_key", "nonce", "ciphertext")),
        text("key_id"), instant("saved_at"),
        sa.ForeignKeyConstraint(["account"], ["person.account"], name=op.f("fk_report_draft_account")),
        sa.PrimaryKeyConstraint("account", "key", name=op.f("pk_report_draft")),
    )  # fmt: skip
    op.create_index(op.f("ix_report_draft_saved_at"), "report_draft", ["saved_at"])
    for column in ("address", "language"):
        op.add_column("report", text(column, server_default=sa.text("''")))


def downgrade() -> None:
    for column in ("language", "address"):
        op.drop_column("report", column)
    op.drop_table("report_draft")
    op.drop_table("unit_link")
