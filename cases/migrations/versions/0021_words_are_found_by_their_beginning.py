"""Words are found by their beginning: the index of a case sorts by them, byte by byte on both databases"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _anew(["case_id", "holder", "term"], collation="C")


def downgrade() -> None:
    _anew(["case_id", "compartment", "holder"], collation="default")


def _anew(columns: list[str], collation: str) -> None:
    op.drop_index("ix_search_term_case", table_name="search_term")
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("search_term", "term", type_=sa.String(collation=collation))
    op.create_index("ix_search_term_case", "search_term", columns)
