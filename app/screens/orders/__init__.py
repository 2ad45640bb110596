"""Orders and results on the screens: the card on the doctor's page, and the unit's list."""
