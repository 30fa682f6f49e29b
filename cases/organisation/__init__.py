"""Who there is, as tables: people, functions, places, and what happens when they change."""
