"""Handing over, and a doctor's own lists: their addresses."""
