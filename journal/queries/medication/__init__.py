"""Medicines given, and the standing orders a unit has."""
