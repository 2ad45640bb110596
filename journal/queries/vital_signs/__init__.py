"""Measurements over time, as the page of a patient draws them."""
