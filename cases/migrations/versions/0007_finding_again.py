"""Cases are found by the words of their texts, filters are kept under a name, and silent cases are counted at once"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SILENT = sa.text("status <> 'ended' and (ball = '' or next_task = '' or next_date is null)")


def text(name: str) -> sa.Column:
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "search_term",
        text("holder"),
        text("term"),
        sa.Column("case_id", sa.Integer(), nullable=False),
        text("compartment"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_search_term_case_id")),
        sa.PrimaryKeyConstraint("holder", "term", "case_id", "compartment", name=op.f("pk_search_term")),
    )
    op.create_index("ix_search_term_case", "search_term", ["case_id", "compartment", "holder"])
    op.create_table(
        "saved_filter",
        text("account"),
        text("name"),
        text("query"),
        sa.Column("saved_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["person.account"], name=op.f("fk_saved_filter_account")),
        sa.PrimaryKeyConstraint("account", "name", name=op.f("pk_saved_filter")),
    )
    op.create_index("ix_cases_silent", "cases", ["id"], sqlite_where=SILENT, postgresql_where=SILENT)


def downgrade() -> None:
    op.drop_index("ix_cases_silent", table_name="cases")
    op.drop_table("saved_filter")
    op.drop_table("search_term")
