"""Templates and phrases as they are offered."""
