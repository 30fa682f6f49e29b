"""An address that takes no letters is found by its refusals, and by whether any was taken there since"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, columns, outcome in (
        ("ix_letter_refused", ["written_at", "id"], sa.text("outcome = 'refused'")),
        ("ix_letter_taken", ["account", "address", "written_at"], sa.text("outcome = 'delivered'")),
    ):
        op.create_index(name, "letter", columns, sqlite_where=outcome, postgresql_where=outcome)


def downgrade() -> None:
    for name in ("ix_letter_taken", "ix_letter_refused"):
        op.drop_index(name, table_name="letter")
