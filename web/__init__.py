"""The people: pages and sign-in. Asks the record and the rules, and decides nothing itself."""
