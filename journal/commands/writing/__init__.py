"""Templates and phrases: made, changed and taken away."""
