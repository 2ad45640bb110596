"""The medicine of triage as pure functions: no clock, no database, no waiting."""
