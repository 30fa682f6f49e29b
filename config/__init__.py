"""What differs between installations: settings, and the county as data. Imports nothing of ours."""
