"""Accounts' ways in: passwords, second step, invitations, sessions, and what was typed too late."""
