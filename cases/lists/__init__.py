"""Finding cases again: work lists, search, and what a row says."""
