"""A report, by whichever door it comes, and a dispute raised; receipts and the way back."""
