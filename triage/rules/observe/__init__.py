"""Measuring between assessments (måling, observasjon): what is worse, what is due, what is too much."""
