"""Codes: taking in a pack, and setting procedures and tariffs on an encounter."""
