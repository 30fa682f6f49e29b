"""The log of administration knows that somebody stopped the clock by hand, or let it go on"""

from cases.migrations.administration_log import allow

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


def upgrade() -> None:
    allow(WITH_THE_CLOCK)


def downgrade() -> None:
    allow(ACTS)
