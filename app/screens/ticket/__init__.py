"""The ticket to print, and the patient's own page, as words (kølapp)."""
