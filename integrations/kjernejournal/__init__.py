"""Kjernejournal: whether a patient has critical information, and what it says."""
