"""Measuring between assessments, and watching over somebody by a plan (måle, observere)."""
