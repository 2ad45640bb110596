"""Medicines given on the ward (utdeling): by whose order, within which limits, and what was recorded."""
