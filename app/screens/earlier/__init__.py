"""Earlier contacts (tidligere kontakter) in words."""
