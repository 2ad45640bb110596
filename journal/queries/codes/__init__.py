"""Codes as they are searched, shown on the encounter, and told for settlement."""
