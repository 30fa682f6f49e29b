"""The commands that the record carries; the entry point imports each when it is asked for."""
