"""Openings that more than one page shares."""
