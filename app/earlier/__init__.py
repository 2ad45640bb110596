"""Earlier contacts (tidligere kontakter): opened together with the page they stand on, and as a list."""
