"""The clock: what falls due is carried out or written to those who are to know, each once. APScheduler lives here."""
