"""The record's tables, by the thing they hold. Importing this registers all of them."""

from cases.tables import accounts, base, case, docket, matter, organisation, people

metadata = base.metadata

__all__ = ["accounts", "base", "case", "docket", "matter", "metadata", "organisation", "people"]
