"""Is the service well (helsesjekk): alive, ready, and what it measures of itself."""
