"""The record: its tables, one function for each intention, and the one doorway to them."""
