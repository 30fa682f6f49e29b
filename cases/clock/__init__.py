"""What the clock is to do, by whom it is read, and what became of each letter."""
