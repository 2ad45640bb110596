"""Pages about who may open what, and who has."""
