"""How the ward runs: its screen for those who answer for it (drift)."""
