"""Plain words (klart språk): abbreviations a reader may not know, and the copy a patient takes home. Pure."""
