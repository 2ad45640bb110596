"""Measurements, observation and medicines given: addresses, and standing orders from the command line."""
