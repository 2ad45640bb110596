"""Measurements, observation and medicines given, on the page of one patient; a unit's standing orders."""
