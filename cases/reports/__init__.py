"""Reports on their way to becoming cases, by whichever door they come, and the reporter's way back."""
