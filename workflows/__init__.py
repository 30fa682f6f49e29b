"""The rules: definitions as data, decisions as values. No clock, file, network or database in here."""
