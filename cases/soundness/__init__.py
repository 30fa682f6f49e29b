"""Is the record what it promises to be: checks of history, tables and readiness."""
