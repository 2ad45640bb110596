"""Codes on the screens: what a day is paid by."""
