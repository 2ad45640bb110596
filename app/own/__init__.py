"""One's own page (min innlogging)."""
