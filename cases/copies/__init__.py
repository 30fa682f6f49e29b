"""A record or a case carried elsewhere, and brought in: backup, restore, export with proofs, told cases."""
