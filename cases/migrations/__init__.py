"""From any earlier state of the tables to today's: numbered versions, and what several of them do alike."""
