"""Triage scales (triageskalaer): data files, the check that they hold together, and one engine for all.

`packs.scales()` are those we carry; `packs.load_scale(text)` reads one a site brings; `engine.evaluate` asks.
"""
