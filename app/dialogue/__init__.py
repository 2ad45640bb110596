"""Dialogue with GPs at the edge (henvendelser): what waits in the unit, and one encounter's."""
