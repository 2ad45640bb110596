"""Orders and results (bestillinger og svar): what may follow what, and what can be ordered."""
