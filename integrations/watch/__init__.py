"""Watching over what goes out (drift av meldinger): what waits, for whom, and who hears less than usual.

Only the receiver's receipt counts as delivered, here as everywhere. Start with `worklist.py`.
"""
