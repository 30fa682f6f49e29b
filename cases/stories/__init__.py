"""The county's stories told on a record, for the demo and the tests."""
