"""What is written waits among the fresh words until the clock takes it up into the search index, which lost a copy"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# Each case that a unit lists stands in the index with the empty stem.
LISTED = """INSERT INTO search_term (holder, term, case_id, compartment) SELECT holder, '', case_id, compartment FROM sight
 WHERE compartment = 'cover' AND ended_at IS NULL AND substr(holder, 1, 5) = 'unit:'"""


def text(name: str) -> sa.Column:
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "search_fresh",
        sa.Column("case_id", sa.Integer(), nullable=False, autoincrement=False),
        text("compartment"),
        text("words"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_search_fresh_case_id")),
        sa.PrimaryKeyConstraint("case_id", "compartment", name=op.f("pk_search_fresh")),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "sqlite":
        _anew(sqlite_with_rowid=False)
    else:
        op.execute("DELETE FROM search_term WHERE holder = ''")
    op.execute(LISTED)


def _anew(**options: bool) -> None:
    """The index as a table that is its own key, without the copy for nobody."""
    op.create_table(
        "search_term_anew",
        text("holder"),
        text("term"),
        sa.Column("case_id", sa.Integer(), nullable=False),
        text("compartment"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_search_term_case_id")),
        sa.PrimaryKeyConstraint("holder", "term", "case_id", "compartment", name=op.f("pk_search_term")),
        **options,
    )
    op.execute(
        "INSERT INTO search_term_anew SELECT holder, term, case_id, compartment FROM search_term WHERE holder <> ''"
    )
    op.drop_table("search_term")
    op.rename_table("search_term_anew", "search_term")
    op.create_index("ix_search_term_case", "search_term", ["case_id", "compartment", "holder"])


def downgrade() -> None:
    """Fresh words are lost to the index: `stegen search rebuild` of the earlier program brings them back."""
    if op.get_bind().dialect.name == "sqlite":
        _anew()
    op.drop_table("search_fresh")
