"""Asking national registers about critical information and medicines, in the background."""
