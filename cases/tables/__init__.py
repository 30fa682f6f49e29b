"""The record's tables, by the thing they hold. Importing this registers all of them."""

from cases.tables import (
    accounts,
    administration,
    base,
    case,
    docket,
    finding_again,
    log_seals,
    matter,
    organisation,
    people,
    reporting,
    standstill,
)

metadata = base.metadata

__all__ = [
    "accounts",
    "administration",
    "base",
    "case",
    "docket",
    "finding_again",
    "log_seals",
    "matter",
    "metadata",
    "organisation",
    "people",
    "reporting",
    "standstill",
]
