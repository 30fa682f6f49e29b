"""What is written and kept in a case beside its history: notes, papers, the forum file, protected fields."""
