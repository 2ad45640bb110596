"""Giving medicines (utdeling), and deciding about the standing orders they are given by."""
