"""Authorities in the county's own order: the first of a party answers for the principal"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# A database that was filled before the order was kept: the region first, then by code.
NUMBERED = """UPDATE authority SET position = (SELECT COUNT(*) FROM authority o JOIN party q ON q.code = o.party
 JOIN party p ON p.code = authority.party WHERE (CASE q.kind WHEN 'region' THEN 0 ELSE 1 END, o.code)
 < (CASE p.kind WHEN 'region' THEN 0 ELSE 1 END, authority.code))"""


def upgrade() -> None:
    op.add_column("authority", sa.Column("position", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.execute(NUMBERED)


def downgrade() -> None:
    op.drop_column("authority", "position")
