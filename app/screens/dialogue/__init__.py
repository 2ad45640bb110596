"""Dialogue with GPs on screens (henvendelser)."""
