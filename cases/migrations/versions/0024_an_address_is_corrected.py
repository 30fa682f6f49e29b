"""The log of administration knows of a mail address that was corrected"""

from cases.migrations.administration_log import allow

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ACTS = (
    "person_added", "function_given", "function_ended", "absence_set", "absence_ended", "account_closed",
    "account_opened", "invited", "invitation_revoked", "code_reset", "identity_set", "unit_ended", "reads_reviewed",
    "mailbox_set", "mailbox_removed", "glass_broken", "glass_ended", "cases_migrated", "unit_added", "forum_changed",
    "seat_given", "seat_ended", "meeting_added", "meeting_moved", "meeting_cancelled", "day_closed",
    "clock_stopped", "clock_went_on", "document_given",
)  # fmt: skip


def upgrade() -> None:
    allow((*ACTS, "address_set"))


def downgrade() -> None:
    allow(ACTS)
