"""Of all letters about one row the newest is found at once, however many people the row was written to"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_letter_row_docket", "letter_row", ["docket_id", "letter_id"])
    op.drop_index("ix_letter_row_docket_id", table_name="letter_row")


def downgrade() -> None:
    op.create_index("ix_letter_row_docket_id", "letter_row", ["docket_id"])
    op.drop_index("ix_letter_row_docket", table_name="letter_row")
