"""Orders with their results: of one encounter, and everything open in a unit."""
