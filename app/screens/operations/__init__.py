"""How the ward runs (drift): figures, letters out, readiness, and two charts."""
